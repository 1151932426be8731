"""Fetching a certificate: from an address that was checked, no further than there, no more than it needs."""

import requests
from cryptography import x509

from app.errors import NotificationUndecided
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
    try:
        with (
            session(trusts_environment=url.startswith("https://")) as own,
            own.get(
                url,
                headers={"Accept-Encoding": "identity"},
                allow_redirects=False,
                stream=True,
                timeout=TIMEOUT,
            ) as response,
        ):
            found = response.raw.read(BYTES_MAX + 1, decode_content=False)
            status = response.status_code
    except (requests.RequestException, OSError) as error:
        raise NotificationUndecided(f"its certificate cannot be had: {type(error).__name__}") from None
    if status != OK or len(found) > BYTES_MAX:
        raise NotificationUndecided(f"its certificate cannot be had: {status}, {len(found)} bytes")
    return bytes(found)
