"""How letters print amounts, times and numbers of phones."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.numbers import format_currency
from phonenumbers import NumberParseException, PhoneNumberFormat

from app.money import Money

ENGLISH = "en-GB"
_ADDRESS_OF_A_PAGE = re.compile(r"\S*(://|www\.)\S*", re.IGNORECASE)


def money(amount: Money, language: str) -> str:
    """An amount as people of that language write it, with every decimal that it has: US$9.9975."""
    exact = Decimal(amount.micros).scaleb(-6)
    return format_currency(exact, amount.currency, locale=_locale(language), decimal_quantization=False)


def moment(at: datetime, language: str) -> str:
    """A point in time, in UTC, which means the same to every reader."""
    text: str = format_datetime(at.astimezone(UTC), "d MMMM y, HH:mm", locale=_locale(language))
    return f"{text} UTC"


def masked(number: str) -> str:
    """A phone number by its country code and its last three digits, which its owner will know."""
    try:
        code = f"+{phonenumbers.parse(number).country_code}"
    except NumberParseException:
        code = ""
    return f"{code} … {number[-3:]}".strip()


def readable(number: str) -> str:
    """A number of ours in the groups that people read; what is no number stays as it is."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return number


def told(text: str) -> str:
    """What somebody else told us, as in the name of a browser: one short line that leads nowhere."""
    return _ADDRESS_OF_A_PAGE.sub("…", line(text))[:120] or "unknown"


def line(text: str) -> str:
    """One line: no line of it can pass for one of ours."""
    return " ".join("".join(_printable(text)).split())


def _printable(text: str) -> Iterator[str]:
    for character in text:
        yield character if character.isprintable() else " "


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(ENGLISH, sep="-")
