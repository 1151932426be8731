"""Recordings of which nobody told us: the provider is asked, so that none stays there for ever."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import exists, select

from app import clock, db
from app.calls import recordings
from app.calls.carrier import Carrier, Tape
from app.calls.models import Call, Recording, Visit
from app.errors import CarrierUnreachable
from app.throttle import Limit

log = logging.getLogger(__name__)

LOOK_AFTER = timedelta(minutes=10)  # the report takes a moment
LOOK_FOR = timedelta(days=1)
CLOCKS = timedelta(seconds=2)  # by which the provider's may differ from ours
AT_ONCE = 50
_HOURLY = Limit("look for recordings", 1, timedelta(hours=1))


def find(carrier: Carrier) -> int:
    """Ask about calls that were to be recorded, and of which no recording is known; answers how many are.

    Each caller's leg is asked about every hour for a day. No transaction may be open.
    """
    with db.transaction(readonly=True):
        silent = _silent()
    return sum(_look(leg, carrier) for leg in silent if db.attempt(partial(_HOURLY.count, leg)))


def _silent() -> list[str]:
    """The legs of callers whose recordings are not known."""
    now = clock.now()
    unknown = (
        select(Visit.sid)
        .join(Call, Call.visit_id == Visit.id)
        .where(Call.recorded, ~exists().where(Recording.call_id == Call.id))
        .where(Call.ended_at < now - LOOK_AFTER, Call.ended_at > now - LOOK_FOR)
    )
    return list(db.execute(unknown.distinct().limit(AT_ONCE)).scalars())


def _look(leg: str, carrier: Carrier) -> int:
    try:
        tapes = carrier.tapes(leg)
    except CarrierUnreachable as error:
        log.warning("a recording cannot be looked for now", extra={"reason": str(error)})
        return 0
    with db.transaction(readonly=True):
        recorded = select(Call.id, Call.placed_at).join(Visit, Visit.id == Call.visit_id)
        own = list(db.execute(recorded.where(Visit.sid == leg, Call.recorded).order_by(Call.id)))
    for tape in sorted(tapes, key=lambda tape: tape.started_at or clock.now()):
        db.attempt(partial(recordings.note, _call_of(tape, own), tape.sid, tape.seconds))
    return len(tapes)


def _call_of(tape: Tape, own: Sequence[Any]) -> int:
    """Which of the calls of one visit was recorded there: the last that had been placed by then."""
    before = [row.id for row in own if tape.started_at and row.placed_at <= tape.started_at + CLOCKS]
    return int(before[-1] if before else own[0].id)
