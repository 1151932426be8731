"""Legs to callers last longer when credit comes while they talk: the provider is told first."""

import logging
from functools import partial
from typing import Any

from sqlalchemy import select, update

from app import db
from app.calls import caller_leg, dialling, models, profile
from app.calls.carrier import Carrier
from app.calls.endings import rate_of
from app.calls.models import AccessNumber, Call, CallKind, CallStatus
from app.cards import card as cards_card
from app.cards.models import Batch, Card
from app.errors import CarrierUnreachable
from app.ledger.models import Account, Hold
from app.money import Money

log = logging.getLogger(__name__)

WORTH_IT = 60  # seconds more
AT_ONCE = 100

_LIVE = (
    select(
        Call.__table__,
        Hold.amount.label("aside"),
        *profile.COLUMNS,
        *(column for column in cards_card.COLUMNS if column.key not in ("card_id", "currency")),
    )
    .select_from(Call)
    .join(models.Visit, models.Visit.id == Call.visit_id)
    .join(AccessNumber, AccessNumber.id == models.Visit.access_number_id)
    .join(Hold, Hold.id == Call.hold_id)
    .join(Card, Card.id == Call.card_id)
    .join(Account, Account.id == Card.account_id)
    .join(Batch, Batch.id == Card.batch_id)
    .where(Call.kind == CallKind.CALLBACK, Call.status == CallStatus.ANSWERED, Call.price.is_(None))
    .order_by(Call.id)
    .limit(AT_ONCE)
)


def lengthen(carrier: Carrier) -> int:
    """Let legs last for what their credit has grown to; answers how many. Safe to repeat, by many at once.

    No transaction is open while the provider is told. Money is kept aside only when the time is used.
    """
    with db.transaction(readonly=True):
        grown = [(row, seconds) for row in db.execute(_LIVE) if (seconds := _bought(row))]
    told = 0
    for row, seconds in grown:
        try:
            if carrier.of(row.access_provider).prolong(row.sid, seconds):
                db.attempt(partial(_note, row.id, seconds))
                told += 1
        except CarrierUnreachable as error:
            log.warning("a leg cannot be lengthened", extra={"call": row.id, "reason": str(error)})
            break
    return told


def _bought(row: Any) -> int | None:
    """How long the credit of now buys the leg alone; None when that is hardly more than it has."""
    card = cards_card.of(row)
    credit = card.available + Money(row.aside, row.currency)
    longest = dialling.longest(card, profile.of(row))
    seconds = caller_leg.ahead(rate_of(row), credit, longest=longest).seconds_max
    return seconds if seconds >= row.seconds_max + WORTH_IT else None


def _note(call: int, seconds: int) -> None:
    longer = update(Call).where(Call.id == call, Call.seconds_max < seconds, Call.price.is_(None))
    db.execute(longer.values(seconds_max=seconds))
