"""What a call into a room needs while it goes on: to be rung, warned of its end, and prolonged."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select, update

from app import cards, clock, db, ledger, metrics, rating
from app.calls import caller_leg, models, profile, rooms
from app.calls.carrier import Carrier
from app.calls.dialling import ask_at, longest
from app.calls.endings import Ending, Finished, Signal, finish, rate_of
from app.calls.models import LIVE, AccessNumber, Call, CallStatus
from app.calls.rooms import WARNED_BEFORE
from app.cards import CardStatus
from app.errors import CarrierUnreachable, LedgerError, UnknownCall
from app.ledger.models import Hold
from app.money import Money

log = logging.getLogger(__name__)

AT_ONCE = 250  # of one round: whatever is due after that waits a second
LEASE = timedelta(seconds=5)  # if we die meanwhile, another worker attends to the call after that
VOICE = "voice"
WARNINGS = (60, 15)  # seconds before the end
LATE = timedelta(seconds=5)  # a warning that comes later than that is not true any more
LOOK_EVERY = timedelta(seconds=1)
TRY_AGAIN = timedelta(seconds=2)
JOINS_AGAIN = timedelta(seconds=4)  # whether the caller is in the room, when nobody told us
UNHEARD_AGAIN = timedelta(seconds=30)
GAIN_MIN = 30  # seconds; less is not worth a prolongation, nor all warnings anew

Deed = Callable[[Carrier], object]

_ROW = (
    select(
        Call.__table__,
        models.Visit.sid.label("parent"),
        models.Visit.called_back,
        Hold.amount,
        *profile.COLUMNS,
    )
    .join(models.Visit, models.Visit.id == Call.visit_id)
    .join(AccessNumber, AccessNumber.id == models.Visit.access_number_id)
    .join(Hold, Hold.id == Call.hold_id)
    .where(Call.id == bindparam("call"))
    .with_for_update(of=Call)
)


def attend(carrier: Carrier) -> int:
    """One round: do for each call what is due by now; answers for how many. No transaction may be open.

    Any number of workers may attend at once: each call is attended to by one of them.
    """
    total = 0
    while total < AT_ONCE and (due := db.attempt(_claim)) is not None:
        try:
            provider, deed = db.attempt(partial(_decide, *due))
            deed(carrier.of(provider))
        except CarrierUnreachable as error:
            log.warning("a call is not attended to", extra={"call": due[0], "reason": str(error)})
        except Exception:  # one call must not keep the others waiting
            log.exception("a call could not be attended to", extra={"call": due[0]})
        total += 1
    return total


def tongue(call: int) -> tuple[bool, str]:
    """Whether the caller of a call is warned by voice, and in which language. Raises UnknownCall."""
    asked = (
        select(models.Visit.language, *profile.COLUMNS)
        .join(models.Visit, models.Visit.access_number_id == AccessNumber.id)
        .join(Call, Call.visit_id == models.Visit.id)
    )
    row = db.execute(asked.where(Call.id == call)).one_or_none()
    if row is None:
        raise UnknownCall(f"there is no call {call}")
    line = profile.of(row)
    return line.warns_by == VOICE, row.language or line.language


def _claim() -> tuple[int, datetime] | None:
    """Take the call that has been due longest, so that no other worker does; answers since when."""
    due = select(Call.id, Call.warn_at).where(Call.warn_at <= clock.now()).order_by(Call.warn_at).limit(1)
    row = db.execute(due.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    _change(row.id, warn_at=clock.now() + LEASE)
    return row.id, row.warn_at


def _decide(call: int, since: datetime) -> tuple[str, Deed]:
    """What is to be done for a call that is due, by which provider; and say when to look at it again."""
    row = db.execute(_ROW, {"call": call}).one()
    return row.access_provider, _due(row, since)


def _due(row: Any, since: datetime) -> Deed:
    """What is to be done for one call now."""
    if row.status not in LIVE:
        return _look_again(row, None)
    if row.rung_at is None:
        return _look_again(row, JOINS_AGAIN, partial(_ring, row.id, row.parent))
    if row.status == CallStatus.PLACED:
        return _look_again(row, UNHEARD_AGAIN, partial(_listen, row.id, row.parent, row.sid))
    return _talking(row, since)


def _look_again(row: Any, after: timedelta | None, deed: Deed = lambda carrier: None) -> Deed:
    _change(row.id, warn_at=after and clock.now() + after)
    return deed


def _talking(row: Any, since: datetime) -> Deed:
    """Somebody talks, and the end is near: prolong the call if that is paid for, or warn."""
    now = clock.now()
    seconds_max = _prolonged(row) or row.seconds_max
    if seconds_max > row.seconds_max or not row.limit_told:
        _change(row.id, warn_at=now + TRY_AGAIN)
        return partial(_tell_limit, row, seconds_max)
    ends_at = rooms.end_of(row.answered_at, row.rung_at, row.seconds_max)
    moments = [(ends_at - timedelta(seconds=left), left) for left in WARNINGS]
    next_look = min([now + LOOK_EVERY, *(moment for moment, _ in moments if moment > now)])
    _change(row.id, warn_at=next_look if now < ends_at else None)
    reached = [(moment, left) for moment, left in moments if since <= moment <= now]
    return partial(_warn, row, *reached[-1]) if reached else lambda carrier: None


def _prolonged(row: Any) -> int | None:
    """How long the call may last with the credit that has come, which is kept aside; None: as before."""
    card = cards.by_id(row.card_id)
    if card.status not in (CardStatus.ACTIVE, CardStatus.USED_UP):
        return None
    rate, held = rate_of(row), Money(row.amount, row.currency)
    seconds = min(rating.seconds_for(rate, card.available + held), longest(card, profile.of(row)))
    own = caller_leg.of(row.visit_id) if row.called_back else None
    talked = max(0, int((clock.now() - row.answered_at).total_seconds()))
    if own is not None:
        seconds = caller_leg.seconds_for_both(
            own, rate, card.available + held, at_most=seconds, talked=talked
        )
    if seconds - row.seconds_max < GAIN_MIN:
        return None
    try:
        if own is not None:
            caller_leg.pay_until_end_of(own, seconds - talked)
        ledger.extend(row.hold_id, rating.price_of(rate, seconds))
    except LedgerError:  # somebody else has just spent it
        return None
    _change(row.id, seconds_max=seconds, limit_told=False)
    if row.ask_at == ask_at(row.placed_at, row.seconds_max):  # whoever wants it asked earlier has a reason
        _change(row.id, ask_at=ask_at(row.placed_at, seconds))
    return seconds


def _tell_limit(row: Any, seconds_max: int, carrier: Carrier) -> None:
    """The hold pays for that long: the provider may connect for as long. What is not told is told again."""
    if not carrier.prolong(row.sid, seconds_max):
        return
    look = rooms.end_of(row.answered_at, row.rung_at, seconds_max) - WARNED_BEFORE
    db.attempt(partial(_told, row.id, seconds_max, look))


def _told(call: int, seconds_max: int, look: datetime) -> None:
    this = update(Call).where(Call.id == call, Call.status.in_(LIVE), Call.seconds_max == seconds_max)
    db.execute(this.values(limit_told=True, warn_at=look))


def _warn(row: Any, moment: datetime, left: int, carrier: Carrier) -> None:
    """The caller, and nobody else, hears how much time is left."""
    if clock.now() - moment <= LATE:
        carrier.announce(row.room, row.parent, call=row.id, left=left)


def _ring(call: int, parent: str, carrier: Carrier) -> None:
    """Nobody told us that the caller waits: look, and ring."""
    room = carrier.room(rooms.name_of(call, parent))
    if room is None or parent not in carrier.people(room):
        return
    wanted = db.attempt(partial(rooms.claim, call, room=room))
    if wanted is not None:
        _count(rooms.ring(wanted, carrier))


def _listen(call: int, parent: str, sid: str | None, carrier: Carrier) -> None:
    """It must have stopped ringing, and nobody told us whether they talk: ask."""
    leg = carrier.leg(sid) if sid else None  # an unknown one is looked for by the sweeper
    if leg is None:
        return
    if leg.status is CallStatus.ANSWERED:
        db.attempt(partial(rooms.answered, call, sid=leg.sid, at=leg.started_at))
    elif leg.status not in LIVE and (leg.status is not CallStatus.COMPLETED or leg.seconds is not None):
        ending = Ending(leg.status, Signal.SWEEPER, seconds=leg.seconds, sid=leg.sid, at=leg.ended_at)
        _count(db.attempt(partial(finish, call, ending, parent=parent)))


def _count(finished: Finished | None) -> None:
    if finished is not None and finished.newly:
        metrics.CALLS.labels(finished.status).inc()


def _change(call: int, **values: Any) -> None:
    db.execute(update(Call).where(Call.id == call).values(**values))
