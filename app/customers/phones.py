"""Registered phones: caller IDs that open a card without a PIN."""

from sqlalchemy import delete, select

from app import clock, db
from app.customers.models import Phone
from app.errors import PhoneTaken


def register(number: str, card_id: int) -> None:
    """Let this phone open that card. Safe to repeat.

    Raises PhoneTaken when it opens another card: a phone never moves silently.
    """
    row = {"number": number, "card_id": card_id, "registered_at": clock.now()}
    db.execute(db.insert(Phone).values(row).on_conflict_do_nothing())
    owner = db.execute(select(Phone.card_id).where(Phone.number == number)).scalar_one()
    if owner != card_id:
        raise PhoneTaken("this phone opens another card already")


def forget(number: str) -> bool:
    """Let this phone open nothing any more; answers whether it did before."""
    return db.execute(delete(Phone).where(Phone.number == number)).rowcount == 1
