"""Telling the server what happened, in the words of PayPal's webhooks."""

import json
from typing import Any

from app import clock

from . import shapes
from .books import Capture, Dispute, Order, Refund, Token
from .desk import Desk


def captured(desk: Desk, capture: Capture, what: str) -> None:
    """COMPLETED, PENDING, DENIED or DECLINED."""
    of = desk.books.orders[capture.order]
    words = {"COMPLETED": "Payment completed for", "PENDING": "Payment pending for"}
    summary = f"{words.get(what, f'Payment {what.lower()} for')} {of.value} {of.currency}"
    resource = shapes.capture(desk, capture)
    _tell(desk, f"PAYMENT.CAPTURE.{what}", "capture", resource, summary, "2.0")


def given_back(desk: Desk, refund: Refund) -> None:
    """REFUNDED or REVERSED: the resource is the refund, not the capture."""
    what = "REVERSED" if refund.reversal else "REFUNDED"
    currency = desk.books.orders[desk.books.captures[refund.capture].order].currency
    summary = f"A {refund.value} {currency} capture payment was {what.lower()}"
    _tell(desk, f"PAYMENT.CAPTURE.{what}", "refund", shapes.refund(desk, refund), summary, "2.0")


def approved(desk: Desk, order: Order) -> None:
    """A buyer said yes."""
    summary = "An order has been approved by buyer"
    _tell(desk, "CHECKOUT.ORDER.APPROVED", "checkout-order", shapes.order(desk, order), summary, "2.0")


def disputed(desk: Desk, dispute: Dispute, what: str) -> None:
    """CREATED, UPDATED or RESOLVED."""
    summary = f"A dispute was {what.lower()} with case # {dispute.id}"
    _tell(desk, f"CUSTOMER.DISPUTE.{what}", "dispute", shapes.dispute(desk, dispute), summary, "")


def vaulted(desk: Desk, token: Token, what: str) -> None:
    """CREATED or DELETED."""
    summary = f"A payment token has been {what.lower()}."
    _tell(desk, f"VAULT.PAYMENT-TOKEN.{what}", "payment_token", shapes.token(desk, token), summary, "3.0")


def _tell(
    desk: Desk, kind: str, resource_type: str, resource: dict[str, Any], summary: str, version: str
) -> None:
    def write(event: str) -> bytes:
        own = f"{desk.base}/v1/notifications/webhooks-events/{event}"
        links = [
            {"href": own, "rel": "self", "method": "GET"},
            {"href": f"{own}/resend", "rel": "resend", "method": "POST"},
        ]
        facts = {
            "id": event,
            "event_version": "1.0",
            "create_time": f"{clock.now():%Y-%m-%dT%H:%M:%S}.000Z",
            "resource_type": resource_type,
            "event_type": kind,
            "summary": summary,
            "resource": resource,
            "links": links,
            **({"resource_version": version} if version else {}),
        }
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()

    desk.courier.tell(kind, write)
