"""Saying money, time and digits aloud: arithmetic here, words in one file per language."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal, Protocol
from urllib.parse import urlsplit

from babel.numbers import get_currency_precision

from app import numbers as phone_numbers
from ivr.prompts.english import English
from ivr.prompts.french import FRENCH
from ivr.prompts.polish import POLISH
from ivr.prompts.spanish import SPANISH
from ivr.prompts.urdu import URDU

MICROS = 1_000_000  # millionths in one unit of a currency, as money is kept everywhere
GROUP_FROM = 6  # digits; so many are said in one breath
WHOLE_MINUTES_FROM = 120  # seconds; below two minutes every second matters to the caller

# where the register of names has only the long ones
_EVERYDAY_NAMES = {("GB", "ur"): "برطانیہ", ("US", "ur"): "امریکہ"}
_PAUSES = {"ur": "، "}  # between groups of digits


class Tongue(Protocol):
    """What a language must be able to say; a new language is a new file and a line in TONGUES."""

    def number(self, n: int) -> str: ...
    def money(self, major: int, minor: int, currency: str) -> str: ...
    def time(self, hours: int, minutes: int, seconds: int) -> str: ...
    def price(self, amount: Decimal, currency: str) -> str: ...
    def mobile(self, country: str) -> str: ...
    def character(self, character: str) -> str: ...
    def either(self, numbers: Sequence[str]) -> str: ...


TONGUES: Mapping[str, Tongue] = {
    "en-GB": English("en_GB", hash_key="hash", hundred_and=True),
    "en-US": English("en_US", hash_key="pound", hundred_and=False),
    "es": SPANISH,
    "fr": FRENCH,
    "pl": POLISH,
    "ur": URDU,
}


def number(n: int, language: str) -> str:
    """A count in words: "twelve"."""
    return TONGUES[language].number(n)


@lru_cache(maxsize=4096)
def money(micros: int, currency: str, language: str, *, rounding: Literal["down", "up"] = "down") -> str:
    """An amount in words: "eight pounds forty", "forty pence".

    Rounded to what the currency has coins for: a balance down and a charge up, so that nobody is told that
    there is more, or that it cost less, than it is.
    """
    assert micros >= 0, "nothing a caller hears is below zero"
    coins = 10 ** get_currency_precision(currency)
    total = micros * coins // MICROS if rounding == "down" else -(-micros * coins // MICROS)
    major, minor = divmod(total, coins)
    return TONGUES[language].money(major, minor, currency)


@lru_cache(maxsize=4096)
def price(micros: int, currency: str, language: str) -> str:
    """What a minute costs in words, to the last decimal: "four point five pence"."""
    assert micros >= 0, "nothing a caller hears is below zero"
    return TONGUES[language].price(Decimal(micros) / MICROS, currency)


@lru_cache(maxsize=1024)
def place(region: str, language: str, *, mobile: bool = False) -> str:
    """Where a number leads: "Pakistan", "Pakistan mobile"."""
    country = _EVERYDAY_NAMES.get((region, language)) or phone_numbers.country_name(region, language)
    return TONGUES[language].mobile(country) if mobile else country


@lru_cache(maxsize=4096)
def duration(seconds: int, language: str) -> str:
    """A time in words, never more than is given: "one hour and ten minutes", "twenty one minutes".

    Seconds are only said below two minutes: "one minute and thirty seconds".
    """
    assert seconds >= 0, "time does not run backwards"
    minutes, odd_seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return TONGUES[language].time(hours, minutes, odd_seconds if seconds < WHOLE_MINUTES_FROM else 0)


def groups(text: str) -> list[str]:
    """Many digits in groups of three or four, as people remember them; a few stay together."""
    if len(text) <= GROUP_FROM:
        return [text]
    size = 4 if len(text) % 4 == 0 else 3
    starts = range(0, len(text) - 1 if len(text) % size == 1 else len(text), size)
    ends = [*starts[1:], len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def digits(text: str, language: str) -> str:
    """Keys one by one: "zero two zero", "star", "hash"; what is no key is not said."""
    return " ".join(TONGUES[language].character(key) for key in text if key in "0123456789*#+")


def in_groups(text: str, language: str) -> str:
    """Many digits, with a pause after each group."""
    return _PAUSES.get(language, ", ").join(digits(group, language) for group in groups(text))


def either(numbers: Sequence[str], language: str) -> str:
    """Short numbers to choose from, as every child there knows them: "nine nine nine or one one two"."""
    return TONGUES[language].either(numbers)


def site(url: str, language: str) -> str:
    """Where our pages are, as one would tell it: "example dot com". Only the host is said."""
    host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    words = re.findall(r"[^\W\d_]+|[\d.:_-]", host)
    return " ".join(word if word.isalpha() else TONGUES[language].character(word) for word in words)
