"""Ending calls that must not go on: those of cards that were suspended meanwhile."""

import logging
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from app import db
from app.calls import Carrier, live
from app.calls.live import OpenCall
from app.calls.models import LIVE, Call
from app.cards import LockReason
from app.cards.models import CardLock
from app.errors import CallError, CarrierUnreachable
from app.throttle import Limit

log = logging.getLogger(__name__)

AT_ONCE = 50
# a card that staff suspend by hand pays for the call that goes on: staff end it themselves if they want to
ENDS_CALLS = (LockReason.OWNER, LockReason.DEBT, LockReason.REVERSAL, LockReason.DISPUTE)
# the end of a call is told a moment after it: it is not asked for again at once
_ONCE = Limit("end a call", 1, timedelta(seconds=15))


def end_calls_of_suspended_cards(carrier: Carrier) -> int:
    """End the live calls of cards that are suspended; answers how many. No transaction may be open.

    Looked for in the tables, so that nothing is lost when whoever suspended the card was killed right after.
    """
    suspended = select(CardLock.card_id).where(CardLock.reason.in_(ENDS_CALLS))
    wanted = select(Call.id).where(Call.status.in_(LIVE), Call.price.is_(None), Call.card_id.in_(suspended))
    with db.transaction(readonly=True):
        calls = list(db.execute(wanted.order_by(Call.id).limit(AT_ONCE)).scalars())
    return sum(_end(call, carrier) for call in calls)


def _end(call: int, carrier: Carrier) -> bool:
    found = db.attempt(partial(_claim, call))
    if found is None:
        return False
    try:
        return live.hang_up(found, carrier)
    except CarrierUnreachable as error:
        log.warning("a call of a suspended card goes on", extra={"call": call, "reason": str(error)})
        return False


def _claim(call: int) -> OpenCall | None:
    """Take a call in hand; None when another worker has just ended it, or it is over."""
    if not _ONCE.count(str(call)):
        return None
    try:
        return live.get(call)
    except CallError:
        return None
