"""Recording a call at the wish of the card's owner: from the wish to the day on which nothing is left."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import exists, func, or_, select, update

from app import clock, config, db, messages, numbers
from app.calls.carrier import Carrier
from app.calls.models import AccessNumber, Call, Recording, Visit
from app.cards.models import Card, CardStatus
from app.customers.models import Customer
from app.errors import CallRefused, CarrierUnreachable, UnknownCall
from app.messages.letters import calls as letters

log = logging.getLogger(__name__)

WISH_LASTS = timedelta(hours=1)
KEPT = timedelta(days=30)
SHOWN_MAX = 200
AT_ONCE = 50
FAULTS_MAX = 3  # in one round; the provider is away then

_IS_OFFERED = select(exists().where(AccessNumber.records))
# whoever wanted it has gone: nothing may outlive that
_OWNER_IS_GONE = or_(Card.status == CardStatus.VOID, ~exists().where(Customer.card_id == Card.id))


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recording, as the owner of the card may see it; of a freephone number it does not say which."""

    id: int
    sid: str
    call: int
    number: str
    seconds: int
    made_at: datetime
    delete_at: datetime


def is_offered() -> bool:
    """Whether calls may be recorded on any of our access numbers."""
    return bool(db.execute(_IS_OFFERED).scalar_one())


def wish(card: int) -> datetime:
    """The card's owner wants the next call recorded; answers until when. Safe to repeat.

    Raises CallRefused where no access number allows it.
    """
    if not is_offered():
        raise CallRefused("Calls are not recorded on any of our access numbers.")
    until = clock.now() + WISH_LASTS
    db.execute(update(Card).where(Card.id == card).values(record_until=until))
    return until


def unwish(card: int) -> None:
    """No call is to be recorded any more. Safe to repeat."""
    db.execute(update(Card).where(Card.id == card).values(record_until=None))


def wished_until(card: int) -> datetime | None:
    """Until when the next call of a card is to be recorded; None when it is not."""
    until: datetime | None = db.execute(select(Card.record_until).where(Card.id == card)).scalar_one()
    return until if until is not None and until > clock.now() else None


def announce(call: int) -> tuple[str, str]:
    """The called party is about to be told that this call is recorded.

    Answers the number that was called and the language of the caller's talk. Raises UnknownCall for a call
    that is not to be recorded.
    """
    told = update(Call).where(Call.id == call, Call.recorded).values(announced=True)
    number = db.execute(told.returning(Call.number)).scalar_one_or_none()
    if number is None:
        raise UnknownCall(f"call {call} is not to be recorded")
    talk = (
        select(func.coalesce(Visit.language, AccessNumber.language))
        .join(AccessNumber, AccessNumber.id == Visit.access_number_id)
        .where(Visit.id == select(Call.visit_id).where(Call.id == call).scalar_subquery())
    )
    return number, db.execute(talk).scalar_one()


def note(call: int, sid: str, seconds: int) -> bool:
    """A recording is ready: keep it for 30 days and tell the owner. Answers whether it may be kept.

    One of a call that was not to be recorded, or whose called party was not told, is due to be deleted at
    once. Safe to repeat. Raises UnknownCall.
    """
    known = select(Call.recorded & Call.announced).where(Call.id == call)
    may_be_kept = db.execute(known).scalar_one_or_none()
    if may_be_kept is None:
        raise UnknownCall(f"there is no call {call}")
    now = clock.now()
    row = {"sid": sid, "call_id": call, "seconds": seconds, "made_at": now}
    row["delete_at"] = now + KEPT if may_be_kept else now
    written = db.insert(Recording).values(row).on_conflict_do_nothing(index_elements=[Recording.sid])
    made = db.execute(written.returning(Recording.id)).scalar_one_or_none()
    if made is not None and may_be_kept:
        _tell(made)
    return bool(may_be_kept)


def of_card(card: int, *, call: int | None = None) -> list[Recorded]:
    """The recordings of a card, or of one of its calls, that can be heard; newest first."""
    mine = _mine(card) if call is None else _mine(card).where(Call.id == call)
    return [_recorded(row) for row in db.execute(mine.order_by(Recording.id.desc()).limit(SHOWN_MAX))]


def one(card: int, recording: int) -> Recorded | None:
    """One recording of a card; None when there is none that can be heard."""
    row = db.execute(_mine(card).where(Recording.id == recording)).one_or_none()
    return _recorded(row) if row else None


def delete(card: int, recording: int) -> bool:
    """Let nobody hear it from now on; it is gone from the provider soon. Answers whether there was one."""
    if one(card, recording) is None:
        return False
    this = update(Recording).where(Recording.id == recording, Recording.delete_at > clock.now())
    return db.execute(this.values(delete_at=clock.now())).rowcount == 1


def delete_due(carrier: Carrier) -> int:
    """Have the provider delete what is due, and what nobody owns any more; answers how many.

    No transaction may be open. What the provider does not delete now is tried again, for ever.
    """
    due = (
        select(Recording.id, Recording.sid)
        .join(Call, Call.id == Recording.call_id)
        .join(Card, Card.id == Call.card_id)
        .where(Recording.deleted_at.is_(None), or_(Recording.delete_at <= clock.now(), _OWNER_IS_GONE))
        # in any order, so that one that cannot be deleted is in nobody's way
        .order_by(func.random())
        .limit(AT_ONCE)
    )
    with db.transaction(readonly=True):
        found = list(db.execute(due))
    deleted = faults = 0
    for row in found:
        if forget(row.sid, carrier):
            deleted += 1
            continue
        faults += 1
        if faults == FAULTS_MAX:
            break
    return deleted


def forget(sid: str, carrier: Carrier) -> bool:
    """Have the provider delete a recording, and note that; answers whether it is gone. Safe to repeat.

    No transaction may be open.
    """
    try:
        carrier.forget_recording(sid)
    except CarrierUnreachable as error:
        log.warning("a recording is not deleted yet", extra={"reason": str(error)})
        return False
    db.attempt(partial(_gone, sid))
    return True


def _gone(sid: str) -> None:
    this = update(Recording).where(Recording.sid == sid, Recording.deleted_at.is_(None))
    db.execute(this.values(deleted_at=clock.now()))


def _mine(card: int) -> Any:
    """What can be heard of a card's calls."""
    return (
        select(Recording.__table__, Call.number)
        .join(Call, Call.id == Recording.call_id)
        .join(Card, Card.id == Call.card_id)
        .where(Call.card_id == card, Card.status != CardStatus.VOID)
        .where(Recording.deleted_at.is_(None), Recording.delete_at > clock.now())
    )


def _recorded(row: Any) -> Recorded:
    return Recorded(
        id=row.id,
        sid=row.sid,
        call=row.call_id,
        number="" if numbers.is_freephone(row.number) else row.number,
        seconds=row.seconds,
        made_at=row.made_at,
        delete_at=row.delete_at,
    )


def _tell(recording: int) -> None:
    """Write to the card's owner, if there still is one."""
    row = db.execute(
        select(
            Customer.id,
            Customer.email,
            Customer.language,
            Call.number,
            Call.placed_at,
            Recording.delete_at,
        )
        .select_from(Recording)
        .join(Call, Call.id == Recording.call_id)
        .join(Customer, Customer.card_id == Call.card_id)
        .where(Recording.id == recording)
    ).one_or_none()
    if row is None:
        return
    page = f"{config.settings().public_base_url}/account/recordings"
    number = "" if numbers.is_freephone(row.number) else row.number
    letter = letters.recording_ready(number, row.placed_at, row.delete_at, page, language=row.language)
    messages.write(letter, to=row.email, key=f"recording:{recording}", customer=row.id)
