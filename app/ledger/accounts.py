"""Accounts: what a card owns, what it has available, and the accounts of the house."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select

from app import clock, db
from app.ledger.models import HOUSE, Account, AccountKind, Transfer, TransferKind
from app.money import Money

_BALANCE = select(Account.balance, Account.held, Account.currency).where(Account.id == bindparam("account"))


def issue(value: Money, references: Sequence[str]) -> list[int]:
    """Open one account for a card per reference, each with `value` sold to it; answers their ids in order.

    The references are the cards' serials; a serial is issued once.
    """
    assert value.micros >= 0, "a card is never issued with a debt"
    open_house(value.currency)
    account = {"kind": AccountKind.CARD, "currency": value.currency, "balance": value.micros}
    made = db.execute(
        insert(Account).returning(Account.id, sort_by_parameter_order=True), [account for _ in references]
    )
    ids = [int(row.id) for row in made]
    if value:
        sold = {"kind": TransferKind.ISSUE, "source_id": house(AccountKind.CARD_SALES, value.currency)}
        moved = {"amount": value.micros, "target_balance": value.micros, "at": clock.now()}
        each = [
            {"key": f"issue:{serial}", "target_id": id, "reference": serial, **sold, **moved}
            for id, serial in zip(ids, references, strict=True)
        ]
        db.execute(insert(Transfer), each)
    return ids


def open_house(currency: str) -> None:
    """Make sure that the house has its accounts in this currency. Safe to repeat."""
    rows = [{"kind": kind, "currency": currency} for kind in HOUSE]
    db.execute(db.insert(Account).on_conflict_do_nothing(), rows)


def house(kind: AccountKind, currency: str) -> int:
    """The id of a house account; it exists since the first card in its currency."""
    assert kind in HOUSE, f"{kind} is no account of the house"
    found = db.execute(select(Account.id).where(Account.kind == kind, Account.currency == currency))
    return int(found.scalar_one())


def balance(account: int) -> Money:
    """What a card owns, the part on hold included."""
    row = db.execute(_BALANCE, {"account": account}).one()
    return Money(row.balance, row.currency)


def available(account: int) -> Money:
    """What a card may still spend: its balance less what is on hold."""
    row = db.execute(_BALANCE, {"account": account}).one()
    return Money(row.balance - row.held, row.currency)
