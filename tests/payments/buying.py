"""Buying and giving back in one transaction, as the code that hears from the provider does."""

from itertools import count
from typing import Any

from sqlalchemy import insert, select

from app import cards, clock, db, ledger
from app.ledger import AccountKind, TransferKind
from app.ledger.models import Transfer
from app.money import Money
from app.payments import receipts
from app.payments.models import Refund, TopUp, TopUpStatus
from app.payments.receipts import Receipt
from tests.support.site import Someone

_refs = count(1)


def usd(amount: str) -> Money:
    """Dollars."""
    return Money.parse(amount, "USD")


def top_up(someone: Someone, amount: str = "20.00") -> int:
    """A top-up whose money has arrived, not credited yet."""
    ref = f"CAPTURE{next(_refs)}"
    now = clock.now()
    row = {
        "ref": f"ref-{ref}",
        "nonce": f"nonce-{ref}",
        "customer_id": someone.id,
        "card_id": _card(someone),
        "amount": usd(amount).micros,
        "currency": "USD",
        "automatic": False,
        "saves_method": False,
        "environment": "sandbox",
        "status": TopUpStatus.CREDITED,
        "capture_ref": ref,
        "made_at": now,
        "credited_at": now,
    }
    with db.transaction():
        return int(db.execute(insert(TopUp).returning(TopUp.id), row).scalar_one())


def credit(top_up: int, *, then: Exception | None = None) -> Receipt:
    """Credit it with its receipt; `then` goes wrong afterwards, so that nothing of it stays."""
    with db.transaction():
        row = _row(top_up)
        account = cards.take(row.card_id)
        clearing = ledger.house(AccountKind.PAYPAL_CLEARING, "USD")
        how: dict[str, Any] = {"kind": TransferKind.TOP_UP, "key": f"paid:{top_up}", "reference": row.ref}
        ledger.move(Money(row.amount, "USD"), source=clearing, target=account, **how)
        issued = receipts.issue(top_up)
        if then is not None:
            raise then
        return issued


def buy(someone: Someone, amount: str = "20.00") -> Receipt:
    """Both at once."""
    return credit(top_up(someone, amount))


def refund(top_up: int, amount: str) -> int:
    """A refund that the provider has made, not debited yet."""
    row = {
        "ref": f"REFUND{next(_refs)}",
        "top_up_id": top_up,
        "reversal": False,
        "amount": usd(amount).micros,
        "from_card": usd(amount).micros,
        "at": clock.now(),
    }
    with db.transaction():
        return int(db.execute(insert(Refund).returning(Refund.id), row).scalar_one())


def debit(refund: int) -> Receipt:
    """Debit it with its credit note."""
    with db.transaction():
        row = db.execute(select(Refund.__table__).where(Refund.id == refund)).one()
        account = cards.take(_row(row.top_up_id).card_id)
        clearing = ledger.house(AccountKind.PAYPAL_CLEARING, "USD")
        how: dict[str, Any] = {"kind": TransferKind.REFUND, "key": f"back:{refund}", "reference": row.ref}
        ledger.take(account, Money(row.amount, "USD"), target=clearing, **how)
        return receipts.credit_note(refund)


def give_back(receipt: Receipt, amount: str) -> Receipt:
    """Both at once."""
    return debit(refund(receipt.top_up_id, amount))


def vat_due() -> str:
    """What the tax office is owed by now."""
    with db.transaction(readonly=True):
        account = ledger.house(AccountKind.VAT, "USD")
        rows = db.execute(select(Transfer.source_id, Transfer.target_id, Transfer.amount)).all()
    moved = [row.amount if row.target_id == account else -row.amount for row in rows if account in row[:2]]
    return str(Money(sum(moved), "USD"))


def everything_of(someone: Someone) -> list[Receipt]:
    """All receipts and credit notes, oldest first."""
    with db.transaction(readonly=True):
        return receipts.of_customer(someone.id, limit=1000).rows[::-1]


def _card(someone: Someone) -> int:
    with db.transaction(readonly=True):
        return cards.by_serial(someone.serial).id


def _row(top_up: int) -> Any:
    return db.execute(select(TopUp.__table__).where(TopUp.id == top_up)).one()
