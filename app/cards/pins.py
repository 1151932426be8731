"""PINs: made at random, kept as keyed hashes, found in one look-up."""

import hmac
import secrets
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from stdnum import luhn

from app import clock, config, db
from app.cards import card, lockout
from app.cards.card import OpenCard
from app.cards.models import Batch, Card, CardStatus, Pin
from app.errors import CardSuspended, UnknownPin
from app.ledger.models import Account

VOUCHER_LENGTH = 14  # of the codes of vouchers, which are made like PINs

_FIND = (
    select(*card.COLUMNS, Pin.hash, Pin.key_id, lockout.CROWD_IS_LOCKED_OUT)
    .select_from(Pin)
    .join(Card, Card.id == Pin.card_id)
    .join(Account, Account.id == Card.account_id)
    .join(Batch, Batch.id == Card.batch_id)
    .where(Pin.hash.in_(bindparam("hashes", expanding=True)), Pin.died_at.is_(None))
)
_REHASH = (
    update(Pin)
    .where(Pin.hash == bindparam("old"))
    .values(hash=bindparam("new"), key_id=bindparam("new_key_id"))
)


def make(length: int) -> str:
    """A new PIN of `length` digits: all random but the last, which is a Luhn check digit."""
    digits = "".join(secrets.choice("0123456789") for _ in range(length - 1))
    return digits + luhn.calc_check_digit(digits)


def looks_like_a_pin(digits: str) -> bool:
    """Whether somebody may have typed a PIN or the code of a voucher, right or not, in the wrong place."""
    numbers = "".join(character for character in digits if character in "0123456789")
    return any(
        luhn.is_valid(numbers[start : start + length])
        for length in (*config.settings().pin_lengths, VOUCHER_LENGTH)
        for start in range(len(numbers) - length + 1)
    )


def after_own(card_id: int, digits: str) -> str | None:
    """What was typed after the PIN of a card that is open already; None when it does not begin with that.

    Only what is shaped like a PIN is looked up.
    """
    for length in config.settings().pin_lengths:
        typed = digits[:length]
        if len(typed) == length and typed.isascii() and typed.isdigit() and luhn.is_valid(typed):
            mine = (Pin.card_id == card_id, Pin.hash.in_(every_hash(typed)), Pin.died_at.is_(None))
            if db.execute(select(Pin.card_id).where(*mine)).one_or_none() is not None:
                return digits[length:]
    return None


def hashed(pin: str, pepper: str) -> bytes:
    """What the database keeps of a PIN."""
    return hmac.digest(pepper.encode(), pin.encode(), sha256)


def key_id(pepper: str) -> str:
    """A name for a pepper that does not give it away: a pepper can be replaced while old PINs still open."""
    return hmac.digest(pepper.encode(), b"which pepper is this", sha256).hex()[:16]


def every_hash(pin: str) -> list[bytes]:
    """The PIN under every pepper in use, the current one first."""
    return [hashed(pin, pepper) for pepper in config.settings().pin_peppers]


def authenticate(digits: str, *, caller: str | None, access_number: str) -> OpenCard:
    """Open the card that a PIN belongs to.

    Raises UnknownPin for a wrong, void, expired or unsold one, after the same work and with the same words;
    CallerLockedOut when there were too many of those, CardSuspended when it is right and the card frozen.
    Counts are kept although it raises: the door must commit.
    """
    attempt = lockout.Attempt(caller, access_number)
    attempt.enter()
    asked = {"hashes": every_hash(digits), **attempt.crowd_limits()}
    found = db.execute(_FIND, asked).one_or_none()
    if found is None or not card.opens(card.of(found).status) or attempt.is_locked_with(found):
        attempt.wrong()
        raise UnknownPin("no card has this PIN")
    attempt.right()
    _renew(digits, found)
    opened = card.of(found)
    if opened.status is CardStatus.SUSPENDED:
        raise CardSuspended(f"card {opened.serial} is suspended")
    return opened


def new_pin(card_id: int) -> str:
    """Give a card another PIN, to be shown this once; the old one is dead at once and for ever."""
    [pin] = unused(1)
    db.execute(update(Pin).where(Pin.card_id == card_id, Pin.died_at.is_(None)).values(died_at=clock.now()))
    db.execute(insert(Pin), row(pin, card_id))
    return pin


def living_mark(card_id: int) -> str:
    """A name for the PIN that a card has now, so that a form can tell whether it has another since.

    It does not give the PIN away.
    """
    living = select(Pin.hash).where(Pin.card_id == card_id, Pin.died_at.is_(None))
    found = db.execute(living).scalar_one_or_none()
    return sha256(bytes(found or b"")).hexdigest()[:24]


def row(pin: str, card_id: int) -> dict[str, object]:
    """What the table keeps of a new PIN."""
    pepper = config.settings().pin_peppers[0]
    return {"hash": hashed(pin, pepper), "key_id": key_id(pepper), "card_id": card_id}


def unused(count: int) -> list[str]:
    """PINs that no card, living or dead, has ever had."""
    fresh: list[str] = []
    while len(fresh) < count:
        drawn = {make(config.settings().pin_lengths[0]) for _ in range(count - len(fresh))} - set(fresh)
        hashes = {hash: pin for pin in drawn for hash in every_hash(pin)}
        taken = db.execute(select(Pin.hash).where(Pin.hash.in_(list(hashes)))).scalars()
        fresh += drawn - {hashes[bytes(hash)] for hash in taken}
    return fresh


def _renew(digits: str, found: Any) -> None:
    """Keep the PIN under the current pepper, so that the old one can be dropped one day."""
    pepper = config.settings().pin_peppers[0]
    if found.key_id != key_id(pepper):
        new = {"old": found.hash, "new": hashed(digits, pepper), "new_key_id": key_id(pepper)}
        db.execute(_REHASH, new)
