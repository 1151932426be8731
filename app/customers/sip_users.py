"""Which card a caller from a SIP domain calls with: users whom the provider lets in by their passwords."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from app import clock, db
from app.customers.models import SipUser
from app.errors import PhoneRefused, PhoneTaken

ADDRESS_MAX = 120
_ADDRESS = re.compile(r"[a-z0-9_.+~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Registered:
    """A SIP user, and the card that pays for the calls."""

    address: str
    card_id: int
    registered_at: datetime


def register(address: str, card_id: int) -> str:
    """Let this user call with that card; answers the address as it is kept. Safe to repeat.

    Raises PhoneRefused for what is no address; PhoneTaken when it calls with another card: a user never
    moves silently.
    """
    kept = _read(address)
    row = {"address": kept, "card_id": card_id, "registered_at": clock.now()}
    db.execute(db.insert(SipUser).values(row).on_conflict_do_nothing())
    if opens(kept) != card_id:
        raise PhoneTaken(f"{kept} calls with another card already: remove it there first")
    return kept


def forget(address: str) -> bool:
    """Let this user call with no card any more; answers whether there was one."""
    this = delete(SipUser).where(SipUser.address == address.strip().lower())
    return db.execute(this).rowcount == 1


def opens(address: str) -> int | None:
    """The card that a user calls with, if any."""
    known = select(SipUser.card_id).where(SipUser.address == address)
    found: int | None = db.execute(known).scalar_one_or_none()
    return found


def of_card(card_id: int) -> list[Registered]:
    """The users that call with a card, in the order of their addresses."""
    return [Registered(*tuple(row)) for row in db.execute(_LISTED.where(SipUser.card_id == card_id))]


def all_of_them() -> list[Registered]:
    """Every user, in the order of their addresses."""
    return [Registered(*tuple(row)) for row in db.execute(_LISTED)]


_LISTED = select(SipUser.address, SipUser.card_id, SipUser.registered_at).order_by(SipUser.address)


def _read(address: str) -> str:
    kept = address.strip().removeprefix("sip:").lower()
    if not address.isascii() or len(kept) > ADDRESS_MAX or not _ADDRESS.fullmatch(kept):
        raise PhoneRefused(f"{address[:40]!r} is no SIP address: write USER@DOMAIN, as in alice@example.org")
    return kept
