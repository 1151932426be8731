"""Placing a call: the number is parsed, priced and paid for in advance before anything is dialled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from app import clock, config, db, ledger, numbers, rating
from app.calls.models import AccessNumber, Call, CallStatus
from app.calls.visits import Visit
from app.cards import CardStatus, OpenCard
from app.errors import CardBusy, CardSuspended, NoRate, ShortOfCredit, TooManyHolds, TooShort
from app.numbers import Dialled, Kind
from app.rating import Rate

RING_GRACE = 5  # the carrier rings that much longer than it is told
ASK_LATER = 60  # and its last signal gets a minute to arrive

_INSERT = insert(Call).returning(Call.id)
_IS_OURS = select(AccessNumber.id).where(AccessNumber.number == bindparam("number"))
_LAST_DIALLED = select(Call.number).where(Call.card_id == bindparam("card")).order_by(Call.id.desc()).limit(1)
_UNRESOLVED = select(func.count()).where(
    Call.card_id == bindparam("card"), Call.status == CallStatus.UNRESOLVED
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A call that may be dialled now, for at most `seconds_max`: its money is kept aside."""

    id: int
    number: str
    seconds_max: int
    # the caller left the international prefix out, so it is worth saying where the call goes
    region: str
    assumed_international: bool


def place(visit: Visit, dialled: str) -> Placed:
    """Keep money aside for a call to what was dialled, and write the call.

    Nothing is kept aside when it raises: NumberRefused, NoRate, BlockedPrefix, TooShort (credit), CardBusy or
    CardSuspended.
    """
    card = _usable(visit.card)
    target = read(visit, dialled)
    rate = rating.find(target.e164, visit.line.deck_id)
    if rate.currency != card.available.currency:
        raise NoRate(f"the deck is in {rate.currency}, the card in {card.available.currency}")

    hold, seconds_max = _hold(card, rate, key=f"call:{visit.id}:{visit.turn}")
    call = db.execute(_INSERT, _row(visit, card, target, rate, hold, seconds_max)).scalar_one()
    assumed = target.rule is numbers.Rule.BARE
    return Placed(call, target.e164, seconds_max, target.region, assumed)


def read(visit: Visit, dialled: str) -> Dialled:
    """What was dialled on this visit, as a number that we would connect. Raises NumberRefused."""
    return numbers.parse(
        dialled,
        country=visit.line.country,
        caller_country=numbers.region_of(visit.caller) if visit.caller else None,
        allowed=frozenset(map(Kind, config.settings().allowed_number_kinds)),
        own=is_access_number,
    )


def last_dialled(card: OpenCard) -> str | None:
    """The number that this card called last, for a redial."""
    number: str | None = db.execute(_LAST_DIALLED, {"card": card.id}).scalar_one_or_none()
    return number


def is_access_number(number: str) -> bool:
    """Whether a number is one of ours: calling it would only come back to us."""
    return db.execute(_IS_OURS, {"number": number}).scalar_one_or_none() is not None


def is_busy(card: OpenCard) -> bool:
    """Whether a card is on as many calls as it may be; a call that waits for a person does not count."""
    return card.live_calls - _waiting(card) >= card.live_calls_max


def ask_at(placed_at: datetime, seconds_max: int) -> datetime:
    """When the last signal of a call should have come; after that the provider is asked."""
    longest = seconds_max + config.settings().ring_seconds + RING_GRACE + ASK_LATER
    return placed_at + timedelta(seconds=longest)


def granted(rate: Rate, card: OpenCard) -> int:
    """How many seconds a call may last: what credit buys, and no longer than any call or this card may."""
    caps = [config.settings().call_seconds_max, card.call_seconds_max]
    return min(rating.seconds_for(rate, card.available), *(cap for cap in caps if cap is not None))


def _usable(card: OpenCard | None) -> OpenCard:
    assert card is not None, "a card is opened before a number is dialled"
    if card.status not in {CardStatus.ACTIVE, CardStatus.USED_UP}:
        raise CardSuspended(f"card {card.serial} is {card.status}")
    return card


def _hold(card: OpenCard, rate: Rate, *, key: str) -> tuple[int, int]:
    """Take the hold for the time granted; answers the hold and the seconds that it pays for."""
    waiting = _waiting(card)
    if card.live_calls - waiting >= card.live_calls_max:
        raise CardBusy(f"card {card.serial} is on a call")
    seconds = granted(rate, card)
    if seconds < config.settings().min_affordable_seconds:
        raise TooShort(f"credit lasts for {seconds} seconds")
    price = rating.price_of(rate, seconds)
    try:
        return ledger.hold(card.account, price, key=key, at_most=card.live_calls_max + waiting), seconds
    except ShortOfCredit as error:  # another call of this card took it a moment ago
        raise TooShort("another call has just spent the credit") from error
    except TooManyHolds as error:
        raise CardBusy(f"card {card.serial} is on a call") from error


def _waiting(card: OpenCard) -> int:
    """How many of a full card's calls wait for a person: they must not keep it from calling."""
    if card.live_calls < card.live_calls_max:
        return 0
    return int(db.execute(_UNRESOLVED, {"card": card.id}).scalar_one())


def _row(
    visit: Visit, card: OpenCard, target: Dialled, rate: Rate, hold: int, seconds_max: int
) -> dict[str, Any]:
    now = clock.now()
    return {
        "visit_id": visit.id,
        "card_id": card.id,
        "hold_id": hold,
        "number": target.e164,
        "dialled": target.raw[:40],
        "version_id": rate.version_id,
        "prefix": rate.prefix,
        "destination": rate.destination,
        "currency": rate.currency,
        "per_minute": rate.per_minute,
        "connection_fee": rate.connection_fee,
        "first_increment": rate.first_increment,
        "increment": rate.increment,
        "grace": rate.grace,
        "status": CallStatus.PLACED,
        "seconds_max": seconds_max,
        "placed_at": now,
        "ask_at": ask_at(now, seconds_max),
    }
