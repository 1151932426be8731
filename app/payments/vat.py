"""How much of a price is tax."""

from babel.numbers import get_currency_precision

from app.money import Money

_WHOLE = 10_000  # hundredths of a percent in one


def split(gross: Money, percent: str) -> tuple[Money, Money]:
    """Net and VAT of a price that has the VAT in it.

    The VAT is rounded half up to the smallest coin of the currency and the net is what remains: together they
    are the gross, exactly. The percentage is decimal text such as 20 or 8.1.
    """
    assert gross.micros >= 0, "a price is never negative"
    rate = _hundredths(percent)
    coin = 10 ** (6 - get_currency_precision(gross.currency))
    parts = (_WHOLE + rate) * coin
    vat = Money((2 * gross.micros * rate + parts) // (2 * parts) * coin, gross.currency)
    return gross - vat, vat


def _hundredths(percent: str) -> int:
    whole, _, decimals = percent.partition(".")
    return int(whole) * 100 + int(decimals.ljust(2, "0"))
