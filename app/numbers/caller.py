"""Who is calling: the caller's number as carriers deliver it."""

import re

import phonenumbers

from app.numbers.keys import Keys
from app.numbers.kinds import NumberRefused
from app.numbers.reading import understand

_NUMBER = re.compile(r"\+?[0-9]{5,20}")

# instead of a number: on a keypad these spell anonymous, restricted, blocked, unknown, unavailable
_SPELT = {"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}


def caller_id(raw: str | None, *, country: str) -> str | None:
    """The caller's number in E.164, or None for a caller who withholds it or has none.

    `country` is the access number's: 07… from a British network means +447…. A number that already stands in
    international form only has to be possible: new ranges are in use before any table knows them, and nobody
    is rung at a caller ID. None for +266696687, which spells "anonymous", and for SIP or client addresses.
    """
    text = re.sub(r"[ ().-]", "", raw[:64]) if raw else ""
    if not _NUMBER.fullmatch(text) or text in _SPELT:
        return None
    international = text.startswith("+")
    try:
        return understand(Keys(text, text.removeprefix("+"), plus=international), country.upper()).e164
    except NumberRefused:
        return _possible(text) if international else None


def _possible(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
