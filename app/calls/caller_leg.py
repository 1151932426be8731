"""The leg on which we rang the caller: it costs money while they talk, so two legs share the credit."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select

from app import clock, config, db, ledger, rating
from app.calls.endings import rate_of
from app.calls.models import OPEN, Call, CallKind
from app.ledger.models import Hold
from app.money import Money
from app.rating import Rate

AFTER = 60  # seconds after a call, to hear what it cost and to enter another number
MENU = 120  # seconds to enter a number, before anything is dialled
RING_GRACE = 5


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

    def price_until(self, seconds: int) -> Money:
        """What it costs when a call of so many seconds begins now."""
        ring = config.settings().ring_seconds + RING_GRACE
        return rating.price_of(self.rate, min(self.seconds + ring + seconds + AFTER, rating.SECONDS_MAX))


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


def seconds_for_both(own: CallerLeg, rate: Rate, available: Money, *, at_most: int) -> int:
    """The longest call whose price fits what is available together with that of the caller's leg meanwhile.

    One second more would not fit.
    """
    longest = min(at_most, max(0, own.seconds_max - own.seconds - AFTER))
    fits = partial(_fits, own, rate, available + own.held)
    low, high = 0, longest + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def pay_until_end_of(own: CallerLeg, seconds: int) -> None:
    """Keep aside what the caller's leg costs until such a call is over. Raises ShortOfCredit."""
    ledger.extend(own.hold, max(own.held, own.price_until(seconds)))


def _fits(own: CallerLeg, rate: Rate, budget: Money, seconds: int) -> bool:
    return max(own.held, own.price_until(seconds)) + rating.price_of(rate, seconds) <= budget
