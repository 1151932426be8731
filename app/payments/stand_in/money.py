"""Money after its capture: it comes, is denied, goes back."""

from typing import Any

from . import amounts, events
from .books import Capture, Refund, new_id
from .desk import Desk, stamp
from .problems import Problem


def settle(desk: Desk, ref: str) -> Capture:
    """Money that was pending comes. Raises Problem."""
    return _end(desk, ref, "COMPLETED", "COMPLETED")


def deny(desk: Desk, ref: str) -> Capture:
    """Money that was pending does not come. Raises Problem."""
    return _end(desk, ref, "DECLINED", "DENIED")


def refund(desk: Desk, ref: str, body: dict[str, Any]) -> Refund:
    """Give money back: an amount, or all that is left. Raises Problem."""
    capture = desk.capture(ref)
    order = desk.books.orders[capture.order]
    left = _left(desk, capture)
    value = left
    if body.get("amount"):
        currency, value = amounts.read(body["amount"])
        if currency != order.currency:
            raise Problem.unprocessable(
                "REFUND_CAPTURE_CURRENCY_MISMATCH", "Refund must be in the same currency as the capture."
            )
    if amounts.more(value, left):
        raise Problem.unprocessable(
            "REFUND_AMOUNT_EXCEEDED",
            "The refund amount must be less than or equal to the capture amount that has not yet been "
            "refunded.",
        )
    made = Refund(new_id(), ref, value, made_at=stamp())
    made.invoice_id, made.note = str(body.get("invoice_id", "")), str(body.get("note_to_payer", ""))
    return _give_back(desk, capture, made)


def reverse(desk: Desk, ref: str) -> Refund:
    """PayPal takes back by force all that is left. Raises Problem."""
    capture = desk.capture(ref)
    note = "Payment reversed"
    made = Refund(new_id(), ref, _left(desk, capture), reversal=True, made_at=stamp(), note=note)
    return _give_back(desk, capture, made)


def _end(desk: Desk, ref: str, status: str, what: str) -> Capture:
    capture = desk.capture(ref)
    if capture.status != "PENDING":
        raise Problem.unprocessable("CAPTURE_NOT_PENDING", f"The capture is {capture.status}.")
    capture.status, capture.reason, capture.changed_at = status, "", stamp()
    desk.books.put(capture)
    events.captured(desk, capture, what)
    return capture


def _left(desk: Desk, capture: Capture) -> str:
    """What has not gone back of it yet. Raises Problem when that is nothing."""
    order = desk.books.orders[capture.order]
    gone = amounts.total((desk.books.refunds[one].value for one in capture.refunds), order.currency)
    if capture.status in ("PENDING", "DECLINED"):
        raise Problem.unprocessable("CAPTURE_NOT_COMPLETED", f"The capture is {capture.status}.")
    if not amounts.more(order.value, gone):
        raise Problem.unprocessable("CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded.")
    return amounts.less(order.value, gone, order.currency)


def _give_back(desk: Desk, capture: Capture, made: Refund) -> Refund:
    order = desk.books.orders[capture.order]
    capture.refunds.append(made.id)
    desk.books.put(made)
    gone = amounts.total((desk.books.refunds[one].value for one in capture.refunds), order.currency)
    capture.status = "PARTIALLY_REFUNDED" if amounts.more(order.value, gone) else "REFUNDED"
    capture.changed_at = stamp()
    desk.books.put(capture)
    events.given_back(desk, made)
    return made
