"""The leg on which we rang the caller: it costs money while they talk, so two legs share the credit."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select

from app import clock, config, db, ledger, rating
from app.calls.endings import rate_of
from app.calls.models import OPEN, Call, CallKind
from app.calls.visits import Visit
from app.errors import HoldClosed, ShortOfCredit
from app.ledger.models import Hold
from app.money import Money
from app.rating import Rate

AFTER = 60  # seconds after a call, to hear what it cost and to enter another number
MENU = 120  # seconds to enter a number, before anything is dialled
RING_GRACE = 5
SOON = 45  # seconds that one turn of the talk takes at most
PROLONGED_BY = 60


@dataclass(frozen=True, slots=True)
class CallerLeg:
    """The call that is the caller's own leg."""

    call: int
    hold: int
    held: Money
    rate: Rate
    since: datetime
    seconds_max: int

    @property
    def seconds(self) -> int:
        """How long it has lasted at most."""
        return max(0, int((clock.now() - self.since).total_seconds()) + 1)

    def price_of(self, seconds: int) -> Money:
        """What it costs when it lasts so long from its answer."""
        return rating.price_of(self.rate, min(seconds, rating.SECONDS_MAX))

    def price_until(self, seconds: int) -> Money:
        """What it costs when a call of so many seconds begins now."""
        return self.price_of(self.seconds + _ringing() + seconds + AFTER)


def of(visit: int) -> CallerLeg | None:
    """The caller's leg of a visit, while it is paid for; None once it has ended."""
    mine = (
        select(Call.__table__, Hold.amount.label("held"))
        .join(Hold, Hold.id == Call.hold_id)
        .where(Call.visit_id == visit, Call.kind == CallKind.CALLBACK, Call.status.in_(OPEN))
    )
    row = db.execute(mine).one_or_none()
    if row is None:
        return None
    return CallerLeg(
        call=row.id,
        hold=row.hold_id,
        held=Money(row.held, row.currency),
        rate=rate_of(row),
        since=row.answered_at or row.placed_at,
        seconds_max=row.seconds_max,
    )


def ahead(rate: Rate, available: Money, *, longest: int) -> CallerLeg:
    """The leg to somebody who is yet to be rung: it lasts as long as the credit buys it alone."""
    seconds_max = min(rating.seconds_for(rate, available), longest + _ringing() + MENU + AFTER)
    return CallerLeg(0, 0, Money.zero(rate.currency), rate, clock.now(), seconds_max)


def time_to_talk(own: CallerLeg) -> int:
    """How long a call may last at most that costs nothing more, when its number is dialled at once."""
    return own.seconds_max - _ringing() - AFTER


def seconds_for_both(own: CallerLeg, rate: Rate, available: Money, *, at_most: int, talked: int = 0) -> int:
    """The longest call whose price fits what is available together with that of the caller's leg meanwhile.

    One second more would not fit. Of the call `talked` seconds are over already.
    """
    longest = min(at_most, max(0, own.seconds_max - own.seconds - AFTER + talked))
    fits = partial(_fits, own, rate, available + own.held, talked)
    low, high = 0, longest + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def pay_until_end_of(own: CallerLeg, seconds: int) -> None:
    """Keep aside what the caller's leg costs until such a call is over. Raises ShortOfCredit."""
    _extend(own, own.price_until(seconds))


def prolong(visit: Visit) -> bool:
    """Keep aside what the leg costs through the next turn of the talk; answers False when credit is gone."""
    own = of(visit.id) if visit.called_back else None
    if own is None or own.price_of(own.seconds + SOON) <= own.held:
        return True
    try:
        _extend(own, own.price_of(own.seconds + SOON + PROLONGED_BY))
    except ShortOfCredit:
        return False
    return True


def credit(visit: Visit, available: Money) -> Money:
    """What the card of a visit has, less what the caller's leg has cost so far: more is only kept aside."""
    own = of(visit.id) if visit.called_back else None
    return available if own is None else available + own.held - min(own.held, own.price_of(own.seconds))


def _extend(own: CallerLeg, to: Money) -> None:
    try:
        ledger.extend(own.hold, max(own.held, to))
    except HoldClosed as error:  # the caller hung up a moment ago
        raise ShortOfCredit("the caller's leg is over") from error


def _ringing() -> int:
    return config.settings().ring_seconds + RING_GRACE


def _fits(own: CallerLeg, rate: Rate, budget: Money, talked: int, seconds: int) -> bool:
    return max(own.held, own.price_until(max(0, seconds - talked))) + rating.price_of(rate, seconds) <= budget
