"""Who may knock: requests that the provider has signed with one of our tokens."""

import hmac

from flask import Request
from twilio.request_validator import SIGNATURE_SETTINGS_HEADER, RequestValidator, get_signature_algorithm
from werkzeug.datastructures import MultiDict

from app.config import Settings


def is_genuine(request: Request, settings: Settings) -> bool:
    """Whether one of our tokens signed this request, for the address that we are known by.

    The address is PUBLIC_BASE_URL with the raw path and query, never what a proxy says of itself. Several
    tokens may be in use while one replaces another. Source: Twilio, "Validating requests".
    """
    signature = request.headers.get("X-Twilio-Signature", "")
    algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER))
    fields = request.form if request.method == "POST" else MultiDict[str, str]()
    url = public_url(request, settings)
    return any(_signed(token, url, fields, signature, algorithm) for token in settings.twilio_auth_tokens)


def public_url(request: Request, settings: Settings) -> str:
    """The address that the provider asked for, character by character."""
    query = request.query_string.decode("latin-1")
    return f"{settings.public_base_url}{request.path}" + (f"?{query}" if query else "")


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
