"""Where a card calls most, and how long its credit lasts there."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, literal_column, select

from app import db, numbers, rating
from app.calls import dialling, models, profile
from app.calls.models import AccessNumber, Call, CallKind, CallStatus
from app.calls.profile import Line
from app.cards import OpenCard
from app.errors import BlockedPrefix, NoRate
from app.rating import Rate

RECENT = 200  # calls that say what a favourite is
CANDIDATES = 10  # some of them are not shown

# a card is asked for as a range of one, so that the index is read in its order, and never everybody's rows
_RECENT = (
    select(Call.id, Call.number, Call.status, Call.kind)
    .where(Call.card_id >= bindparam("card"), Call.card_id <= bindparam("card"))
    .order_by(Call.card_id.desc(), Call.placed_at.desc(), Call.id.desc())
    .limit(literal_column(str(RECENT)))
    .subquery()
)
_MOST = (
    select(_RECENT.c.number, func.count().label("calls"))
    .where(_RECENT.c.status == CallStatus.COMPLETED, _RECENT.c.kind != CallKind.CALLBACK)
    .group_by(_RECENT.c.number)
    .order_by(func.count().desc(), func.max(_RECENT.c.id).desc())
    .limit(literal_column(str(CANDIDATES)))
)
_LAST_LINE = (
    select(*profile.COLUMNS)
    .select_from(AccessNumber)
    .join(models.Visit, models.Visit.access_number_id == AccessNumber.id)
    .where(models.Visit.card_id >= bindparam("card"), models.Visit.card_id <= bindparam("card"))
    .order_by(models.Visit.card_id.desc(), models.Visit.id.desc())
    .limit(literal_column("1"))
)


@dataclass(frozen=True, slots=True)
class Favourite:
    """A number that was called often of late, and the whole minutes that one call to it may last now."""

    number: str
    calls: int
    rate: Rate
    minutes: int


def favourites(card: OpenCard, count: int = 3) -> list[Favourite]:
    """The numbers called most often of late that can be called, priced as by the access number used last.

    The minutes are those that the caller would be told. Freephone numbers are not listed. At most CANDIDATES
    look-ups, and two statements.
    """
    last = db.execute(_LAST_LINE, {"card": card.id}).one_or_none()
    if last is None:
        return []
    line = profile.of(last)
    found: list[Favourite] = []
    for row in db.execute(_MOST, {"card": card.id}).all():
        rate = None if numbers.is_freephone(row.number) else _rate(row.number, line, card)
        if rate is not None:
            found.append(Favourite(row.number, row.calls, rate, _minutes(rate, card, line)))
        if len(found) == count:
            break
    return found


def _rate(number: str, line: Line, card: OpenCard) -> Rate | None:
    try:
        rate = dialling.rate_for(line, number)
    except (NoRate, BlockedPrefix):
        return None
    return rate if rate.currency == card.available.currency else None


def _minutes(rate: Rate, card: OpenCard, line: Line) -> int:
    return rating.minutes_for(rate, card.available, seconds_max=dialling.longest(card, line))
