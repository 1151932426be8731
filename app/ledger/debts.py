"""What the owner of a card owes: credit that was spent before its payment was taken back."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, or_, select

from app import db
from app.ledger.models import Account, AccountKind, Transfer, TransferKind
from app.ledger.transfers import move
from app.money import Money


@dataclass(frozen=True, slots=True)
class Taken:
    """Where money came from that a card had to give back."""

    from_card: Money
    as_debt: Money


def take(card: int, amount: Money, *, target: int, kind: TransferKind, key: str, reference: str) -> Taken:
    """Take money back from a card's account: what it has available, and the rest as its owner's debt.

    Safe to repeat: the same key answers with what it took. The card is never in debt: its owner is.
    """
    available = _lock(card)
    made = _made(key)
    if not made:
        from_card = Money(min(available, amount.micros), amount.currency)
        rest = amount - from_card
        how: dict[str, Any] = {"target": target, "kind": kind, "reference": reference}
        if from_card:
            move(from_card, source=card, key=key, **how)
        if rest:
            move(rest, source=_debt_of(card, amount.currency), key=f"{key}:debt", **how)
        return Taken(from_card, rest)
    return Taken(Money(made.get(key, 0), amount.currency), Money(made.get(f"{key}:debt", 0), amount.currency))


def owed(card: int) -> Money:
    """What the owner of a card's account owes."""
    debt = db.execute(select(Account.id).where(Account.owner_id == card)).one_or_none()
    currency: str = db.execute(select(Account.currency).where(Account.id == card)).scalar_one()
    if debt is None:
        return Money.zero(currency)
    signed = case((Transfer.source_id == debt.id, Transfer.amount), else_=-Transfer.amount)
    moved = or_(Transfer.source_id == debt.id, Transfer.target_id == debt.id)
    total = db.execute(select(func.sum(signed)).where(moved)).scalar_one()
    return Money(int(total or 0), currency)  # PostgreSQL adds up BIGINT to NUMERIC


def collect(card: int) -> Money:
    """Pay what is owed out of what the card has available; answers how much that was.

    Safe to repeat: it takes no more than is owed at that moment.
    """
    available = _lock(card)
    due = owed(card)
    paid = Money(min(available, due.micros), due.currency)
    if paid:
        debt = _debt_of(card, due.currency)
        how = {"key": f"debt:{debt}:{_movements(debt)}", "reference": "debt"}
        move(paid, source=card, target=debt, kind=TransferKind.DEBT, **how)
    return paid


def _lock(card: int) -> int:
    """Lock the card's account; answers what it has available."""
    row = db.execute(select(Account.balance, Account.held).where(Account.id == card).with_for_update()).one()
    return int(row.balance - row.held)


def _made(key: str) -> dict[str, int]:
    """The movements that a key has made."""
    found = db.execute(select(Transfer.key, Transfer.amount).where(Transfer.key.in_([key, f"{key}:debt"])))
    return {row.key: row.amount for row in found}


def _movements(debt: int) -> int:
    """How often a debt has changed: a name for its next change, since the card is locked."""
    moved = or_(Transfer.source_id == debt, Transfer.target_id == debt)
    return int(db.execute(select(func.count(Transfer.id)).where(moved)).scalar_one())


def _debt_of(card: int, currency: str) -> int:
    """The account that holds a card's debt; made when it is first needed."""
    row = {"kind": AccountKind.DEBT, "currency": currency, "owner_id": card}
    db.execute(db.insert(Account).values(row).on_conflict_do_nothing())
    return int(db.execute(select(Account.id).where(Account.owner_id == card)).scalar_one())
