"""A caller on our line: who it is, where the talk stands, and what was answered to which request."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import aliased

from app import clock, db, sealing
from app.calls import models, profile
from app.calls.models import LIVE, AccessNumber, Call, CallerLanguage, KnownBy, Turn
from app.calls.profile import Line
from app.cards import OpenCard
from app.cards import card as cards_card
from app.cards.models import Batch, Card
from app.customers import phones
from app.errors import UnknownVisit, VisitOver
from app.ledger.models import Account

TURNS_MAX = 100  # of one visit; nobody needs so many, a looping robot does
VOUCHED = ("TN-Validation-Passed-A", "TN-Validation-Passed-B")
SEALED = "sealed:"  # before an answer that holds a secret

_before, _now = aliased(Turn), aliased(Turn)
_RESUME = (
    select(
        models.Visit.id,
        models.Visit.caller,
        models.Visit.known_by,
        models.Visit.language,
        models.Visit.called_back,
        models.Visit.stir,
        models.Visit.ended_at,
        _before.step,
        _before.tries,
        _now.twiml.label("answered"),
        *profile.COLUMNS,
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
_OPENED = (
    update(models.Visit)
    .where(models.Visit.id == bindparam("visit"))
    .values(card_id=bindparam("card"), known_by=bindparam("by"), language=bindparam("spoken"))
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


@dataclass(slots=True)
class Visit:
    """A visit at the moment of one request."""

    id: int
    sid: str
    caller: str | None
    line: Line
    card: OpenCard | None
    known_by: KnownBy | None
    # what is spoken: as the caller or the card's holder has chosen, or as on this access number
    language: str
    # what the network says of the caller ID
    stir: str = ""
    # we rang the caller: that leg is a call of its own
    called_back: bool = False
    # the request that we are answering, and where the talk stood before it
    turn: int = 0
    step: str = ""
    tries: int = 0
    # the answer that this request has had before
    answered: str | None = None
    # this caller may not enter a PIN for a while
    locked_out: bool = False
    # the caller is to be asked which language
    asks_language: bool = False

    @property
    def argument(self) -> str:
        """What the step that waits was told to remember."""
        return self.step.partition(":")[2]

    @property
    def is_vouched_for(self) -> bool:
        """Whether we believe the caller ID."""
        return self.line.trusts_caller_id or self.stir.startswith(VOUCHED)


def resume(sid: str, turn: int) -> Visit:
    """The visit that this request belongs to, locked until the answer is kept.

    Raises UnknownVisit when there is none that has come so far, VisitOver when the caller has hung up.
    """
    row = db.execute(_RESUME, {"sid": sid, "turn": turn}).one_or_none()
    if row is None:
        raise UnknownVisit("no visit has come so far")
    if row.answered is None and (row.ended_at is not None or turn > TURNS_MAX):
        raise VisitOver("the caller has hung up")
    line = profile.of(row)
    return Visit(
        id=row.id,
        sid=sid,
        caller=row.caller,
        line=line,
        card=cards_card.of(row) if row.card_id else None,
        known_by=KnownBy(row.known_by) if row.known_by else None,
        language=line.speaks(row.language),
        stir=row.stir,
        called_back=row.called_back,
        turn=turn,
        step=row.step,
        tries=row.tries,
        answered=opened(row.answered),
    )


def remember(visit: Visit, *, step: str, tries: int, heard: str, twiml: str, secret: bool = False) -> None:
    """Keep the answer to this request, so that the same request again gets the same answer.

    A secret one is sealed, and forgotten soon.
    """
    kept = SEALED + sealing.seal(twiml) if secret else twiml
    turn = {"visit_id": visit.id, "number": visit.turn, "heard": heard[:40], "twiml": kept}
    db.execute(_REMEMBER, {**turn, "step": step, "tries": tries, "at": clock.now()})


def opened(answer: str | None) -> str | None:
    """An answer as it was given."""
    if answer is None or not answer.startswith(SEALED):
        return answer
    return sealing.unseal(answer.removeprefix(SEALED))


def open_card(visit: Visit, card: OpenCard) -> None:
    """The caller's PIN opened a card; the talk goes on in the language that its holder has chosen."""
    visit.card, visit.known_by = card, KnownBy.PIN
    if visit.caller is not None and len(visit.line.languages) > 1:
        _keep_what_was_chosen(visit)
    visit.language = visit.line.speaks(card.language or visit.language)
    spoken = visit.language if visit.language != visit.line.language else None
    db.execute(_OPENED, {"visit": visit.id, "card": card.id, "by": KnownBy.PIN, "spoken": spoken})


def speak(visit: Visit, language: str) -> None:
    """The caller chose a language: it is kept for this phone, and with the card once one is open."""
    visit.language = language
    this = update(models.Visit).where(models.Visit.id == visit.id)
    db.execute(this.values(language=language))
    if visit.card is not None:
        db.execute(update(Card).where(Card.id == visit.card.id).values(language=language))
    _keep_for_phone(visit, language)


def _keep_what_was_chosen(visit: Visit) -> None:
    """The caller chose before the PIN showed whose the phone is."""
    chosen = select(models.Visit.language).where(models.Visit.id == visit.id)
    language = db.execute(chosen).scalar_one()
    if language is not None:
        _keep_for_phone(visit, language)


def _keep_for_phone(visit: Visit, language: str) -> None:
    if visit.caller is None or not _is_theirs(visit):
        return
    chosen = {"language": language, "at": clock.now()}
    kept = db.insert(CallerLanguage).values(caller=visit.caller, **chosen)
    db.execute(kept.on_conflict_do_update(index_elements=[CallerLanguage.caller], set_=chosen))


def _is_theirs(visit: Visit) -> bool:
    """Whether the phone is this caller's to choose for: one who only shows a registered number is not."""
    owner = phones.opens(visit.caller or "")
    is_open = visit.card is not None and visit.card.id == owner
    return owner is None or is_open or visit.is_vouched_for


def seen_before(visit: Visit) -> tuple[bool, bool]:
    """Whether this phone has opened this card before: ever, and today (UTC)."""
    assert visit.card is not None
    last: Any = db.execute(
        _LAST_VISIT, {"card": visit.card.id, "caller": visit.caller, "visit": visit.id}
    ).scalar_one()
    return last is not None, last is not None and last.date() == clock.now().date()


def end(sid: str) -> None:
    """The caller has hung up. Safe to repeat.

    A call that is still live is asked about at once: its own signals may come late or never.
    """
    now: datetime = clock.now()
    ended = db.execute(_END, {"parent": sid, "now": now}).scalar_one_or_none()
    if ended is not None:
        db.execute(_ASK_NOW, {"visit": ended, "now": now})
