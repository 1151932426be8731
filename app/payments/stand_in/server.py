"""The stand-in as a process of its own, for this machine only and for a demo only."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, jsonify, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.config import Settings
from app.environment import LOOPBACK
from app.errors import UnsafeSettings
from app.selling import PayPal

from .books import Books
from .checkout import checkout
from .control import control
from .courier import Courier, poster
from .desk import Desk
from .faults import Faults
from .rest import api
from .signing import Signer, write

HOST = "127.0.0.1"  # never for anybody but this machine
WEBHOOK = "/webhooks/paypal"
_COURIERS = 4  # threads that deliver
_BODY_MAX = 256 * 1024


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """A page that polls would fill the screen."""


def serve(
    settings: Settings, port: int, *, books: Path | None, ready: Callable[[int], None] = lambda port: None
) -> None:
    """Serve until interrupted. Raises UnsafeSettings outside demo, OSError for a port in use."""
    check(settings)
    with socket.create_server((HOST, port)) as listening:  # before anything that another one uses is written
        signer = Signer.kept(_beside(books), _mode(settings)) if books else Signer.make(_mode(settings))
        trust(settings, signer)
        desk = open_desk(settings, signer=signer, books=Books(books))
        server = _serving(listening, desk)
    start_couriers(desk)
    ready(server.port)
    try:
        server.serve_forever()
    finally:
        desk.courier.stop()
        desk.books.close()


def open_desk(
    settings: Settings, *, signer: Signer, books: Books | None = None, faults: Faults | None = None
) -> Desk:
    """Everything the stand-in works with. Raises UnsafeSettings outside demo."""
    faults, paypal = faults or Faults(), check(settings)
    courier = Courier(signer, webhook_id=paypal.webhook_id, base=paypal.api_base_url, faults=faults)
    return Desk(
        paypal, books or Books(), faults, courier, brand=settings.brand, server=settings.public_base_url
    )


def check(settings: Settings) -> PayPal:
    """What PayPal it stands in for. Raises UnsafeSettings outside demo."""
    if not settings.demo or settings.paypal is None or not settings.paypal.is_stand_in:
        raise UnsafeSettings("the stand-in for PayPal works in demo mode, on a loopback address, only")
    return settings.paypal


def trust(settings: Settings, signer: Signer) -> None:
    """Tell the server, which reads this file, whose signatures are the stand-in's."""
    if settings.paypal is not None and settings.paypal.webhook_ca:
        write(Path(settings.paypal.webhook_ca), signer.authority_pem())


def start_couriers(desk: Desk) -> None:
    """Deliver webhooks to the server from now on."""
    post = poster(f"{desk.server}{WEBHOOK}")
    for number in range(_COURIERS):
        name = f"paypal-courier-{number + 1}"
        deliver = threading.Thread(target=desk.courier.deliver_forever, args=(post,), name=name, daemon=True)
        deliver.start()


def make(port: int, desk: Desk) -> BaseWSGIServer:
    """A server bound to the loopback address; port 0 takes a free one. Raises OSError for a port in use."""
    with socket.create_server((HOST, port)) as listening:
        return _serving(listening, desk)


def _serving(listening: socket.socket, desk: Desk) -> BaseWSGIServer:
    own, quiet = listening.fileno(), _QuietHandler
    return make_server(HOST, 0, create_app(desk), threaded=True, request_handler=quiet, fd=own)


def create_app(desk: Desk) -> Flask:
    """The REST interface, the approval page and the control page in one application."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _BODY_MAX

    @app.before_request
    def check_sender() -> tuple[Response, int] | None:
        """No page of another site may press our buttons."""
        host = request.host.rpartition(":")[0] if ":" in request.host else request.host
        origin = request.headers.get("Origin")
        if host.strip("[]") not in LOOPBACK or (origin and origin != request.host_url.rstrip("/")):
            return jsonify(error="only for pages of this machine"), 403
        return None

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response

    for door in (api(desk), checkout(desk), control(desk)):
        app.register_blueprint(door)
    return app


def _beside(books: Path) -> Path:
    return books.with_name("paypal-signer.pem")


def _mode(settings: Settings) -> str:
    return settings.paypal.mode if settings.paypal else "sandbox"
