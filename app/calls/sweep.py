"""Calls whose end nobody told us: ask the provider, and settle what it knows."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial

from sqlalchemy import select, update

from app import clock, db
from app.calls import models
from app.calls.carrier import Carrier, Leg
from app.calls.dialling import ask_at
from app.calls.endings import Ending, Signal, finish
from app.calls.models import LIVE, Call, CallStatus
from app.calls.visits import end
from app.errors import CarrierUnreachable

log = logging.getLogger(__name__)

AT_ONCE = 50
LEASE = timedelta(seconds=60)  # if we die while asking, another worker asks after that
VAIN_MAX = 10  # answers that settle nothing before a person has to look
LONG = timedelta(hours=1)
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

    @property
    def due_at(self) -> datetime:
        """When its last signal should have come."""
        return ask_at(self.placed_at, self.seconds_max)


class Answer(Enum):
    """What the provider says when it does not say how the call ended."""

    LIVE = auto()  # it goes on, within its time
    UNCLEAR = auto()  # not yet, but it may be known later
    UNKNOWN = auto()  # it has never heard of it


def sweep_visits(carrier: Carrier) -> int:
    """Ask about visits that have been open for long, and close those that are over; answers how many.

    A visit's end moves no money: it only frees what waits for it, and keeps the count of live visits true.
    """
    with db.transaction(readonly=True):
        old = select(models.Visit.sid).where(
            models.Visit.ended_at.is_(None), models.Visit.started_at < clock.now() - LONG
        )
        sids = list(db.execute(old.order_by(models.Visit.id).limit(AT_ONCE)).scalars())
    closed = 0
    for sid in sids:
        try:
            leg = carrier.leg(sid)
        except CarrierUnreachable:
            break
        if leg is None or leg.status not in LIVE:
            db.attempt(partial(end, sid))
            closed += 1
    return closed


def sweep(carrier: Carrier) -> int:
    """Ask about every call that is due, settle what is known; answers how many calls were asked about.

    Any number of workers may sweep at once: each call is asked about by one of them. No transaction is open
    while the provider is asked.
    """
    total = 0
    while doubts := db.attempt(_claim):
        for doubt in doubts:
            try:
                _resolve(doubt, carrier)
            except Exception:  # one call that cannot be settled must not keep the others waiting
                log.exception("a call could not be settled", extra={"call": doubt.call})
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
        .values(ask_at=clock.now() + LEASE)
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
        answer = _ask(doubt, carrier)
    except CarrierUnreachable as error:
        log.warning("the provider cannot be asked", extra={"call": doubt.call, "reason": str(error)})
        return  # the lease runs out, and we ask again: an unreachable provider is no reason to give up
    if isinstance(answer, Ending):
        db.attempt(lambda: finish(doubt.call, answer))
    elif answer is Answer.LIVE:
        db.attempt(lambda: _ask_when_due(doubt))
    elif answer is Answer.UNKNOWN or doubt.asked + 1 >= VAIN_MAX:
        db.attempt(lambda: _give_up(doubt.call))
    else:
        db.attempt(lambda: _asked_in_vain(doubt.call))


def _ask(doubt: Doubt, carrier: Carrier) -> Ending | Answer:
    """What the provider says of a call."""
    leg = _find(doubt, carrier)
    if leg is not None and leg.status not in LIVE:
        return _ending(leg)
    if leg is not None and clock.now() < doubt.due_at:
        return Answer.LIVE
    if leg is not None:
        carrier.end(leg.sid)  # it talks on unpaid: the carrier's own limit has failed
        return Answer.UNCLEAR
    parent = carrier.leg(doubt.parent)
    if parent is None or doubt.sid is not None:
        return Answer.UNKNOWN
    # the caller was gone before it was dialled, or is still on the line and it may yet be
    return Answer.UNCLEAR if parent.status in LIVE else Ending(CallStatus.CANCELED, Signal.SWEEPER)


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


def _ending(leg: Leg) -> Ending | Answer:
    if leg.status is CallStatus.COMPLETED and leg.seconds is None:
        return Answer.UNCLEAR
    return Ending(leg.status, Signal.SWEEPER, seconds=leg.seconds, sid=leg.sid, at=leg.ended_at)


def _ask_when_due(doubt: Doubt) -> None:
    """It goes on, as it may: ask when its time is over."""
    db.execute(
        update(Call).where(Call.id == doubt.call, Call.status.in_(LIVE)).values(ask_at=doubt.due_at, asked=0)
    )


def _asked_in_vain(call: int) -> None:
    db.execute(update(Call).where(Call.id == call).values(asked=Call.asked + 1))


def _give_up(call: int) -> None:
    """Leave it to a person. The hold stays: the customer's money is neither taken nor spent twice."""
    db.execute(
        update(Call)
        .where(Call.id == call, Call.status.in_(LIVE))
        .values(status=CallStatus.UNRESOLVED, ask_at=None)
    )
    log.error("the provider does not know the end of a call", extra={"call": call})
