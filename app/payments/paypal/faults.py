"""What went wrong between PayPal and us: whether it may pass, and whether PayPal may have acted."""

import json
import re
from typing import Any

import requests
from paypalrestsdk import exceptions
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError

from app.errors import ProviderRefused

TIMED_OUT, TOO_MANY = 408, 429
_STILL_AT_IT = {"PREVIOUS_REQUEST_IN_PROGRESS", "ORDER_COMPLETION_IN_PROGRESS"}
_NOTHING_SENT = (NewConnectionError, ConnectTimeoutError, SSLError)
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,80}", re.ASCII)


class Fault(Exception):
    """No answer that makes sense."""

    def __init__(
        self, message: str, *, unknown: bool = False, passing: bool = True, pause: float | None = None
    ) -> None:
        super().__init__(message)
        self.unknown = unknown  # PayPal may have done what was asked
        self.passing = passing  # another try may go well
        self.pause = pause  # seconds that PayPal asks us to wait

    def again(self) -> "Fault":
        """The same for somebody whose own question was never sent."""
        return Fault(str(self), passing=self.passing, pause=self.pause)


def of_the_wire(error: requests.RequestException, *, changes: bool) -> Fault:
    """The connection failed: before anything was sent, or nobody knows."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    nothing_sent = isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError)
    unknown = changes and not nothing_sent and not isinstance(reason, _NOTHING_SENT)
    return Fault(f"PayPal cannot be reached: {type(error).__name__}", unknown=unknown)


def of_the_answer(error: exceptions.ConnectionError, *, changes: bool) -> Exception:
    """PayPal answered with an error: it said no in its own words, or something between us failed."""
    status = int(error.response.status_code)
    if status == TOO_MANY:
        return Fault("PayPal is asked too often", pause=_seconds(error.response.headers.get("Retry-After")))
    if not isinstance(error, exceptions.ClientError) or status == TIMED_OUT:
        passing = isinstance(error, exceptions.ServerError) or status == TIMED_OUT
        return Fault(f"PayPal answered {status}", unknown=changes, passing=passing)
    said = _said(error.content)
    issue = _issue(said)
    if not issue:  # a proxy's word, not PayPal's
        return Fault(f"PayPal answered {status} without its reason", unknown=changes, passing=False)
    if issue in _STILL_AT_IT:
        return Fault(f"PayPal is still at it: {issue}", unknown=changes)
    debug = word(error.response.headers.get("PayPal-Debug-Id")) or "none"
    return ProviderRefused(f"PayPal said {status} {issue}, debug id {debug}", status=status, issue=issue)


def word(value: object) -> str:
    """A word of PayPal's that is fit for a log and a table, or nothing."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def _said(content: object) -> dict[str, Any]:
    try:
        said = json.loads(str(content))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _issue(said: dict[str, Any]) -> str:
    details = said.get("details")
    first = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else {}
    return word(first.get("issue")) or word(said.get("name")) or word(said.get("error"))


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() and len(text) <= len("9999") else None
