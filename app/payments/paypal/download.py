"""Fetching a certificate: from an address that was checked, no further than there, no more than it needs."""

from typing import Any

import requests
from cryptography import x509

from app.errors import NotificationUndecided
from app.payments.paypal import bodies
from app.payments.paypal.patience import left
from app.payments.paypal.sessions import session

BYTES_MAX = 64 * 1024
TIMEOUT = (3.0, 10.0)  # seconds to connect and to read
OK = 200


def certificates(url: str) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The certificate and those that came with it. Raises NotificationUndecided when there is none."""
    try:
        first, *others = x509.load_pem_x509_certificates(body(url))
    except ValueError:
        raise NotificationUndecided("what is kept as its certificate is none") from None
    return first, others


def body(url: str) -> bytes:
    """The bytes at an address. Raises NotificationUndecided for a redirect, too much, or nothing in time."""
    connect, read = TIMEOUT
    asked: dict[str, Any] = {
        "headers": {"Accept-Encoding": "identity"},
        "allow_redirects": False,
        "stream": True,
        "timeout": (min(connect, left()), min(read, left())),
    }
    try:
        with session(trusts_environment=url.startswith("https://")) as own, own.get(url, **asked) as response:
            found, status = bodies.read(response, most=BYTES_MAX), response.status_code
    except requests.RequestException as error:
        raise NotificationUndecided(f"its certificate cannot be had: {type(error).__name__}") from None
    if status != OK:
        raise NotificationUndecided(f"its certificate cannot be had: {status}")
    return found
