"""Amounts are read as people type them, or refused; never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money import Money, NotMoney
from app.web.notation import read_money


@pytest.mark.parametrize(
    ("typed", "exact"),
    [
        ("5", "5.00"),
        ("5.00", "5.00"),
        (" 7.5 ", "7.50"),
        ("£5", "5.00"),
        ("£ 5", "5.00"),
        ("5 GBP", "5.00"),
        ("gbp 5", "5.00"),
        ("1,000.50", "1000.50"),
        ("1000", "1000.00"),
        ("\u00a05\u00a0", "5.00"),
        ("\uff15", "5.00"),
    ],
)
def test_common_notations_are_read(typed: str, exact: str) -> None:
    assert read_money(typed, "GBP", "en-GB") == Money.parse(exact, "GBP")


@pytest.mark.parametrize(
    "typed",
    ["", " ", "five", "5,50", "1,00", "1.000,50", "-5", "+5", "5e2", "1e9", "NaN", "Infinity", "5.", ".5",
     "$5", "5 USD", "5 5", "5.0000001", "0x10", "٥", "1,0000", "5\x005", "9" * 10, "9" * 200, "£", "£££5"],
)  # fmt: skip
def test_what_could_mean_something_else_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(NotMoney, match="Write the amount"):
        read_money(typed, "GBP", "en-GB")


def test_a_dollar_has_two_signs() -> None:
    for language in ("en-GB", "en-US"):
        for typed in ("$5", "US$5", "5 usd"):
            assert read_money(typed, "USD", language) == Money.parse("5", "USD")


@given(st.integers(0, 999_999_999), st.integers(0, 99))
def test_every_amount_that_we_write_is_read_back(units: int, cents: int) -> None:
    exact = Money.parse(f"{units}.{cents:02}", "USD")
    for written in (f"{units}.{cents:02}", f"{units:,}.{cents:02}", f"${units:,}.{cents:02}"):
        assert read_money(written, "USD", "en-US") == exact


@given(st.text(max_size=20))
def test_nothing_typed_breaks_it(typed: str) -> None:
    try:
        assert read_money(typed, "EUR", "en-GB").micros >= 0
    except NotMoney as error:
        assert str(error)
