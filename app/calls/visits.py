"""A caller on our line: who it is, where the talk stands, and what was answered to which request."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import aliased

from app import clock, db
from app.calls import models
from app.calls.models import LIVE, AccessNumber, Call, KnownBy, Turn
from app.cards import OpenCard, lockout
from app.cards import card as cards_card
from app.cards.models import Batch, Card, PinGuard
from app.customers.models import Phone
from app.errors import UnknownVisit, VisitOver
from app.ledger.models import Account

TURNS_MAX = 100  # of one visit; nobody needs so many, a looping robot does
VOUCHED = ("TN-Validation-Passed-A", "TN-Validation-Passed-B")

_ACCESS = (
    AccessNumber.id,
    AccessNumber.number,
    AccessNumber.country,
    AccessNumber.language,
    AccessNumber.deck_id,
)
_RING = (
    select(
        *(column.label(f"access_{column.key}") for column in _ACCESS),
        AccessNumber.trusts_caller_id,
        PinGuard.failures,
        PinGuard.since,
        *cards_card.COLUMNS,
    )
    .select_from(AccessNumber)
    .outerjoin(Phone, Phone.number == bindparam("caller"))
    .outerjoin(Card, Card.id == Phone.card_id)
    .outerjoin(Account, Account.id == Card.account_id)
    .outerjoin(Batch, Batch.id == Card.batch_id)
    .outerjoin(PinGuard, (PinGuard.scope == "caller") & (PinGuard.subject == bindparam("caller")))
    .where(AccessNumber.number == bindparam("called"))
)
_before, _now = aliased(Turn), aliased(Turn)
_RESUME = (
    select(
        models.Visit.id,
        models.Visit.caller,
        models.Visit.known_by,
        models.Visit.ended_at,
        _before.step,
        _before.tries,
        _now.twiml.label("answered"),
        *(column.label(f"access_{column.key}") for column in _ACCESS),
        *cards_card.COLUMNS,
    )
    .select_from(models.Visit)
    .join(AccessNumber, AccessNumber.id == models.Visit.access_number_id)
    .join(_before, (_before.visit_id == models.Visit.id) & (_before.number == bindparam("turn") - 1))
    .outerjoin(_now, (_now.visit_id == models.Visit.id) & (_now.number == bindparam("turn")))
    .outerjoin(Card, Card.id == models.Visit.card_id)
    .outerjoin(Account, Account.id == Card.account_id)
    .outerjoin(Batch, Batch.id == Card.batch_id)
    .where(models.Visit.sid == bindparam("sid"))
    .with_for_update(of=models.Visit)
)
_ANSWERED = (
    select(Turn.twiml)
    .join(models.Visit, models.Visit.id == Turn.visit_id)
    .where(models.Visit.sid == bindparam("sid"), Turn.number == 0)
)
_OPENED = (
    update(models.Visit)
    .where(models.Visit.id == bindparam("visit"))
    .values(card_id=bindparam("card"), known_by=bindparam("by"))
)
_LAST_VISIT = select(func.max(models.Visit.started_at)).where(
    models.Visit.card_id == bindparam("card"),
    models.Visit.known_by == KnownBy.PHONE,
    models.Visit.caller == bindparam("caller"),
    models.Visit.id != bindparam("visit"),
)
_REMEMBER = insert(Turn)
_END = (
    update(models.Visit)
    .where(models.Visit.sid == bindparam("parent"), models.Visit.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
    .returning(models.Visit.id)
)
_ASK_NOW = (
    update(Call)
    .where(Call.visit_id == bindparam("visit"), Call.status.in_(LIVE))
    .values(ask_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Line:
    """The access number that was called."""

    id: int
    number: str
    country: str
    language: str
    deck_id: int


@dataclass(slots=True)
class Visit:
    """A visit at the moment of one request."""

    id: int
    sid: str
    caller: str | None
    line: Line
    card: OpenCard | None
    known_by: KnownBy | None
    # the request that we are answering, and where the talk stood before it
    turn: int = 0
    step: str = ""
    tries: int = 0
    # the answer that this request has had before
    answered: str | None = None
    # this caller may not enter a PIN for a while
    locked_out: bool = False


def begin(sid: str, *, caller: str | None, called: str, stir: str) -> Visit:
    """A call came in: open a visit, with the card that a registered and vouched-for phone opens.

    Safe to repeat: a visit that exists comes back with what it was answered. Raises UnknownVisit for an
    access number that is not ours.
    """
    row = db.execute(_RING, {"caller": caller, "called": called}).one_or_none()
    if row is None:
        raise UnknownVisit("that is not an access number of ours")
    card = _card_of_phone(row, stir)
    visit = Visit(0, sid, caller, _line(row), card, KnownBy.PHONE if card else None)
    opened = {"sid": sid, "caller": caller, "access_number_id": row.access_id, "stir": stir[:40]}
    known = {"card_id": card and card.id, "known_by": visit.known_by, "started_at": clock.now()}
    made = db.execute(_begin(db.engine().dialect.name), {**opened, **known}).scalar_one_or_none()
    if made is None:
        visit.answered = db.execute(_ANSWERED, {"sid": sid}).scalar_one()
        return visit
    visit.id = made
    visit.locked_out = lockout.caller_is_full(row.failures, row.since)
    return visit


def resume(sid: str, turn: int) -> Visit:
    """The visit that this request belongs to, locked until the answer is kept.

    Raises UnknownVisit when there is none that has come so far, VisitOver when the caller has hung up.
    """
    row = db.execute(_RESUME, {"sid": sid, "turn": turn}).one_or_none()
    if row is None:
        raise UnknownVisit("no visit has come so far")
    if row.answered is None and (row.ended_at is not None or turn > TURNS_MAX):
        raise VisitOver("the caller has hung up")
    card = cards_card.of(row) if row.card_id else None
    known_by = KnownBy(row.known_by) if row.known_by else None
    return Visit(row.id, sid, row.caller, _line(row), card, known_by, turn, row.step, row.tries, row.answered)


def remember(visit: Visit, *, step: str, tries: int, heard: str, twiml: str) -> None:
    """Keep the answer to this request, so that the same request again gets the same answer."""
    kept = {"visit_id": visit.id, "number": visit.turn, "heard": heard[:40], "twiml": twiml}
    db.execute(_REMEMBER, {**kept, "step": step, "tries": tries, "at": clock.now()})


def open_card(visit: Visit, card: OpenCard) -> None:
    """The caller's PIN opened a card."""
    visit.card, visit.known_by = card, KnownBy.PIN
    db.execute(_OPENED, {"visit": visit.id, "card": card.id, "by": KnownBy.PIN})


def seen_before(visit: Visit) -> tuple[bool, bool]:
    """Whether this phone has opened this card before: ever, and today (UTC)."""
    assert visit.card is not None
    last = db.execute(
        _LAST_VISIT, {"card": visit.card.id, "caller": visit.caller, "visit": visit.id}
    ).scalar_one()
    return last is not None, last is not None and last.date() == clock.now().date()


def end(sid: str) -> None:
    """The caller has hung up. Safe to repeat.

    A call that is still live is asked about at once: its own signals may come late or never.
    """
    now = clock.now()
    ended = db.execute(_END, {"parent": sid, "now": now}).scalar_one_or_none()
    if ended is not None:
        db.execute(_ASK_NOW, {"visit": ended, "now": now})


@cache
def _begin(dialect: str) -> Any:
    return db.insert(models.Visit).on_conflict_do_nothing().returning(models.Visit.id)


def _card_of_phone(row: Any, stir: str) -> OpenCard | None:
    """The card that this phone opens, if the network vouches for it or we believe every caller ID here."""
    vouched = row.trusts_caller_id or stir.startswith(VOUCHED)
    if row.card_id is None or not vouched:
        return None
    card = cards_card.of(row)
    return card if cards_card.opens(card.status) else None


def _line(row: Any) -> Line:
    return Line(row.access_id, row.access_number, row.access_country, row.access_language, row.access_deck_id)
