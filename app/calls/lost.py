"""Calls into a room about which too little was told: their leg is looked for, and their end is asked for."""

import time
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from app import db
from app.calls import doubts, rooms
from app.calls.carrier import Carrier, Leg
from app.calls.doubts import Answer, Doubt
from app.calls.endings import Ending, Finished, Signal, finish
from app.calls.models import LIVE, OPEN, Call, CallStatus
from app.errors import CarrierUnclear, CarrierUnreachable

CLOCKS = timedelta(seconds=60)  # by which the provider's may differ from ours
PAUSE = timedelta(milliseconds=300)  # a leg that is ended takes a moment to be over
LOOKS = 3
PATIENCE = timedelta(seconds=3)  # the caller listens to silence meanwhile


def find(doubt: Doubt, carrier: Carrier) -> Leg | Ending | Answer:
    """The leg of a call whose id nobody told us; or how the call ended, if there never was one.

    A leg may be listed late: only the second look is believed.
    """
    if doubt.rung_at is None and db.attempt(partial(rooms.forbid, doubt.call)):
        return Ending(CallStatus.CANCELED, Signal.SWEEPER)
    leg = _in_room(doubt, carrier) or by_number(doubt, carrier)
    if leg is not None:
        db.attempt(partial(rooms.adopt, doubt.call, leg.sid))
        if leg.status is CallStatus.ANSWERED:
            db.attempt(partial(rooms.answered, doubt.call, sid=leg.sid, at=leg.started_at))
        return leg
    return Ending(CallStatus.FAILED, Signal.SWEEPER) if doubt.asked else Answer.UNCLEAR


def learn(call: int, carrier: Carrier) -> Finished | None:
    """The caller is out of the room: ask how the call ended, so that the cost can be told at once.

    None when that is known, or cannot be known yet. No transaction may be open.
    """
    with db.transaction(readonly=True):
        row = rooms.state(call)
    if row is None or row.status not in OPEN:
        return None
    if row.sid is None:
        never_rung = db.attempt(partial(rooms.forbid, call))
        ending = Ending(CallStatus.CANCELED, Signal.SWEEPER) if never_rung else None
    else:
        ending = _ended(row.sid, carrier.of(row.provider))
    return db.attempt(partial(finish, call, ending, parent=row.parent)) if ending else None


def _ended(sid: str, carrier: Carrier) -> Ending | None:
    """How a leg ended that has nobody to talk to any more."""
    until = time.monotonic() + PATIENCE.total_seconds()
    try:
        for look in range(LOOKS):
            leg = carrier.leg(sid)
            if leg is None or time.monotonic() > until:
                return None
            if leg.status not in LIVE and not (leg.status is CallStatus.COMPLETED and leg.seconds is None):
                return Ending(leg.status, Signal.SWEEPER, seconds=leg.seconds, sid=sid, at=leg.ended_at)
            if look == 0:
                carrier.end(sid)
            time.sleep(PAUSE.total_seconds())
    except CarrierUnreachable:
        pass
    return None


def _in_room(doubt: Doubt, carrier: Carrier) -> Leg | None:
    """Whoever is in the room beside the caller."""
    room = doubt.room or carrier.room(rooms.name_of(doubt.call, doubt.parent))
    others = [sid for sid in carrier.people(room) if sid != doubt.parent] if room else []
    return carrier.leg(others[0]) if others else None


def by_number(doubt: Doubt, carrier: Carrier) -> Leg | None:
    """The leg to the number, told from those of other calls: both are in the same order.

    None when nobody was rung there. Raises CarrierUnclear when somebody was, and it cannot be told for whom.
    """
    if doubt.rung_at is None:
        return None
    legs = doubts.unclaimed(carrier.rung(doubt.number, since=doubt.rung_at - CLOCKS))
    with db.transaction(readonly=True):
        waiting = select(Call.id).where(
            Call.kind == doubt.kind,
            Call.number == doubt.number,
            Call.sid.is_(None),
            Call.status.in_(OPEN),
            Call.rung_at >= doubt.rung_at - CLOCKS,
        )
        calls = list(db.execute(waiting.order_by(Call.rung_at, Call.id)).scalars())
    if not legs:
        return None
    if doubt.call not in calls or len(calls) != len(legs):
        raise CarrierUnclear("legs to one number cannot be told apart")
    return legs[calls.index(doubt.call)]
