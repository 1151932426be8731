"""Money that went back to the payer: the card gives back what is left, its owner owes the rest."""

from typing import Any

from sqlalchemy import func, select, update

from app import cards, clock, db, ledger
from app.cards import LockReason
from app.ledger import AccountKind, TransferKind
from app.money import Money
from app.payments import auto_top_up, disputes, letters, receipts, reviews
from app.payments.models import Refund
from app.payments.provider import RefundState, RefundStatus


def take_back(top_up: Any, refund: RefundState, provider: str) -> None:
    """Debit a refund or reversal once, by its own id. Safe to repeat; the top-up's row is locked.

    A card that had spent the credit is suspended until its owner has paid what is owed; one whose payment
    was taken back by force stays so until staff have looked.
    """
    if refund.status is not RefundStatus.COMPLETED:
        return
    if known := _known(refund):
        _learn(top_up, refund, known)
        return
    if wrong := _mismatch(top_up, refund):
        reviews.open_review(f"refund {refund.ref}", f"Refund {refund.ref}: {wrong}", top_up=top_up.id)
        return
    account = cards.take(top_up.card_id)
    disputes.let_go(top_up.id)
    taken = ledger.take(
        account,
        refund.amount,
        target=ledger.house(AccountKind.PAYPAL_CLEARING, refund.amount.currency),
        kind=TransferKind.REVERSAL if refund.reversal else TransferKind.REFUND,
        key=f"{provider}:{refund.ref}",
        reference=top_up.ref,
    )
    _lock(top_up, refund.reversal, as_debt=bool(taken.as_debt))
    made = _write(top_up, refund, taken)
    receipts.credit_note(made)
    owed = ledger.owed(account)
    letters.given_back(top_up, made, refund.amount, owed, reversal=refund.reversal)


def _known(refund: RefundState) -> Any:
    """The row of a refund that was debited before."""
    return db.execute(select(Refund.__table__).where(Refund.ref == refund.ref)).one_or_none()


def _learn(top_up: Any, refund: RefundState, known: Any) -> None:
    """What was debited as a refund turns out to be a reversal: an order does not tell the two apart."""
    if known.reversal or not refund.reversal:
        return
    db.execute(update(Refund).where(Refund.id == known.id).values(reversal=True))
    account = cards.take(top_up.card_id)
    _lock(top_up, refund.reversal, as_debt=False)
    letters.given_back(top_up, known.id, refund.amount, ledger.owed(account), reversal=True)


def _mismatch(top_up: Any, refund: RefundState) -> str:
    """Why a refund cannot be one of this top-up; empty when it can."""
    if refund.payment_ref != (top_up.capture_ref or refund.payment_ref):
        return f"it is of another payment, {refund.payment_ref}"
    if refund.amount.currency != top_up.currency:
        return f"it is in {refund.amount.currency}"
    before = select(func.coalesce(func.sum(Refund.amount), 0)).where(Refund.top_up_id == top_up.id)
    if int(db.execute(before).scalar_one()) + refund.amount.micros > top_up.amount:
        return "more was given back than was paid"
    return ""


def _lock(top_up: Any, reversal: bool, *, as_debt: bool) -> None:
    if as_debt:
        cards.lock(top_up.card_id, LockReason.DEBT)
    if reversal:
        cards.lock(top_up.card_id, LockReason.REVERSAL)
    if as_debt or reversal:
        auto_top_up.stop(top_up.card_id, "a payment was taken back")


def _write(top_up: Any, refund: RefundState, taken: ledger.Taken) -> int:
    row = {
        "ref": refund.ref,
        "top_up_id": top_up.id,
        "reversal": refund.reversal,
        "amount": refund.amount.micros,
        "from_card": taken.from_card.micros,
        "at": clock.now(),
    }
    return int(db.execute(db.insert(Refund).values(row).returning(Refund.id)).scalar_one())


def given_back(top_up: int, currency: str) -> Money:
    """How much of a top-up has gone back to its payer."""
    asked = select(func.coalesce(func.sum(Refund.amount), 0)).where(Refund.top_up_id == top_up)
    return Money(int(db.execute(asked).scalar_one()), currency)
