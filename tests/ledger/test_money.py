"""Money is whole millionths of one currency, read and printed exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money import CurrencyMismatch, Money, NotMoney, currency_code

MICROS_MAX = 2**63 - 1  # what the database's BIGINT holds

amounts = st.integers(-(10**17), 10**17)


@given(amounts)
def test_what_is_printed_is_read_again(micros: int) -> None:
    money = Money(micros, "USD")
    assert Money.parse(str(money), "USD") == money


@given(amounts, amounts)
def test_adding_and_comparing_are_those_of_whole_numbers(a: int, b: int) -> None:
    one, other = Money(a, "USD"), Money(b, "USD")
    assert (one + other).micros == a + b
    assert (one - other).micros == a - b
    assert ((one < other), (one <= other), (one > other), (one >= other)) == (a < b, a <= b, a > b, a >= b)
    assert bool(one) == (a != 0)


@pytest.mark.parametrize(
    ("text", "micros", "printed"),
    [
        ("0", 0, "0.00"),
        ("10", 10_000_000, "10.00"),
        ("0.0305", 30_500, "0.0305"),
        (" 9.5 ", 9_500_000, "9.50"),
        ("-1.000001", -1_000_001, "-1.000001"),
        ("-0.01", -10_000, "-0.01"),
        ("007", 7_000_000, "7.00"),
        ("999999999999.999999", 10**18 - 1, "999999999999.999999"),
    ],
)
def test_plain_decimals_are_read(text: str, micros: int, printed: str) -> None:
    money = Money.parse(text, "usd")
    assert (money.micros, money.currency, str(money)) == (micros, "USD", printed)
    assert abs(money.micros) <= MICROS_MAX


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "1.", ".5", "1,50", "1.000.000", "1e9", "NaN", "Infinity", "+1", "--1", "0x10", "=1+1",
     "1 0", "٣", "1.0000001", "1" * 13, "ten", "1\n2", "1_000"],
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(NotMoney, match="is not an amount: write digits and at most six decimals"):
        Money.parse(text, "USD")


@pytest.mark.parametrize("code", ["", "US", "USDX", "U$D", "123", "ÜSD", "dollars"])
def test_a_currency_has_three_letters(code: str) -> None:
    with pytest.raises(NotMoney, match="is not a currency"):
        currency_code(code)


def test_two_currencies_never_meet() -> None:
    dollar, euro = Money(1, "USD"), Money(1, "EUR")
    for deed in (
        lambda: dollar + euro,
        lambda: dollar - euro,
        lambda: dollar < euro,
        lambda: dollar <= euro,
        lambda: dollar > euro,
        lambda: dollar >= euro,
    ):
        with pytest.raises(CurrencyMismatch):
            deed()
    assert dollar != euro


@pytest.mark.parametrize("micros", [1.0, True, "1", None])
def test_nothing_but_a_whole_number_becomes_money(micros: object) -> None:
    with pytest.raises(AssertionError):
        Money(micros, "USD")  # type: ignore[arg-type]
