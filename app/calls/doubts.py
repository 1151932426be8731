"""Which calls to ask the provider about, when, and which of its legs is which of our calls."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from sqlalchemy import select, update

from app import clock, db
from app.calls import models
from app.calls.carrier import Leg
from app.calls.dialling import ask_at
from app.calls.endings import Signal
from app.calls.lines import AccessNumber
from app.calls.models import LIVE, Call, CallKind, CallStatus

log = logging.getLogger(__name__)

AT_ONCE = 10  # few, so that the last is asked about long before its lease runs out
LEASE = timedelta(seconds=60)  # if we die while asking, another worker asks after that
SOON = timedelta(seconds=10)
AGAIN = timedelta(minutes=5)
VAIN_MAX = 10  # answers that settle nothing before a person has to look
LONG = timedelta(hours=1)  # few visits last longer
LATEST = datetime.max.replace(tzinfo=UTC)


class Answer(Enum):
    """What the provider says when it does not say how the call ended."""

    LIVE = auto()  # it goes on, within its time
    UNCLEAR = auto()  # not yet, but it may be known later
    UNKNOWN = auto()  # it has never heard of it


@dataclass(frozen=True, slots=True)
class Doubt:
    """A call that we ask about."""

    call: int
    visit: int
    parent: str
    caller_is_gone: bool
    provider: str
    sid: str | None
    number: str
    placed_at: datetime
    seconds_max: int
    asked: int
    kind: str
    rung_at: datetime | None
    room: str | None

    @property
    def due_at(self) -> datetime:
        """When its last signal should have come."""
        return ask_at(self.placed_at, self.seconds_max)


def claim() -> list[Doubt]:
    """Take some of the calls that are due, so that no other worker asks about them for a minute."""
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
    visit = (
        Call.visit_id,
        models.Visit.sid.label("parent"),
        models.Visit.ended_at.is_not(None),
        AccessNumber.provider,
    )
    rung = (Call.kind, Call.rung_at, Call.room)
    rows = db.execute(
        select(Call.id, *visit, Call.sid, Call.number, Call.placed_at, Call.seconds_max, Call.asked, *rung)
        .join(models.Visit, models.Visit.id == Call.visit_id)
        .join(AccessNumber, AccessNumber.id == models.Visit.access_number_id)
        .where(Call.id.in_(list(claimed)))
        .order_by(Call.id)
    )
    return [Doubt(*tuple(row)) for row in rows]


def unclaimed(legs: list[Leg]) -> list[Leg]:
    """The legs that are no call's yet, oldest first."""
    with db.transaction(readonly=True):
        known = select(Call.sid).where(Call.sid.in_([leg.sid for leg in legs]))
        taken = set(db.execute(known).scalars())
    return sorted((leg for leg in legs if leg.sid not in taken), key=lambda leg: leg.started_at or LATEST)


def match(doubt: Doubt, legs: list[Leg]) -> Leg | None:
    """The call's own leg among those that are no call's yet; None when there is none, or it cannot be told.

    A visit may call one number several times: its calls without a leg and the legs without a call are in the
    same order, if they are as many. Clocks are not compared: the provider's may differ from ours.
    """
    mine = [leg for leg in legs if _digits(leg.to) == _digits(doubt.number)]
    with db.transaction(readonly=True):
        calls = db.execute(
            select(Call.id)
            .where(Call.visit_id == doubt.visit, Call.number == doubt.number, Call.sid.is_(None))
            .where((Call.status != CallStatus.CANCELED) | (Call.learnt_from != Signal.SWEEPER))
            .order_by(Call.id)
        ).scalars()
        waiting = list(calls)
    told_apart = doubt.call in waiting and len(mine) == len(waiting)
    return mine[waiting.index(doubt.call)] if told_apart else None


def put_off(doubt: Doubt, answer: Answer) -> None:
    """The answer ended nothing: ask again when it makes sense, or leave the call to a person."""
    if answer is Answer.LIVE:
        # nothing but its end tells that of a caller's own leg, which may last for long: it keeps a card busy
        soon = clock.now() + AGAIN if doubt.kind == CallKind.CALLBACK else doubt.due_at
        _change(doubt, ask_at=min(soon, doubt.due_at), asked=0)
    elif answer is Answer.UNCLEAR and doubt.asked + 1 < VAIN_MAX:
        waits = doubt.kind == CallKind.CONFERENCE and doubt.sid is None  # in a silent room
        _change(doubt, asked=doubt.asked + 1, **({"ask_at": clock.now() + SOON} if waits else {}))
    else:
        # its hold stays: the customer's money is neither taken nor spent twice
        _change(doubt, status=CallStatus.UNRESOLVED, ask_at=None)
        log.error("the provider does not know the end of a call", extra={"call": doubt.call})


def _digits(number: str) -> str:
    return number.removeprefix("+")


def _change(doubt: Doubt, **values: object) -> None:
    db.execute(update(Call).where(Call.id == doubt.call, Call.status.in_(LIVE)).values(**values))
