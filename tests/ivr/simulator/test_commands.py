"""`flask phone call` against an application behind a real socket."""

import json
import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from ivr.simulator import server
from ivr.simulator.commands import phone

ACCOUNT, TOKEN = "AC0123456789abcdef0123456789abcdef", "stage-token"
CALL = ["phone", "call", "--from", "+447700900123", "--to", "+442031234567"]
SCRIPTS: dict[str, Any] = {
    "/ivr/voice": '<Gather numDigits="4" action="/pin"><Say>Enter your PIN</Say></Gather><Say>Goodbye</Say>',
    "/pin": '<Gather action="/number"><Say>You have ten pounds. Enter the number.</Say></Gather>',
    "/number": lambda form: (
        "<Say>Up to 20 minutes</Say>"
        '<Dial timeLimit="1200" action="/after"><Number statusCallback="/leg">+'
        f"{form['Digits']}</Number></Dial>"
    ),
    "/after": lambda form: (
        f'<Gather action="/number"><Say>{form["DialCallStatus"]} {form.get("DialCallDuration", "-")}'
        "</Say></Gather>"
    ),
    "/leg": "",
    "/ivr/status": "",
    "/ivr/fallback": "<Say>We have a problem</Say>",
}


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing of this belongs into a test's output."""


@pytest.fixture
def address(stage: Any) -> Iterator[str]:
    stage.scripts |= SCRIPTS
    made = make_server("127.0.0.1", 0, stage.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()
    made.server_close()


def run(base: str, *arguments: str, demo: bool = True) -> Any:
    app = Flask("commands")
    app.config["SETTINGS"] = SimpleNamespace(
        public_base_url=base,
        twilio_auth_tokens=(TOKEN, "old-token"),
        twilio_account_sid=ACCOUNT,
        twilio_api_base_url="http://127.0.0.1:8010",
        demo=demo,
    )
    app.cli.add_command(phone)
    return app.test_cli_runner().invoke(args=list(arguments))


def test_a_whole_call_is_printed(address: str, stage: Any) -> None:
    result = run(address, *CALL, "--keys", "123493701234567#", "--callee", "answer:56", "--stir", "A")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "00:00.0  caller    +447700900123 rings +442031234567",
        "00:00.0  server    POST /ivr/voice → 200",
        "00:00.0  voice     Enter your PIN",
        "00:01.2  caller    presses 1234",
        "00:01.8  server    POST /pin Digits=1234 → 200",
        "00:01.8  voice     You have ten pounds. Enter the number.",
        "00:04.4  caller    presses 93701234567#",
        "00:06.6  server    POST /number Digits=93701234567 FinishedOnKey=# → 200",
        "00:06.6  voice     Up to 20 minutes",
        "00:08.2  callee    dials +93701234567 as +447700900123, at most 1200 s",
        "00:08.7  callee    +93701234567 rings",
        "00:12.2  callee    +93701234567 answers",
        "01:08.2  callee    +93701234567 completed after 56 s: the other side hangs up",
        "01:08.2  server    POST /after DialCallStatus=completed DialCallDuration=56 DialBridged=true → 200",
        "01:08.2  voice     completed 56",
        "01:08.4  server    POST /leg → 200",
        "01:09.0  end       the caller hangs up",
        "01:09.0  server    POST /ivr/status → 200",
        "",
        "The call: completed, 68 s, 0 problems.",
        "Dialled +93701234567: completed, 56 s of at most 1200 s.",
    ]
    assert stage.forms("/ivr/voice")[0]["StirVerstat"] == "TN-Validation-Passed-A"


def test_several_calls_in_one_visit_as_json(address: str) -> None:
    result = run(address, *CALL, "--keys", "123412345678#23456789#", "--callee", "busy", "--json")
    told = json.loads(result.output)
    assert [(leg["number"], leg["status"]) for leg in told["dialled"]] == [
        ("+12345678", "busy"),
        ("+23456789", "busy"),
    ]
    assert told["status"] == "completed"
    assert told["heard"][-1] == "busy -"
    assert told["problems"] == []


def test_without_keys_the_caller_listens_and_hangs_up(address: str, stage: Any) -> None:
    result = run(address, *CALL)
    assert "caller hangs up" in result.output
    assert stage.paths() == ["/ivr/voice", "/ivr/status"]


def test_a_server_that_fails_is_told_in_the_transcript(address: str, stage: Any) -> None:
    stage.scripts["/pin"] = lambda form: ("<h1>Internal Server Error</h1>", 500)
    result = run(address, *CALL, "--keys", "1234")
    assert result.exit_code == 0
    assert "11200" in result.output
    assert "We have a problem" in result.output


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_server_that_is_not_there_is_one_clear_line() -> None:
    base = f"http://127.0.0.1:{free_port()}"
    result = run(base, *CALL, "--keys", "1")
    assert result.exit_code == 1
    assert result.output == f"Error: cannot reach {base}/ivr/voice: connection refused\n"


REFUSED = {
    "outside demo": (["phone", "provider"], "http://127.0.0.1:1", False, "demo mode only"),
    "at a public address": (CALL, "https://cards.example.com", False, "demo mode, or on a loopback"),
    "a bad access number": ([*CALL[:4], "--to", "bob"], "http://127.0.0.1:1", True, "--to: 'bob'"),
}


@pytest.mark.parametrize(("arguments", "base", "demo", "words"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_is_refused(arguments: list[str], base: str, demo: bool, words: str) -> None:
    result = run(base, *arguments, demo=demo)
    assert result.exit_code == 1
    assert words in result.output
    assert len(result.output.splitlines()) == 1


def test_keys_and_callees_are_checked(address: str) -> None:
    assert "no such keys: x" in run(address, *CALL, "--keys", "12x").output
    assert "use answer:SECONDS" in run(address, *CALL, "--callee", "sleeps").output


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("http://127.0.0.1:8000", "phone", "provider", "--port", str(port))
    assert result.exit_code == 1
    assert result.output == f"Error: cannot listen on port {port}: Address already in use\n"


def test_the_provider_takes_its_port_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Any] = []
    monkeypatch.setattr(server, "serve", lambda port, **settings: served.append((port, settings)))
    assert run("http://127.0.0.1:8000", "phone", "provider").exit_code == 0
    assert run("http://127.0.0.1:8000", "phone", "provider", "--port", "9000").exit_code == 0
    assert [port for port, _ in served] == [8010, 9000]
    assert served[0][1].items() >= {"account_sid": ACCOUNT, "auth_token": TOKEN}.items()
    assert served[0][1]["base_url"] == "http://127.0.0.1:8000"


def test_a_text_message_is_answered(stage: Any, address: str) -> None:
    stage.scripts["/ivr/sms"] = lambda form: f"<Message>You wrote {form['Body']}</Message>"
    asked = ["phone", "text", "--from", "+447700900123", "--to", "+442031234567"]
    sent = run(address, *asked, "HELP")
    assert sent.output.splitlines() == [
        "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
        "You wrote HELP",
    ]
    away = run("http://127.0.0.1:9", *asked, "Hi")
    assert (away.exit_code, "cannot reach" in away.output) == (1, True)
