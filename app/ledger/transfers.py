"""Money that moves between two accounts, once, for a stated reason."""

from typing import Any

from sqlalchemy import bindparam, insert, select, update

from app import clock, db
from app.errors import KeyReused, ShortOfCredit
from app.ledger.models import Account, AccountKind, Transfer, TransferKind
from app.money import Money

_SPEND = (
    update(Account)
    .where(Account.id == bindparam("account"), Account.balance - Account.held >= bindparam("amount"))
    .values(balance=Account.balance - bindparam("amount"))
    .returning(Account.balance)
)
_RECEIVE = (
    update(Account)
    .where(Account.id == bindparam("account"))
    .values(balance=Account.balance + bindparam("amount"))
    .returning(Account.balance)
)
_MADE = select(Transfer.id, Transfer.amount, Transfer.source_id, Transfer.target_id).where(
    Transfer.key == bindparam("key")
)


def move(amount: Money, *, source: int, target: int, kind: TransferKind, key: str, reference: str) -> int:
    """Move money between two accounts; answers the transfer's id.

    Safe to repeat: the same key moves money once and answers with the transfer it already made. Raises
    KeyReused when the key stands for another movement, ShortOfCredit when a card has too little available.
    """
    assert amount.micros > 0, "a transfer moves something"
    accounts = _lock(source, target)
    assert {row.currency for row in accounts.values()} == {amount.currency}, "money stays in its currency"
    if made := db.execute(_MADE, {"key": key}).one_or_none():
        if (made.amount, made.source_id, made.target_id) != (amount.micros, source, target):
            raise KeyReused(f"the key {key} has moved {Money(made.amount, amount.currency)} before")
        return int(made.id)

    row = {
        "key": key,
        "kind": kind,
        "source_id": source,
        "target_id": target,
        "amount": amount.micros,
        "source_balance": _spend(accounts[source], amount),
        "target_balance": _receive(accounts[target], amount),
        "reference": reference,
        "at": clock.now(),
    }
    return int(db.execute(insert(Transfer).returning(Transfer.id), row).scalar_one())


def _lock(*ids: int) -> dict[int, Any]:
    """Lock the cards among these accounts, lowest id first, so that no two movements wait for each other."""
    found = db.execute(
        select(Account.id, Account.kind, Account.currency).where(Account.id.in_(ids)).order_by(Account.id)
    )
    rows = {row.id: row for row in found}
    cards = [row.id for row in rows.values() if row.kind == AccountKind.CARD]
    db.execute(select(Account.id).where(Account.id.in_(cards)).order_by(Account.id).with_for_update())
    return rows


def _spend(account: Any, amount: Money) -> int | None:
    if account.kind != AccountKind.CARD:
        return None
    left = db.execute(_SPEND, {"account": account.id, "amount": amount.micros}).scalar_one_or_none()
    if left is None:
        raise ShortOfCredit(f"there is less than {amount} {amount.currency} available")
    return int(left)


def _receive(account: Any, amount: Money) -> int | None:
    if account.kind != AccountKind.CARD:
        return None
    return int(db.execute(_RECEIVE, {"account": account.id, "amount": amount.micros}).scalar_one())
