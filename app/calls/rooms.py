"""Calls into a room: the caller waits there, and whoever was dialled is rung, once."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import bindparam, case, func, select, update

from app import clock, config, db
from app.calls import models, profile
from app.calls.carrier import Carrier, Ring
from app.calls.dialling import RING_GRACE, ask_at, longest, shows
from app.calls.endings import Ending, Finished, Signal, finish
from app.calls.models import LIVE, OPEN, AccessNumber, Call, CallKind, CallStatus
from app.calls.visits import Visit
from app.errors import CarrierRefused, CarrierUnreachable, UnknownCall
from app.rating import SECONDS_MAX

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=10)  # if we die while asking for the ring, the leg is looked for after that
WARNED_BEFORE = timedelta(seconds=75)  # the end: a little before the first warning
NOBODY = (CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELED)

_LIVE_VISIT = (
    select(models.Visit.ended_at).where(models.Visit.id == Call.visit_id).scalar_subquery().is_(None)
)
_CLAIM = (
    update(Call)
    .where(Call.id == bindparam("call"), Call.kind == CallKind.CONFERENCE, Call.rung_at.is_(None))
    .where(Call.status == CallStatus.PLACED, _LIVE_VISIT)
    .values(rung_at=bindparam("now"), room=bindparam("in_room"), ask_at=bindparam("lease"))
    .values(warn_at=bindparam("look"))
    .returning(Call.id)
)
_CALL = (
    select(
        Call.number,
        Call.seconds_max,
        models.Visit.id.label("visit"),
        models.Visit.sid.label("parent"),
        models.Visit.caller,
        models.Visit.stir,
        models.Visit.called_back,
        *profile.COLUMNS,
    )
    .join(models.Visit, models.Visit.id == Call.visit_id)
    .join(AccessNumber, AccessNumber.id == models.Visit.access_number_id)
    .where(Call.id == bindparam("call"), Call.kind == CallKind.CONFERENCE)
)
_RUNG = (
    update(Call)
    .where(Call.id == bindparam("call"), Call.status.in_(LIVE))
    .values(
        sid=func.coalesce(Call.sid, bindparam("leg")),
        # whoever wants it asked about earlier has a reason
        ask_at=case(
            (Call.ask_at == bindparam("lease"), bindparam("later", type_=db.Moment())), else_=Call.ask_at
        ),
    )
)
_FORBID = (
    update(Call)
    .where(Call.id == bindparam("call"), Call.rung_at.is_(None), Call.status.in_(OPEN))
    .values(rung_at=bindparam("now"))
)
_ANSWERED = (
    update(Call)
    .where(Call.id == bindparam("call"), Call.kind == CallKind.CONFERENCE, Call.status == CallStatus.PLACED)
    .where(Call.sid.is_(None) | (Call.sid == bindparam("leg")))
    .values(status=CallStatus.ANSWERED, sid=bindparam("leg"), answered_at=bindparam("since"))
    .returning(Call.seconds_max, Call.rung_at, Call.answered_at)
)
_STATE = (
    select(Call.kind, Call.status, Call.sid, Call.rung_at, Call.room, Call.answered_at)
    .add_columns(models.Visit.sid.label("parent"), AccessNumber.provider)
    .join(models.Visit, models.Visit.id == Call.visit_id)
    .join(AccessNumber, AccessNumber.id == models.Visit.access_number_id)
    .where(Call.id == bindparam("call"))
)


class What(StrEnum):
    """What happens in a room that means something for a call."""

    JOIN = "join"
    LEAVE = "leave"
    END = "end"


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened in a room: to a leg, at a moment of the provider's clock, if it says so.

    `status` is what became of the leg.
    """

    what: What
    room: str
    leg: str = ""
    at: datetime | None = None
    status: CallStatus | None = None


def stay_max(visit: Visit) -> int:
    """How many seconds a caller may be in a room: for the ring, and the longest that a call may become."""
    assert visit.card is not None, "a card is open"
    ringing = config.settings().ring_seconds + RING_GRACE + int(LEASE.total_seconds())
    return min(longest(visit.card, visit.line) + ringing, SECONDS_MAX)


def name_of(call: int, parent: str) -> str:
    """What the room of a call is called: the same whenever it is asked, and it tells nothing of anybody."""
    return f"call-{call}-{''.join(filter(str.isalnum, parent))[-12:]}"


def state(call: int) -> Any:
    """How far a call into a room is; None when there is no such call."""
    row = db.execute(_STATE, {"call": call}).one_or_none()
    return row if row is not None and row.kind == CallKind.CONFERENCE else None


def happened(call: int, event: Event) -> Ring | Finished | None:
    """Take in what happened in the room of a call. Safe to repeat, in any order.

    Answers whom to ring now that the caller waits, or how the call ended. Raises UnknownCall.
    """
    row = state(call)
    if row is None:
        raise UnknownCall(f"there is no call {call} into a room")
    if event.what is What.END:
        return finish(call, Ending(CallStatus.COMPLETED, Signal.ROOM), parent=row.parent)
    if event.leg == row.parent:
        return claim(call, room=event.room) if event.what is What.JOIN else None
    if event.what is What.JOIN:
        answered(call, sid=event.leg, at=event.at)
        return None
    return finish(call, _left(row, event), parent="")


def claim(call: int, *, room: str) -> Ring | None:
    """Take it upon us to ring whom was dialled; None when that has been done, or nobody waits any more."""
    now = clock.now()
    ringing = timedelta(seconds=config.settings().ring_seconds + RING_GRACE)
    moments = {"now": now, "lease": now + LEASE, "look": now + ringing + LEASE}
    if db.execute(_CLAIM, {"call": call, "in_room": room[:64], **moments}).scalar_one_or_none() is None:
        return None
    row = db.execute(_CALL, {"call": call}).one()
    caller = Visit(row.visit, row.parent, row.caller, profile.of(row), None, None, "", row.stir)
    caller.called_back = row.called_back
    provider = caller.line.provider
    return Ring(call, row.parent, provider, room, row.number, shows(caller), row.seconds_max)


def ring(wanted: Ring, carrier: Carrier) -> Finished | None:
    """Have the provider ring; what it refuses is a call that failed. No transaction may be open.

    If nobody knows whether it rings, the sweeper looks for the leg before anything is decided.
    """
    carrier = carrier.of(wanted.provider)
    try:
        leg = carrier.ring(wanted)
    except CarrierRefused as error:
        log.warning("nobody is rung", extra={"call": wanted.call, "reason": str(error)})
        failed = Ending(CallStatus.FAILED, Signal.RING)
        finished = db.attempt(partial(finish, wanted.call, failed, parent=wanted.parent))
        let_go(wanted.room, carrier)
        return finished
    except CarrierUnreachable as error:
        log.warning("nobody knows whether it rings", extra={"call": wanted.call, "reason": str(error)})
        return None
    db.attempt(partial(adopt, wanted.call, leg))
    return None


def adopt(call: int, leg: str) -> None:
    """This is the leg of a call that was rung. Safe to repeat."""
    row = db.execute(select(Call.placed_at, Call.seconds_max, Call.rung_at).where(Call.id == call)).one()
    later = ask_at(row.placed_at, row.seconds_max)
    lease = row.rung_at + LEASE if row.rung_at else None
    db.execute(_RUNG, {"call": call, "leg": leg, "lease": lease, "later": later})


def answered(call: int, *, sid: str, at: datetime | None) -> bool:
    """The called party has answered; False means that nobody waits for that leg any more. Safe to repeat.

    `at` is by the provider's clock.
    """
    row = db.execute(_ANSWERED, {"call": call, "leg": sid, "since": at or clock.now()}).one_or_none()
    if row is not None:
        ends_at = end_of(row.answered_at, row.rung_at, row.seconds_max)
        look = {"warn_at": max(clock.now(), ends_at - WARNED_BEFORE)}
        db.execute(update(Call).where(Call.id == call).values(look))
        return True
    now = state(call)
    return now is None or (now.status in OPEN and now.sid == sid)


def end_of(answered_at: datetime, rung_at: datetime, seconds_max: int) -> datetime:
    """When the time of a call is up; if the provider's clock is behind, nobody answers before it rings."""
    return max(answered_at, rung_at) + timedelta(seconds=seconds_max)


def forbid(call: int) -> bool:
    """Make sure that nobody is rung for a call; answers whether nobody has been."""
    return db.execute(_FORBID, {"call": call, "now": clock.now()}).rowcount == 1


def let_go(room: str | None, carrier: Carrier) -> None:
    """Nobody comes: end the caller's wait, so that the talk goes on. No transaction may be open."""
    if room is None:
        return
    try:
        carrier.close(room)
    except CarrierUnreachable as error:
        log.warning("a caller waits in vain", extra={"room": room, "reason": str(error)})


def _left(row: Any, event: Event) -> Ending:
    """What it means that the called party is out of the room.

    Moments are told in whole seconds, so what lies between two of them may be one too many: for how long
    they talked is what the provider counts of their leg, by its last signal or when asked.
    """
    never_came = row.answered_at is None and event.status in NOBODY
    status = event.status if never_came and event.status else CallStatus.COMPLETED
    return Ending(status, Signal.ROOM, sid=event.leg, at=event.at)
