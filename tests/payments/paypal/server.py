"""A small server in the place of PayPal that answers, stalls, lies and breaks off as a test wants."""

import base64
import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from app.selling import PayPal

HERE = Path(__file__).parent
TOKEN_PATH = "/v1/oauth2/token"
BASIC = "Basic " + base64.b64encode(b"our-client:our-client-secret").decode()
MERCHANT = "2BP3WP8PK6566"


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What to answer, and how badly."""

    status: int = 200
    body: Any = field(default_factory=dict)  # JSON, or text or bytes as they are
    headers: dict[str, str] = field(default_factory=dict)
    stalls: bool = False  # says nothing until the end of the test
    breaks_off: bool = False  # hangs up without an answer
    drips: bool = False  # a byte now and then, for ever

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes | str):
            return self.body if isinstance(self.body, bytes) else self.body.encode()
        return json.dumps(self.body).encode()


def refusal(status: int, issue: str) -> Answer:
    """How PayPal says no."""
    said = {"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": issue}], "debug_id": "f90249eac4a38"}
    return Answer(status, said, {"PayPal-Debug-Id": "f90249eac4a38"})


UNKNOWN = Answer(404, {"name": "RESOURCE_NOT_FOUND", "details": [{"issue": "INVALID_RESOURCE_ID"}]})
STALL, BREAK_OFF = Answer(stalls=True), Answer(breaks_off=True)
HTML_500 = Answer(500, "<html><h1>Internal Server Error</h1></html>", {"Content-Type": "text/html"})


class RudeServer:
    """Answers each request from its list; the last answer stays."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.tokens = 0
        self.connections = 0
        self.ended = threading.Event()
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        self._lock = threading.Lock()
        self.url = ""
        self.bearer = ""  # the only one that is let in; empty: any

    def on(self, what: str, *answers: Answer) -> None:
        """Answer requests such as `GET /v2/…` like this, one after the other."""
        self._answers[what] = list(answers)

    def paths(self, method: str = "") -> list[str]:
        """What was asked, apart from tokens."""
        asked = [one for one in self.asked if one.path != TOKEN_PATH]
        return [one.path for one in asked if method in ("", one.method)]

    def answer(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
            if self.bearer and asked.headers["authorization"] not in (self.bearer, BASIC):
                return Answer(401, {"name": "AUTHENTICATION_FAILURE"})
            known = self._answers[f"{asked.method} {asked.path}"]
            if known:
                return known.pop(0) if len(known) > 1 else known[0]
            if asked.path == TOKEN_PATH:
                self.tokens += 1
                return Answer(body={"access_token": f"A21-{self.tokens}", "expires_in": 32400})
            return UNKNOWN


@contextmanager
def rude_server() -> Iterator[RudeServer]:
    """One on a free port."""
    rude = RudeServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            rude.connections += 1

        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = rude.answer(Asked(self.command, self.path, headers, body))
            if answer.stalls:
                rude.ended.wait(30)
            if answer.stalls or answer.breaks_off:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(9999 if answer.drips else len(answer.content)))
            self.end_headers()
            with suppress(OSError):
                while answer.drips and not rude.ended.wait(0.1):
                    self.wfile.write(b" ")
                self.wfile.write(answer.content)

        do_GET = do_POST = do_DELETE = reply

        def log_message(self, format: str, *arguments: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    rude.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield rude
    finally:
        rude.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def settings(base: str, **changes: str) -> PayPal:
    """How this PayPal knows us."""
    known = PayPal(
        mode="sandbox",
        client_id="our-client",
        client_secret="our-client-secret",
        webhook_id="4JH86294D6297924G",
        merchant_id=MERCHANT,
        api_base_url=base,
        webhook_chain="require",
        webhook_ca="",
    )
    return replace(known, **changes)


def sample(folder: str, name: str) -> Any:
    """A sample of what PayPal sends."""
    return json.loads((HERE / folder / f"{name}.json").read_text())
