"""What comes between a request and its answer: who asks, and the faults that are switched on."""

import socket
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, jsonify, request

from app import clock

from . import faults
from .desk import Desk

_OPEN = ("token", "certificate")  # asked without a bearer
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_HTML = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


def guard(blue: Blueprint, desk: Desk) -> None:
    """Check the bearer, and let go wrong what shall."""

    @blue.before_request
    def before() -> tuple[Response, int] | Response | None:
        operation = _operation()
        fault = desk.faults.draw(faults.BEFORE, operation)
        if fault == "close_before":
            return hang_up()
        if fault == "unauthorised":
            _forget_bearer(desk)
        if fault in _ANSWERS:
            return _ANSWERS[fault]()
        if operation not in _OPEN and not _knows_bearer(desk):
            return _unauthorised()
        return None

    @blue.after_request
    def after(response: Response) -> Response:
        fault = desk.faults.draw(faults.AFTER, _operation()) if response.status_code // 100 == 2 else ""
        if fault in ("slow", "stall_answer"):
            time.sleep(timedelta(milliseconds=desk.faults.waits[fault]).total_seconds())
        return hang_up() if fault in ("lose_answer", "stall_answer") else response


def hang_up() -> Response:
    """Close the connection without an answer, where there is a connection."""
    line = request.environ.get("werkzeug.socket")
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
    return Response("the connection was closed", 503, mimetype="text/plain")


def _operation() -> str:
    return (request.endpoint or "").rpartition(".")[2]


def _bearer() -> str:
    given = request.authorization
    return (given.token or "") if given is not None and given.type == "bearer" else ""


def _knows_bearer(desk: Desk) -> bool:
    return desk.bearers.get(_bearer(), _LONG_AGO) > clock.now()


def _forget_bearer(desk: Desk) -> None:
    desk.bearers.pop(_bearer(), None)


def _unauthorised() -> tuple[Response, int]:
    said = "Token signature verification failed"
    return jsonify(error="invalid_token", error_description=said), 401


def _too_many() -> tuple[Response, int]:
    answer = jsonify(name="RATE_LIMIT_REACHED", message="Too many requests. Blocked due to rate limiting.")
    answer.headers["Retry-After"] = "1"
    return answer, 429


def _broken() -> tuple[Response, int]:
    return Response(_HTML.format("Internal Server Error"), mimetype="text/html"), 500


def _unavailable() -> tuple[Response, int]:
    return Response(_HTML.format("Service Unavailable"), mimetype="text/html"), 503


_ANSWERS = {
    "unauthorised": _unauthorised,
    "too_many": _too_many,
    "broken": _broken,
    "unavailable": _unavailable,
}
