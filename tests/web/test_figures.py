"""What figures look like on pages and in spreadsheets, without a server."""

import pytest

from app.ledger import TransferKind
from app.money import Money
from app.web import charts, sheets
from app.web.calls import lasting
from app.web.statement import WORDS


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " =", "'=", " '+"])
def test_no_cell_is_a_formula(sign: str) -> None:
    assert sheets.neutral(f"{sign}1+1").startswith("'")
    assert sheets.neutral("0.42") == "0.42"


def test_every_movement_has_words_both_ways() -> None:
    assert set(WORDS) == set(TransferKind)
    assert all(inwards and outwards for inwards, outwards in WORDS.values())


def test_a_bar_is_as_high_as_its_share() -> None:
    drawn = charts.bars("", "", [("a", Money(0, "USD")), ("b", Money(1, "USD")), ("c", Money(1000, "USD"))])
    assert [bar.height for bar in drawn.bars] == [0, 1, 100]
    assert [bar.y + bar.height for bar in drawn.bars] == [100, 100, 100]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3605, "1 h 5 s"), (7325, "2 h 2 min 5 s")]
)
def test_how_long_a_call_lasted_is_exact(seconds: int, text: str) -> None:
    assert lasting(seconds) == text
