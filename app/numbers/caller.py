"""Who is calling: the caller's number as carriers deliver it."""

import re

from app.numbers.keys import Keys
from app.numbers.kinds import NumberRefused
from app.numbers.reading import understand

_NUMBER = re.compile(r"\+?[0-9]{5,20}")


def caller_id(raw: str | None, *, country: str) -> str | None:
    """The caller's number in E.164, or None for a caller who withholds it or has none.

    `country` is the access number's: 07… from a British network means +447…. None also for what only looks
    like a number: +266696687, which spells "anonymous", and SIP or client addresses.
    """
    text = re.sub(r"[ ().-]", "", raw[:64]) if raw else ""
    if not _NUMBER.fullmatch(text):
        return None
    keys = Keys(text, text.removeprefix("+"), plus=text.startswith("+"))
    try:
        return understand(keys, country.upper()).e164
    except NumberRefused:
        return None
