"""Acting on what the provider says of a top-up: the one place where bought credit comes from."""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app import cards, clock, db, ledger
from app.customers.models import Customer
from app.ledger import AccountKind, TransferKind
from app.money import Money
from app.payments import auto_top_up, letters, phone_top_up, receipts, refunds, reviews
from app.payments.models import TopUp, TopUpStatus
from app.payments.provider import OrderStatus, Payment, PaymentProvider, PaymentState, PaymentStatus

log = logging.getLogger(__name__)

CLOSED = {
    TopUpStatus.CREDITED,
    TopUpStatus.DECLINED,
    TopUpStatus.REFUSED,
    TopUpStatus.REVIEW,
}
ASK_AGAIN = timedelta(minutes=5)
ASK_ABOUT_PENDING = timedelta(hours=1)  # a bank transfer takes days
OPENS_FOR = timedelta(hours=4)  # the provider keeps an order open for three
# after so many days credited money is asked about again: the word that it went back may have been lost, and a
# payer may complain for half a year
LOOKS_AFTER = [timedelta(days=days) for days in (1, 3, 10, 30, 60, 120, 190)]


def record(top_up: int, state: PaymentState, provider: PaymentProvider) -> TopUpStatus:
    """Bring a top-up to where the provider says that it is. Safe to repeat, in any order, by anybody.

    Credits only what matches an order of ours in every part; whatever does not is listed for a person.
    """
    row = db.execute(select(TopUp.__table__).where(TopUp.id == top_up).with_for_update()).one()
    payment = state.payment
    if wrong := mismatch(row, state, provider.merchant_ref):
        return to_review(row, wrong)
    if payment is None:
        return _unpaid(row, state)
    if payment.status is PaymentStatus.PENDING:
        return _pending(row, state, payment)
    if payment.status is PaymentStatus.DECLINED:
        if row.status == TopUpStatus.CREDITED:
            return to_review(row, "it was credited, and is declined now")
        return close(row, TopUpStatus.DECLINED, payment.reason or "declined")
    if row.status != TopUpStatus.CREDITED:
        _credit(row, state, payment, provider.name)
    for refund in state.refunds:
        refunds.take_back(row, refund, provider.name)
    if state.saved:  # the card comes before its rule, as wherever both change
        auto_top_up.keep_method(row, state.saved)
    if payment.status is PaymentStatus.REFUNDED and not state.refunds:
        _ask_where_it_went(row)
    return TopUpStatus.CREDITED


def next_look(made_at: datetime) -> datetime | None:
    """When to ask about money again that was credited; None when all is said."""
    return next((at for after in LOOKS_AFTER if (at := made_at + after) > clock.now()), None)


def close(row: Any, status: TopUpStatus, reason: str) -> TopUpStatus:
    """Nothing will come of a top-up, unless the provider says otherwise later. Tells the customer once."""
    if row.status in CLOSED:
        return TopUpStatus(row.status)
    _set(row, status=status, reason=reason[:100], ask_at=None)
    if row.by_phone:
        phone_top_up.declined(row, reason)
    elif row.automatic:
        auto_top_up.declined(row, reason)
    else:
        letters.failed(row, reason)
    return status


def mismatch(row: Any, state: PaymentState, merchant: str) -> str:
    """Why an answer of the provider is not about this top-up; empty when it is."""
    ours = Money(row.amount, row.currency)
    paid = state.payment.amount if state.payment else ours
    payment = state.payment
    if state.status is OrderStatus.GONE and payment is None:
        return ""
    wrong = {
        f"order {state.order_ref} is not the one of this top-up": row.order_ref
        not in {None, state.order_ref},
        f"the order is for {state.top_up_ref or 'nothing'}": state.top_up_ref != row.ref,
        f"{paid} {paid.currency} for {ours} {ours.currency}": (state.amount or ours) != ours or paid != ours,
        f"the money went to {state.merchant_ref or 'somebody unknown'}": state.merchant_ref != merchant,
        "a second payment was made": bool(payment and row.capture_ref not in {None, payment.ref}),
    }
    return next((words for words, applies in wrong.items() if applies), "")


def to_review(row: Any, wrong: str) -> TopUpStatus:
    """List a top-up for a person: nothing more is credited for it by itself."""
    log.warning("a payment needs a look", extra={"top_up": row.ref, "reason": wrong})
    reviews.open_review(f"{row.ref}: {wrong}", f"Top-up {row.ref}: {wrong}", top_up=row.id)
    if row.status == TopUpStatus.CREDITED:
        return TopUpStatus.CREDITED
    _set(row, status=TopUpStatus.REVIEW, reason=wrong[:100], ask_at=None)
    return TopUpStatus.REVIEW


def _ask_where_it_went(row: Any) -> None:
    """The payment went back, and no refund is listed: one that was told explains it, or a person does."""
    if not refunds.given_back(row.id, row.currency):
        what = f"Top-up {row.ref}: its payment went back by no refund that we know: nothing is debited"
        reviews.open_review(f"{row.ref}: went back", what, top_up=row.id)


def _unpaid(row: Any, state: PaymentState) -> TopUpStatus:
    """No money has moved yet."""
    if row.status in CLOSED or row.status == TopUpStatus.CANCELLED:
        return TopUpStatus(row.status)
    too_old = row.made_at < clock.now() - OPENS_FOR and state.status is not OrderStatus.APPROVED
    if state.status is OrderStatus.GONE or too_old:
        _set(row, status=TopUpStatus.EXPIRED, reason="not approved in time", ask_at=None)
        return TopUpStatus.EXPIRED
    _set(row, ask_at=clock.now() + ASK_AGAIN, order_ref=state.order_ref)
    return TopUpStatus(row.status)


def _pending(row: Any, state: PaymentState, payment: Payment) -> TopUpStatus:
    """The provider waits for the money: nothing is credited, and the customer is told."""
    if row.status in CLOSED:
        return TopUpStatus(row.status)
    wait = min(ASK_ABOUT_PENDING * (row.asked + 1), timedelta(days=1))
    known = {"status": TopUpStatus.PENDING, "reason": payment.reason[:100], "ask_at": clock.now() + wait}
    _set(row, **known, **_facts(state, payment))
    if row.status != TopUpStatus.PENDING:
        letters.pending(row, payment.reason)
    return TopUpStatus.PENDING


def _credit(row: Any, state: PaymentState, payment: Payment, provider: str) -> None:
    """The gross to the card, the fee to an account of its own, the tax out of revenue; then debts."""
    ledger.open_house(row.currency)
    clearing = ledger.house(AccountKind.PAYPAL_CLEARING, row.currency)
    account = cards.take(row.card_id)
    key = f"{provider}:{payment.ref}"
    ledger.move(
        payment.amount,
        source=clearing,
        target=account,
        kind=TransferKind.TOP_UP,
        key=key,
        reference=row.ref,
    )
    if payment.fee:
        fees = ledger.house(AccountKind.PAYPAL_FEES, row.currency)
        how: dict[str, Any] = {"kind": TransferKind.FEE, "key": f"{key}:fee", "reference": row.ref}
        ledger.move(payment.fee, source=fees, target=clearing, **how)
    now = clock.now()
    known = {
        "status": TopUpStatus.CREDITED,
        "reason": "",
        "credited_at": now,
        "ask_at": next_look(row.made_at),
    }
    _set(row, **known, **_facts(state, payment))
    db.execute(update(Customer).where(Customer.id == row.customer_id).values(low_balance_told_at=None))
    cards.pay_debts(row.card_id)
    receipts.issue(row.id)
    if row.automatic and not row.by_phone:
        auto_top_up.done(row)


def _facts(state: PaymentState, payment: Payment) -> dict[str, Any]:
    """What is kept of who paid and how."""
    kept: dict[str, Any] = {
        "order_ref": state.order_ref,
        "capture_ref": payment.ref,
        "seller_protection": payment.seller_protection[:30],
    }
    if state.payer:
        who = state.payer
        kept |= {"payer_ref": who.ref, "payer_verified": who.verified, "payer_country": who.country}
    return kept


def _set(row: Any, **values: Any) -> None:
    db.execute(update(TopUp).where(TopUp.id == row.id).values(values))
