"""Calls and text messages that the server asks for: everybody answers at once and listens to the end."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from . import reader
from .errors import BadTwiml, SimulatorError
from .network import Network
from .reader import Node
from .records import API_VERSION, CallRecord, rfc2822
from .sent import Sent

SPOKEN_SECONDS = timedelta(seconds=20)
BODY_CHARACTERS_MAX = 1600
UNSUPPORTED, BAD_NUMBER, BAD_BODY, BAD_TWIML = 20001, 21211, 21617, 12100
_NUMBER = re.compile(r"\+[1-9][0-9]{4,14}", re.ASCII)


class BadRequest(SimulatorError):
    """The provider would refuse this with its own error number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def ring(network: Network, form: Mapping[str, str]) -> CallRecord:
    """Ring a phone and read a document out. Raises BadRequest."""
    to, caller = _parties(form, {"Twiml", "Timeout"})
    if "Twiml" not in form:
        raise BadRequest(UNSUPPORTED, "this stand-in places calls with Twiml only")
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
    now, sid = network.clock.now(), "SM" + network.exchange.new_sid()[2:]
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
    strange = [node.name for node in document.children if node.name not in ("Say", "Pause", "Hangup")]
    if strange:
        raise BadRequest(BAD_TWIML, f"this stand-in does not play <{strange[0]}> to a phone that it rings")
    return [node.text for node in document.children if node.name == "Say"]
