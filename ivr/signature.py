"""Who may knock: requests that a provider of ours has signed, told by the header of its signature."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Request
from twilio.request_validator import SIGNATURE_SETTINGS_HEADER, RequestValidator, get_signature_algorithm
from werkzeug.datastructures import MultiDict

from app import clock, db
from app.calls.carried import carriers_of
from app.config import Settings

NAMED_LENGTH_MAX = 120
FIRST_PROVIDER = "twilio"
OLD_AFTER = 300  # seconds: a signed moment that is so far away is not believed
_MOMENT, _NUMBER = re.compile(r"[0-9]{1,12}", re.ASCII), re.compile(r"[0-9]{1,18}", re.ASCII)
_SIGNALWIRE, _TELNYX = "X-SignalWire-Signature", "telnyx-signature-ed25519"


def signed_by(request: Request, settings: Settings) -> str | None:
    """Which of our providers signed this request, for the address that we are known by; None when none did.

    The address is PUBLIC_BASE_URL with the raw path and query, never what a proxy says of itself. Telnyx
    signs its clock and the body only. Several secrets may be in use while one replaces another. Sources:
    Twilio, "Validating requests"; SignalWire, "Webhook security"; Telnyx, "Receiving webhooks".
    """
    if settings.signalwire and _SIGNALWIRE in request.headers:
        return "signalwire" if _is_of_signalwire(request, settings) else None
    if settings.telnyx and _TELNYX in request.headers:
        return "telnyx" if _is_of_telnyx(request, settings) else None
    if _is_of_twilio(request, settings):
        return "twilio"
    return "signalwire" if settings.signalwire and _is_under_old_name(request, settings) else None


def is_its_own(request: Request, signer: str) -> bool:
    """Whether the provider that signed a request carries all that it names: no key opens another's door.

    Of one that joined later something must be named that it carries: it could speak for any phone otherwise,
    and have any recording deleted.

    The fallback is answered without the database, and with the same words for everybody.
    """
    if request.endpoint == "ivr.fallback":
        return True
    call = request.args.get("call", "")
    with db.transaction(readonly=True):
        concerned = carriers_of(
            legs=_named(request, "CallSid", "ParentCallSid"),
            call=int(call) if _NUMBER.fullmatch(call) else None,
            numbers=_named(request, "To"),
            domain=next(iter(_named(request, "SipDomain")), "").lower(),
        )
    # what is known of nobody is heard only from the first one, at whose numbers strangers knock
    return concerned == {signer} or (signer == FIRST_PROVIDER and not concerned)


def _named(request: Request, *fields: str) -> set[str]:
    """What these fields say, unless no database takes it."""
    said = (value for name in fields for value in request.form.getlist(name))
    return {value for value in said if value and "\0" not in value and len(value) <= NAMED_LENGTH_MAX}


def public_url(request: Request, settings: Settings) -> str:
    """The address that the provider asked for, character by character."""
    query = request.query_string.decode("latin-1")
    return f"{settings.public_base_url}{request.path}" + (f"?{query}" if query else "")


def _is_of_twilio(request: Request, settings: Settings) -> bool:
    signature = request.headers.get("X-Twilio-Signature", "")
    algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER))
    fields = request.form if request.method == "POST" else MultiDict[str, str]()
    url = public_url(request, settings)
    return any(_signed(token, url, fields, signature, algorithm) for token in settings.twilio_auth_tokens)


def _signed(token: str, url: str, fields: MultiDict[str, str], signature: str, algorithm: str) -> bool:
    validator = RequestValidator(token)
    try:
        exact = validator.compute_signature(url, fields, algorithm)
    except ValueError:  # an algorithm that nobody knows
        return False
    # `validate` would always compute it with and without the port; nearly always the exact address is signed
    return hmac.compare_digest(exact.encode(), signature.encode()) or bool(
        validator.validate(url, fields, signature, algorithm)
    )


def _is_of_signalwire(request: Request, settings: Settings) -> bool:
    """Hexadecimal, over the address and the body as it came."""
    signature = request.headers.get(_SIGNALWIRE, "").lower()
    message = public_url(request, settings).encode() + _body(request)
    return any(_equal(mac.hex(), signature) for mac in _macs(message, settings))


def _is_under_old_name(request: Request, settings: Settings) -> bool:
    """As Twilio signs, but what is repeated counts as often as it came, in that order."""
    signature = request.headers.get("X-Twilio-Signature", "")
    pairs = list(request.form.items(multi=True)) if request.method == "POST" else []
    words = "".join(name + value for name, value in sorted(pairs, key=lambda pair: pair[0]))
    message = (public_url(request, settings) + words).encode()
    return any(_equal(base64.b64encode(mac).decode(), signature) for mac in _macs(message, settings))


def _is_of_telnyx(request: Request, settings: Settings) -> bool:
    """Over the moment and the body as it came, not long ago."""
    assert settings.telnyx is not None
    moment = request.headers.get("telnyx-timestamp", "")
    if not _MOMENT.fullmatch(moment) or abs(clock.now().timestamp() - int(moment)) > OLD_AFTER:
        return False
    key = Ed25519PublicKey.from_public_bytes(settings.telnyx.public_key)
    try:
        signature = base64.b64decode(request.headers.get(_TELNYX, ""), validate=True)
        key.verify(signature, moment.encode() + b"|" + _body(request))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _macs(message: bytes, settings: Settings) -> Iterator[bytes]:
    """What SignalWire may have written below this message, with each of its keys."""
    assert settings.signalwire is not None
    for key in settings.signalwire.signing_keys:
        yield hmac.new(key.encode(), message, hashlib.sha1).digest()


def _equal(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode())


def _body(request: Request) -> bytes:
    """The body byte by byte; kept, so that the form can be read after it."""
    return request.get_data(cache=True)
