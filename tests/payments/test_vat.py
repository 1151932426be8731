"""The tax in a price: whole coins, and never a coin more or less than the price."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from app.money import Money
from app.payments import vat

PERCENTS = st.one_of(
    st.sampled_from(["0", "20", "8.1", "5", "7.70", "99.99", "0.01"]),
    st.decimals("0", "99.99", places=2).map(str),
)
CURRENCIES = st.sampled_from(["USD", "GBP", "JPY", "KWD"])
COINS = st.one_of(st.integers(0, 50), st.integers(0, 10**9))


def coin(currency: str) -> int:
    return int(10 ** (6 - get_currency_precision(currency)))


@pytest.mark.parametrize(
    ("gross", "percent", "net", "tax"),
    [
        ("20.00", "20", "16.67", "3.33"),
        ("10.00", "20", "8.33", "1.67"),
        ("0.01", "20", "0.01", "0.00"),
        ("0.03", "20", "0.02", "0.01"),  # half a cent is a cent
        ("10.81", "8.1", "10.00", "0.81"),
        ("10.81", "8.10", "10.00", "0.81"),
        ("5.00", "0", "5.00", "0.00"),
        ("0.00", "20", "0.00", "0.00"),
    ],
)
def test_known_prices(gross: str, percent: str, net: str, tax: str) -> None:
    split = vat.split(Money.parse(gross, "USD"), percent)
    assert [str(part) for part in split] == [net, tax]


@pytest.mark.parametrize(
    ("currency", "net", "tax"), [("JPY", "833.00", "167.00"), ("KWD", "833.333", "166.667")]
)
def test_coins_are_those_of_the_currency(currency: str, net: str, tax: str) -> None:
    split = vat.split(Money.parse("1000", currency), "20")
    assert [str(part) for part in split] == [net, tax]


@given(COINS, PERCENTS, CURRENCIES)
def test_net_and_vat_are_whole_coins_and_together_the_price(coins: int, percent: str, currency: str) -> None:
    gross = Money(coins * coin(currency), currency)
    net, tax = vat.split(gross, percent)
    assert net + tax == gross
    assert net.micros >= 0 and tax.micros >= 0
    assert net.micros % coin(currency) == tax.micros % coin(currency) == 0


@given(COINS, PERCENTS, CURRENCIES)
def test_the_vat_is_the_exact_one_rounded_half_up(coins: int, percent: str, currency: str) -> None:
    _, tax = vat.split(Money(coins * coin(currency), currency), percent)
    exact = Decimal(coins) * Decimal(percent) / (100 + Decimal(percent))
    assert tax.micros == int(exact.quantize(Decimal(1), ROUND_HALF_UP)) * coin(currency)


@given(COINS, st.integers(0, 50), PERCENTS, CURRENCIES)
def test_a_dearer_price_never_has_less_vat(coins: int, more: int, percent: str, currency: str) -> None:
    one, other = (vat.split(Money(n * coin(currency), currency), percent)[1] for n in (coins, coins + more))
    assert one <= other
