"""Phones that ring at the server's wish: somebody picks up, declines or is not there."""

from datetime import UTC, datetime
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.simulator import Network, RealClock, UnknownCall, VirtualClock, answers, rest, server
from ivr.simulator.ringing import Order
from ivr.simulator.signals import Decline
from ivr.simulator.switchboard import IDLE_SECONDS_MAX, Switchboard
from tests.ivr.simulator.test_server import comes_true

OURS, PHONE = "+442031234567", "+447700900123"
BASE = "http://localhost"
EVENTS = ["initiated", "ringing", "answered", "completed"]
SCRIPTS = {
    "/called": '<Gather numDigits="1" action="/dial"><Say>Press a key</Say></Gather>',
    "/dial": '<Dial action="/after" timeLimit="600">+93701234567</Dial>',
    "/after": "<Say>Goodbye</Say>",
}


@pytest.fixture
def network(stage: Any) -> Network:
    stage.scripts |= SCRIPTS
    made: Network = stage.network()
    return made


@pytest.fixture
def client(network: Network) -> Any:
    http = rest.InProcess(rest.create_app(network))
    return Client(network.account_sid, network.auth_token, http_client=http)


def place(client: Any, **more: Any) -> Any:
    """The server has the phone rung."""
    return client.calls.create(to=PHONE, from_=OURS, url=f"{BASE}/called", **more)


def reports(stage: Any) -> list[tuple[str, str]]:
    return [(form["SequenceNumber"], form["CallStatus"]) for form in stage.forms("/told")]


def test_a_phone_that_is_picked_up_follows_the_document_like_any(
    client: Any, network: Network, stage: Any
) -> None:
    call = place(client)
    assert (call.status, network.is_ringing(PHONE), stage.asked) == ("queued", True, [])
    network.advance(5)
    phone = network.pick_up(PHONE, answers(30))
    assert phone.heard == "Press a key"
    form = stage.forms("/called")[0]
    told = {name: form[name] for name in ("CallSid", "Direction", "CallStatus", "From", "To")}
    assert told == {
        "CallSid": call.sid,
        "Direction": "outbound-api",
        "CallStatus": "in-progress",
        "From": OURS,
        "To": PHONE,
    }
    assert "ParentCallSid" not in form
    phone.press("1")
    assert phone.finish_dial() == "Goodbye"
    assert [(leg.number, leg.seconds) for leg in phone.dialled] == [("+93701234567", 30)]
    assert phone.ended
    assert not network.is_ringing(PHONE)


def test_every_event_is_reported_as_asked(client: Any, network: Network, stage: Any) -> None:
    place(client, status_callback=f"{BASE}/told?call=7", status_callback_event=EVENTS)
    network.pick_up(PHONE).wait(9.9)
    network.deliver()
    assert reports(stage) == [("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]
    last = stage.forms("/told")[-1]
    assert (int(last["CallDuration"]), last["Direction"]) == (6, "outbound-api")
    assert "ParentCallSid" not in last


ENDS = {
    "nobody is there": (lambda network, client, sid: network.advance(20), "no-answer"),
    "the call is declined": (lambda network, client, sid: network.decline(PHONE), "busy"),
    "the server thinks better of it": (
        lambda network, client, sid: client.calls(sid).update(status="canceled"),
        "canceled",
    ),
    "the server ends it": (
        lambda network, client, sid: client.calls(sid).update(status="completed"),
        "canceled",
    ),
}


@pytest.mark.parametrize(("deed", "status"), ENDS.values(), ids=ENDS)
def test_a_phone_that_nobody_picks_up(
    deed: Any, status: str, client: Any, network: Network, stage: Any
) -> None:
    sid = place(client, timeout=20, status_callback=f"{BASE}/told").sid
    network.advance(19)
    assert network.is_ringing(PHONE)
    deed(network, client, sid)
    assert not network.is_ringing(PHONE)
    network.deliver()
    assert reports(stage) == [("0", status)]
    assert (client.calls(sid).fetch().status, stage.forms("/called")) == (status, [])
    with pytest.raises(UnknownCall):
        network.pick_up(PHONE)


def test_the_limit_of_a_call_counts_from_its_answer(client: Any, network: Network) -> None:
    call = place(client, time_limit=100)
    network.advance(50)
    phone = network.pick_up(PHONE, answers())
    phone.press("1")
    phone.wait_for_answer()
    phone.wait(200)
    assert (phone.ended, client.calls(call.sid).fetch().duration) == (True, "100")
    assert phone.dialled[0].status == "completed"


def test_the_server_ends_a_call_that_was_picked_up(client: Any, network: Network) -> None:
    sid = place(client).sid
    phone = network.pick_up(PHONE)
    client.calls(sid).update(status="completed")
    assert (phone.ended, phone.status) == (True, "completed")


def test_an_address_that_fails_leads_to_the_fallback_of_this_call(
    client: Any, network: Network, stage: Any
) -> None:
    stage.scripts["/called"] = lambda form: ("", 500)
    place(client, fallback_url=f"{BASE}/after", fallback_method="GET")
    assert network.pick_up(PHONE).heard == "Goodbye"
    assert (stage.asked[-1].method, stage.asked[-1].form["ErrorCode"]) == ("GET", "11200")


def test_it_is_found_by_number_and_moment(client: Any, network: Network) -> None:
    sid = place(client).sid
    since = datetime(2026, 1, 1, tzinfo=UTC)
    found = client.calls.list(to=PHONE, from_=OURS, start_time_after=since)
    assert [call.sid for call in found] == [sid]
    assert client.calls.list(to=PHONE, start_time_after=datetime(2026, 1, 2, tzinfo=UTC)) == []


def test_two_phones_ring_at_once_and_the_older_call_of_one_is_taken_first(
    client: Any, network: Network
) -> None:
    first, _ = place(client), place(client)
    client.calls.create(to="+447700900999", from_=OURS, url=f"{BASE}/called")
    phone = network.pick_up(PHONE)
    assert (phone.sid, network.is_ringing(PHONE), network.is_ringing("+447700900999")) == (
        first.sid,
        True,
        True,
    )


REFUSED = {
    "no address": ({}, 21205),
    "half an address": ({"url": "/called"}, 21205),
    "an event nobody knows": ({"url": f"{BASE}/called", "status_callback_event": ["sung"]}, 20001),
    "no time to ring": ({"url": f"{BASE}/called", "timeout": 0}, 20001),
    "a limit beyond four hours": ({"url": f"{BASE}/called", "time_limit": 14_401}, 20001),
    "a field not played": ({"url": f"{BASE}/called", "machine_detection": "Enable"}, 20001),
}


@pytest.mark.parametrize(("asked", "code"), REFUSED.values(), ids=REFUSED)
def test_a_bad_wish_is_refused(asked: Any, code: int, client: Any, network: Network) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.calls.create(to=PHONE, from_=OURS, **asked)
    assert (refused.value.code, network.registry.all()) == (code, [])


# in real time, for the phone page


@pytest.fixture
def board(network: Network, monkeypatch: pytest.MonkeyPatch) -> Switchboard:
    """A switchboard whose calls a test turns itself."""
    made = Switchboard(network, calls_max=2)
    monkeypatch.setattr(made, "begin", lambda call: None)
    return made


@pytest.fixture
def page(network: Network, board: Switchboard) -> Any:
    return server.create_app(network, board, [BASE]).test_client()


def turn(network: Network, board: Switchboard, sid: str, seconds: float) -> None:
    assert isinstance(network.clock, VirtualClock)
    network.clock.advance(seconds)
    board.find(sid).tick()


def test_the_page_sees_a_phone_ring_and_answers(
    client: Any, network: Network, board: Switchboard, page: Any
) -> None:
    sid = place(client).sid
    turn(network, board, sid, 0)
    assert page.get("/phone/rings").json == [{"id": sid, "to": PHONE, "from": OURS}]
    turn(network, board, sid, IDLE_SECONDS_MAX + 5)  # no page polls for a phone that rings
    assert page.post(f"/phone/rings/{sid}/answer", json={"callee": "answer:1@0"}).json["id"] == sid
    turn(network, board, sid, 0)
    assert page.get("/phone/rings").json == []
    assert page.post(f"/phone/rings/{sid}/answer", json={}).status_code == 404
    told = page.get(f"/phone/calls/{sid}/events").json
    assert (told["events"][-1]["text"], told["state"]) == ("Press a key", "speaking")
    page.post(f"/phone/calls/{sid}/keys", json={"keys": "1"})
    turn(network, board, sid, 0)
    turn(network, board, sid, 0.5)
    assert page.get(f"/phone/calls/{sid}/events").json["state"] == "talking"
    page.post(f"/phone/calls/{sid}/hang-up")
    turn(network, board, sid, 0)
    assert client.calls(sid).fetch().status == "completed"


def test_the_page_declines(client: Any, network: Network, board: Switchboard, page: Any) -> None:
    sid = place(client).sid
    turn(network, board, sid, 0)
    assert page.post(f"/phone/rings/{sid}/answer", json={"callee": "sings"}).status_code == 400
    assert page.post(f"/phone/rings/{sid}/decline", json={}).status_code == 200
    turn(network, board, sid, 0)
    assert (client.calls(sid).fetch().status, page.get("/phone/rings").json) == ("busy", [])


def test_more_phones_than_lines_cannot_ring(client: Any, network: Network, board: Switchboard) -> None:
    for _ in range(2):
        place(client)
    with pytest.raises(TwilioRestException) as refused:
        place(client)
    assert (refused.value.status, refused.value.code) == (429, 20429)
    assert len(network.registry.all()) == len(board.rings()) == 2


def test_without_a_switchboard_a_phone_rings_in_real_time_all_the_same(stage: Any) -> None:
    network = stage.network(clock=RealClock())
    order = Order(f"{BASE}/called", timeout=30)
    record = network.ring_out(OURS, PHONE, order)
    assert comes_true(lambda: record.status == "ringing")
    network.rings.take(record.sid).signal(Decline())
    assert comes_true(lambda: record.status == "busy")
