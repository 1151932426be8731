"""How a version of a deck comes into force: filled little by little, then put in force at once.

A version being loaded is no part of any price. Only one import fills a deck at a time: a later one takes
over, so that what a dead one left is no hindrance, and a live one is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from app import clock, db
from app.errors import DeckRefused
from app.rating.models import Deck, DeckVersion, RateRow, VersionState
from app.rating.rows import FIELDS, GoodRow

SPAN_ROWS = 5_000  # in one transaction: writers on SQLite wait no longer than these take
PREFIX_LAST = "9" * 15

_COUNT = (
    update(DeckVersion)
    .where(DeckVersion.id == bindparam("version"), DeckVersion.state == VersionState.LOADING)
    .values(loaded=DeckVersion.loaded + bindparam("more"), blocked=DeckVersion.blocked + bindparam("barred"))
)
_SPAN_END = (
    select(RateRow.prefix)
    .where(RateRow.version_id == bindparam("version"), RateRow.prefix > bindparam("after"))
    .order_by(RateRow.prefix)
    .offset(bindparam("rows"))
    .limit(1)
)
_CLEAR = delete(RateRow).where(
    RateRow.version_id == bindparam("version"),
    RateRow.prefix > bindparam("after"),
    RateRow.prefix <= bindparam("upto"),
)


@dataclass(frozen=True, slots=True)
class Version:
    """A version that is being loaded."""

    id: int
    number: int
    deck: str
    deck_id: int
    # the version in force while this one is loaded; empty for a new deck
    before: int | None


def check(deck: str, currency: str) -> None:
    """Raise DeckRefused when that deck has another currency: its cards and calls count on it."""
    known = db.execute(select(Deck.currency).where(Deck.name == deck, Deck.version_id.is_not(None)))
    if (other := known.scalar_one_or_none()) not in (None, currency):
        raise DeckRefused(f"the deck {deck} is in {other}: it cannot change to {currency}")


def begin(deck: str, *, currency: str, file: str) -> Version:
    """Open the next version of a deck, new or known; what dead imports left is removed."""
    with db.transaction():
        known = _taken_over(deck, currency)
        last = select(func.coalesce(func.max(DeckVersion.number), 0)).where(DeckVersion.deck_id == known.id)
        number = db.execute(last).scalar_one() + 1
        row = {"deck_id": known.id, "number": number, "state": VersionState.LOADING, "file": file}
        made = db.execute(db.insert(DeckVersion).values(row).returning(DeckVersion.id)).scalar_one()
    # only now: SQLite gives the id of a removed newest row again, and its import may still be filling it
    clear_abandoned(known.id)
    return Version(made, number, deck, known.id, known.version_id)


def fill(version: Version, rows: Sequence[GoodRow]) -> None:
    """Add rows, in a transaction of their own. Raises DeckRefused when another import has taken over."""
    with db.transaction():
        hold(version, rows=len(rows), blocked=sum(row[-1] for row in rows))
        load = _insert if db.engine().dialect.name == "sqlite" else _copy
        load(version.id, rows)


def hold(version: Version, *, rows: int = 0, blocked: int = 0) -> None:
    """Lock a version that this import still fills, and count more rows into it; else raise DeckRefused."""
    if db.execute(_COUNT, {"version": version.id, "more": rows, "barred": blocked}).rowcount != 1:
        raise DeckRefused(f"another import of the deck {version.deck} began: this one was given up")


def put_in_force(version: Version) -> None:
    """From now on the deck's prices are those of this version."""
    with db.transaction():
        # the deck before its version, as whoever takes over locks them
        db.execute(select(Deck.id).where(Deck.id == version.deck_id).with_for_update())
        hold(version)
        complete = update(DeckVersion).where(DeckVersion.id == version.id)
        db.execute(complete.values(state=VersionState.LOADED, loaded_at=clock.now()))
        db.execute(update(Deck).where(Deck.id == version.deck_id).values(version_id=version.id))


def give_up(version: Version) -> None:
    """Remove a version that will not be put in force."""
    with db.transaction():
        _abandon(DeckVersion.id == version.id)
    clear_abandoned(version.deck_id)


def clear_abandoned(deck_id: int) -> None:
    """Remove what abandoned imports of a deck left, a span of prefixes at a time."""
    ghosts = select(DeckVersion.id).where(
        DeckVersion.deck_id == deck_id, DeckVersion.state == VersionState.ABANDONED
    )
    with db.transaction(readonly=True):
        versions = db.execute(ghosts).scalars().all()
    for version in versions:
        for after, upto in spans(version):
            with db.transaction():
                db.execute(_CLEAR, {"version": version, "after": after, "upto": upto})
        with db.transaction():
            db.execute(delete(DeckVersion).where(DeckVersion.id == version))


def spans(version_id: int) -> Iterator[tuple[str, str]]:
    """Cut a version into spans of prefixes (after, up to), each for one short transaction."""
    after = ""
    while after < PREFIX_LAST:
        with db.transaction(readonly=True):
            asked = {"version": version_id, "after": after, "rows": SPAN_ROWS}
            upto = db.execute(_SPAN_END, asked).scalar_one_or_none() or PREFIX_LAST
        yield after, upto
        after = upto


def _taken_over(deck: str, currency: str) -> Any:
    """Lock the deck, made if it is new, and abandon whatever other imports are loading into it."""
    db.execute(db.insert(Deck).values(name=deck, currency=currency).on_conflict_do_nothing())
    locked = db.execute(select(Deck).where(Deck.name == deck).with_for_update()).one()
    check(deck, currency)
    db.execute(update(Deck).where(Deck.id == locked.id).values(currency=currency))
    _abandon(DeckVersion.deck_id == locked.id)
    return locked


def _abandon(which: Any) -> None:
    loading = which & (DeckVersion.state == VersionState.LOADING)
    db.execute(update(DeckVersion).where(loading).values(state=VersionState.ABANDONED))


def _insert(version_id: int, rows: Sequence[GoodRow]) -> None:
    places = ", ".join("?" * len(FIELDS))
    statement = f"INSERT INTO rates (version_id, {', '.join(FIELDS)}) VALUES ({version_id}, {places})"  # noqa: S608
    db.connection().exec_driver_sql(statement, [(*row[:2], row[2].isoformat(), *row[3:]) for row in rows])


def _copy(version_id: int, rows: Sequence[GoodRow]) -> None:
    statement = f"COPY rates (version_id, {', '.join(FIELDS)}) FROM STDIN"
    driver: Any = db.connection().connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((version_id, *row))
