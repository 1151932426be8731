"""How each provider signs what it sends, over exactly the bytes that go out."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from twilio.request_validator import RequestValidator

from . import address
from .clock import Clock


@dataclass(frozen=True)
class Unsigned:
    """A request about to go out; a GET has no body, and all its fields in the address."""

    url: str
    form: Mapping[str, str]
    body: bytes = b""
    keeps_port: bool = False


Signer = Callable[[Unsigned], dict[str, str]]  # the headers that vouch for a request


def as_twilio(token: str) -> Signer:
    """Base64 HMAC-SHA1 over the address and the sorted fields."""
    validator = RequestValidator(token)

    def sign(request: Unsigned) -> dict[str, str]:
        url = address.signed_form(request.url, keeps_port=request.keeps_port)
        return {"X-Twilio-Signature": validator.compute_signature(url, request.form)}

    return sign


def as_signalwire(key: str) -> Signer:
    """Hexadecimal HMAC-SHA1 over address and raw body."""

    def sign(request: Unsigned) -> dict[str, str]:
        return {"X-SignalWire-Signature": _mac(key, request.url.encode() + request.body).hex()}

    return sign


def as_signalwire_under_the_old_name(key: str) -> Signer:
    """As Twilio signs, but repeated fields are kept, each as often as it is sent."""

    def sign(request: Unsigned) -> dict[str, str]:
        pairs = parse_qsl(request.body.decode(), keep_blank_values=True)
        words = "".join(name + value for name, value in sorted(pairs, key=lambda pair: pair[0]))
        mac = _mac(key, (request.url + words).encode())
        return {"X-Twilio-Signature": base64.b64encode(mac).decode()}

    return sign


def as_telnyx(key: Ed25519PrivateKey, clock: Clock) -> Signer:
    """Ed25519 over the moment and the raw body; the address is not signed."""

    def sign(request: Unsigned) -> dict[str, str]:
        moment = str(int(clock.now().timestamp()))
        signature = key.sign(moment.encode() + b"|" + request.body)
        return {
            "telnyx-signature-ed25519": base64.b64encode(signature).decode(),
            "telnyx-timestamp": moment,
        }

    return sign


def public_half(key: Ed25519PrivateKey) -> str:
    """What a server is given to check with, in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _mac(key: str, message: bytes) -> bytes:
    return hmac.new(key.encode(), message, hashlib.sha1).digest()
