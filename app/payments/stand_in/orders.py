"""Orders: made, approved or left by the buyer, and captured."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from app import clock

from . import amounts, events, faults, money, vault
from .books import Capture, Order, new_id
from .desk import Desk, stamp
from .people import person
from .problems import Problem

LIFE = timedelta(hours=3)  # of an order that nobody has paid

# what the approval page offers
OUTCOMES = {
    "at_once": "The money comes at once",
    "pending": "The money is pending until you release it on the stand-in's page",
    "settled_later": "The money is pending, and comes a moment later",
    "denied_later": "The money is pending, and is denied a moment later",
    "declined": "The payment is declined",
    "instrument_declined": "The bank declines, and you may choose again",
}


def create(desk: Desk, body: dict[str, Any]) -> Order:
    """Make an order; one that names a saved payment method is charged at once. Raises Problem."""
    order = _read(body)
    paypal = _paypal_source(body)
    if "vault_id" in paypal:
        return _charge(desk, order, str(paypal["vault_id"]))
    context = paypal.get("experience_context") or body.get("application_context") or {}
    order.return_url, order.cancel_url = (_url(context, name) for name in ("return_url", "cancel_url"))
    order.usage = _usage(paypal)
    order.source = bool((body.get("payment_source") or {}).get("paypal") is not None)
    order.status = "PAYER_ACTION_REQUIRED" if order.source else "CREATED"
    desk.books.put(order)
    return order


def current(desk: Desk, ref: str) -> Order:
    """An order that has not expired. Raises Problem."""
    order = desk.order(ref)
    if order.status != "COMPLETED" and _age(order) > LIFE:
        raise Problem.unknown()
    return order


def approve(desk: Desk, ref: str, payer: str, outcome: str = "at_once") -> Order:
    """The buyer says yes, and how their money will behave. Raises Problem."""
    order = current(desk, ref)
    if outcome not in OUTCOMES:
        raise Problem.malformed("INVALID_PARAMETER_VALUE", "There is no such outcome.")
    if order.status == "COMPLETED":
        raise Problem.unprocessable("ORDER_ALREADY_CAPTURED", "Order already captured.")
    order.payer, order.outcome, order.status = person(payer).id, outcome, "APPROVED"
    order.changed_at = stamp()
    desk.books.put(order)
    events.approved(desk, order)
    return order


def capture(desk: Desk, ref: str) -> Order:
    """Take the money of an approved order. Raises Problem."""
    order = current(desk, ref)
    if order.status == "COMPLETED":
        raise Problem.unprocessable(
            "ORDER_ALREADY_CAPTURED",
            "Order already captured. If 'intent=CAPTURE' only one capture per order is allowed.",
        )
    if order.status != "APPROVED":
        raise Problem.unprocessable(
            "ORDER_NOT_APPROVED",
            "Payer has not yet approved the Order for payment. The payer needs to approve the Order for "
            "payment.",
        )
    _take(desk, order, desk.faults.draw(faults.MONEY, "capture") or order.outcome)
    return order


def _charge(desk: Desk, order: Order, token_ref: str) -> Order:
    """Charge a saved payment method: order and money in one."""
    token = vault.usable(desk, token_ref)
    order.payer, order.token = token.payer, token.id
    _take(desk, order, desk.faults.draw(faults.MONEY, "charge") or desk.charges)
    return order


def _take(desk: Desk, order: Order, outcome: str) -> None:
    if outcome == "instrument_declined":
        order.outcome = outcome  # until the buyer chooses again
        if order.id in desk.books.orders:
            desk.books.put(order)
        raise Problem.unprocessable(
            "INSTRUMENT_DECLINED",
            "The instrument presented was either declined by the processor or bank, or it can't be used for "
            "this payment.",
            redirect=desk.approval(order.id),
        )
    if order.invoice_id and _invoice_is_paid(desk, order.invoice_id):
        raise Problem.unprocessable(
            "DUPLICATE_INVOICE_ID",
            "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting "
            "requires that Invoice Id be unique for each transaction.",
        )
    status = {"at_once": "COMPLETED", "declined": "DECLINED"}.get(outcome, "PENDING")
    reason = "PENDING_REVIEW" if status == "PENDING" else ""
    now = stamp()
    made = Capture(new_id(), order.id, status, reason, made_at=now, changed_at=now)
    order.captures.append(made.id)
    order.status, order.outcome, order.changed_at = "COMPLETED", outcome, now
    desk.books.put(made)
    desk.books.put(order)
    events.captured(desk, made, status)
    if order.usage is not None and status != "DECLINED":
        _save(desk, order)
    by_itself = {"settled_later": money.settle, "denied_later": money.deny}.get(outcome)
    if by_itself is not None:
        desk.courier.after(desk.faults.waits["later"], partial(_unless_done, by_itself, desk, made.id))


def _save(desk: Desk, order: Order) -> None:
    if desk.faults.draw(faults.SAVING, "capture"):
        desk.courier.after(desk.faults.waits["later"], partial(_keep, desk, order))
    else:
        vault.keep(desk, order)


def _keep(desk: Desk, order: Order) -> None:
    with desk.books.lock:
        vault.keep(desk, order)


def _unless_done(deed: Any, desk: Desk, capture: str) -> None:
    with desk.books.lock:
        if desk.books.captures[capture].status == "PENDING":
            deed(desk, capture)


def _invoice_is_paid(desk: Desk, invoice: str) -> bool:
    paid = (desk.books.orders[one.order] for one in desk.books.captures.values() if one.status != "DECLINED")
    return any(order.invoice_id == invoice for order in paid)


def _age(order: Order) -> timedelta:
    return clock.now() - datetime.fromisoformat(order.made_at)


def _read(body: dict[str, Any]) -> Order:
    units = body.get("purchase_units")
    if body.get("intent") != "CAPTURE" or not isinstance(units, list) or len(units) != 1:
        raise Problem.malformed("MISSING_REQUIRED_PARAMETER", "Intent CAPTURE and one purchase unit.")
    unit = units[0] if isinstance(units[0], dict) else {}
    currency, value = amounts.read(unit.get("amount"))
    texts = custom_id, invoice_id, description = [
        str(unit.get(name, "")) for name in ("custom_id", "invoice_id", "description")
    ]
    if any(len(text) > 127 for text in texts):
        raise Problem.malformed("INVALID_STRING_LENGTH", "The value of a field is too long.")
    now = stamp()
    return Order(new_id(), currency, value, custom_id, invoice_id, description, made_at=now, changed_at=now)


def _paypal_source(body: dict[str, Any]) -> dict[str, Any]:
    source = body.get("payment_source")
    paypal = source.get("paypal") if isinstance(source, dict) else None
    return paypal if isinstance(paypal, dict) else {}


def _usage(paypal: dict[str, Any]) -> dict[str, str] | None:
    wanted = (paypal.get("attributes") or {}).get("vault") or {}
    if wanted.get("store_in_vault") != "ON_SUCCESS":
        return None
    if not wanted.get("usage_type"):
        raise Problem.malformed("MISSING_REQUIRED_PARAMETER", "usage_type is required to store in vault.")
    return {str(name): str(value) for name, value in wanted.items()}


def _url(context: dict[str, Any], name: str) -> str:
    url = str(context.get(name, ""))
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise Problem.malformed("INVALID_PARAMETER_SYNTAX", f"{name} is not an address.")
    return url
