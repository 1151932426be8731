"""What PayPal's answers say of orders, captures, refunds and disputes, in our own words."""

from collections.abc import Iterable

from app.money import Money
from app.payments.paypal import amounts
from app.payments.paypal.fields import (
    Answer,
    at,
    each,
    essential_amount,
    essential_ref,
    linked,
    masked,
    moment,
    nonsense,
    ref,
    text,
    up,
)
from app.payments.provider import (
    DisputeState,
    OrderStatus,
    Payer,
    Payment,
    PaymentState,
    PaymentStatus,
    RefundState,
    RefundStatus,
    SavedToken,
)

ORDERS = {
    "CREATED": OrderStatus.WAITING,
    "SAVED": OrderStatus.WAITING,
    "PAYER_ACTION_REQUIRED": OrderStatus.WAITING,
    "APPROVED": OrderStatus.APPROVED,
    "COMPLETED": OrderStatus.CAPTURED,
    "PARTIALLY_COMPLETED": OrderStatus.CAPTURED,
    "VOIDED": OrderStatus.GONE,
}
CAPTURES = {
    "PENDING": PaymentStatus.PENDING,
    "COMPLETED": PaymentStatus.COMPLETED,
    "REFUNDED": PaymentStatus.REFUNDED,
    "PARTIALLY_REFUNDED": PaymentStatus.REFUNDED,
    "DECLINED": PaymentStatus.DECLINED,
    "DENIED": PaymentStatus.DECLINED,
    "FAILED": PaymentStatus.DECLINED,
}
REFUNDS = {
    "PENDING": RefundStatus.PENDING,
    "COMPLETED": RefundStatus.COMPLETED,
    "FAILED": RefundStatus.FAILED,
    "CANCELLED": RefundStatus.FAILED,
    "CANCELED": RefundStatus.FAILED,
}
# of a capture that money came of, or may come of, before one that was declined
_BY_WORTH = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED", "PENDING")
# the money stays with us: also when PayPal pays out of its own, or another dispute goes on instead
_WON = {
    "RESOLVED_SELLER_FAVOUR",
    "RESOLVED_SELLER_FAVOR",
    "RESOLVED_WITH_PAYOUT",
    "CANCELED_BY_BUYER",
    "DENIED",
    "NONE",
}


def unknown_order(order_ref: str) -> PaymentState:
    """The state of an order that PayPal does not know (any more)."""
    return PaymentState(order_ref, OrderStatus.GONE, top_up_ref="", amount=None, merchant_ref="")


def unit(order: Answer) -> Answer:
    """What the order is about; ours have one unit."""
    return next(each(order, "purchase_units"), {})


def capture_of(order: Answer) -> str:
    """The id of the capture that counts; empty while there is none."""
    captures = list(each(at(unit(order), "payments"), "captures"))
    worth = {status: place for place, status in enumerate(_BY_WORTH)}
    best = sorted(captures, key=lambda one: worth.get(text(one, "status"), len(worth)))
    return essential_ref(best[0], "id", "a capture") if best else ""


def refunds_of(order: Answer) -> list[str]:
    """The ids of its refunds."""
    return [essential_ref(one, "id", "a refund") for one in each(at(unit(order), "payments"), "refunds")]


def state(
    order_ref: str, order: Answer, capture: Answer | None, refunds: Iterable[RefundState]
) -> PaymentState:
    """Put together what was asked; the capture's own answer decides about the money."""
    status = ORDERS.get(text(order, "status"))
    if ref(order, "id") != order_ref:
        raise nonsense("another order than we asked about")
    if capture is not None:
        status = OrderStatus.CAPTURED
    if status is None or (status is OrderStatus.CAPTURED and capture is None):
        raise nonsense("an order without a status that we know, or taken without a payment")
    about = capture or {}
    paid = None if capture is None else payment(capture, order_ref)
    return PaymentState(
        order_ref,
        status,
        top_up_ref=text(about, "custom_id") or text(unit(order), "custom_id"),
        amount=paid.amount if paid else amounts.read(unit(order).get("amount")),
        merchant_ref=ref(at(about, "payee"), "merchant_id") or ref(at(unit(order), "payee"), "merchant_id"),
        payment=paid,
        payer=payer(order),
        saved=saved(order),
        refunds=tuple(refunds),
    )


def payment(capture: Answer, order_ref: str) -> Payment:
    """The money of an order."""
    status = CAPTURES.get(text(capture, "status"))
    if status is None:
        raise nonsense("a capture without a status that we know")
    if order_of(capture) not in ("", order_ref):
        raise nonsense("a capture of another order")
    amount = essential_amount(capture, "a capture")
    return Payment(
        ref=essential_ref(capture, "id", "a capture"),
        status=status,
        amount=amount,
        fee=_fee(capture, amount),
        reason=text(at(capture, "status_details"), "reason", 60),
        seller_protection=text(at(capture, "seller_protection"), "status", 30),
    )


def order_of(capture: Answer) -> str:
    """The order that a capture belongs to; empty when it does not say."""
    return ref(at(capture, "supplementary_data", "related_ids"), "order_id") or up(capture, "orders")


def capture_of_refund(refund: Answer) -> str:
    """The capture that a refund belongs to; empty when it does not say."""
    return ref(at(refund, "supplementary_data", "related_ids"), "capture_id") or up(refund, "captures")


def refund(said: Answer, *, payment_ref: str = "", reversal: bool = False) -> RefundState:
    """Money that goes back; `payment_ref` is believed when the refund does not say itself."""
    status = REFUNDS.get(text(said, "status"))
    of = capture_of_refund(said) or payment_ref
    if status is None or not of:
        raise nonsense("a refund without a status that we know, or of nothing")
    amount = essential_amount(said, "a refund")
    size = Money(abs(amount.micros), amount.currency)  # old ones are written as negative
    return RefundState(essential_ref(said, "id", "a refund"), of, status, size, reversal)


def dispute(said: Answer) -> DisputeState:
    """A complaint of a payer."""
    status = text(said, "status", 40)
    if not status:
        raise nonsense("a dispute without a status")
    outcome = text(at(said, "dispute_outcome"), "outcome_code", 60)
    transactions = each(said, "disputed_transactions")
    is_open = status != "RESOLVED"
    return DisputeState(
        ref=essential_ref(said, "dispute_id", "a dispute"),
        payment_refs=tuple(filter(None, (ref(one, "seller_transaction_id") for one in transactions))),
        reason=text(said, "reason", 60).replace("UNAUTHORIZED", "UNAUTHORISED"),
        status=status,
        amount=amounts.read(said.get("dispute_amount")),
        is_open=is_open,
        won=not is_open and outcome in _WON,
        opened_at=moment(said, "create_time"),
        outcome=outcome,
    )


def payer(order: Answer) -> Payer | None:
    """Who paid, as far as PayPal says."""
    person, account = at(order, "payer"), at(order, "payment_source", "paypal")
    found = ref(person, "payer_id") or ref(account, "account_id")
    country = text(at(account, "address"), "country_code", 2) or text(
        at(person, "address"), "country_code", 2
    )
    if not found:
        return None
    verified = {"VERIFIED": True, "UNVERIFIED": False}.get(text(account, "account_status"))
    return Payer(found, verified, country or None, _shown(order))


def saved(order: Answer) -> SavedToken | None:
    """The payment method that PayPal has saved for us with this order."""
    token = ref(at(order, "payment_source", "paypal", "attributes", "vault"), "id")
    return SavedToken(token, _shown(order)) if token else None


def approval(order: Answer) -> str:
    """Where the buyer approves."""
    return linked(order, "payer-action") or linked(order, "approve")


def _shown(order: Answer) -> str:
    account, person = at(order, "payment_source", "paypal"), at(order, "payer")
    return masked(text(account, "email_address", 254) or text(person, "email_address", 254))


def _fee(capture: Answer, amount: Money) -> Money | None:
    fee = amounts.read(at(capture, "seller_receivable_breakdown").get("paypal_fee"))
    return fee if fee is not None and fee.currency == amount.currency else None
