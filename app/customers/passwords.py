"""Passwords: kept as Argon2id, and checked in the same time whether or not there is such a person."""

import unicodedata
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LENGTH_MIN, LENGTH_MAX = 10, 200

# OWASP's smallest recommended: 19 MiB and two rounds, so that a crowd at the door does not fill the memory
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# of no password: verified for unknown names, so that they take as long as known ones
_NOBODYS = _HASHER.hash("nobody has this password")
# of those that people choose most, the ones that are long enough
_COMMON = frozenset((Path(__file__).parent / "common_passwords.txt").read_text().split())


def weakness(password: str, *names: str) -> str:
    """Why this password is not taken, as a sentence for the person; empty when it is fine."""
    if len(password) < LENGTH_MIN:
        return f"Use at least {LENGTH_MIN} characters. Three or four words in a row are easy to remember."
    if len(password) > LENGTH_MAX:
        return f"Use at most {LENGTH_MAX} characters."
    plain = password.casefold().strip()
    parts = {name.casefold() for name in names} | {name.casefold().partition("@")[0] for name in names}
    if plain in parts:
        return "Use a password that is not your name or your e-mail address."
    if plain in _COMMON or len(set(plain)) < 4:
        return "This is one of the passwords that everybody tries first. Use another one."
    return ""


def hashed(password: str) -> str:
    """The form in which a password is kept. Takes a while: never inside a transaction."""
    return _HASHER.hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password; None, for nobody, takes just as long. Never inside a transaction."""
    try:
        _HASHER.verify(kept or _NOBODYS, _normal(password[: LENGTH_MAX + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was made with other parameters than today's, and should be made again."""
    return _HASHER.check_needs_rehash(kept)


def _normal(password: str) -> str:
    """One keyboard writes ü as one character, another as two."""
    return unicodedata.normalize("NFKC", password)
