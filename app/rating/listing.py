"""The price list as people read it: the rates of a country, a page at a time, and the whole deck as CSV."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from typing import Any

from sqlalchemy import and_, func, literal, or_, select

from app import clock, db
from app.rating.columns import CANONICAL
from app.rating.deck import pages, texts
from app.rating.lookup import DeckInForce
from app.rating.models import RateRow
from app.rating.price import Rate, with_surcharge

ROWS = 50
DIGITS_MAX = 15

Spans = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Listed:
    """Rates in order of their prefixes, and the prefix after which there are more; empty at the end."""

    rates: list[Rate]
    more_after: str


def rates_of(
    deck: DeckInForce, spans: Spans, *, after: str = "", rows: int = ROWS, surcharge: int = 0
) -> Listed:
    """The rates in force today whose prefixes lie in these spans, beginning after a prefix.

    `surcharge` is what a minute costs more, in millionths.

    Served by the primary key, however long the deck. Where a span has no rate of its own, the shorter
    prefix that prices it is shown.
    """
    if not spans:
        return Listed([], "")
    inside = or_(*(RateRow.prefix.between(first, last) for first, last in spans))
    found = _today(deck, inside, RateRow.prefix > after, RateRow.prefix >= spans[0][0], rows=rows + 1)
    if not found and not after:
        return Listed(_dearer(_covering(deck, spans[0][0]), surcharge), "")
    return Listed(_dearer(found[:rows], surcharge), found[rows - 1].prefix if len(found) > rows else "")


@lru_cache(maxsize=32)
def beginnings(version_id: int, digits: int) -> frozenset[str]:
    """The first digits of every prefix of a version. It never changes, so it is read once."""
    start = func.substr(RateRow.prefix, 1, digits)
    found = db.execute(select(start).where(RateRow.version_id == version_id).distinct())
    return frozenset(found.scalars())


def csv_of(deck: DeckInForce, *, surcharge: int = 0) -> Iterator[str]:
    """The deck in force as CSV, piece by piece; no cell is a formula.

    Opens short transactions of its own: never call it inside one.
    """
    yield _line([(*CANONICAL, "currency")])
    for page in pages(deck.version_id):
        yield _line([*texts(rate, surcharge=surcharge), deck.currency] for rate in page)


def _dearer(rates: Sequence[Rate], surcharge: int) -> list[Rate]:
    return [rate if rate.blocked else with_surcharge(rate, surcharge) for rate in rates]


def _today(deck: DeckInForce, *which: Any, rows: int) -> list[Rate]:
    """Of each prefix the rate that holds today: the newest one that has begun."""
    newest = RateRow.__table__.alias("newest")
    begun = (
        select(func.max(newest.c.effective_from))
        .where(
            newest.c.version_id == RateRow.version_id,
            newest.c.prefix == RateRow.prefix,
            newest.c.effective_from <= clock.now().date(),
        )
        .scalar_subquery()
    )
    query = (
        select(*_columns(deck))
        .where(and_(RateRow.version_id == deck.version_id, RateRow.effective_from == begun, *which))
        .order_by(RateRow.prefix)
        .limit(rows)
    )
    return [Rate(*tuple(row)) for row in db.execute(query)]


def _covering(deck: DeckInForce, prefix: str) -> list[Rate]:
    """The rate of the longest prefix that begins these digits, if there is one."""
    shorter = [prefix[:length] for length in range(1, len(prefix))]
    return _today(deck, RateRow.prefix.in_(shorter), rows=DIGITS_MAX)[-1:]


def _columns(deck: DeckInForce) -> list[Any]:
    return [
        RateRow.version_id,
        RateRow.prefix,
        RateRow.destination,
        literal(deck.currency),
        RateRow.per_minute,
        RateRow.connection_fee,
        RateRow.first_increment,
        RateRow.increment,
        RateRow.grace,
        RateRow.blocked,
    ]


def _line(rows: Any) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
