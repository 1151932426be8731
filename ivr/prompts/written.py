"""Sums and times for the eye, as text messages show them."""

from decimal import ROUND_FLOOR, Decimal

from babel.numbers import format_currency, get_currency_precision
from babel.units import format_unit

from app.money import MILLION, Money

LONG = 120  # seconds; below, every second matters
_SPACES = str.maketrans(
    {"\u00a0": " ", "\u202f": " "}
)  # one odd sign more than halves what a text message holds
_UNITS = {"ur": "short"}  # the register has no long names of units in Urdu; the short ones are whole words


def money(amount: Money, language: str, *, rounding: str | None = ROUND_FLOOR) -> str:
    """An amount with its sign, rounded down to a coin unless told otherwise; None: with every decimal."""
    value = Decimal(amount.micros) / MILLION
    if rounding is not None:
        coin = Decimal(1).scaleb(-get_currency_precision(amount.currency))
        value = value.quantize(coin, rounding=rounding)
    shown = format_currency(value, amount.currency, locale=_locale(language), decimal_quantization=False)
    return shown.translate(_SPACES)


def duration(seconds: int, language: str) -> str:
    """Whole minutes; seconds only below two minutes."""
    count, unit = (seconds // 60, "minute") if seconds >= LONG else (seconds, "second")
    length = _UNITS.get(language, "long")
    shown = format_unit(count, f"duration-{unit}", length=length, locale=_locale(language))  # type: ignore[arg-type]
    return shown.translate(_SPACES)


def _locale(language: str) -> str:
    return language.replace("-", "_")
