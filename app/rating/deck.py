"""Rate decks as CSV: in as a new version, whole or not at all, and out again."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.exc import DBAPIError

from app import clock, db
from app.errors import DeckRefused
from app.money import currency_code, decimal_text
from app.rating import reading, schedule, versions
from app.rating.cells import neutral
from app.rating.columns import CANONICAL
from app.rating.lookup import deck_named
from app.rating.models import ALWAYS, RateRow
from app.rating.rows import GoodRow, Refusal, Rows
from app.rating.versions import SPAN_ROWS, Version

NAME_CHARACTERS_MAX = 60

_PAGE = (
    select(*(getattr(RateRow, column) for column in CANONICAL))
    .where(
        RateRow.version_id == bindparam("version"),
        or_(
            RateRow.prefix > bindparam("prefix"),
            and_(RateRow.prefix == bindparam("prefix"), RateRow.effective_from > bindparam("day")),
        ),
    )
    .order_by(RateRow.prefix, RateRow.effective_from)
    .limit(bindparam("rows"))
)


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did; `version` is empty when it was a rehearsal. Blocked rates are loaded ones, too."""

    deck: str
    version: int | None
    loaded: int
    blocked: int
    refused: list[Refusal]


def import_deck(
    path: Path,
    *,
    name: str,
    currency: str,
    columns: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> Report:
    """Load a CSV file as the new version of a deck, and put it in force; prefixes it lacks are not sold.

    `columns` says which header names what, as in {"prefix": "Code"}. Bad rows are refused by line. Raises
    DeckRefused, or NotMoney for the currency; then, as when the process dies, the version before stays in
    force. Opens short transactions of its own: never call it inside one.
    """
    deck, currency = _deck_name(name), currency_code(currency)
    with db.transaction(readonly=True):
        versions.check(deck, currency)
    with reading.opened(path) as text:
        rows = Rows(reading.lines(text), currency=currency, named=columns or {})
        chunks = _chunks(rows)
        first = next(chunks, None)
        if first is None:
            raise DeckRefused(_no_good_row(path, rows))
        number = None
        if dry_run:
            deque(chunks, maxlen=0)  # only to count and to refuse
        else:
            version = versions.begin(deck, currency=currency, file=path.name[:255])
            number = _load(version, chain([first], chunks), rows)
    return Report(deck, number, rows.loaded, rows.blocked, rows.refused)


def export_deck(name: str, file: TextIO) -> int:
    """Write the version in force as CSV that imports again to the same prices; answers how many rates.

    Opens short transactions of its own: never call it inside one.
    """
    with db.transaction(readonly=True):
        deck = deck_named(name)
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(CANONICAL)
    written = 0
    for page in pages(deck.version_id):
        writer.writerows(map(texts, page))
        written += len(page)
    return written


def _load(version: Version, chunks: Iterable[list[GoodRow]], rows: Rows) -> int:
    today = clock.now().date()
    try:
        for chunk in chunks:
            versions.fill(version, chunk)
        if max(rows.days) > today:
            schedule.carry_over(version, today)
        versions.put_in_force(version)
    except BaseException:
        with suppress(DBAPIError):  # what cannot be removed now, the next import removes
            versions.give_up(version)
        raise
    return version.number


def _chunks(rows: Rows) -> Iterator[list[GoodRow]]:
    each = iter(rows)
    while chunk := list(islice(each, SPAN_ROWS)):
        yield chunk


def _deck_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > NAME_CHARACTERS_MAX or not name.isprintable():
        raise DeckRefused(f"{name[:60]!r} is no name for a deck: use 1 to {NAME_CHARACTERS_MAX} characters")
    return name


def _no_good_row(path: Path, rows: Rows) -> str:
    if not rows.refused:
        return f"{path} has a header and no rates"
    first = rows.refused[0]
    return f"{path} has no usable rate; line {first.line}: {first.reason}"


def pages(version_id: int) -> Iterator[list[Any]]:
    """All rates of a version in order, many at a time, each page in a short transaction of its own."""
    asked = {"version": version_id, "prefix": "", "day": ALWAYS, "rows": SPAN_ROWS}
    while True:
        with db.transaction(readonly=True):
            page = db.execute(_PAGE, asked).all()
        if not page:
            return
        yield list(page)
        asked |= {"prefix": page[-1].prefix, "day": page[-1].effective_from}


def texts(rate: Any, *, surcharge: int = 0) -> list[str]:
    """A rate as CSV keeps it, under the names of CANONICAL; no text of it is a formula.

    `surcharge` is what a minute costs more, in millionths.
    """
    return [
        rate.prefix,
        neutral(rate.destination),
        decimal_text(rate.per_minute + (0 if rate.blocked else surcharge)),
        decimal_text(rate.connection_fee),
        str(rate.first_increment),
        str(rate.increment),
        str(rate.grace),
        "" if rate.effective_from == ALWAYS else rate.effective_from.isoformat(),
        "yes" if rate.blocked else "no",
    ]
