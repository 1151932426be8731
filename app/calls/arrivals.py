"""A call comes in: by telephone or from a SIP domain, known by the caller ID or the credential, or not."""

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from app import clock, db
from app.calls import models, profile, visits
from app.calls.models import AccessNumber, CallerLanguage, KnownBy, Turn
from app.calls.visits import Visit
from app.cards import OpenCard, lockout
from app.cards import card as cards_card
from app.cards.models import Batch, Card, PinGuard
from app.customers.models import Phone, SipUser
from app.errors import UnknownVisit
from app.ledger.models import Account


def _ring(who: Any, known: Any) -> Select[Any]:
    """The access number, the card that `who` opens, and what is known of the caller."""
    return (
        select(
            *profile.COLUMNS,
            CallerLanguage.language.label("caller_language"),
            PinGuard.failures,
            PinGuard.since,
            *cards_card.COLUMNS,
        )
        .select_from(AccessNumber)
        .outerjoin(who, known)
        .outerjoin(Card, Card.id == who.card_id)
        .outerjoin(Account, Account.id == Card.account_id)
        .outerjoin(Batch, Batch.id == Card.batch_id)
        .outerjoin(CallerLanguage, CallerLanguage.caller == bindparam("caller"))
        .outerjoin(PinGuard, (PinGuard.scope == "caller") & (PinGuard.subject == bindparam("caller")))
    )


_RING = _ring(Phone, Phone.number == bindparam("caller")).where(AccessNumber.number == bindparam("called"))
_RING_BY_SIP = _ring(SipUser, SipUser.address == bindparam("sip_user")).where(
    AccessNumber.sip_domain == bindparam("domain")
)
_ANSWERED = (
    select(Turn.twiml)
    .join(models.Visit, models.Visit.id == Turn.visit_id)
    .where(models.Visit.sid == bindparam("sid"), Turn.number == 0)
)


def begin(sid: str, *, caller: str | None, called: str, stir: str) -> Visit:
    """A call came in: open a visit, with the card that a registered and vouched-for phone opens.

    On a line that calls back nobody is let in: no visit is opened, and the card is that of the registered
    phone. Safe to repeat: a visit that exists comes back with what it was answered. Raises UnknownVisit for
    an access number that is not ours.
    """
    row = db.execute(_RING, {"caller": caller, "called": called}).one_or_none()
    if row is None:
        raise UnknownVisit("that is not an access number of ours")
    visit = Visit(0, sid, caller, profile.of(row), None, None, "", stir[:40])
    if visit.line.calls_back:
        visit.card = _card(row)
        return visit
    if visit.line.pinless and visit.is_vouched_for:
        visit.card = _card(row)
    return _open(visit, row, KnownBy.PHONE)


def begin_by_sip(sid: str, *, user: str, domain: str) -> Visit:
    """A call came in from a SIP domain, whose own check of passwords is believed: as `begin`.

    An unknown user of it is asked for a PIN, as one who withholds the number; so is everybody on an access
    number that lets nobody in without one.
    """
    asked = {"caller": None, "sip_user": f"{user}@{domain}", "domain": domain}
    row = db.execute(_RING_BY_SIP, asked).one_or_none()
    if row is None:
        raise UnknownVisit("no access number takes calls from that SIP domain")
    visit = Visit(0, sid, None, profile.of(row), None, None, "", "")
    if visit.line.calls_back:
        return visit
    if visit.line.pinless and user:
        visit.card = _card(row)
    return _open(visit, row, KnownBy.SIP)


def _card(row: Any) -> OpenCard | None:
    """The card that is opened without a PIN, if it is one that opens."""
    if row.card_id is None:
        return None
    card = cards_card.of(row)
    return card if cards_card.opens(card.status) else None


def _open(visit: Visit, row: Any, known_by: KnownBy) -> Visit:
    """Write the visit down, or find what it was answered before."""
    card, line = visit.card, visit.line
    chosen = (card.language if card else None) or row.caller_language
    visit.known_by = known_by if card else None
    visit.language = line.speaks(chosen)
    visit.asks_language = chosen is None and len(line.languages) > 1
    opened = {
        "sid": visit.sid,
        "caller": visit.caller,
        "access_number_id": line.id,
        "stir": visit.stir,
        "card_id": card and card.id,
        "known_by": visit.known_by,
        "language": chosen,
        "started_at": clock.now(),
    }
    made = db.execute(_begin(db.engine().dialect.name), opened).scalar_one_or_none()
    if made is None:
        visit.answered = visits.opened(db.execute(_ANSWERED, {"sid": visit.sid}).scalar_one())
        return visit
    visit.id = made
    visit.locked_out = lockout.caller_is_full(row.failures, row.since)
    return visit


@cache
def _begin(dialect: str) -> Any:
    return db.insert(models.Visit).on_conflict_do_nothing().returning(models.Visit.id)
