"""The calls of a card, as its owner may see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import db
from app.calls.models import Call, CallStatus
from app.money import Money


@dataclass(frozen=True, slots=True)
class PastCall:
    """One line of a card's history; what is not known yet is empty."""

    id: int
    number: str
    destination: str
    status: CallStatus
    placed_at: datetime
    answered_at: datetime | None
    seconds: int
    billed_seconds: int
    per_minute: Money
    price: Money


def of_card(card: int, *, limit: int = 10) -> list[PastCall]:
    """The last calls of a card, newest first; a call that goes on has cost nothing yet."""
    rows = db.execute(select(Call).where(Call.card_id == card).order_by(Call.id.desc()).limit(limit))
    return [
        PastCall(
            id=row.id,
            number=row.number,
            destination=row.destination,
            status=CallStatus(row.status),
            placed_at=row.placed_at,
            answered_at=row.answered_at,
            seconds=row.seconds or 0,
            billed_seconds=row.billed_seconds or 0,
            per_minute=Money(row.per_minute, row.currency),
            price=Money(row.price or 0, row.currency),
        )
        for row in rows
    ]
