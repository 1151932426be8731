"""Reading pressed keys, or the text of a form, down to plain digits."""

import re
from dataclasses import dataclass

from app.numbers.kinds import NumberRefused, Refusal

RAW_CHARS_MAX = 128
DIGITS_MAX = 20  # an outside line, an international prefix, fifteen digits of E.164 and one slip

_SEPARATORS = str.maketrans("", "", " -.()/\u00a0\u2011\u202f")
_KEYS = re.compile(r"\+?[0-9*#]*(?:\*\+?[0-9#]*)?")


@dataclass(frozen=True, slots=True)
class Keys:
    """What is left of an entry: digits, and what stood before them."""

    raw: str
    digits: str
    plus: bool = False
    starred: bool = False  # the entry began with a star or a hash, as codes of the exchange do


def read(raw: str) -> Keys:
    """The digits of an entry; a closing hash and separators do not matter, a star wipes what stood before it.

    An entry that begins with a star or a hash is marked and keeps all its digits (`*67…`, `**21*…`): such
    codes give orders to a telephone exchange, and wiping them would dial what the caller never meant.
    Raises NumberRefused for letters, digits of other scripts and anything longer than a telephone number.
    """
    if len(raw) > RAW_CHARS_MAX:
        raise NumberRefused(Refusal.TOO_LONG, raw[:RAW_CHARS_MAX])
    text = raw.translate(_SEPARATORS).rstrip("#")
    if not _KEYS.fullmatch(text):
        raise NumberRefused(Refusal.INVALID, raw)

    if text.startswith(("*", "#")):
        return Keys(raw, _enough(re.sub(r"\D", "", text), raw), starred=True)
    text = text.rpartition("*")[2]
    if "#" in text:
        raise NumberRefused(Refusal.INVALID, raw)
    return Keys(raw, _enough(text.removeprefix("+"), raw), plus=text.startswith("+"))


def _enough(digits: str, raw: str) -> str:
    """The digits, if there are any and not too many."""
    if not digits:
        raise NumberRefused(Refusal.INCOMPLETE, raw)
    if len(digits) > DIGITS_MAX:
        raise NumberRefused(Refusal.TOO_LONG, raw)
    return digits
