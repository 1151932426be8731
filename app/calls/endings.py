"""The end of a call, learnt from whichever signal comes first, and charged once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, case, select, update

from app import clock, db, ledger, rating
from app.calls import models
from app.calls.models import LIVE, OPEN, Call, CallKind, CallStatus
from app.errors import UnknownCall
from app.ledger import Settlement
from app.money import Money
from app.rating import Rate

WHISPER_SECONDS_MAX = 10  # two sentences, at most
ACTION_COMES = timedelta(seconds=60)  # until then; after that the provider is asked


class Signal(StrEnum):
    """What told us the end of a call."""

    CHILD = "child"  # the status callback of its own leg
    ACTION = "action"  # the Dial's action on the caller's leg
    ROOM = "room"  # what happens in the room where both meet
    RING = "ring"  # the provider, when asked to ring
    SWEEPER = "sweeper"  # the provider, when asked
    STAFF = "staff"  # a person


@dataclass(frozen=True, slots=True)
class Ending:
    """What a signal says: the outcome, the seconds that the called leg was answered, and when it ended.

    `seconds` counts for a completed call only, and is None when the signal does not know it.
    """

    status: CallStatus
    signal: Signal
    seconds: int | None = None
    sid: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A call that is over: what became of it, what it cost, and what its card has available now.

    `newly` says whether this signal was the one that ended it.
    """

    status: CallStatus
    seconds: int
    price: Money
    available: Money
    newly: bool


_LOCK = (
    select(
        models.Visit.sid.label("parent"),
        Call.id,
        Call.kind,
        Call.status,
        Call.hold_id,
        Call.sid,
        Call.answered_at,
        Call.recorded,
        Call.announced,
        Call.seconds,
        Call.price,
        Call.version_id,
        Call.prefix,
        Call.destination,
        Call.currency,
        Call.per_minute,
        Call.connection_fee,
        Call.first_increment,
        Call.increment,
        Call.grace,
    )
    .join(models.Visit, models.Visit.id == Call.visit_id)
    .where(Call.id == bindparam("call"))
    .with_for_update(of=Call)
)
_FINISH = (
    update(Call)
    .where(Call.id == bindparam("call"))
    .values(
        status=bindparam("ending"),
        sid=bindparam("leg"),
        seconds=bindparam("answered_seconds"),
        billed_seconds=bindparam("billed"),
        price=bindparam("charge"),
        learnt_from=bindparam("signal"),
        answered_at=bindparam("since"),
        ended_at=bindparam("until"),
        ask_at=None,
        warn_at=None,
    )
)
_VISIT = select(models.Visit.id).where(models.Visit.sid == bindparam("parent")).scalar_subquery()
_ANSWERED = (
    update(Call)
    .where(Call.id == bindparam("call"), Call.visit_id == _VISIT, Call.status == CallStatus.PLACED)
    .values(status=CallStatus.ANSWERED, sid=bindparam("leg"), answered_at=bindparam("since"))
)
_ASK_AT = (
    update(Call).where(Call.id == bindparam("call"), Call.status.in_(LIVE)).values(ask_at=bindparam("at"))
)
_OF_LEG = (
    select(Call.id)
    .join(models.Visit, models.Visit.id == Call.visit_id)
    .where(models.Visit.sid == bindparam("parent"))
    .where((Call.sid == bindparam("child")) | (Call.sid.is_(None) & Call.status.in_(OPEN)))
    .order_by(case((Call.sid.is_(None), 1), else_=0), Call.id.desc())
    .limit(1)
)


def finish(call: int, ending: Ending, *, parent: str) -> Finished | None:
    """End a call and charge the seconds that it was answered, out of its hold.

    Safe to repeat, by any signal in any order: the first one decides, later ones get what it decided. A
    signal that knows of a completed call but not for how long, or not whether the two were put through, or
    that contradicts what we know, ends nothing: the provider is asked, and None answered. `parent` is the
    provider's id of the visit's leg: a signal that names another visit is none of this call's. A leg that we
    rang ourselves has no parent; its signals name the leg. Raises UnknownCall.
    """
    row = db.execute(_LOCK, {"call": call}).one_or_none()
    if row is None or not _is_about(row, ending, parent):
        raise UnknownCall(f"there is no call {call}")
    if row.status not in OPEN:
        # read after the lock: the signal that ended the call may have been at it until now
        price, available = Money(row.price, row.currency), ledger.available_to(row.hold_id)
        return Finished(CallStatus(row.status), row.seconds, price, available, newly=False)
    if _says_too_little(row, ending):
        db.execute(_ASK_AT, {"call": call, "at": clock.now()})
        return None
    if _may_have_heard_no_more_than_the_whisper(row, ending):
        db.execute(_ASK_AT, {"call": call, "at": clock.now() + ACTION_COMES})
        return None

    # nobody is put through who was not told of the recording, however long that took us
    has_talked = ending.status is CallStatus.COMPLETED and (row.announced or not row.recorded)
    seconds = ending.seconds or 0 if has_talked else 0
    rate = rate_of(row)
    paid = _pay(row, rating.price_of(rate, seconds))
    db.execute(_FINISH, {"call": call, **_outcome(row, ending, seconds, rate, paid)})
    return Finished(ending.status, seconds, paid.charge, paid.available, newly=True)


def answered(call: int, *, parent: str, sid: str, at: datetime | None) -> None:
    """The called party has answered. Safe to repeat, and says nothing once the end is known."""
    db.execute(_ANSWERED, {"call": call, "parent": parent, "leg": sid, "since": at or clock.now()})


def of_leg(parent: str, child: str) -> int | None:
    """The call that a provider's leg belongs to, when the provider does not say it in our words."""
    found: int | None = db.execute(_OF_LEG, {"parent": parent, "child": child}).scalar_one_or_none()
    return found


def rate_of(row: Any) -> Rate:
    """The rate that a call was placed at, as stored on it."""
    return Rate(
        version_id=row.version_id,
        prefix=row.prefix,
        destination=row.destination,
        currency=row.currency,
        per_minute=row.per_minute,
        connection_fee=row.connection_fee,
        first_increment=row.first_increment,
        increment=row.increment,
        grace=row.grace,
        blocked=False,
    )


def columns_of(rate: Rate) -> dict[str, Any]:
    """A rate as it is stored on a call, for `rate_of` to read."""
    return {
        "version_id": rate.version_id,
        "prefix": rate.prefix,
        "destination": rate.destination,
        "currency": rate.currency,
        "per_minute": rate.per_minute,
        "connection_fee": rate.connection_fee,
        "first_increment": rate.first_increment,
        "increment": rate.increment,
        "grace": rate.grace,
    }


def _is_about(row: Any, ending: Ending, parent: str) -> bool:
    """Whether a signal is one of this call's."""
    if row.kind == CallKind.DIALLED or parent:
        return bool(row.parent == parent)
    return ending.sid is not None and row.sid in (None, ending.sid)


def _says_too_little(row: Any, ending: Ending) -> bool:
    """Whether a signal does not tell for how long the called party was answered, if at all.

    The Dial of a caller who waited in a room knows of that wait alone, and of nobody whom we rang.
    """
    if ending.signal is Signal.ACTION and row.kind == CallKind.CONFERENCE:
        return True
    if ending.status is CallStatus.COMPLETED:
        return ending.seconds is None
    return ending.signal in (Signal.ACTION, Signal.RING) and row.status == CallStatus.ANSWERED


def _may_have_heard_no_more_than_the_whisper(row: Any, ending: Ending) -> bool:
    """Whether only the caller's leg can say if the called party of a recorded call was put through."""
    is_short = ending.seconds is not None and ending.seconds <= WHISPER_SECONDS_MAX
    return bool(row.recorded) and row.status in LIVE and ending.signal is Signal.CHILD and is_short


def _pay(row: Any, price: Money) -> Settlement:
    if not price:
        return ledger.release(row.hold_id)
    return ledger.settle(row.hold_id, price, reference=f"call {row.id}")


def _outcome(row: Any, ending: Ending, seconds: int, rate: Rate, paid: Settlement) -> dict[str, Any]:
    until = ending.at or clock.now()
    talked = row.answered_at or until - timedelta(seconds=seconds)
    return {
        "ending": ending.status,
        "leg": ending.sid or row.sid,
        "answered_seconds": seconds,
        "billed": rating.billed_seconds(rate, seconds) if paid.charge else 0,
        "charge": paid.charge.micros,
        "signal": ending.signal,
        "since": talked if seconds else None,
        "until": until,
    }
