"""Calls whose end nobody told us: ask the provider, and settle what it knows."""

import logging
from functools import partial

from sqlalchemy import select

from app import clock, config, db, metrics
from app.calls import doubts, lost, models, ringing_back, rooms
from app.calls.carrier import Carrier, Leg
from app.calls.doubts import LONG, Doubt
from app.calls.endings import Ending, Finished, Signal, finish
from app.calls.models import LIVE, CallKind, CallStatus
from app.calls.visits import end
from app.errors import CarrierUnclear, CarrierUnreachable

log = logging.getLogger(__name__)

ROUNDS_MAX = 10  # of one sweep: whatever is due after that waits a second
VISITS_AT_ONCE = 500
PATIENCE = 2  # vain answers before a leg that outlives its caller is ended


def sweep(carrier: Carrier) -> int:
    """Ask about calls that are due, settle what is known; answers how many were asked about.

    Any number of workers may sweep at once: each call is asked about by one of them. No transaction is open
    while a provider is asked. One that does not answer is not asked on: nothing is given up for that.
    """
    total, away = 0, set[str]()
    for _ in range(ROUNDS_MAX):
        due = db.attempt(doubts.claim)
        for doubt in (one for one in due if one.provider not in away):
            try:
                _resolve(doubt, carrier.of(doubt.provider))
            except CarrierUnreachable as error:
                log.warning("the provider cannot be asked", extra={"call": doubt.call, "reason": str(error)})
                away.add(doubt.provider)
                if away.issuperset(config.settings().providers):
                    return total
                continue
            except Exception:  # one call that cannot be settled must not keep the others waiting
                log.exception("a call could not be settled", extra={"call": doubt.call})
            total += 1
        if len(due) < doubts.AT_ONCE:
            break
    return total


def sweep_visits(carrier: Carrier) -> int:
    """Ask about visits that have been open for long, and close those that are over; answers how many.

    A visit's end moves no money: it only frees what waits for it, and keeps the count of live visits true.
    """
    with db.transaction(readonly=True):
        old = select(models.Visit.sid, models.AccessNumber.provider).where(
            models.Visit.ended_at.is_(None), models.Visit.started_at < clock.now() - LONG
        )
        carried = old.join(models.AccessNumber, models.AccessNumber.id == models.Visit.access_number_id)
        rows = list(db.execute(carried.order_by(models.Visit.id).limit(VISITS_AT_ONCE)))
    closed, away = 0, set[str]()
    for row in rows:
        if row.provider in away:
            continue
        try:
            leg = carrier.of(row.provider).leg(row.sid)
        except CarrierUnclear:
            continue
        except CarrierUnreachable:
            away.add(row.provider)
            continue
        if leg is None or leg.status not in LIVE:
            db.attempt(partial(end, row.sid))
            closed += 1
    return closed


def _resolve(doubt: Doubt, carrier: Carrier) -> None:
    """Ask, and act on the answer."""
    try:
        answer = _ask(doubt, carrier)
    except CarrierUnclear:
        answer = doubts.Answer.UNCLEAR
    if isinstance(answer, Ending):
        finished = db.attempt(partial(_settle, doubt, answer))
        if finished is not None and finished.newly:
            metrics.CALLS.labels(finished.status).inc()
            rooms.let_go(doubt.room, carrier)
        return
    db.attempt(partial(doubts.put_off, doubt, answer))


def _settle(doubt: Doubt, ending: Ending) -> Finished | None:
    if doubt.kind == CallKind.CALLBACK:
        return ringing_back.is_over(doubt.call, ending, parent=ending.sid or doubt.parent)
    return finish(doubt.call, ending, parent=doubt.parent)


def _ask(doubt: Doubt, carrier: Carrier) -> Ending | doubts.Answer:
    """What the provider says of a call."""
    if doubt.sid is not None:
        leg = carrier.leg(doubt.sid)
        return doubts.Answer.UNKNOWN if leg is None else _of_leg(doubt, leg, carrier)
    if doubt.kind != CallKind.DIALLED:
        found = (lost if doubt.kind == CallKind.CONFERENCE else ringing_back).find(doubt, carrier)
        return _of_leg(doubt, found, carrier) if isinstance(found, Leg) else found
    unclaimed = doubts.unclaimed(carrier.children(doubt.parent))
    leg = doubts.match(doubt, unclaimed)
    if leg is not None:
        return _of_leg(doubt, leg, carrier)
    parent = carrier.leg(doubt.parent)
    if parent is None:
        return doubts.Answer.UNKNOWN
    # a leg may be listed late: only the second look, a minute after, is believed
    never_dialled = parent.status not in LIVE and not unclaimed and doubt.asked > 0
    return Ending(CallStatus.CANCELED, Signal.SWEEPER) if never_dialled else doubts.Answer.UNCLEAR


def _of_leg(doubt: Doubt, leg: Leg, carrier: Carrier) -> Ending | doubts.Answer:
    if leg.status not in LIVE:
        unclear = leg.status is CallStatus.COMPLETED and leg.seconds is None
        known = Ending(leg.status, Signal.SWEEPER, seconds=leg.seconds, sid=leg.sid, at=leg.ended_at)
        return doubts.Answer.UNCLEAR if unclear else known
    if clock.now() < doubt.due_at and not doubt.caller_is_gone:
        return doubts.Answer.LIVE
    if clock.now() >= doubt.due_at or doubt.asked >= PATIENCE:
        carrier.end(leg.sid)  # it talks on unpaid, or alone
    return doubts.Answer.UNCLEAR
