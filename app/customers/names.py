"""Addresses and user names: what is one, and when are two the same?"""

import re

from email_validator import EmailNotValidError, validate_email

from app import sealing
from app.errors import NameRefused

LENGTH_MAX = 254
_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}", re.ASCII)


def email(text: str) -> str:
    """An address to which mail can be sent, as it is written in mails. Raises NameRefused."""
    if len(text) > LENGTH_MAX:
        raise NameRefused(f"An e-mail address has at most {LENGTH_MAX} characters.")
    try:
        # whether it exists the mail will tell: asking the name servers would be slow, and is none of theirs
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise NameRefused("This is no e-mail address. Write it as in zoe@example.org.") from error
    assert found.ascii_email is not None, "only addresses that can be written in ASCII are let through"
    return found.ascii_email


def user_name(text: str) -> str:
    """A user name in small letters. Raises NameRefused.

    Only letters from a to z, so that no two names look alike.
    """
    plain = text.strip()
    name = plain.lower() if plain.isascii() else ""  # the small letter of the Kelvin sign is a plain k
    if not _USER_NAME.fullmatch(name):
        raise NameRefused("Use 3 to 40 letters from a to z, digits, dots, hyphens or underscores.")
    return name


def key(name: str) -> str:
    """An address or a user name as it is looked up, however it was typed."""
    try:
        return email(name).lower()
    except NameRefused:
        plain = name.strip().lower()[:LENGTH_MAX]
        return "".join(sign if sign.isprintable() else "?" for sign in plain)


def subject(name_key: str) -> str:
    """A name for the counters, who keep nobody's address."""
    return sealing.digest("name", name_key)
