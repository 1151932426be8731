"""Sums and times for the eye, as text messages show them."""

from decimal import Decimal

from babel.numbers import format_currency
from babel.units import format_unit

from app.money import MILLION, Money

LONG = 120  # seconds; below, every second matters


def money(amount: Money, language: str, *, exact: bool = False) -> str:
    """An amount with its sign, rounded down to a coin; `exact`: with every decimal that there is."""
    value, locale = Decimal(amount.micros) / MILLION, language.replace("-", "_")
    if not exact:
        value = Money(amount.micros - amount.micros % (MILLION // 100), amount.currency).micros / Decimal(
            MILLION
        )
    return format_currency(value, amount.currency, locale=locale, decimal_quantization=not exact).replace(
        "\u00a0", " "
    )


def duration(seconds: int, language: str) -> str:
    """Whole minutes; seconds only below two minutes."""
    locale = language.replace("-", "_")
    if seconds >= LONG:
        return format_unit(seconds // 60, "duration-minute", locale=locale)
    return format_unit(seconds, "duration-second", locale=locale)
