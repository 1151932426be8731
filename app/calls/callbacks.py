"""Asking to be rung back: by ringing an access number that sounds busy, or on the web.

Ringing people costs money and disturbs them: only registered phones of a card that may call are rung, none
that earns money by being rung, and never often.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto

from sqlalchemy import select

from app import clock, db, numbers, sealing
from app.calls import caller_leg, dialling
from app.calls.caller_leg import CallerLeg
from app.calls.models import Call, Callback, CallbackStatus, CallKind, CallStatus
from app.calls.profile import Line
from app.cards import CardStatus, OpenCard
from app.customers import phone_codes, phones
from app.errors import CardBusy, CardSuspended, NoRate, PhoneRefused, TooManyTries, TooShort
from app.money import Money
from app.rating import Rate
from app.throttle import Limit

DAY = timedelta(days=1)
AT_ONCE = Limit("callback by phone", 1, timedelta(seconds=30))
BY_PHONE = Limit("callback by phone in a day", 20, DAY)
BY_CARD = Limit("callback by card", 40, DAY)
# anybody can show anybody's number: a phone whose owner makes no call when it rings is soon let be
UNHEEDED = Limit("callback that led to no call", 6, DAY)
OF_ALL = Limit("callback of all", 2000, DAY)  # what the whole of it may cost in a day

_NOT_RUNG = "We cannot ring that phone."
_ENOUGH = "That was often enough for now. Wait a little, and try again."


@dataclass(frozen=True, slots=True)
class Terms:
    """What a callback costs, and for how long the credit pays for it.

    `own` is the leg to the caller. Without a destination `seconds` is how long that leg may last alone; with
    one, how long a call there may last while both legs are paid for.
    """

    own: CallerLeg
    there: Rate | None
    seconds: int


class Stage(StrEnum):
    """How far a callback has come."""

    WAITING = auto()  # the phone is about to ring
    RINGING = auto()
    TALKING = auto()
    OVER = auto()
    NOT_REACHED = auto()  # busy, or nobody picked up
    FAILED = auto()  # it was not rung


@dataclass(frozen=True, slots=True)
class Leg:
    """One of the calls that came of it; its cost is known when it has ended."""

    call: int
    to_caller: bool
    status: CallStatus
    cost: Money | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A callback as whoever asked for it may see it; of a freephone number it does not say which."""

    phone: str
    destination: str | None
    stage: Stage
    legs: list[Leg]


def terms(card: OpenCard, line: Line, phone: str, destination: str | None = None) -> Terms:
    """What ringing this phone back costs, and a call from there. Raises NoRate, BlockedPrefix or TooShort."""
    rate = _priced(card, line, phone)
    own = caller_leg.ahead(rate, card.available, longest=dialling.longest(card, line))
    if destination is None:
        if caller_leg.time_to_talk(own) < dialling.least(line):
            raise TooShort(f"credit lasts for {own.seconds_max} seconds of the leg to the caller")
        return Terms(own, None, own.seconds_max)
    there = _priced(card, line, destination)
    most = dialling.granted(there, card, line)
    seconds = caller_leg.seconds_for_both(own, there, card.available, at_most=most)
    if seconds < dialling.least(line):
        raise TooShort(f"credit lasts for {seconds} seconds of both legs")
    return Terms(own, there, seconds)


def want(card: OpenCard, line: Line, phone: str, *, key: str, destination: str | None = None) -> int:
    """Have a registered phone rung by the next job; answers the callback's id.

    Safe to repeat: one key, one callback. Raises CardSuspended, CardBusy, PhoneRefused, NoRate,
    BlockedPrefix, TooShort, or TooManyTries; tries are counted, so the door must commit all the same.
    """
    known = with_key(key)
    if known is not None:
        return known
    check(card, phone)
    terms(card, line, phone, destination)
    _count(card, phone)
    row = {
        "card_id": card.id,
        "phone": phone,
        "access_number_id": line.id,
        "destination": destination,
        "key": key[:80],
        "status": CallbackStatus.WANTED,
        "asked_at": clock.now(),
    }
    made = db.execute(db.insert(Callback).values(row).on_conflict_do_nothing().returning(Callback.id))
    return int(made.scalar_one_or_none() or with_key(key) or 0)


def with_key(key: str) -> int | None:
    """The callback that was asked for with this key, if it was."""
    asked = select(Callback.id).where(Callback.key == key[:80])
    found: int | None = db.execute(asked).scalar_one_or_none()
    return found


def check(card: OpenCard, phone: str) -> None:
    """Let only a card that may call have its own phone rung. Raises as `want` does."""
    if card.status is not CardStatus.ACTIVE:
        raise CardSuspended(f"card {card.serial} is {card.status}")
    if card.live_calls - dialling.waiting(card) >= card.live_calls_max:
        raise CardBusy(f"card {card.serial} is on a call")
    if phones.opens(phone) != card.id or not phone_codes.may_ring(phone, own=dialling.is_access_number):
        raise PhoneRefused(_NOT_RUNG)


def held_at_first(own: CallerLeg) -> Money:
    """What is kept aside before the phone rings: time to enter a number, or all that credit allows."""
    return own.price_of(min(caller_leg.MENU + caller_leg.AFTER, own.seconds_max))


def look(card: int, callback: int) -> Asked | None:
    """What became of a callback of this card; None when it has none of that id."""
    mine = (
        select(
            Callback.phone, Callback.destination, Callback.status, Callback.visit_id, Call.status.label("leg")
        )
        .outerjoin(Call, (Call.visit_id == Callback.visit_id) & (Call.kind == CallKind.CALLBACK))
        .where(Callback.id == callback, Callback.card_id == card)
    )
    row = db.execute(mine).one_or_none()
    if row is None:
        return None
    stage = _BEFORE.get(row.status) or _OF_LEG.get(row.leg, Stage.OVER)
    # whoever looks into the account must not learn which helpline somebody needed
    there = None if numbers.is_freephone(row.destination or "") else row.destination
    return Asked(row.phone, there, stage, _legs(row.visit_id) if row.visit_id else [])


def _legs(visit: int) -> list[Leg]:
    columns = (Call.id, Call.kind, Call.status, Call.price, Call.currency)
    rows = db.execute(select(*columns).where(Call.visit_id == visit).order_by(Call.id))
    return [
        Leg(
            row.id,
            row.kind == CallKind.CALLBACK,
            CallStatus(row.status),
            None if row.price is None else Money(row.price, row.currency),
        )
        for row in rows
    ]


_BEFORE = {CallbackStatus.WANTED: Stage.WAITING, CallbackStatus.FAILED: Stage.FAILED}
_OF_LEG = {
    CallStatus.PLACED: Stage.RINGING,
    CallStatus.ANSWERED: Stage.TALKING,
    CallStatus.BUSY: Stage.NOT_REACHED,
    CallStatus.NO_ANSWER: Stage.NOT_REACHED,
    CallStatus.FAILED: Stage.FAILED,
    CallStatus.CANCELED: Stage.NOT_REACHED,
}


def _priced(card: OpenCard, line: Line, number: str) -> Rate:
    rate = dialling.rate_for(line, number)
    if rate.currency != card.available.currency:
        raise NoRate(f"the deck is in {rate.currency}, the card in {card.available.currency}")
    return rate


def rings(phone: str) -> None:
    """A phone is rung now; whether that was wanted shows when a call comes of it."""
    UNHEEDED.count(_subject(phone))


def heeded(phone: str) -> None:
    """Whom we rang has called somebody: being rung was wanted."""
    UNHEEDED.forgive(_subject(phone))


def _subject(phone: str) -> str:
    return sealing.digest("callback by phone", phone)


def _count(card: OpenCard, phone: str) -> None:
    subject = _subject(phone)
    if UNHEEDED.is_full(subject):
        raise TooManyTries(_ENOUGH)
    counted = ((AT_ONCE, subject), (BY_PHONE, subject), (BY_CARD, str(card.id)), (OF_ALL, ""))
    # no further than the first that refuses: who has had enough uses up nobody else's tries
    if not all(limit.count(who) for limit, who in counted):
        raise TooManyTries(_ENOUGH)
