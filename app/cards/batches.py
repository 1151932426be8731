"""Making cards: serials anybody may see, PINs shown this once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update
from stdnum import luhn

from app import clock, db, ledger
from app.cards import pins
from app.cards.models import Batch, Card, CardStatus, Pin
from app.errors import CardRefused
from app.money import MILLION, Money, decimal_text

AT_ONCE = 1_000  # cards written with one statement
COUNT_MAX = 100_000
WORTH_MAX = 1_000_000 * MILLION  # of one card: more is a slip of the keyboard


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A new card. This is the only time that its PIN can be read."""

    serial: str
    pin: str
    balance: Money


def issue(
    count: int, value: Money, *, batch: str, live_calls_max: int | None = None, active: bool = True
) -> list[IssuedCard]:
    """Make cards with credit on them, as part of a new or a known batch.

    Raises CardRefused when the batch has another currency or when the numbers make no sense.
    """
    if not 1 <= count <= COUNT_MAX:
        raise CardRefused(f"issue from 1 to {COUNT_MAX} cards at a time")
    if not 0 <= value.micros <= WORTH_MAX:
        raise CardRefused(f"a card is worth from 0 to {decimal_text(WORTH_MAX)}")
    if not 1 <= len(batch.strip()) <= 80:
        raise CardRefused("name the batch with 1 to 80 characters")
    batch_id, last = _take_serials(batch.strip(), count, value.currency, live_calls_max)
    serials = [serial(batch_id, last - count + n) for n in range(1, count + 1)]
    issued: list[IssuedCard] = []
    for start in range(0, count, AT_ONCE):
        issued += _write(serials[start : start + AT_ONCE], value, batch_id, active)
    return issued


def serial(batch_id: int, number: int) -> str:
    """The public number of the n-th card of a batch: batch, count, check digit."""
    digits = f"{batch_id:04d}{number:06d}"
    return digits + luhn.calc_check_digit(digits)


def _take_serials(name: str, count: int, currency: str, live_calls_max: int | None) -> tuple[int, int]:
    values = {
        "name": name,
        "currency": currency,
        "live_calls_max": live_calls_max or 1,
        "made_at": clock.now(),
    }
    db.execute(db.insert(Batch).values(values).on_conflict_do_nothing())
    row = db.execute(
        update(Batch)
        .where(Batch.name == name)
        .values(issued=Batch.issued + count)
        .returning(Batch.id, Batch.issued, Batch.currency, Batch.live_calls_max)
    ).one()
    if row.currency != currency:
        raise CardRefused(f"the batch {name} is in {row.currency}, not in {currency}")
    if live_calls_max not in {None, row.live_calls_max}:
        raise CardRefused(f"cards of the batch {name} may be on {row.live_calls_max} calls at once")
    return row.id, row.issued


def _write(serials: list[str], value: Money, batch_id: int, active: bool) -> list[IssuedCard]:
    status = CardStatus.ACTIVE if active else CardStatus.MADE
    accounts = ledger.issue(value, serials)
    shared = {"batch_id": batch_id, "status": status, "made_at": clock.now()}
    cards: list[dict[str, Any]] = [
        {"serial": serial, "account_id": account, **shared}
        for serial, account in zip(serials, accounts, strict=True)
    ]
    made = db.execute(insert(Card).returning(Card.id, sort_by_parameter_order=True), cards)
    new_pins = pins.unused(len(serials))
    db.execute(insert(Pin), [pins.row(pin, row.id) for pin, row in zip(new_pins, made, strict=True)])
    return [IssuedCard(serial, pin, value) for serial, pin in zip(serials, new_pins, strict=True)]
