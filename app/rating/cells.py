"""What one cell of a rate deck means, or why it means nothing."""

import re
from datetime import date
from functools import lru_cache

from app.money import MILLION, Money, NotMoney
from app.rating.models import ALWAYS

PREFIX_DIGITS_MAX = 15
DESTINATION_CHARACTERS_MAX = 100
PRICE_MAX = 1000  # units of currency, for a minute or for connecting: beyond it is a slip of the pen
SECONDS_MAX = 3600  # of an increment, or of grace

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_MANGLED = re.compile(r"[0-9]+[.,][0-9]+([eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,5}", re.ASCII)
_PAIR = re.compile(r"([0-9]{1,5}) ?/ ?([0-9]{1,5})", re.ASCII)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([ T]00:00(:00)?Z?)?", re.ASCII)
_YES = {"1", "y", "yes", "true", "blocked"}
_NO = {"", "0", "n", "no", "false"}


class BadRow(ValueError):
    """The row is no rate; the text says why."""


def prefix(text: str) -> str:
    """The first digits of a number, country code first; a plus before them is left out."""
    digits = text.removeprefix("+")
    if _DIGITS.fullmatch(digits) and len(digits) <= PREFIX_DIGITS_MAX:
        return digits
    if not text:
        raise BadRow("the prefix is empty")
    if _MANGLED.fullmatch(text):
        raise BadRow(f"the prefix {text[:40]} was mangled by a spreadsheet: export that column as text")
    if _DIGITS.fullmatch(digits):
        raise BadRow(f"the prefix has {len(digits)} digits: a number has at most {PREFIX_DIGITS_MAX}")
    raise BadRow(f"the prefix {text[:40]!r} is not made of digits")


@lru_cache(maxsize=10_000)
def destination(text: str) -> str:
    """What people call these numbers, on one line. What is not UTF-8 is read as Windows-1252."""
    written = " ".join((text if text.isascii() else _decoded(text)).split())
    if not written:
        raise BadRow("the destination is empty")
    if written.startswith(("=", "@")):
        raise BadRow(f"the destination is a formula: {written[:40]!r}")
    name = plain(written)
    if not name.isprintable():
        raise BadRow("the destination has characters that cannot be printed")
    if len(name) > DESTINATION_CHARACTERS_MAX:
        raise BadRow(f"the destination has more than {DESTINATION_CHARACTERS_MAX} characters")
    return name


def price(text: str, what: str) -> int:
    """An amount in millionths; `what` says for what, in case it is refused."""
    try:
        micros = Money.parse(text, "XXX").micros  # any currency will do
    except NotMoney as refusal:
        raise BadRow(f"the {what} is no price: {refusal}") from refusal
    if micros < 0:
        raise BadRow(f"the {what} {text} is negative")
    if micros > PRICE_MAX * MILLION:
        raise BadRow(f"the {what} {text} is beyond belief: at most {PRICE_MAX}")
    return micros


def increments(first: str, further: str) -> tuple[int, int]:
    """First increment and further increment in seconds; `60/60` in one cell says both.

    A first increment that is not given is as long as a further one; a further one, one second.
    """
    if "/" in first or "/" in further:
        pair = _PAIR.fullmatch(first or further)
        if pair is None or (first and further):
            raise BadRow(f"the increments {(first + ' ' + further).strip()[:40]!r} are not two as in 60/60")
        first, further = pair.groups()
    each = seconds(further, "increment", default=1, least=1)
    return seconds(first, "first increment", default=each, least=1), each


def seconds(text: str, what: str, *, default: int, least: int) -> int:
    """A whole number of seconds, not below `least`; an empty cell says `default`."""
    if not text:
        return default
    if not _SECONDS.fullmatch(text) or not least <= int(text) <= SECONDS_MAX:
        raise BadRow(f"the {what} {text[:20]!r} is not whole seconds from {least} to {SECONDS_MAX}")
    return int(text)


def day(text: str) -> date:
    """A day as in 2026-01-31; an empty cell says: always."""
    if not text:
        return ALWAYS
    match = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(match[1] if match else "")
    except ValueError as error:
        raise BadRow(f"{text[:40]!r} is not a day: write it as in 2026-01-31") from error


def flag(text: str) -> bool:
    """Yes or no; an empty cell says no."""
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise BadRow(f"blocked is {text[:20]!r}: write yes or no")


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip("'")[:1] in ("=", "+", "-", "@") else text


def plain(text: str) -> str:
    """Undo `neutral`."""
    return text[1:] if text.startswith("'") and text != neutral(text) else text


def _decoded(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        try:
            return text.encode("utf-8", "surrogateescape").decode("cp1252")
        except UnicodeDecodeError as error:
            raise BadRow("the destination is neither UTF-8 nor Windows-1252") from error
    return text
