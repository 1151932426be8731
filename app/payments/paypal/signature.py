"""Whether PayPal signed a notification: RSA over its id, its time, our webhook's id and the checksum."""

import base64
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from app.errors import NotificationRejected, NotificationUndecided
from app.payments.paypal.certificates import Certificates, is_of_paypal
from app.selling import PayPal

ALGORITHM = "SHA256withRSA"  # the only one: whoever signs by another is not PayPal as it is today
SIGNATURE_MAX = 2048  # characters

_WORD = re.compile(r"[A-Za-z0-9_.:+-]{1,80}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the headers of a notification say of its signature."""

    id: str
    time: str
    signature: bytes
    signature_text: str
    cert_url: str


def delivery(headers: Mapping[str, str], settings: PayPal) -> Delivery:
    """Read the headers. Raises NotificationRejected for what PayPal would never send."""
    said = {name.lower(): value for name, value in headers.items()}

    def header(name: str) -> str:
        return said.get(f"paypal-{name}", "")

    text = header("transmission-sig")
    if not _WORD.fullmatch(header("transmission-id")) or not _WORD.fullmatch(header("transmission-time")):
        raise NotificationRejected("it does not say which delivery it is, or of when")
    if header("auth-algo") != ALGORITHM:
        raise NotificationRejected("it is signed by a method that PayPal does not use")
    if not is_of_paypal(header("cert-url"), settings):
        raise NotificationRejected("its certificate is not kept at PayPal")
    return Delivery(
        header("transmission-id"), header("transmission-time"), _bytes(text), text, header("cert-url")
    )


def check(delivery: Delivery, raw: bytes, settings: PayPal, certificates: Certificates) -> None:
    """Check the signature over the body as it came.

    Raises NotificationRejected when it is wrong, and NotificationUndecided when there is no key that we trust
    to say that it is right.
    """
    key = certificates.key(delivery.cert_url)
    # our webhook's id makes it ours: PayPal signs for everybody, its simulator for anybody
    signed = f"{delivery.id}|{delivery.time}|{settings.webhook_id}|{zlib.crc32(raw)}"
    try:
        key.public.verify(delivery.signature, signed.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        raise NotificationRejected("its signature is wrong") from None
    if key.doubt:
        raise NotificationUndecided(key.doubt)


def _bytes(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True) if len(text) <= SIGNATURE_MAX else b""
    except ValueError:
        found = b""
    if not found:
        raise NotificationRejected("its signature cannot be read")
    return found
