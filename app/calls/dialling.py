"""Placing a call: the number is parsed, priced and paid for in advance before anything is dialled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from app import cards, clock, config, db, ledger, numbers, rating
from app.calls import caller_leg, endings
from app.calls.access_numbers import CALLER, LINE
from app.calls.models import AccessNumber, Call, CallKind, CallStatus
from app.calls.profile import Line
from app.calls.visits import Visit
from app.cards import CardStatus, OpenCard
from app.cards.models import Card
from app.errors import CardBusy, CardSuspended, NoRate, ShortOfCredit, TooManyHolds, TooShort
from app.money import Money
from app.numbers import Dialled, Kind
from app.rating import Rate

RING_GRACE = 5  # the carrier rings that much longer than it is told
ASK_LATER = 60  # and its last signal gets a minute to arrive
HAS_ROOMS = ("twilio",)  # as far as it is known
# the words before the call are over, and its caller should wait in the room
LOOK_AFTER = timedelta(seconds=8)
# a provider that cannot end a call earlier; the hold must pay for as long as it connects
SECONDS_MIN = {"telnyx": 60}
# and how long these let a call last, whatever is asked for
SECONDS_MAX = {"signalwire": 14_400, "telnyx": 14_400}

_INSERT = insert(Call).returning(Call.id)
_IS_OURS = select(AccessNumber.id).where(AccessNumber.number == bindparam("number"))
_LAST_DIALLED = (
    select(Call.number, Call.visit_id)
    .where(Call.card_id == bindparam("card"), Call.kind != CallKind.CALLBACK)
    .order_by(Call.id.desc())
    .limit(20)
)
_UNRESOLVED = select(func.count()).where(
    Call.card_id == bindparam("card"), Call.status == CallStatus.UNRESOLVED
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A call that may be dialled now, for at most `seconds_max`: its money is kept aside."""

    id: int
    kind: CallKind
    number: str
    seconds_max: int
    # as it was typed, without what a star has wiped: that may have been a PIN
    dialled: str
    # where it goes; worth saying when the caller left the international prefix out
    region: str
    is_mobile: bool
    assumed_international: bool
    # what a minute costs, and each call
    per_minute: Money
    fee: Money
    # what the called party sees
    shows: str
    # star ends it, so that the caller can dial the next one
    star_ends: bool
    recorded: bool


def place(visit: Visit, dialled: str) -> Placed:
    """Keep money aside for a call to what was dialled, and write the call.

    Nothing is kept aside for it when it raises: NumberRefused, NoRate, BlockedPrefix, TooShort (credit),
    CardBusy or CardSuspended.
    """
    card = _usable(visit.card)
    target = read(visit, dialled)
    rate = rate_for(visit.line, target.e164)
    if rate.currency != card.available.currency:
        raise NoRate(f"the deck is in {rate.currency}, the card in {card.available.currency}")

    wishes = _wishes_to_record(visit, card)
    if wishes:
        cards.take(card.id)  # a card is locked before its account, or two who need both would wait for ever
    hold, seconds_max = _hold(visit, card, rate, key=f"call:{visit.id}:{visit.turn}")
    row = _row(visit, card, target, rate, hold, seconds_max)
    row["recorded"] = wishes and _takes_wish_to_record(card)
    in_room = visit.line.conference and visit.line.provider in HAS_ROOMS and not row["recorded"]
    row["kind"] = CallKind.CONFERENCE if in_room else CallKind.DIALLED
    row["warn_at"] = row["placed_at"] + LOOK_AFTER if row["kind"] is CallKind.CONFERENCE else None
    call = db.execute(_INSERT, row).scalar_one()
    return Placed(
        id=call,
        kind=CallKind(row["kind"]),
        number=target.e164,
        dialled=row["dialled"],
        seconds_max=seconds_max,
        region=target.region,
        is_mobile=target.kind is Kind.MOBILE,
        assumed_international=target.rule is numbers.Rule.BARE,
        per_minute=Money(rate.per_minute, rate.currency),
        fee=Money(rate.connection_fee, rate.currency),
        shows=shows(visit),
        star_ends=card.star_ends_call,
        recorded=row["recorded"],
    )


def rate_for(line: Line, number: str) -> Rate:
    """What a call from this access number to a number costs. Raises NoRate or BlockedPrefix."""
    return rating.with_surcharge(rating.find(number, line.deck_id), line.surcharge)


def read(visit: Visit, dialled: str) -> Dialled:
    """What was dialled on this visit, as a number that we would connect. Raises NumberRefused."""
    return meant(visit.line, visit.caller, dialled)


def meant(line: Line, caller: str | None, dialled: str) -> Dialled:
    """What a caller to an access number means by these digits. Raises NumberRefused."""
    return numbers.parse(
        dialled,
        country=line.country,
        caller_country=numbers.region_of(caller) if caller else None,
        allowed=frozenset(map(Kind, config.settings().allowed_number_kinds)),
        own=is_access_number,
    )


def last_dialled(visit: Visit) -> str | None:
    """The number that the visit's card called last, for a redial.

    A freephone number only on the visit that it was dialled on: who else calls with the card, or looks at
    its speed dials, must not learn which helpline somebody needed.
    """
    assert visit.card is not None, "a card is open"
    called = db.execute(_LAST_DIALLED, {"card": visit.card.id})
    known = (row.number for row in called if row.visit_id == visit.id or not numbers.is_freephone(row.number))
    return next(known, None)


def is_access_number(number: str) -> bool:
    """Whether a number is one of ours: calling it would only come back to us."""
    return db.execute(_IS_OURS, {"number": number}).scalar_one_or_none() is not None


def is_busy(visit: Visit) -> bool:
    """Whether a visit's card is on as many calls as it may be.

    A call that waits for a person does not count, nor does the leg on which we rang the caller.
    """
    assert visit.card is not None, "a card is open"
    return visit.card.live_calls - _set_apart(visit) >= visit.card.live_calls_max


def ask_at(placed_at: datetime, seconds_max: int) -> datetime:
    """When the last signal of a call should have come; after that the provider is asked."""
    longest = seconds_max + config.settings().ring_seconds + RING_GRACE + ASK_LATER
    return placed_at + timedelta(seconds=longest)


def granted(rate: Rate, card: OpenCard, line: Line) -> int:
    """How many seconds a call may last: what credit buys, and no longer than this line or card allows."""
    return min(rating.seconds_for(rate, card.available), longest(card, line))


def least(line: Line) -> int:
    """The shortest call that is worth placing on this line."""
    return max(line.min_affordable_seconds, SECONDS_MIN.get(line.provider, 0))


def longest(card: OpenCard, line: Line) -> int:
    """How long any call of this card may last on this line."""
    most = min(line.call_seconds_max, SECONDS_MAX.get(line.provider, line.call_seconds_max))
    return min(most, card.call_seconds_max or most)


def waiting(card: OpenCard) -> int:
    """How many calls of the card have an open hold only because nobody knows how they ended."""
    if card.live_calls < card.live_calls_max:
        return 0  # nothing stands in the way: do not ask
    return int(db.execute(_UNRESOLVED, {"card": card.id}).scalar_one())


def _usable(card: OpenCard | None) -> OpenCard:
    assert card is not None, "a card is opened before a number is dialled"
    if card.status not in {CardStatus.ACTIVE, CardStatus.USED_UP}:
        raise CardSuspended(f"card {card.serial} is {card.status}")
    return card


def _hold(visit: Visit, card: OpenCard, rate: Rate, *, key: str) -> tuple[int, int]:
    """Take the hold for the time granted; answers the hold and the seconds that it pays for."""
    apart = _set_apart(visit)
    if card.live_calls - apart >= card.live_calls_max:
        raise CardBusy(f"card {card.serial} is on a call")
    try:
        seconds = _granted(visit, card, rate)
        price = rating.price_of(rate, seconds)
        return ledger.hold(card.account, price, key=key, at_most=card.live_calls_max + apart), seconds
    except ShortOfCredit as error:  # another call of this card took it a moment ago
        raise TooShort("another call has just spent the credit") from error
    except TooManyHolds as error:
        raise CardBusy(f"card {card.serial} is on a call") from error


def _granted(visit: Visit, card: OpenCard, rate: Rate) -> int:
    """The seconds granted, with the caller's own leg paid for as long when we rang it. Raises TooShort."""
    own = caller_leg.of(visit.id) if visit.called_back else None
    if own is None:
        seconds = granted(rate, card, visit.line)
    else:
        most = longest(card, visit.line)
        seconds = caller_leg.seconds_for_both(own, rate, card.available, at_most=most)
    if seconds < least(visit.line):
        raise TooShort(f"credit lasts for {seconds} seconds")
    if own is not None:
        caller_leg.pay_until_end_of(own, seconds)
    return seconds


def _set_apart(visit: Visit) -> int:
    """The open holds that are not calls which the card is on."""
    assert visit.card is not None
    return waiting(visit.card) + (1 if visit.called_back else 0)


def shows(visit: Visit) -> str:
    """The number that the called party sees: ours, or the caller's own when the network vouches for it.

    A withheld caller stays withheld.
    """
    shows = visit.line.shows
    if shows == CALLER:
        return (
            visit.caller
            if visit.caller and (visit.is_vouched_for or visit.called_back)
            else visit.line.number
        )
    return visit.line.number if shows == LINE else shows


def _wishes_to_record(visit: Visit, card: OpenCard) -> bool:
    """Whether the owner wants a call recorded on a line that allows it."""
    return visit.line.records and card.record_until is not None and card.record_until > clock.now()


def _takes_wish_to_record(card: OpenCard) -> bool:
    """Whether it is this call: the wish is for one only."""
    wish = update(Card).where(Card.id == card.id, Card.record_until == card.record_until)
    return db.execute(wish.values(record_until=None)).rowcount == 1


def _row(
    visit: Visit, card: OpenCard, target: Dialled, rate: Rate, hold: int, seconds_max: int
) -> dict[str, Any]:
    now = clock.now()
    return {
        "visit_id": visit.id,
        "card_id": card.id,
        "hold_id": hold,
        "number": target.e164,
        "dialled": target.raw.rpartition("*")[2][:40],
        **endings.columns_of(rate),
        "status": CallStatus.PLACED,
        "seconds_max": seconds_max,
        "placed_at": now,
        "ask_at": ask_at(now, seconds_max),
    }
