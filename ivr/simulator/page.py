"""`/phone`: a telephone in the browser, for the demo. It passes what the page does to the stand-in.

The browser talks to nobody but us, and the page asks us alone what a call has cost.
"""

import json
import logging
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app import calls, config, db, numbers
from app.calls import access_numbers
from app.calls.history import Receipt, Told
from app.cards import OpenCard
from app.environment import LOOPBACK

SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 1, 5
BODY_MAX = 4096
SID = re.compile(r"[A-Za-z0-9-]{1,64}")

# numbers that no one has; the second is the one that `flask seed` registers
STRANGER, REGISTERED = "+447700900456", "+447700900123"
NUMBER = "0093701234567"

NOT_RUNNING = "The stand-in for the telephone network is not running. Start it with: {flask} phone provider"
NOT_USED = (
    "There is no stand-in for the telephone network here: TWILIO_API_BASE_URL leads to the real one. "
    "Set it to http://127.0.0.1:8010, say, and start: {flask} phone provider"
)

door = Blueprint("phone_page", __name__, url_prefix="/phone", template_folder="templates")


class NoStandIn(Exception):
    """Nobody plays the telephone network; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a visitor of the demo may type."""

    pin: str
    number: str = NUMBER


@door.record_once
def keep_the_log_readable(state: object) -> None:
    """A page that asks three times a second would fill the log of requests."""
    logging.getLogger("app").addFilter(_is_worth_a_line)


@door.before_request
def only_our_own_page() -> None:
    """A page of somebody else must not ring, type or hang up with a visitor's browser."""
    request.max_content_length = BODY_MAX
    if not _is_for_us() or (request.method == "POST" and not _comes_from_our_page()):
        abort(403)


@door.get("")
def phone() -> str:
    """The telephone."""
    with db.transaction(readonly=True):
        known = access_numbers.all_of_them()
    return render_template(
        "phone.html",
        access_numbers=known,
        trial=_trial(),
        stranger=STRANGER,
        registered=REGISTERED,
        flask=_flask(),
    )


@door.get("/messages")
def messages() -> tuple[str, int]:
    """What was spoken or sent to phones, so that a visitor of the demo can read a code."""
    try:
        told, status = _ask("GET", "/messages")
    except NoStandIn as error:
        return render_template("phone_messages.html", told=[], trouble=str(error)), 503
    for one in told:
        one["at"] = datetime.fromisoformat(one["at"])
    return render_template("phone_messages.html", told=told, trouble=""), status


@door.post("/calls")
def ring() -> ResponseReturnValue:
    """A caller rings an access number."""
    return _pass_on("POST", "", request.get_json(silent=True))


@door.get("/calls/<sid>/events")
def events(sid: str) -> ResponseReturnValue:
    """What has happened on the line since."""
    since = request.args.get("since", 0, type=int)
    return _pass_on("GET", f"/{_known(sid)}/events?since={max(since, 0)}")


@door.post("/calls/<sid>/keys")
def press(sid: str) -> ResponseReturnValue:
    """The caller presses keys."""
    return _pass_on("POST", f"/{_known(sid)}/keys", request.get_json(silent=True))


@door.post("/calls/<sid>/hang-up")
def hang_up(sid: str) -> ResponseReturnValue:
    """The caller puts the receiver down, or leaves the page."""
    return _pass_on("POST", f"/{_known(sid)}/hang-up", {})


@door.get("/calls/<sid>/money")
def money(sid: str) -> ResponseReturnValue:
    """What the call keeps aside, has cost and has left, as the database says."""
    with db.transaction(readonly=True):
        told = calls.of_visit(_known(sid))
    return jsonify(_told(told) if told else {"card": None, "calls": []})


@door.get("/rings")
def rings() -> ResponseReturnValue:
    """The phones that the server has rung; without a stand-in none rings, and the page need not say so."""
    try:
        told, status = _ask("GET", "/rings")
    except NoStandIn:
        return jsonify([])
    for one in told:
        one |= {side: numbers.readable(one[side]) for side in ("from", "to")}
    return jsonify(told), status


@door.post("/rings/<sid>/answer")
def answer(sid: str) -> ResponseReturnValue:
    """Somebody picks up a phone that rings."""
    told, status = _ask("POST", f"/rings/{_known(sid)}/answer", request.get_json(silent=True))
    return jsonify(told), status


@door.post("/rings/<sid>/decline")
def decline(sid: str) -> ResponseReturnValue:
    """Somebody does not want the call."""
    told, status = _ask("POST", f"/rings/{_known(sid)}/decline", {})
    return jsonify(told), status


@door.errorhandler(NoStandIn)
def nobody_there(error: NoStandIn) -> tuple[Response, int]:
    """The page shows the sentence."""
    return jsonify(error=str(error)), 503


def _pass_on(method: str, path: str, body: Any = None) -> tuple[Response, int]:
    """Ask the stand-in about calls, and answer what it answers. Raises NoStandIn."""
    told, status = _ask(method, f"/calls{path}", body)
    return jsonify(told), status


def _ask(method: str, path: str, body: Any = None) -> tuple[Any, int]:
    settings = config.settings()
    if urlsplit(settings.twilio_api_base_url).hostname not in LOOPBACK:
        raise NoStandIn(NOT_USED.format(flask=_flask()))
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy stands between two programs of one machine
            answer = session.request(
                method,
                f"{settings.twilio_api_base_url}/phone{path}",
                json=body,
                auth=(settings.twilio_account_sid, settings.twilio_auth_tokens[0]),
                timeout=(SECONDS_TO_CONNECT, SECONDS_TO_ANSWER),
            )
            return answer.json(), answer.status_code
    except (requests.RequestException, ValueError) as error:
        raise NoStandIn(NOT_RUNNING.format(flask=_flask())) from error


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    asked = str(getattr(record, "path", ""))
    polled = asked.startswith("/phone/calls/") and asked.endswith(("/events", "/keys", "/money"))
    return not (polled or asked == "/phone/rings")


def _is_for_us() -> bool:
    """Whether we were asked by a name of ours; a name that was bent to this machine is not."""
    asked = urlsplit(f"//{request.host}")
    return asked.netloc == urlsplit(config.settings().public_base_url).netloc or asked.hostname in LOOPBACK


def _comes_from_our_page() -> bool:
    """Every browser says where a POST comes from."""
    origin = urlsplit(request.headers.get("Origin", ""))
    public = urlsplit(config.settings().public_base_url)
    if (origin.scheme, origin.netloc) == (public.scheme, public.netloc):
        return True
    site = request.headers.get("Sec-Fetch-Site")
    same = site == "same-origin" if site else origin.netloc == request.host
    return same and origin.hostname in LOOPBACK


def _known(sid: str) -> str:
    if not SID.fullmatch(sid):
        abort(404)
    return sid


def _trial() -> Trial | None:
    """The PIN that `flask seed` left to be tried, if it did."""
    note = Path(current_app.instance_path) / "what-to-try.json"
    try:
        return Trial(pin=str(json.loads(note.read_text())["pin"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _flask() -> str:
    return os.environ.get("FARTHING_FLASK", "flask --app wsgi")


def _told(told: Told) -> dict[str, Any]:
    return {"card": _card(told.card) if told.card else None, "calls": [_call(one) for one in told.receipts]}


def _card(card: OpenCard) -> dict[str, Any]:
    return {
        "serial": card.serial,
        "currency": card.balance.currency,
        "balance": str(card.balance),
        "held": str(card.balance - card.available),
        "available": str(card.available),
    }


def _call(receipt: Receipt) -> dict[str, Any]:
    call = receipt.call
    return {
        "id": call.id,
        "number": call.number,
        "shown": numbers.readable(call.number),
        "destination": call.destination,
        "status": call.status.value,
        "currency": call.price.currency,
        "per_minute": str(call.per_minute),
        "seconds_max": receipt.seconds_max,
        "held": str(receipt.held),
        "hold": receipt.hold.value,
        "seconds": call.seconds,
        "billed_seconds": call.billed_seconds,
        "price": str(call.price),
    }
