"""Helplines are known by their number, so that no list of calls names them."""

import pytest

from app.numbers import is_freephone


@pytest.mark.parametrize(
    ("number", "free"),
    [
        ("+448001111", True),
        ("+448081234567", True),
        ("+18005551234", True),
        ("+80012345678", True),
        ("+442079460123", False),
        ("+93701234567", False),
        ("+4480", False),
        ("", False),
    ],
)
def test_a_freephone_number_is_known(number: str, free: bool) -> None:
    assert is_freephone(number) is free
