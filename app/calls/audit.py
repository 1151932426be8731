"""Proving the calls against the ledger: each charged what its hold paid, and each as long as it lasted."""

from typing import Any

from sqlalchemy import String, and_, cast, func, literal, or_, select

from app import db, rating
from app.calls.endings import rate_of
from app.calls.models import OPEN, Call
from app.ledger import Fault
from app.ledger.models import Hold, HoldStatus, Transfer
from app.money import decimal_text

AT_ONCE = 10_000


def audit() -> list[Fault]:
    """The calls that lie: in a read-only transaction, together with the ledger's own audit."""
    return _unpaid() + _open_without_a_hold() + _wrongly_priced()


def _unpaid() -> list[Fault]:
    """What a call says it cost must be what was paid out of its hold."""
    paid = func.coalesce(Transfer.amount, 0)
    lying = db.execute(
        select(Hold.account_id, Call.id, Call.price, paid.label("paid"))
        .join(Hold, Hold.id == Call.hold_id)
        .outerjoin(Transfer, Transfer.key == literal("hold:") + cast(Hold.id, String))
        .where(func.coalesce(Call.price, 0) != paid)
    )
    return [_fault(row, f"price of call {row.id}", row.price or 0, row.paid) for row in lying]


def _open_without_a_hold() -> list[Fault]:
    """A call that has not ended keeps its hold open, and one that has ended does not."""
    is_open, keeps = Call.status.in_(OPEN), Hold.status == HoldStatus.OPEN
    lying = db.execute(
        select(Hold.account_id, Call.id, Call.status, Hold.status.label("hold"))
        .join(Hold, Hold.id == Call.hold_id)
        .where(or_(and_(is_open, ~keeps), and_(~is_open, keeps)))
    )
    return [Fault(row.account_id, f"call {row.id}", row.status, f"its hold is {row.hold}") for row in lying]


def _wrongly_priced() -> list[Fault]:
    """A price follows from the rate on the call and its seconds, and never exceeds the hold."""
    faults: list[Fault] = []
    last = 0
    while rows := _ended_after(last):
        last = rows[-1].id
        for row in rows:
            due = min(rating.price_of(rate_of(row), row.seconds).micros, row.held)
            if due != row.price:
                faults.append(_fault(row, f"price of call {row.id}", row.price, due))
    return faults


def _ended_after(last: int) -> list[Any]:
    ended = (
        select(*Call.__table__.c, Hold.account_id, Hold.amount.label("held"))
        .join(Hold, Hold.id == Call.hold_id)
        .where(Call.price.is_not(None), Call.id > last)
        .order_by(Call.id)
        .limit(AT_ONCE)
    )
    return list(db.execute(ended))


def _fault(row: Any, what: str, says: int, proved: int) -> Fault:
    return Fault(row.account_id, what, decimal_text(says), decimal_text(int(proved)))
