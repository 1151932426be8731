"""Asking PayPal itself whether it signed a notification, when we could not tell."""

import json

from app.errors import NotificationUndecided, ProviderRefused, ProviderUnavailable
from app.payments.paypal.signature import ALGORITHM, Delivery
from app.payments.paypal.transport import Transport
from app.selling import PayPal

PATH = "/v1/notifications/verify-webhook-signature"


def confirms(delivery: Delivery, raw: bytes, settings: PayPal, transport: Transport) -> bool:
    """Whether PayPal says that it did. Raises NotificationUndecided when it does not say."""
    try:
        answer = transport.send_raw(PATH, _body(delivery, raw, settings))
    except (ProviderUnavailable, ProviderRefused) as error:
        raise NotificationUndecided(f"PayPal cannot be asked either: {error}") from None
    said = str(answer.get("verification_status"))
    if said not in ("SUCCESS", "FAILURE"):
        raise NotificationUndecided("PayPal does not say either")
    return said == "SUCCESS"


def _body(delivery: Delivery, raw: bytes, settings: PayPal) -> bytes:
    """The event goes back byte by byte: written anew, its checksum would be another."""
    head = {
        "auth_algo": ALGORITHM,
        "cert_url": delivery.cert_url,
        "transmission_id": delivery.id,
        "transmission_sig": delivery.signature_text,
        "transmission_time": delivery.time,
        "webhook_id": settings.webhook_id,
    }
    return json.dumps(head)[:-1].encode() + b', "webhook_event": ' + raw + b"}"
