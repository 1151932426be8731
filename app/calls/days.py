"""When a day begins where a customer lives, and what was spent on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from app import clock, db
from app.calls.models import Call
from app.cards import OpenCard
from app.db import Moment
from app.money import Money

SPEND_DAYS = 30


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the customer's, and what the calls that began on it have cost so far."""

    date: date
    spent: Money


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins in a zone, also where clocks are put forward at midnight."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def spend_by_day(card: OpenCard, zone: ZoneInfo, *, days: int = SPEND_DAYS) -> list[Day]:
    """What each of the last days cost, today the last of them.

    One statement that sums up over an index alone, so that a card with many calls may be asked about, too.
    """
    today = clock.now().astimezone(zone).date()
    dates = [today - timedelta(days=back) for back in reversed(range(days))]
    begins = [begin_of(day, zone) for day in (*dates, today + timedelta(days=1))]
    asked = {"card": card.id} | {f"begin{at}": moment for at, moment in enumerate(begins)}
    sums: Sequence[Any] = db.execute(_sums(days), asked).one()
    currency = card.balance.currency
    return [Day(day, Money(int(spent or 0), currency)) for day, spent in zip(dates, sums, strict=True)]


@cache
def _sums(days: int) -> Any:
    """A sum for each of so many days, from `begin0` to `begin1`, from there to `begin2`, and so on."""
    return select(*(_sum(at).label(f"day{at}") for at in range(days)))


def _sum(at: int) -> Any:
    begins, ends = (bindparam(f"begin{which}", type_=Moment) for which in (at, at + 1))
    of_day = (Call.card_id == bindparam("card"), Call.placed_at >= begins, Call.placed_at < ends)
    return select(func.sum(Call.price)).where(*of_day).scalar_subquery()
