"""The stand-in as a process of its own: REST for the server, JSON for the phone page, calls in real time."""

import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from . import rest
from .clock import RealClock
from .errors import SimulatorError, TooManyCalls, UnknownCall
from .network import Network
from .switchboard import Switchboard
from .transport import http_transport

HOST = "127.0.0.1"  # never for anybody but this machine
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """A page that polls would fill the screen."""


def serve(
    port: int,
    *,
    account_sid: str,
    auth_token: str,
    base_url: str,
    ready: Callable[[int], None] = lambda port: None,
) -> None:
    """Serve until interrupted, for the application at `base_url`. Raises OSError for a port in use."""
    network = real_network(account_sid=account_sid, auth_token=auth_token, base_url=base_url)
    server = make(port, network, origins=[base_url])
    threading.Thread(target=network.callbacks.deliver_forever, name="callbacks", daemon=True).start()
    ready(server.port)
    try:
        server.serve_forever()
    finally:
        network.callbacks.stop()


def real_network(*, account_sid: str, auth_token: str, base_url: str) -> Network:
    """A network in real time whose access numbers lead to the application."""
    base = base_url.rstrip("/")
    return Network(
        http_transport(),
        account_sid=account_sid,
        auth_token=auth_token,
        voice_url=f"{base}/ivr/voice",
        fallback_url=f"{base}/ivr/fallback",
        status_url=f"{base}/ivr/status",
        clock=RealClock(),
    )


def make(port: int, network: Network, *, origins: Iterable[str]) -> BaseWSGIServer:
    """A server bound to the loopback address; port 0 takes a free one. Raises OSError for a port in use."""
    app = create_app(network, Switchboard(network), origins)
    with socket.create_server((HOST, port)) as listening:
        return make_server(
            HOST, port, app, threaded=True, request_handler=_QuietHandler, fd=listening.fileno()
        )


def create_app(network: Network, board: Switchboard, origins: Iterable[str]) -> Flask:
    """Both interfaces in one application, for pages of these origins only."""
    app = rest.create_app(network)
    allowed = {alias for origin in origins for alias in _aliases(origin)}

    @app.before_request
    def check_sender() -> tuple[Response, int] | None:
        host = request.host.rpartition(":")[0] if ":" in request.host else request.host
        origin = request.headers.get("Origin")
        if host not in LOOPBACK or (origin and origin not in allowed):
            return jsonify(error="only for pages of this machine"), 403
        return None

    @app.after_request
    def allow(response: Response) -> Response:
        origin = request.headers.get("Origin")
        if origin in allowed:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
            response.headers["Vary"] = "Origin"
        return response

    app.register_blueprint(phone(board))
    app.register_blueprint(ringing(board))
    app.add_url_rule("/phone/messages", "messages", lambda: jsonify(_sent(network)))
    return app


def phone(board: Switchboard) -> Blueprint:
    """What the phone page asks: start, press, hang up, what happened since."""
    blue = Blueprint("phone", __name__, url_prefix="/phone/calls")

    @blue.post("")
    def start() -> tuple[Response, int]:
        call = board.start(_body())
        return jsonify(id=call.sid, state=call.leg.state), 201

    @blue.get("/<sid>/events")
    def events(sid: str) -> Response:
        return jsonify(board.find(sid).events(request.args.get("since", 0, type=int)))

    @blue.post("/<sid>/keys")
    def keys(sid: str) -> Response:
        call = board.find(sid)
        call.press(str(_body().get("keys", "")))
        return jsonify(id=sid, state=call.leg.state)

    @blue.post("/<sid>/hang-up")
    def hang_up(sid: str) -> Response:
        call = board.find(sid)
        call.hang_up()
        return jsonify(id=sid, state=call.leg.state)

    blue.register_error_handler(SimulatorError, _refuse)
    return blue


def ringing(board: Switchboard) -> Blueprint:
    """What the phone page asks about phones that the server has rung."""
    blue = Blueprint("rings", __name__, url_prefix="/phone/rings")

    @blue.get("")
    def rings() -> Response:
        return jsonify(board.rings())

    @blue.post("/<sid>/answer")
    def answer(sid: str) -> Response:
        call = board.answer(sid, _body())
        return jsonify(id=call.sid, state=call.leg.state)

    @blue.post("/<sid>/decline")
    def decline(sid: str) -> Response:
        board.decline(sid)
        return jsonify(id=sid)

    blue.register_error_handler(SimulatorError, _refuse)
    return blue


def _sent(network: Network) -> list[dict[str, Any]]:
    """What phones were told lately, the newest first."""
    return [sent.to_json() for sent in reversed(network.sent)]


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise SimulatorError("send a JSON object with Content-Type application/json")
    return body


def _refuse(error: SimulatorError) -> tuple[Response, int]:
    status = {UnknownCall: 404, TooManyCalls: 503}.get(type(error), 400)
    return jsonify(error=str(error)), status


def _aliases(origin: str) -> set[str]:
    """An origin, and for a loopback one the other names of this machine at the same port."""
    parts = urlsplit(origin)
    port = f":{parts.port}" if parts.port else ""
    names = ("127.0.0.1", "localhost", "[::1]") if parts.hostname in LOOPBACK else (parts.hostname or "",)
    return {f"{parts.scheme}://{name}{port}" for name in names}
