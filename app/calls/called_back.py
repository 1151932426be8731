"""Whom we rang has picked up: their visit begins, with what they wanted."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app import db
from app.calls import caller_leg, endings, models, profile, visits
from app.calls.models import AccessNumber, Call, Callback, CallKind, KnownBy, Turn
from app.calls.ringing_back import NOT_YET, learn
from app.calls.visits import Visit
from app.cards import card as cards_card
from app.cards.models import Batch, Card
from app.errors import UnknownVisit, VisitOver
from app.ledger.models import Account
from app.money import Money
from app.rating import Rate

_PICK_UP = (
    select(
        models.Visit.sid,
        models.Visit.caller,
        models.Visit.language,
        models.Visit.stir,
        models.Visit.ended_at,
        Turn.twiml.label("answered"),
        Callback.destination,
        Call.id.label("call"),
        *profile.COLUMNS,
        *cards_card.COLUMNS,
    )
    .select_from(models.Visit)
    .join(AccessNumber, AccessNumber.id == models.Visit.access_number_id)
    .join(Callback, Callback.visit_id == models.Visit.id)
    .join(Call, (Call.visit_id == models.Visit.id) & (Call.kind == CallKind.CALLBACK))
    .join(Card, Card.id == models.Visit.card_id)
    .join(Account, Account.id == Card.account_id)
    .join(Batch, Batch.id == Card.batch_id)
    .outerjoin(Turn, (Turn.visit_id == models.Visit.id) & (Turn.number == 0))
    .where(models.Visit.id == bindparam("visit"))
    .with_for_update(of=models.Visit)
)


@dataclass(frozen=True, slots=True)
class PickedUp:
    """A visit that has just begun, what its leg costs, and whether it is known whom they want to talk to."""

    visit: Visit
    rate: Rate | None
    has_destination: bool

    @property
    def per_minute(self) -> Money | None:
        """What a minute of the leg to the caller costs."""
        return Money(self.rate.per_minute, self.rate.currency) if self.rate else None

    @property
    def fee(self) -> Money | None:
        """What that leg costs once."""
        return Money(self.rate.connection_fee, self.rate.currency) if self.rate else None


def pick_up(visit: int, call: int, sid: str) -> PickedUp:
    """Somebody answers the phone that we rang: the visit is theirs, locked until the answer is kept.

    Safe to repeat: what was answered before comes back. Raises UnknownVisit for a leg that is none of this
    visit's, and VisitOver when they have hung up.
    """
    row = db.execute(_PICK_UP, {"visit": visit}).one_or_none()
    if row is None or row.call != call or (row.sid != sid and not row.sid.startswith(NOT_YET)):
        raise UnknownVisit("nobody was rung like that")
    if row.answered is None and row.ended_at is not None:
        raise VisitOver("whom we rang has hung up")
    learn(call, sid)
    endings.answered(call, parent=sid, sid=sid, at=None)  # our clock counts what the credit lasts for
    line = profile.of(row)
    own = caller_leg.of(visit)
    begun = Visit(
        id=visit,
        sid=sid,
        caller=row.caller,
        line=line,
        card=cards_card.of(row),
        known_by=KnownBy.PHONE,
        language=line.speaks(row.language),
        stir=row.stir,
        called_back=True,
        answered=visits.opened(row.answered),
        asks_language=row.language is None and len(line.languages) > 1,
    )
    return PickedUp(begun, own.rate if own else None, row.destination is not None)


def destination_of(visit: Visit) -> str | None:
    """The number that whom we rang asked to be connected to, if they did."""
    asked = select(Callback.destination).where(Callback.visit_id == visit.id)
    found: str | None = db.execute(asked).scalar_one_or_none()
    return found
