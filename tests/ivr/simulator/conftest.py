"""A tiny application to ring: it says what a test tells it to say, and remembers what it was asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

from ivr.simulator import Network, answers, wsgi_transport
from tests.ivr.simulator.table import Table, dial

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "stage-token"
CALLER = "+447700900123"
ACCESS = "+442031234567"

Script = str | Callable[[Mapping[str, str]], Any]


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]
    order: list[str]


@dataclass
class Stage:
    """Answers by path; every request must carry a good signature."""

    scripts: dict[str, Script] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    networks: list[Network] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = Flask("stage")
        self.app.add_url_rule("/<path:path>", "answer", self._answer, methods=["GET", "POST"])

    def _answer(self, path: str) -> Any:
        signature = request.headers.get("X-Twilio-Signature", "")
        query = request.query_string.decode()  # raw: Flask's own URL is encoded anew
        url = request.base_url + (f"?{query}" if query else "")
        if not RequestValidator(TOKEN).validate(url, request.form, signature):
            return "bad signature", 403
        fields = request.form if request.method == "POST" else request.args
        self.asked.append(
            Asked(request.method, "/" + path, dict(fields), dict(request.headers), list(fields.keys()))
        )
        script = self.scripts.get("/" + path, "")
        said = script(fields) if callable(script) else script
        return xml(said) if isinstance(said, str) else said

    def network(self, **settings: Any) -> Network:
        """A network whose access numbers ring here: /voice, and /status when asked for."""
        plain = {
            "account_sid": ACCOUNT,
            "auth_token": TOKEN,
            "voice_url": "http://localhost/voice",
            "seed": 7,
        }
        return Network(wsgi_transport(self.app), **{**plain, **settings})

    def forms(self, path: str) -> list[dict[str, str]]:
        return [asked.form for asked in self.asked if asked.path == path]

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]


def xml(inside: str) -> Response:
    return Response(f"<Response>{inside}</Response>", content_type="text/xml")


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def ring(stage: Stage) -> Callable[..., Any]:
    """Ring the stage: `ring(scripts, callee=…, network settings…)` gives the phone."""

    def call(scripts: dict[str, Script], callee: Any = None, caller: str = CALLER, **settings: Any) -> Any:
        stage.scripts.update(scripts)
        network = stage.network(**settings)
        stage.networks.append(network)
        return network.ring(caller, ACCESS, callee)

    return call


@pytest.fixture
def sit(stage: Any) -> Any:
    """Seat a caller: `sit(callee, twiml, network settings…)`."""

    def seat(callee: Any = None, twiml: str = "", **settings: Any) -> Table:
        return Table(stage, twiml or dial(), callee or answers(30), **settings)

    return seat
