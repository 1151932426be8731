"""Accounts: what a card owns, what it has available, and the accounts of the house."""

from sqlalchemy import bindparam, select

from app import db
from app.ledger.models import Account, AccountKind
from app.money import Money

_BALANCE = select(Account.balance, Account.held, Account.currency).where(Account.id == bindparam("account"))


def open_card(currency: str) -> int:
    """Open an empty account for a card; answers its id."""
    open_house(currency)
    made = db.execute(
        db.insert(Account).values(kind=AccountKind.CARD, currency=currency, balance=0).returning(Account.id)
    )
    return int(made.scalar_one())


def open_house(currency: str) -> None:
    """Make sure that the house has its accounts in this currency. Safe to repeat."""
    rows = [{"kind": kind, "currency": currency} for kind in AccountKind if kind is not AccountKind.CARD]
    db.execute(db.insert(Account).on_conflict_do_nothing(), rows)


def house(kind: AccountKind, currency: str) -> int:
    """The id of a house account; it exists since the first card in its currency."""
    assert kind is not AccountKind.CARD
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
