"""Proving the books: every balance is the sum of its transfers, every held amount that of its open holds."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from app import db
from app.ledger.models import Account, AccountKind, Hold, HoldStatus, Transfer
from app.money import decimal_text


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that lies: what it says, and what the transfers and holds prove."""

    account: int
    what: str
    says: str
    proved: str


@dataclass(slots=True)
class Audit:
    """What was looked at and what was found. Balanced means: not one row lies."""

    accounts: int
    transfers: int
    open_holds: int
    faults: list[Fault] = field(default_factory=list)

    @property
    def balanced(self) -> bool:
        """Whether every row tells the truth."""
        return not self.faults


def audit() -> Audit:
    """Prove the whole ledger, at one moment: run it in a read-only transaction."""
    found = Audit(_count(Account.id), _count(Transfer.id), _count(Hold.id, Hold.status == HoldStatus.OPEN))
    found.faults += _wrong_balances() + _wrong_holds() + _wrong_payments() + _mixed_currencies()
    return found


def _count(column: Any, *conditions: Any) -> int:
    return int(db.execute(select(func.count(column)).where(*conditions)).scalar_one())


def _wrong_balances() -> list[Fault]:
    card = select(Account.id).where(Account.kind == AccountKind.CARD)
    moved = (
        select(Transfer.target_id.label("account"), Transfer.amount.label("amount"))
        .where(Transfer.target_id.in_(card))
        .union_all(select(Transfer.source_id, -Transfer.amount).where(Transfer.source_id.in_(card)))
        .subquery()
    )
    sums = (
        select(moved.c.account, func.sum(moved.c.amount).label("total")).group_by(moved.c.account).subquery()
    )
    total = func.coalesce(sums.c.total, 0)
    lying = db.execute(
        select(Account.id, Account.balance, total.label("total"))
        .outerjoin(sums, sums.c.account == Account.id)
        .where(Account.kind == AccountKind.CARD, Account.balance != total)
        .order_by(Account.id)
    )
    return [_money_fault(row.id, "balance", row.balance, row.total) for row in lying]


def _wrong_holds() -> list[Fault]:
    open_holds = (
        select(Hold.account_id, func.sum(Hold.amount).label("total"), func.count().label("number"))
        .where(Hold.status == HoldStatus.OPEN)
        .group_by(Hold.account_id)
        .subquery()
    )
    total, number = func.coalesce(open_holds.c.total, 0), func.coalesce(open_holds.c.number, 0)
    lying = db.execute(
        select(Account.id, Account.held, Account.open_holds, total.label("total"), number.label("number"))
        .outerjoin(open_holds, open_holds.c.account_id == Account.id)
        .where(or_(Account.held != total, Account.open_holds != number))
        .order_by(Account.id)
    )
    return [
        Fault(
            row.id,
            "held",
            f"{decimal_text(row.held)} in {row.open_holds}",
            f"{_text(row.total)} in {row.number}",
        )
        for row in lying
    ]


def _wrong_payments() -> list[Fault]:
    """A payment out of a hold must have a settled hold of its own account, and may not exceed it."""
    paid = and_(Hold.status == HoldStatus.SETTLED, Hold.account_id == Transfer.source_id)
    lying = db.execute(
        select(Transfer.id, Transfer.source_id, Transfer.amount, Hold.amount.label("held"), Hold.status)
        .outerjoin(Hold, Transfer.key == literal("hold:") + cast(Hold.id, String))
        .where(Transfer.key.like("hold:%"))
        .where(or_(Hold.id.is_(None), ~paid, Transfer.amount > Hold.amount))
    )
    return [
        Fault(
            row.source_id,
            f"payment {row.id}",
            _text(row.amount),
            f"{row.status or 'no'} hold of {_text(row.held)}",
        )
        for row in lying
    ]


def _mixed_currencies() -> list[Fault]:
    source, target = aliased(Account), aliased(Account)
    lying = db.execute(
        select(Transfer.id, source.id.label("account"), source.currency, target.currency.label("other"))
        .join(source, source.id == Transfer.source_id)
        .join(target, target.id == Transfer.target_id)
        .where(source.currency != target.currency)
    )
    return [Fault(row.account, f"transfer {row.id}", row.currency, row.other) for row in lying]


def _money_fault(account: int, what: str, says: int, proved: Any) -> Fault:
    return Fault(account, what, _text(says), _text(proved))


def _text(micros: Any) -> str:
    return decimal_text(int(micros or 0))  # PostgreSQL adds up BIGINT to NUMERIC
