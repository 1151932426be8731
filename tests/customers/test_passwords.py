"""Passwords are kept as Argon2id, and poor ones are not taken."""

import pytest
from argon2 import PasswordHasher

from app.customers import passwords

GOOD = "correct horse battery"


def test_a_password_is_kept_as_argon2id_with_a_salt_of_its_own() -> None:
    kept = passwords.hashed(GOOD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(kept) <= 200
    assert kept != passwords.hashed(GOOD)


def test_only_the_right_password_matches() -> None:
    kept = passwords.hashed(GOOD)
    assert passwords.matches(kept, GOOD)
    for wrong in ("", "correct horse batter", "Correct horse battery", GOOD + " ", "\0" + GOOD, GOOD * 1000):
        assert not passwords.matches(kept, wrong)


def test_nobodys_password_is_never_right() -> None:
    assert not passwords.matches(None, GOOD)
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches("no hash at all", GOOD)


def test_one_letter_typed_in_two_ways_is_one_letter() -> None:
    assert passwords.matches(passwords.hashed("Gru\u0308ezi mitenand"), "Gr\u00fcezi mitenand")


def test_a_hash_of_older_parameters_is_told_apart() -> None:
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD))
    assert not passwords.is_outdated(passwords.hashed(GOOD))


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "at least 10"),
        ("x" * 9, "at least 10"),
        ("ab cd " * 34, "at most 200"),
        ("1234567890", "everybody tries"),
        ("PassWord123", "everybody tries"),
        ("aaaaaaaaaaaa", "everybody tries"),
        ("Zoe.Marigold@example.org", "not your name"),
        ("zoe.marigold", "not your name"),
        ("ZOE-MARIGOLD", "not your name"),
        (GOOD, ""),
        ("zehn\u00fcberzehn", ""),
        ("ab cd " * 33, ""),
    ],
)
def test_a_poor_password_is_refused_with_a_reason(password: str, says: str) -> None:
    found = passwords.weakness(password, "zoe.marigold@example.org", "zoe-marigold")
    assert says in found
    assert bool(found) == bool(says)
