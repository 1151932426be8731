"""Speed dials: numbers behind one or two keys."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from app import db
from app.customers.models import SpeedDial

SLOTS = range(1, 100)
NAME_MAX = 40


@dataclass(frozen=True, slots=True)
class Saved:
    """A number under a key."""

    slot: int
    number: str
    name: str


def of_card(card_id: int) -> list[Saved]:
    """The speed dials of a card, by key."""
    mine = select(SpeedDial.slot, SpeedDial.number, SpeedDial.name).where(SpeedDial.card_id == card_id)
    return [Saved(*tuple(row)) for row in db.execute(mine.order_by(SpeedDial.slot))]


def number_at(card_id: int, slot: int) -> str | None:
    """The number under a key, if there is one."""
    asked = select(SpeedDial.number).where(SpeedDial.card_id == card_id, SpeedDial.slot == slot)
    found: str | None = db.execute(asked).scalar_one_or_none()
    return found


def add(card_id: int, slot: int, *, number: str, name: str) -> bool:
    """Save a number under a free key; answers whether it was free."""
    row = {"card_id": card_id, "slot": slot, "number": number, "name": name}
    wanted = db.insert(SpeedDial).values(row).on_conflict_do_nothing().returning(SpeedDial.slot)
    return db.execute(wanted).one_or_none() is not None


def change(card_id: int, slot: int, *, to: int, number: str, name: str) -> bool:
    """Change what is saved under a key, and the key itself; answers False when the other key is taken.

    Safe to repeat.
    """
    if to != slot and number_at(card_id, to) is not None:
        return False
    remove(card_id, slot)
    return add(card_id, to, number=number, name=name)


def remove(card_id: int, slot: int) -> bool:
    """Free a key; answers whether something was saved under it."""
    mine = delete(SpeedDial).where(SpeedDial.card_id == card_id, SpeedDial.slot == slot)
    return db.execute(mine).rowcount == 1


def free_slot(card_id: int) -> int | None:
    """The lowest free key; None when all are taken."""
    taken = {saved.slot for saved in of_card(card_id)}
    return next((slot for slot in SLOTS if slot not in taken), None)
