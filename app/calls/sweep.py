"""Calls whose end nobody told us: ask the provider, and settle what it knows."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app import clock, db
from app.calls import models
from app.calls.carrier import Carrier, Leg
from app.calls.endings import Ending, Signal, finish
from app.calls.models import LIVE, Call, CallStatus
from app.errors import CarrierUnreachable

log = logging.getLogger(__name__)

AT_ONCE = 50
LEASE = timedelta(seconds=60)  # if we die while asking, another worker asks after that
VAIN_MAX = 10  # answers that settle nothing before a person has to look
EARLY = timedelta(seconds=90)  # how far the provider's clock may be behind ours


@dataclass(frozen=True, slots=True)
class Doubt:
    """A call that we ask about."""

    call: int
    parent: str
    sid: str | None
    number: str
    placed_at: datetime
    seconds_max: int
    asked: int


def sweep(carrier: Carrier) -> int:
    """Ask about every call that is due, settle what is known; answers how many calls were asked about.

    Any number of workers may sweep at once: each call is asked about by one of them. No transaction is open
    while the provider is asked.
    """
    total = 0
    while doubts := db.attempt(_claim):
        for doubt in doubts:
            _resolve(doubt, carrier)
        total += len(doubts)
    return total


def _claim() -> list[Doubt]:
    due = (
        select(Call.id)
        .where(Call.ask_at <= clock.now())
        .order_by(Call.ask_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    claimed = db.execute(
        update(Call)
        .where(Call.id.in_(due.scalar_subquery()))
        .values(ask_at=clock.now() + LEASE, asked=Call.asked + 1)
        .returning(Call.id)
    ).scalars()
    columns = (Call.id, models.Visit.sid.label("parent"), Call.sid, Call.number, Call.placed_at)
    rows = db.execute(
        select(*columns, Call.seconds_max, Call.asked)
        .join(models.Visit, models.Visit.id == Call.visit_id)
        .where(Call.id.in_(list(claimed)))
    )
    return [Doubt(*tuple(row)) for row in rows]


def _resolve(doubt: Doubt, carrier: Carrier) -> None:
    """Ask, and act on the answer."""
    try:
        ending, unknown = _ask(doubt, carrier)
    except CarrierUnreachable as error:
        log.warning("the provider cannot be asked", extra={"call": doubt.call, "reason": str(error)})
        return  # the lease runs out, and we ask again: an unreachable provider is no reason to give up
    if ending is not None:
        db.attempt(lambda: finish(doubt.call, ending))
    elif unknown or doubt.asked >= VAIN_MAX:
        db.attempt(lambda: _give_up(doubt.call))


def _ask(doubt: Doubt, carrier: Carrier) -> tuple[Ending | None, bool]:
    """What the provider says: an ending if there is one, and whether it does not know the call at all."""
    leg = _find(doubt, carrier)
    if leg is not None:
        if leg.status not in LIVE:
            return _ending(leg), leg.status is CallStatus.COMPLETED and leg.seconds is None
        if clock.now() > doubt.placed_at + timedelta(seconds=doubt.seconds_max) + LEASE * 2:
            carrier.end(leg.sid)  # it talks on unpaid: the carrier's own limit has failed
        return None, False
    parent = carrier.leg(doubt.parent)
    if parent is None:
        return None, True
    never_dialled = parent.status not in LIVE
    return (Ending(CallStatus.CANCELED, Signal.SWEEPER) if never_dialled else None), False


def _find(doubt: Doubt, carrier: Carrier) -> Leg | None:
    """The call's own leg: by its id, or the first to its number since then that is no other call's."""
    if doubt.sid is not None:
        return carrier.leg(doubt.sid)
    legs = [leg for leg in carrier.children(doubt.parent) if leg.to == doubt.number]
    with db.transaction(readonly=True):
        taken = set(db.execute(select(Call.sid).where(Call.sid.in_([leg.sid for leg in legs]))).scalars())
    since = doubt.placed_at - EARLY
    mine = [
        leg for leg in legs if leg.sid not in taken and (leg.started_at is None or leg.started_at >= since)
    ]
    return min(mine, key=lambda leg: leg.started_at or since, default=None)


def _ending(leg: Leg) -> Ending | None:
    if leg.status is CallStatus.COMPLETED and leg.seconds is None:
        return None
    return Ending(leg.status, Signal.SWEEPER, seconds=leg.seconds, sid=leg.sid, at=leg.ended_at)


def _give_up(call: int) -> None:
    """Leave it to a person. The hold stays: the customer's money is neither taken nor spent twice."""
    db.execute(
        update(Call)
        .where(Call.id == call, Call.status.in_(LIVE))
        .values(status=CallStatus.UNRESOLVED, ask_at=None)
    )
    log.error("the provider does not know the end of a call", extra={"call": call})
