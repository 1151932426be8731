"""Every planted mistake still fits the code that it is to be planted in."""

from pathlib import Path

import pytest

from tests.mutants.mistakes import MISTAKES, Mistake

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_can_be_planted(mistake: Mistake) -> None:
    assert mistake.before in (ROOT / mistake.file).read_text()
    assert mistake.before != mistake.after
