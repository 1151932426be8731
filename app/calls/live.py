"""What a person may do with calls that have not ended: see them, end them, and close the unresolved ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app import db
from app.calls import models
from app.calls.carrier import Carrier
from app.calls.endings import Ending, Finished, Signal, finish
from app.calls.models import LIVE, OPEN, AccessNumber, Call, CallStatus
from app.cards.models import Card
from app.errors import CallRefused, CarrierUnclear, UnknownCall
from app.ledger.models import Hold
from app.money import Money


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that has not ended, with the money that it keeps aside."""

    id: int
    serial: str
    parent: str
    provider: str
    sid: str | None
    # where caller and called party meet, if they do so in a room
    room: str | None
    number: str
    destination: str
    status: CallStatus
    placed_at: datetime
    answered_at: datetime | None
    seconds_max: int
    held: Money


def unresolved() -> list[OpenCall]:
    """The calls whose end the provider does not know, oldest first."""
    return _open(Call.status == CallStatus.UNRESOLVED)


def live() -> list[OpenCall]:
    """The calls that go on now, oldest first."""
    return _open(Call.status.in_(LIVE))


def get(call: int) -> OpenCall:
    """One call that has not ended. Raises UnknownCall, or CallRefused when it is over."""
    found = _open(Call.id == call)
    if found:
        return found[0]
    over = db.execute(select(Call.status).where(Call.id == call)).scalar_one_or_none()
    if over is None:
        raise UnknownCall(f"there is no call {call}")
    raise CallRefused(f"call {call} is over: {over}")


def close(call: int, *, seconds: int) -> Finished:
    """A person says how long an unresolved call was answered; 0 sets the customer's money free.

    Raises UnknownCall, or CallRefused when the call is not unresolved.
    """
    found = get(call)
    if found.status is not CallStatus.UNRESOLVED:
        raise CallRefused(f"call {call} is {found.status}: only an unresolved call is closed by hand")
    if not 0 <= seconds <= found.seconds_max:
        raise CallRefused(f"call {call} was allowed to last from 0 to {found.seconds_max} seconds")
    status = CallStatus.COMPLETED if seconds else CallStatus.CANCELED
    finished = finish(call, Ending(status, Signal.STAFF, seconds=seconds), parent=found.parent)
    assert finished is not None, "a person always says for how long"
    return finished


def hang_up(call: OpenCall, carrier: Carrier) -> bool:
    """End a live call at its provider; answers whether it was still live there. No transaction may be open.

    The charge follows from the signals of its end, as for any other call. Raises CarrierUnreachable.
    """
    carrier = carrier.of(call.provider)
    if call.sid is None and call.room is not None:
        return carrier.close(call.room)
    children = [call.sid] if call.sid else _live_children(call.parent, carrier)
    ended = [carrier.end(sid) for sid in children or [call.parent]]
    return any(ended)


def _live_children(parent: str, carrier: Carrier) -> list[str]:
    """The legs that the caller's leg has dialled; none when the provider cannot say which those are."""
    try:
        return [leg.sid for leg in carrier.children(parent) if leg.status in LIVE]
    except CarrierUnclear:
        return []


_CALLS = (
    select(
        Call.id,
        Card.serial,
        models.Visit.sid.label("parent"),
        AccessNumber.provider,
        Call.sid,
        Call.room,
        Call.number,
        Call.destination,
        Call.status,
        Call.placed_at,
        Call.answered_at,
        Call.seconds_max,
        Hold.amount,
        Call.currency,
    )
    .join(Card, Card.id == Call.card_id)
    .join(models.Visit, models.Visit.id == Call.visit_id)
    .join(AccessNumber, AccessNumber.id == models.Visit.access_number_id)
    .join(Hold, Hold.id == Call.hold_id)
)


def _open(condition: Any) -> list[OpenCall]:
    rows = db.execute(_CALLS.where(condition, Call.status.in_(OPEN)).order_by(Call.id))
    return [
        OpenCall(
            id=row.id,
            serial=row.serial,
            parent=row.parent,
            provider=row.provider,
            sid=row.sid,
            room=row.room,
            number=row.number,
            destination=row.destination,
            status=CallStatus(row.status),
            placed_at=row.placed_at,
            answered_at=row.answered_at,
            seconds_max=row.seconds_max,
            held=Money(row.amount, row.currency),
        )
        for row in rows
    ]


def counts() -> dict[str, int]:
    """How much goes on at this moment, for whoever watches: visits, calls, holds and calls to look at."""
    asked = {
        "live_visits": select(func.count()).where(models.Visit.ended_at.is_(None)),
        "live_calls": select(func.count()).where(Call.status.in_(LIVE), Call.price.is_(None)),
        "unresolved_calls": select(func.count()).where(
            Call.status == CallStatus.UNRESOLVED, Call.price.is_(None)
        ),
        "open_holds": select(func.count()).where(Hold.status == "open"),
    }
    return {name: int(db.execute(question).scalar_one()) for name, question in asked.items()}
