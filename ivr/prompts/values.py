"""What stands in the gaps of a prompt: sums, times, digits and places, said in the caller's language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING
from typing import Any

from app.money import Money
from ivr.prompts import speech, written


@dataclass(frozen=True, slots=True)
class Charge:
    """What something cost, rounded up to a coin: nobody is told that it cost less than it did."""

    money: Money


@dataclass(frozen=True, slots=True)
class PerMinute:
    """What a minute costs, exactly: what is announced is what is charged."""

    money: Money


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long something lasts, rounded down to what is said."""

    count: int


@dataclass(frozen=True, slots=True)
class Keys:
    """Digits that are said one by one, in groups when they are many."""

    digits: str


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number in words."""

    count: int


@dataclass(frozen=True, slots=True)
class Place:
    """A country (ISO 3166), and whether the number there is a mobile."""

    region: str
    mobile: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """Short numbers to choose from."""

    numbers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Site:
    """Where our pages are."""

    url: str


# a sum of money alone is what somebody has, rounded down to a coin; a string is said as it is
Value = str | Money | Charge | PerMinute | Seconds | Keys | Count | Place | Either | Site


def in_words(value: Value, language: str) -> str:
    """The value as a voice says it."""
    return value if isinstance(value, str) else str(_WORDS[type(value)](value, language))


def in_writing(value: Value, language: str) -> str:
    """The value as a text message shows it."""
    shown = _FIGURES.get(type(value))
    return str(shown(value, language)) if shown else in_words(value, language)


def _charge(value: Charge, language: str) -> str:
    return speech.money(value.money.micros, value.money.currency, language, rounding="up")


_WORDS: dict[type, Callable[[Any, str], str]] = {
    Money: lambda value, language: speech.money(value.micros, value.currency, language),
    Charge: _charge,
    PerMinute: lambda value, language: speech.price(value.money.micros, value.money.currency, language),
    Seconds: lambda value, language: speech.duration(value.count, language),
    Keys: lambda value, language: speech.in_groups(value.digits, language),
    Count: lambda value, language: speech.number(value.count, language),
    Place: lambda value, language: speech.place(value.region, language, mobile=value.mobile),
    Either: lambda value, language: speech.either(value.numbers, language),
    Site: lambda value, language: speech.site(value.url, language),
}
_FIGURES: dict[type, Callable[[Any, str], str]] = {
    Money: written.money,
    Charge: lambda value, language: written.money(value.money, language, rounding=ROUND_CEILING),
    PerMinute: lambda value, language: written.money(value.money, language, rounding=None),
    Seconds: lambda value, language: written.duration(value.count, language),
    Keys: lambda value, language: value.digits,
    Count: lambda value, language: str(value.count),
    Either: lambda value, language: ", ".join(value.numbers),
    Site: lambda value, language: value.url.partition("://")[2] or value.url,
}
