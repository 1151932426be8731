"""What about a payment a person has to look at: nothing that does not match is credited, or dropped."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app import clock, db
from app.errors import PaymentError
from app.payments.models import Review, TopUp, TopUpStatus


@dataclass(frozen=True, slots=True)
class ToReview:
    """One line of the list."""

    id: int
    what: str
    top_up: str | None
    opened_at: datetime
    closed_at: datetime | None
    verdict: str


def open_review(key: str, what: str, *, top_up: int | None = None) -> None:
    """Put something on the list. Safe to repeat: one key is listed once."""
    row = {"key": key[:120], "what": what[:300], "top_up_id": top_up, "opened_at": clock.now()}
    db.execute(db.insert(Review).values(row).on_conflict_do_nothing())


def reviews(*, closed: bool = False) -> list[ToReview]:
    """What waits for a person, oldest first; with `closed` also what was looked at."""
    wanted = select(Review.__table__, TopUp.ref).outerjoin(TopUp, TopUp.id == Review.top_up_id)
    if not closed:
        wanted = wanted.where(Review.closed_at.is_(None))
    return [
        ToReview(row.id, row.what, row.ref, row.opened_at, row.closed_at, row.verdict)
        for row in db.execute(wanted.order_by(Review.id))
    ]


def close_review(id: int, verdict: str) -> None:
    """A person has looked. Raises PaymentError when it is not on the list any more.

    A rule waits no more for a charge that was unclear; whatever PayPal says of it later still counts.
    """
    closed = {"closed_at": clock.now(), "verdict": verdict[:300]}
    mine = update(Review).where(Review.id == id, Review.closed_at.is_(None))
    top_up = db.execute(mine.values(closed).returning(Review.top_up_id)).one_or_none()
    if top_up is None:
        raise PaymentError(f"no open review has the number {id}")
    unclear = update(TopUp).where(TopUp.id == top_up.top_up_id, TopUp.automatic)
    looked_at = {"status": TopUpStatus.DECLINED, "reason": "somebody of ours has looked at it"}
    db.execute(unclear.where(TopUp.status == TopUpStatus.REVIEW).values(looked_at))
