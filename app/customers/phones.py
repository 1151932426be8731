"""Registered phones: caller IDs that open a card without a PIN."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from app import clock, db
from app.customers.models import Phone
from app.errors import PhoneTaken

LABEL_MAX = 40


@dataclass(frozen=True, slots=True)
class Registered:
    """A phone that opens a card."""

    number: str
    label: str
    registered_at: datetime


def register(number: str, card_id: int, *, label: str = "") -> None:
    """Let this phone open that card. Safe to repeat.

    Raises PhoneTaken when it opens another card: a phone never moves silently.
    """
    row = {"number": number, "card_id": card_id, "label": label, "registered_at": clock.now()}
    db.execute(db.insert(Phone).values(row).on_conflict_do_nothing())
    if opens(number) != card_id:
        raise PhoneTaken("this phone opens another card already")


def forget(number: str, card_id: int | None = None) -> bool:
    """Let this phone open nothing any more; answers whether it did before.

    With a card, only if that is what it opens.
    """
    known = delete(Phone).where(Phone.number == number)
    which = known if card_id is None else known.where(Phone.card_id == card_id)
    return db.execute(which).rowcount == 1


def forget_others(card_id: int, *, but: str | None) -> int:
    """Let every phone but this one open that card no more; answers how many there were."""
    others = delete(Phone).where(Phone.card_id == card_id)
    return db.execute(others if but is None else others.where(Phone.number != but)).rowcount


def opens(number: str) -> int | None:
    """The card that a phone opens, if any."""
    found: int | None = db.execute(select(Phone.card_id).where(Phone.number == number)).scalar_one_or_none()
    return found


def of_card(card_id: int) -> list[Registered]:
    """The phones that open a card, the first one first."""
    mine = select(Phone.number, Phone.label, Phone.registered_at).where(Phone.card_id == card_id)
    return [Registered(*tuple(row)) for row in db.execute(mine.order_by(Phone.registered_at, Phone.number))]


def rename(number: str, card_id: int, label: str) -> bool:
    """Call a phone of this card something else; answers whether it is one of its phones."""
    mine = update(Phone).where(Phone.number == number, Phone.card_id == card_id)
    return db.execute(mine.values(label=label)).rowcount == 1
