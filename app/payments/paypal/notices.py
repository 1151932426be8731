"""Reading PayPal's notifications: which order, payment, refund, dispute or saved method each is about."""

import json
import re
from collections.abc import Callable
from typing import Any

from app.errors import NotificationRejected
from app.payments.paypal.fields import Answer, at, each, ref, text
from app.payments.paypal.reading import capture_of_refund, order_of
from app.payments.provider import Notification

_EVENT = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)
_KIND = re.compile(r"[A-Z0-9_.-]{1,80}", re.ASCII)


def json_object(raw: bytes) -> dict[str, Any]:
    """The one JSON object that the body is. Raises NotificationRejected for anything else."""
    try:
        found = json.loads(raw.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotificationRejected("not one JSON object") from None
    if not isinstance(found, dict):
        raise NotificationRejected("not one JSON object")
    return found


def read(raw: bytes, *, environment: str) -> Notification:
    """What it is about. Raises NotificationRejected for what names no event."""
    event = json_object(raw)
    name, kind = event.get("id"), event.get("event_type")
    if not isinstance(name, str) or not _EVENT.fullmatch(name):
        raise NotificationRejected("it does not say which event it is")
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise NotificationRejected("it does not say of which kind it is")
    resource = at(event, "resource")
    about = _about(kind, text(event, "resource_type"), resource)
    ours = text(resource, "custom_id", 40)
    facts = {"custom_id": ours} if ours else {}
    reversal = kind == "PAYMENT.CAPTURE.REVERSED"
    return Notification(name, kind, reversal=reversal, environment=environment, facts=facts, **about)


def _about(kind: str, what: str, resource: Answer) -> dict[str, str]:
    if kind.startswith("PAYMENT.REFUND.") or kind in ("PAYMENT.CAPTURE.REFUNDED", "PAYMENT.CAPTURE.REVERSED"):
        # the id is the refund's, not the capture's, unless it says that it is a capture
        return _of_capture(resource) if what == "capture" else _of_refund(resource)
    readers = (read for start, read in _READERS.items() if kind.startswith(start))
    return next(readers, _of_nothing)(resource)


def _of_capture(resource: Answer) -> dict[str, str]:
    return {"payment_ref": ref(resource, "id"), "order_ref": order_of(resource)}


def _of_refund(resource: Answer) -> dict[str, str]:
    return {"refund_ref": ref(resource, "id"), "payment_ref": capture_of_refund(resource)}


def _of_dispute(resource: Answer) -> dict[str, str]:
    disputed = (ref(one, "seller_transaction_id") for one in each(resource, "disputed_transactions"))
    return {"dispute_ref": ref(resource, "dispute_id"), "payment_ref": next(filter(None, disputed), "")}


def _of_nothing(resource: Answer) -> dict[str, str]:
    return {}


_READERS: dict[str, Callable[[Answer], dict[str, str]]] = {
    "PAYMENT.CAPTURE.": _of_capture,
    "CHECKOUT.ORDER.": lambda order: {"order_ref": ref(order, "id")},
    "CHECKOUT.PAYMENT-APPROVAL.": lambda approval: {"order_ref": ref(approval, "order_id")},
    "CUSTOMER.DISPUTE.": _of_dispute,
    "VAULT.PAYMENT-TOKEN.CREATED": lambda token: {"order_ref": ref(at(token, "metadata"), "order_id")},
    "VAULT.PAYMENT-TOKEN.DELET": lambda token: {"token_deleted": ref(token, "id")},  # two spellings
}


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
