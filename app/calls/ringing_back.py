"""Ringing whoever asked to be rung: claimed and paid for first, rung once, known by the leg's id after."""

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert, select, update

from app import clock, config, db, ledger
from app.calls import callbacks, dialling, lost, models, profile
from app.calls.carrier import Carrier, Leg, Ringing
from app.calls.doubts import Answer, Doubt
from app.calls.endings import Ending, Finished, Signal, columns_of, finish
from app.calls.models import (
    AccessNumber,
    Call,
    Callback,
    CallbackStatus,
    CallerLanguage,
    CallKind,
    CallStatus,
    KnownBy,
)
from app.calls.profile import Line
from app.calls.visits import end
from app.cards import OpenCard
from app.cards import card as cards_card
from app.cards.models import Batch, Card
from app.errors import CarrierRefused, CarrierUnreachable, FarthingError
from app.ledger.models import Account
from app.rating import Rate

log = logging.getLogger(__name__)

AT_ONCE = 5  # of one round: the provider begins about one call a second
TOO_OLD = timedelta(seconds=60)  # nobody wants to be rung an hour later
LOOK_AFTER = timedelta(seconds=30)  # by then somebody has picked up, or nobody will
NOT_YET = "callback:"  # in place of the leg's id, before the provider has told it

_NEXT = (
    select(Callback.__table__)
    .where(Callback.status == CallbackStatus.WANTED)
    .order_by(Callback.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_WHOSE = (
    select(*profile.COLUMNS, *cards_card.COLUMNS)
    .select_from(Card)
    .join(Account, Account.id == Card.account_id)
    .join(Batch, Batch.id == Card.batch_id)
)
_OWN_VISIT = select(Call.visit_id).where(Call.kind == CallKind.CALLBACK)


def ring_back(carrier: Carrier) -> int:
    """Ring some of those who asked for it; answers how many. Any number of workers may do so at once.

    Each is rung at most once: whoever dies between the claim and the ring rings nobody, and the sweeper finds
    out. No transaction is open while the provider is asked.
    """
    for number in range(AT_ONCE):
        due = db.attempt(claim)
        if due is None:
            return number
        try:
            sid = carrier.of(due.provider).ring_back(due)
        except CarrierRefused as error:
            log.warning("a phone cannot be rung", extra={"call": due.call, "reason": str(error)})
            db.attempt(partial(_give_up, due))
        except CarrierUnreachable as error:  # it may ring all the same: the sweeper asks
            log.warning("nobody knows if a phone rings", extra={"call": due.call, "reason": str(error)})
            return number
        else:
            db.attempt(partial(learn, due.call, sid))
    return AT_ONCE


def claim() -> Ringing | None:
    """Take the oldest wish that can be granted and keep aside what its leg costs; None: there is none."""
    late = update(Callback).where(Callback.status == CallbackStatus.WANTED)
    db.execute(late.where(Callback.asked_at < clock.now() - TOO_OLD).values(status=CallbackStatus.FAILED))
    while (wish := db.execute(_NEXT).one_or_none()) is not None:
        try:
            return _begin(wish)
        except FarthingError as error:
            log.info("a callback is not granted", extra={"reason": type(error).__name__})
            _change(wish.id, status=CallbackStatus.FAILED)
    return None


def learn(call: int, sid: str) -> None:
    """Note which of the provider's legs is that to the caller, whoever tells it first. Safe to repeat."""
    visit = _OWN_VISIT.where(Call.id == call).scalar_subquery()
    unknown = update(models.Visit).where(models.Visit.id == visit, models.Visit.sid.like(f"{NOT_YET}%"))
    db.execute(unknown.values(sid=sid))
    mine = update(Call).where(Call.id == call, Call.kind == CallKind.CALLBACK, Call.sid.is_(None))
    db.execute(mine.values(sid=sid))


def is_over(call: int, ending: Ending, *, parent: str) -> Finished | None:
    """The leg to the caller has ended, and so has the visit: as `finish`."""
    end(parent)
    return finish(call, ending, parent=parent)


def find(doubt: Doubt, carrier: Carrier) -> Leg | Ending | Answer:
    """The leg to a caller whose id nobody told us; or that nobody was rung, when a second look finds none."""
    leg = lost.by_number(doubt, carrier)
    if leg is not None:
        db.attempt(partial(learn, doubt.call, leg.sid))
        return leg
    return Ending(CallStatus.CANCELED, Signal.SWEEPER) if doubt.asked else Answer.UNCLEAR


def _begin(wish: Any) -> Ringing:
    card, line = _whose(wish)
    callbacks.check(card, wish.phone)
    own = callbacks.terms(card, line, wish.phone, wish.destination).own
    # the hold first: what cannot be paid for has no visit
    aside = callbacks.held_at_first(own)
    at_most = card.live_calls_max + dialling.waiting(card)
    hold = ledger.hold(card.account, aside, key=f"callback:{wish.id}", at_most=at_most)
    visit = _visit(wish, card)
    call = db.execute(
        insert(Call).returning(Call.id), _leg(wish, visit, hold, own.rate, own.seconds_max)
    ).scalar_one()
    _change(wish.id, status=CallbackStatus.RUNG, visit_id=visit)
    callbacks.rings(wish.phone)
    return Ringing(wish.id, visit, int(call), wish.phone, line.number, line.provider, own.seconds_max)


def _whose(wish: Any) -> tuple[OpenCard, Line]:
    both = _WHOSE.join(AccessNumber, AccessNumber.id == wish.access_number_id)
    row = db.execute(both.where(Card.id == wish.card_id)).one()
    return cards_card.of(row), profile.of(row)


def _visit(wish: Any, card: OpenCard) -> int:
    chosen = select(CallerLanguage.language).where(CallerLanguage.caller == wish.phone)
    visit = {
        "sid": f"{NOT_YET}{wish.id}",
        "caller": wish.phone,
        "access_number_id": wish.access_number_id,
        "stir": "",
        "card_id": card.id,
        "known_by": KnownBy.PHONE,
        "language": card.language or db.execute(chosen).scalar_one_or_none(),
        "called_back": True,
        "started_at": clock.now(),
    }
    return int(db.execute(insert(models.Visit).returning(models.Visit.id), visit).scalar_one())


def _leg(wish: Any, visit: int, hold: int, rate: Rate, seconds_max: int) -> dict[str, Any]:
    now: datetime = clock.now()
    ringing = timedelta(seconds=config.settings().ring_seconds)
    return {
        "visit_id": visit,
        "card_id": wish.card_id,
        "hold_id": hold,
        "kind": CallKind.CALLBACK,
        "number": wish.phone,
        "dialled": wish.phone,
        **columns_of(rate),
        "status": CallStatus.PLACED,
        "seconds_max": seconds_max,
        "placed_at": now,
        "rung_at": now,
        "ask_at": now + ringing + LOOK_AFTER,
    }


def _give_up(due: Ringing) -> None:
    _change(due.callback, status=CallbackStatus.FAILED)
    ending = Ending(CallStatus.FAILED, Signal.SWEEPER)
    is_over(due.call, ending, parent=f"{NOT_YET}{due.callback}")


def _change(callback: int, **values: Any) -> None:
    db.execute(update(Callback).where(Callback.id == callback).values(**values))
