"""Calls in real time: the board, the page's interface, and one call with the real clock."""

import threading
import time
from typing import Any

import pytest

from ivr.simulator import Network, RealClock, VirtualClock, server
from ivr.simulator.switchboard import IDLE_SECONDS_MAX, Switchboard

CALLER, ACCESS = "+447700900123", "+442031234567"
ORIGIN = "http://localhost:8000"
ASKED = {"from": CALLER, "to": ACCESS, "callee": "answer:1@0"}
SCRIPTS = {
    "/voice": '<Gather numDigits="2" action="/dial"><Say>Enter your PIN</Say></Gather>',
    "/dial": lambda form: f'<Dial action="/after">+9370{form["Digits"]}00000</Dial>',
    "/after": lambda form: f"<Gather><Say>{form['DialCallDuration']} s</Say></Gather>",
}


@pytest.fixture
def board(stage: Any) -> Switchboard:
    stage.scripts |= SCRIPTS
    stage.networks.append(stage.network(clock=VirtualClock()))
    return Switchboard(stage.networks[0], calls_max=2)


@pytest.fixture
def page(stage: Any, board: Switchboard, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The page's interface, with calls that a test ticks itself."""
    monkeypatch.setattr(board, "begin", lambda call: None)
    app = server.create_app(stage.networks[0], board, [ORIGIN])
    return app.test_client()


def turn(stage: Any, board: Switchboard, sid: str, seconds: float) -> None:
    stage.networks[0].clock.advance(seconds)
    board.find(sid).tick()


def test_a_page_plays_a_call(stage: Any, board: Switchboard, page: Any) -> None:
    sid = page.post("/phone/calls", json=ASKED).json["id"]
    board.find(sid).tick()
    first = page.get(f"/phone/calls/{sid}/events").json
    assert [event["who"] for event in first["events"]] == ["caller", "server", "voice"]
    assert "<Gather" in first["events"][1]["detail"]["twiml"]
    assert (first["state"], first["ended"], first["seconds"]) == ("speaking", False, 0)
    page.post(f"/phone/calls/{sid}/keys", json={"keys": "12"})
    turn(stage, board, sid, 0)
    turn(stage, board, sid, 0.5)
    assert page.get(f"/phone/calls/{sid}/events?since={first['next']}").json["state"] == "talking"
    turn(stage, board, sid, 1)
    last = page.get(f"/phone/calls/{sid}/events?since={first['next']}").json
    assert last["events"][-1]["text"] == "1 s"
    assert last["dialled"] == [{"number": "+93701200000", "status": "completed", "seconds": 1}]
    page.post(f"/phone/calls/{sid}/hang-up")
    turn(stage, board, sid, 0)
    assert page.get(f"/phone/calls/{sid}/events?since={last['next']}").json["ended"] is True


def test_a_page_that_does_not_poll_has_gone(stage: Any, board: Switchboard, page: Any) -> None:
    sid = page.post("/phone/calls", json=ASKED | {"callee": "answer"}).json["id"]
    board.find(sid).tick()
    page.post(f"/phone/calls/{sid}/keys", json={"keys": "12"})
    turn(stage, board, sid, 1)
    for _ in range(3):
        turn(stage, board, sid, IDLE_SECONDS_MAX - 1)
        assert page.get(f"/phone/calls/{sid}/events").json["state"] == "talking"
    turn(stage, board, sid, IDLE_SECONDS_MAX + 1)
    assert board.find(sid).leg.state == "ended"


def test_lines_are_bounded(stage: Any, board: Switchboard, page: Any) -> None:
    calls = [page.post("/phone/calls", json=ASKED).json["id"] for _ in range(2)]
    answer = page.post("/phone/calls", json=ASKED)
    assert (answer.status_code, answer.json["error"]) == (
        503,
        "2 calls are live, and there are no more lines",
    )
    board.find(calls[0]).hang_up()
    turn(stage, board, calls[0], 0)
    assert page.post("/phone/calls", json=ASKED).status_code == 201


BAD = {
    "no number": ({"from": CALLER}, "to: ''"),
    "a name for a number": (ASKED | {"to": "bob"}, "to: 'bob'"),
    "a number for a name": (ASKED | {"from": 5}, "from: a text"),
    "an endless caller": (ASKED | {"from": "x" * 301}, "at most 300"),
    "an unknown callee": (ASKED | {"callee": "sleeps"}, "use answer:SECONDS"),
    "a list": ([], "JSON object"),
}


@pytest.mark.parametrize(("asked", "words"), BAD.values(), ids=BAD)
def test_a_bad_call_is_refused_in_words(asked: Any, words: str, page: Any) -> None:
    answer = page.post("/phone/calls", json=asked)
    assert answer.status_code == 400
    assert words in answer.json["error"]


def test_bad_keys_and_unknown_calls_are_refused(page: Any) -> None:
    sid = page.post("/phone/calls", json=ASKED).json["id"]
    for keys in ("", "a", "1" * 65):
        assert page.post(f"/phone/calls/{sid}/keys", json={"keys": keys}).status_code == 400
    assert page.get("/phone/calls/CA1/events").status_code == 404
    assert page.post("/phone/calls", data="x").status_code == 400


SENDERS = {
    "our page": ({"Origin": ORIGIN}, 201),
    "our page by another name": ({"Origin": "http://127.0.0.1:8000"}, 201),
    "our own server": ({}, 201),
    "another page": ({"Origin": "https://evil.example"}, 403),
    "another port": ({"Origin": "http://localhost:9000"}, 403),
    "a rebound name": ({"Host": "evil.example:8010"}, 403),
}


@pytest.mark.parametrize(("headers", "status"), SENDERS.values(), ids=SENDERS)
def test_only_our_own_pages_may_ring(headers: dict[str, str], status: int, page: Any) -> None:
    answer = page.post("/phone/calls", json=ASKED, headers=headers)
    assert answer.status_code == status
    allowed = answer.headers.get("Access-Control-Allow-Origin")
    assert allowed == (headers.get("Origin") if status == 201 else None)


def test_a_call_with_the_real_clock(stage: Any) -> None:
    stage.scripts |= SCRIPTS | {"/status": ""}
    network: Network = stage.network(clock=RealClock(), status_url="http://localhost/status")
    deliveries = threading.Thread(target=network.callbacks.deliver_forever)
    deliveries.start()
    call = Switchboard(network).start(ASKED | {"callee": "answer:0.05@0"})
    call.press("12")
    assert comes_true(lambda: any(event.text == "1 s" for event in call.leg.line.events))
    network.registry.end(call.sid)
    assert comes_true(lambda: call.leg.ended and stage.forms("/status"))
    network.callbacks.stop()
    deliveries.join()
    assert stage.forms("/status")[0]["CallStatus"] == "completed"


def comes_true(holds: Any, seconds: float = 5.0) -> bool:
    """Whether it holds within that time; looks often, so that a test does not wait longer than it must."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.005)
    return bool(holds())


def test_the_server_listens_on_the_loopback_address_only(stage: Any) -> None:
    made = server.make(0, stage.network(clock=RealClock()), origins=[ORIGIN])
    assert made.server_address[0] == "127.0.0.1"
    made.server_close()
