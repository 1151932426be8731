"""Calls and text messages that the server asks for.

A phone that is only told words is answered at once and listened to; one whose call goes on at an address
rings until somebody picks up.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from . import reader
from .errors import BAD_BODY, OPTED_OUT, BadTwiml, SimulatorError
from .exchange import CALL_SECONDS_MAX
from .network import Network
from .reader import Node
from .records import API_VERSION, CallRecord, rfc2822
from .ringing import RING_SECONDS_DEFAULT, Order
from .sent import Sent
from .texts import BODY_CHARACTERS_MAX

SPOKEN_SECONDS = timedelta(seconds=20)
UNSUPPORTED, BAD_NUMBER, BAD_TWIML, BAD_URL = 20001, 21211, 12100, 21205
RING_SECONDS_MAX = 600
EVENTS = ("initiated", "ringing", "answered", "completed")
CALLBACK = {"StatusCallback", "StatusCallbackEvent", "StatusCallbackMethod"}
ORDERED = CALLBACK | {"Url", "Method", "FallbackUrl", "FallbackMethod", "Timeout", "TimeLimit"}
_NUMBER = re.compile(r"\+[1-9][0-9]{4,14}", re.ASCII)


class BadRequest(SimulatorError):
    """The provider would refuse this with its own error number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def ring(network: Network, form: MultiDict[str, str]) -> CallRecord:
    """Ring a phone, to read a document out or to go on at an address. Raises BadRequest."""
    if "Twiml" in form:
        return _tell(network, form)
    to, caller = _parties(form, ORDERED)
    return network.ring_out(caller, to, _order(form))


def _order(form: MultiDict[str, str]) -> Order:
    events = tuple(" ".join(form.getlist("StatusCallbackEvent")).split()) or ("completed",)
    if unknown := set(events) - set(EVENTS):
        raise BadRequest(UNSUPPORTED, f"there is no event {', '.join(sorted(unknown))}")
    return Order(
        url=_url(form, "Url"),
        method=_method(form, "Method"),
        fallback_url=_url(form, "FallbackUrl") if form.get("FallbackUrl") else None,
        fallback_method=_method(form, "FallbackMethod"),
        status_url=_url(form, "StatusCallback") if form.get("StatusCallback") else "",
        status_method=_method(form, "StatusCallbackMethod"),
        status_events=events,
        timeout=_whole(form, "Timeout", RING_SECONDS_MAX) or RING_SECONDS_DEFAULT,
        time_limit=_whole(form, "TimeLimit", CALL_SECONDS_MAX),
    )


def _url(form: Mapping[str, str], name: str) -> str:
    parts = urlsplit(form.get(name, ""))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadRequest(BAD_URL, f"{name} is not a whole address like https://example.com/voice")
    return form[name]


def _method(form: Mapping[str, str], name: str) -> str:
    method = form.get(name, "POST").upper()
    if method not in ("GET", "POST"):
        raise BadRequest(UNSUPPORTED, f"{name} must be GET or POST")
    return method


def _whole(form: Mapping[str, str], name: str, most: int) -> int | None:
    text = form.get(name, "")
    if text and not (re.fullmatch(r"[0-9]{1,6}", text) and 1 <= int(text) <= most):
        raise BadRequest(UNSUPPORTED, f"{name} must be a whole number from 1 to {most}")
    return int(text) if text else None


def _tell(network: Network, form: Mapping[str, str]) -> CallRecord:
    to, caller = _parties(form, {"Twiml", "Timeout"})
    try:
        words = " ".join(_said(reader.read(form["Twiml"])))
    except BadTwiml as error:
        raise BadRequest(BAD_TWIML, str(error)) from error
    now = network.clock.now()
    record = CallRecord(
        sid=network.exchange.new_sid(),
        account_sid=network.account_sid,
        caller=caller,
        to=to,
        direction="outbound-api",
        created=now,
        status="completed",
        answered=now,
        ended=now + SPOKEN_SECONDS,
    )
    network.registry.add(record)
    network.sent.append(Sent(record.sid, now, to, caller, True, words))
    return record


def send(network: Network, form: Mapping[str, str]) -> dict[str, Any]:
    """Deliver a text message. Raises BadRequest."""
    to, caller = _parties(form, {"Body"})
    body = form.get("Body", "")
    if not 1 <= len(body) <= BODY_CHARACTERS_MAX:
        raise BadRequest(BAD_BODY, f"Body must have from 1 to {BODY_CHARACTERS_MAX} characters")
    if not network.texts.may_be_sent(to, caller):
        raise BadRequest(OPTED_OUT, f"{to} has written STOP to {caller}")
    now, sid = network.clock.now(), network.exchange.new_sid("SM")
    network.sent.append(Sent(sid, now, to, caller, False, body))
    uri = f"/{API_VERSION}/Accounts/{network.account_sid}/Messages/{sid}.json"
    return {
        "sid": sid,
        "account_sid": network.account_sid,
        "to": to,
        "from": caller,
        "body": body,
        "status": "queued",
        "direction": "outbound-api",
        "num_segments": "1",
        "num_media": "0",
        "date_created": rfc2822(now),
        "date_updated": rfc2822(now),
        "date_sent": None,
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "error_message": None,
        "messaging_service_sid": None,
        "api_version": API_VERSION,
        "uri": uri,
    }


def _parties(form: Mapping[str, str], known: set[str]) -> tuple[str, str]:
    if unknown := set(form) - known - {"To", "From"}:
        raise BadRequest(UNSUPPORTED, f"this stand-in knows no {', '.join(sorted(unknown))}")
    for name in ("To", "From"):
        if not _NUMBER.fullmatch(form.get(name, "")):
            raise BadRequest(BAD_NUMBER, f"{name} is not a number like +442031234567")
    return form["To"], form["From"]


def _said(document: Node) -> list[str]:
    """The words of a document that only speaks."""
    played = ("Say", "Play", "Pause", "Hangup")
    strange = [node.name for node in document.children if node.name not in played]
    if strange:
        raise BadRequest(BAD_TWIML, f"this stand-in does not play <{strange[0]}> to a phone that it rings")
    told = [node for node in document.children if node.name in ("Say", "Play")]
    return [node.text if node.name == "Say" else f"[plays {node.text}]" for node in told]
