"""Browsers that a customer has signed in with before: nobody else's wrong passwords lock them out.

Source: OWASP's device cookies. The cookie opens nothing: it only says whose tries are counted apart.
"""

import hmac
import secrets
from datetime import UTC, datetime, timedelta

from app import clock, sealing

LASTS = timedelta(days=365)
# words of a browser about itself and what people call it; the first that is found counts
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


def mark(customer_id: int) -> str:
    """A mark for a browser that this customer has just signed in with."""
    body = f"{customer_id}.{int(clock.now().timestamp())}.{secrets.token_hex(16)}"
    return f"{body}.{sealing.digest('device', body)}"


def knows(marked: str, customer_id: int) -> bool:
    """Whether this customer has signed in with that browser before, within a year."""
    body, _, proof = marked.rpartition(".")
    if not hmac.compare_digest(proof.encode(), sealing.digest("device", body).encode()):
        return False
    owner, since, _ = body.split(".")
    return owner == str(customer_id) and clock.now() - datetime.fromtimestamp(int(since), UTC) < LASTS


def described(said: str) -> str:
    """A browser in words, as in Firefox on Linux, or what it said when that tells nothing."""
    browser = next((name for word, name in _BROWSERS.items() if word in said), "")
    system = next((name for word, name in _SYSTEMS.items() if word in said), "")
    if browser and system:
        return f"{browser} on {system}"
    return said[:60] or "unknown"
