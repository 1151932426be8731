"""Short words for moving little amounts, each in a transaction of its own as a door would open it."""

from itertools import count
from typing import Any

from sqlalchemy import text

from app import db, ledger
from app.ledger import Settlement, TransferKind
from app.money import Money

_keys = count(1)


def usd(micros: int) -> Money:
    """So many millionths of a dollar."""
    return Money(micros, "USD")


def hold(account: int, micros: int, *, key: str = "", at_most: int = 99) -> int:
    """Keep aside."""
    with db.transaction():
        return ledger.hold(account, usd(micros), key=key or f"key {next(_keys)}", at_most=at_most)


def settle(hold: int, micros: int) -> Settlement:
    """Pay."""
    with db.transaction():
        return ledger.settle(hold, usd(micros), reference="a call")


def release(hold: int) -> Settlement:
    """Give back."""
    with db.transaction():
        return ledger.release(hold)


def sell(account: int, micros: int, *, key: str = "") -> int:
    """Move from the house to a card."""
    with db.transaction():
        house = ledger.house(ledger.AccountKind.CARD_SALES, "USD")
        said = {"kind": TransferKind.CREDIT, "key": key or f"key {next(_keys)}", "reference": "a sale"}
        return ledger.move(usd(micros), source=house, target=account, **said)  # type: ignore[arg-type]


def give_back(account: int, micros: int, *, key: str = "") -> int:
    """Move from a card to the house."""
    with db.transaction():
        house = ledger.house(ledger.AccountKind.PROMOTIONS, "USD")
        said = {"kind": TransferKind.CREDIT, "key": key or f"key {next(_keys)}", "reference": "a refund"}
        return ledger.move(usd(micros), source=account, target=house, **said)  # type: ignore[arg-type]


def standing(account: int) -> tuple[int, int]:
    """Balance and available, in millionths."""
    with db.transaction(readonly=True):
        return ledger.balance(account).micros, ledger.available(account).micros


def faults() -> list[ledger.Fault]:
    """What the audit finds."""
    with db.transaction(readonly=True):
        return ledger.audit().faults


def sql(statement: str, **parameters: Any) -> None:
    """Go behind the ledger's back."""
    with db.transaction():
        db.execute(text(statement), parameters)
