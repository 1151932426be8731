"""The calls of a card or of a visit, as the owner of the card may see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import db
from app.calls import models
from app.calls.models import Call, CallStatus
from app.cards import OpenCard
from app.cards import card as cards_card
from app.cards.models import Batch, Card
from app.ledger.models import Account, Hold, HoldStatus
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


@dataclass(frozen=True, slots=True)
class Receipt:
    """One call of a visit with its money: what was kept aside for it, and for how long it might last."""

    call: PastCall
    seconds_max: int
    held: Money
    hold: HoldStatus


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a visit so far: the card that was opened, as it is now, and its calls, oldest first."""

    card: OpenCard | None
    receipts: list[Receipt]


def of_card(card: int, *, limit: int = 10) -> list[PastCall]:
    """The last calls of a card, newest first; a call that goes on has cost nothing yet."""
    rows = db.execute(select(Call).where(Call.card_id == card).order_by(Call.id.desc()).limit(limit))
    return [_past(row) for row in rows]


def of_visit(sid: str) -> Told | None:
    """The visit of that provider's id with its money, or None when we know no such visit."""
    visit = db.execute(
        select(models.Visit.id, *cards_card.COLUMNS)
        .outerjoin(Card, Card.id == models.Visit.card_id)
        .outerjoin(Account, Account.id == Card.account_id)
        .outerjoin(Batch, Batch.id == Card.batch_id)
        .where(models.Visit.sid == sid)
    ).one_or_none()
    if visit is None:
        return None
    card = cards_card.of(visit) if visit.card_id else None
    return Told(card, _receipts(visit.id))


def _receipts(visit: int) -> list[Receipt]:
    rows = db.execute(
        select(Call.__table__, Hold.amount.label("held"), Hold.status.label("hold"))
        .join(Hold, Hold.id == Call.hold_id)
        .where(Call.visit_id == visit)
        .order_by(Call.id)
    )
    return [
        Receipt(_past(row), row.seconds_max, Money(row.held, row.currency), HoldStatus(row.hold))
        for row in rows
    ]


def _past(row: Any) -> PastCall:
    return PastCall(
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
