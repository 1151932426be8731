"""Amounts survive the way to PayPal and back exactly, or are refused."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.errors import TopUpRefused
from app.money import MILLION, Money
from app.payments.paypal import amounts


@pytest.mark.parametrize(
    ("amount", "currency", "value"),
    [
        ("20", "USD", "20.00"),
        ("0.01", "USD", "0.01"),
        ("1234.5", "EUR", "1234.50"),
        ("2000", "JPY", "2000"),
        ("990", "HUF", "990"),
        ("300", "TWD", "300"),
    ],
)
def test_an_amount_is_written_as_paypal_wants_it(amount: str, currency: str, value: str) -> None:
    said = amounts.written(Money.parse(amount, currency))
    assert said == {"currency_code": currency, "value": value}


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("0.005", "USD"),
        ("0.5", "JPY"),
        ("9.90", "HUF"),
        ("0.01", "TWD"),
        ("0", "USD"),
        ("-1", "USD"),
        ("5", "KWD"),
    ],
)
def test_what_paypal_cannot_carry_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(TopUpRefused):
        amounts.written(Money.parse(amount, currency))


@settings(deadline=None)
@given(some.integers(1, 5 * MILLION), some.sampled_from(sorted(amounts.CARRIED)))
def test_what_is_written_is_read_back_exactly(micros: int, currency: str) -> None:
    money = Money(micros, currency)
    try:
        said = amounts.written(money)
    except TopUpRefused:
        step = MILLION if currency in amounts.NO_DECIMALS else MILLION // 100
        assert micros % step
        return
    assert amounts.read(said) == money
    assert Decimal(said["value"]) * MILLION == micros


@pytest.mark.parametrize(
    "said",
    [None, [], "20.00", {}, {"value": "20.00"}, {"currency_code": "USD"}]
    + [
        {"currency_code": "USD", "value": value}
        for value in ("", "2e1", "NaN", "1,000.00", "٢٠", 20, 20.0, None)
    ]
    + [{"currency_code": code, "value": "20.00"} for code in ("", "usd dollars", "XXQ", None, 7)],
)
def test_nonsense_is_no_amount(said: object) -> None:
    assert amounts.read(said) is None
