"""Which rate prices a number: the longest prefix of its deck's version in force."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, bindparam, literal_column, select

from app import clock, db
from app.errors import BlockedPrefix, DeckRefused, NoRate
from app.rating.models import Deck, DeckVersion, RateRow
from app.rating.price import Rate

PREFIXES = {f"p{digits}": digits for digits in range(1, 16)}  # a number has at most 15 digits

# every candidate is a prefix of one number, so the order of the primary key is the order of length
FIND = (
    select(
        RateRow.version_id,
        RateRow.prefix,
        RateRow.destination,
        Deck.currency,
        RateRow.per_minute,
        RateRow.connection_fee,
        RateRow.first_increment,
        RateRow.increment,
        RateRow.grace,
        RateRow.blocked,
    )
    .join(Deck, Deck.version_id == RateRow.version_id)
    .where(
        Deck.id == bindparam("deck"),
        RateRow.prefix.in_([bindparam(name, type_=String) for name in PREFIXES]),
        RateRow.effective_from <= bindparam("today"),
    )
    .order_by(RateRow.prefix.desc(), RateRow.effective_from.desc())
    .limit(literal_column("1"))
)
_IN_FORCE = (
    select(
        Deck.id,
        Deck.name,
        Deck.currency,
        Deck.version_id,
        DeckVersion.number,
        DeckVersion.loaded,
        DeckVersion.blocked,
        DeckVersion.loaded_at,
        DeckVersion.file,
    )
    .join(DeckVersion, DeckVersion.id == Deck.version_id)
    .order_by(Deck.name)
)


@dataclass(frozen=True, slots=True)
class DeckInForce:
    """A deck that prices calls, and what is known of its version in force."""

    id: int
    name: str
    currency: str
    version_id: int
    version: int
    loaded: int
    blocked: int
    loaded_at: datetime
    file: str


def find(number: str, deck_id: int) -> Rate:
    """The rate that prices `number` (E.164, with or without its plus) today.

    One statement, served by the primary key. Raises NoRate, or BlockedPrefix which carries the rate.
    """
    row = db.execute(FIND, _asked(number.removeprefix("+"), deck_id)).first()
    if row is None:
        raise NoRate(f"no prefix of the deck matches {number}")
    rate = Rate(*tuple(row))
    if rate.blocked:
        raise BlockedPrefix(f"{rate.destination} ({rate.prefix}) is blocked", rate)
    return rate


def decks() -> list[DeckInForce]:
    """All decks that have a version in force, by name."""
    return [DeckInForce(*tuple(row)) for row in db.execute(_IN_FORCE)]


def deck_named(name: str | None) -> DeckInForce:
    """The deck of that name; without a name, the only one there is. Raises DeckRefused."""
    known = decks()
    matching = [deck for deck in known if name in (None, deck.name)]
    if len(matching) == 1:
        return matching[0]
    if not known:
        raise DeckRefused("there is no rate deck yet: import one")
    names = ", ".join(deck.name for deck in known)
    raise DeckRefused(f"there is no rate deck {name}, only {names}" if name else f"say which deck: {names}")


def _asked(digits: str, deck_id: int) -> dict[str, object]:
    # a number shorter than 15 digits offers itself several times, which changes nothing
    asked: dict[str, object] = {name: digits[:count] for name, count in PREFIXES.items()}
    asked["deck"], asked["today"] = deck_id, clock.now().date()
    return asked
