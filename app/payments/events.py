"""Working on what the provider told us by itself: it says only where to look."""

import logging
from functools import partial

from sqlalchemy import or_, select

from app import clock, db
from app.errors import PaymentError
from app.payments import auto_top_up, disputes, refunds, reviews
from app.payments.advance import advance
from app.payments.models import TopUp, TopUpStatus
from app.payments.provider import Notification, PaymentProvider, RefundState, RefundStatus

log = logging.getLogger(__name__)


class NotYet(PaymentError):
    """What was told cannot be acted on yet: try again later."""


def act_on(told: Notification, provider: PaymentProvider) -> None:
    """Do what follows from a notification, by asking the provider afresh. Safe to repeat, in any order.

    Raises ProviderUnavailable or NotYet when it must be tried again later.
    """
    if told.environment and told.environment != provider.environment:
        return
    if told.dispute_ref:
        look_at_dispute(told.dispute_ref, provider)
    elif told.refund_ref:
        _refund(told, provider)
    elif told.token_deleted:
        db.attempt(partial(auto_top_up.token_gone, told.token_deleted))
    elif told.order_ref or told.payment_ref:
        _payment(told, provider)


def _payment(told: Notification, provider: PaymentProvider) -> None:
    order = told.order_ref or provider.order_of_payment(told.payment_ref) or ""
    top_up = _find(order, told.payment_ref, told.facts.get("custom_id", ""))
    if top_up is not None:
        advance(top_up, provider, order_ref=order)
    elif told.payment_ref:  # an order that nobody paid is no news
        what = f"Payment {told.payment_ref} of order {order or 'unknown'} belongs to no top-up of ours"
        db.attempt(partial(reviews.open_review, f"payment {told.payment_ref}", what))


def _refund(told: Notification, provider: PaymentProvider) -> None:
    """The refund's own answer counts; its payment is looked at first, for a refund may overtake it."""
    refund = provider.refund_state(told.refund_ref, reversal=told.reversal)
    if refund is None:
        what = f"PayPal told of refund {told.refund_ref} and knows nothing of it when asked"
        db.attempt(partial(reviews.open_review, f"refund {told.refund_ref}", what))
        return
    top_up, order = _of_payment(refund.payment_ref, provider)
    if top_up is None:
        what = f"Refund {refund.ref} of payment {refund.payment_ref} belongs to no top-up of ours"
        db.attempt(partial(reviews.open_review, f"refund {refund.ref}", what))
        return
    if db.attempt(partial(_take_back, top_up, refund, provider.name)):
        return  # its payment is credited already
    advance(top_up, provider, order_ref=order)
    if not db.attempt(partial(_take_back, top_up, refund, provider.name)):
        raise NotYet(f"refund {refund.ref} is {refund.status}, or its payment is not credited")


def _take_back(top_up: int, refund: RefundState, provider: str) -> bool:
    """Debit a refund, if its payment was credited; answers whether there is nothing more to wait for."""
    row = db.execute(select(TopUp.__table__).where(TopUp.id == top_up).with_for_update()).one()
    if row.status == TopUpStatus.CREDITED:
        refunds.take_back(row, refund, provider)
        return refund.status is not RefundStatus.PENDING
    return refund.status is RefundStatus.FAILED or row.status == TopUpStatus.REVIEW


def look_at_dispute(ref: str, provider: PaymentProvider) -> None:
    """Ask how a dispute stands and act on it. Safe to repeat. Raises ProviderUnavailable."""
    asked_at = clock.now()
    state = provider.dispute(ref)
    found = [_of_payment(payment, provider) for payment in state.payment_refs] if state else []
    known = [(top_up, order) for top_up, order in found if top_up is not None]
    if state is None or not known:
        what = f"Dispute {ref} is about no top-up of ours"
        db.attempt(partial(reviews.open_review, f"dispute {ref}", what))
        return
    for top_up, order in known[:1]:
        advance(top_up, provider, order_ref=order)
        db.attempt(partial(disputes.note, top_up, state, asked_at=asked_at))


def _of_payment(payment: str, provider: PaymentProvider) -> tuple[int | None, str]:
    """The top-up that a payment belongs to, and its order when only the provider knew."""
    if top_up := _find("", payment, ""):
        return top_up, ""
    order = provider.order_of_payment(payment) or ""
    return _find(order, "", ""), order


def _find(order: str, payment: str, ref: str) -> int | None:
    """The top-up that an order, a payment or our own name belongs to."""
    known = {TopUp.order_ref: order, TopUp.capture_ref: payment, TopUp.ref: ref}
    which = [column == value for column, value in known.items() if value]
    if not which:
        return None
    with db.transaction(readonly=True):
        return db.execute(
            select(TopUp.id).where(or_(*which)).order_by(TopUp.id).limit(1)
        ).scalar_one_or_none()
