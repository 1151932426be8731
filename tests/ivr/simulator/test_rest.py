"""The REST interface, asked by the provider's own client library."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from werkzeug.serving import make_server

from ivr.simulator import Network, Registry, VirtualClock, answers, busy, rest
from ivr.simulator.signals import State

START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
CALLER, ACCESS = "+447700900123", "+442031234567"
SCRIPTS = {
    "/voice": '<Dial action="/after" timeLimit="600">+93701234567</Dial>',
    "/after": lambda form: (
        f"<Gather><Say>{form['DialCallStatus']} {form.get('DialCallDuration', '-')}</Say></Gather>"
    ),
}


@pytest.fixture
def network(stage: Any) -> Network:
    stage.scripts |= SCRIPTS
    made: Network = stage.network(clock=VirtualClock(START))
    return made


@pytest.fixture
def client(network: Network) -> Any:
    http = rest.InProcess(rest.create_app(network))
    return Client(network.account_sid, network.auth_token, http_client=http)


def talking(network: Network, seconds: float = 20) -> Any:
    phone = network.ring(CALLER, ACCESS, answers())
    phone.wait_for_answer()
    phone.wait(seconds)
    return phone


def test_the_client_library_works_over_a_socket(network: Network) -> None:
    phone = talking(network)
    server = make_server("127.0.0.1", 0, rest.create_app(network), threaded=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    http = TwilioHttpClient(timeout=5)
    client = Client(network.account_sid, network.auth_token, http_client=http)
    client.api.base_url = f"http://127.0.0.1:{server.server_port}"
    try:
        assert client.calls(phone.sid).fetch().status == "in-progress"
        assert [leg.parent_call_sid for leg in client.calls.list(parent_call_sid=phone.sid)] == [phone.sid]
        client.calls(phone.dialled[0].sid).update(status="completed")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        http.session.close()
    assert phone.dialled[0].status == "completed"


def test_a_live_call_has_no_end_no_duration_and_no_price(network: Network, client: Any) -> None:
    phone = talking(network)
    call = client.calls(phone.sid).fetch()
    assert (call.status, call.direction, call.to, call._from) == ("in-progress", "inbound", ACCESS, CALLER)
    assert (call.end_time, call.duration, call.price, call.parent_call_sid) == (None, None, None, None)
    assert call.start_time == START


def test_an_ended_call_has_strings_and_later_a_negative_price(network: Network, client: Any) -> None:
    phone = talking(network, 61)
    child = phone.dialled[0]
    phone.hang_up()
    call = client.calls(child.sid).fetch()
    assert (call.status, call.duration, call.price, call.price_unit) == ("completed", "61", None, "USD")
    assert call.end_time - call.start_time == timedelta(seconds=61)
    assert (call.direction, call.parent_call_sid) == ("outbound-dial", phone.sid)
    network.advance(60)
    assert client.calls(child.sid).fetch().price == "-0.02800"


def test_dates_are_rfc_2822(network: Network) -> None:
    phone = talking(network)
    shown = network.registry.find(phone.sid).to_json(network.clock.now())
    assert shown["date_created"] == "Sun, 01 Mar 2026 09:30:00 +0000"
    assert shown["uri"] == f"/2010-04-01/Accounts/{network.account_sid}/Calls/{phone.sid}.json"


def test_ending_the_child_gives_the_parent_back_to_the_action(network: Network, client: Any) -> None:
    phone = talking(network)
    client.calls(phone.dialled[0].sid).update(status="completed")
    assert phone.dialled[0].seconds == 20
    assert phone.state in (State.SPEAKING, State.LISTENING)
    assert phone.heard == "completed 20"


def test_ending_a_child_that_rings_cancels_it(network: Network, client: Any) -> None:
    phone = network.ring(CALLER, ACCESS)
    client.calls(phone.dialled[0].sid).update(status="completed")
    assert phone.finish_dial() == "canceled -"


def test_ending_the_parent_ends_both(network: Network, client: Any) -> None:
    phone = talking(network)
    client.calls(phone.sid).update(status="completed")
    assert phone.ended
    assert [(leg.status, leg.seconds) for leg in phone.dialled] == [("completed", 20)]
    assert client.calls(phone.sid).fetch().status == "completed"


def refused(action: Any) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as caught:
        action()
    return caught.value.status, caught.value.code


def test_what_cannot_be_done_is_refused_by_number(network: Network, client: Any) -> None:
    phone = talking(network)
    live = client.calls(phone.sid)
    assert refused(client.calls("CA" + "0" * 32).fetch) == (404, 20404)
    assert refused(lambda: live.update(status="canceled")) == (400, 21220)
    assert refused(lambda: live.update(status="busy")) == (400, 20001)
    assert refused(lambda: live.update(url="http://localhost/x")) == (400, 20001)
    assert refused(lambda: client.calls.create(to=CALLER, from_=ACCESS, url="/x")) == (400, 21205)
    phone.hang_up()
    assert refused(lambda: live.update(status="completed")) == (400, 21220)


def test_the_oldest_calls_are_forgotten_when_they_are_over(stage: Any) -> None:
    stage.scripts |= {"/voice": "<Hangup/>"}
    network = stage.network(registry=Registry(keep=20))
    sids = [network.ring(CALLER, ACCESS).sid for _ in range(30)]
    kept = [record.sid for record in network.registry.all()]
    assert kept == sids[-len(kept) :]
    assert len(kept) <= 20


def test_strangers_are_refused(network: Network) -> None:
    http = rest.InProcess(rest.create_app(network))
    assert refused(Client(network.account_sid, "wrong", http_client=http).calls("CA1").fetch) == (401, 20003)
    assert refused(Client("ACother", network.auth_token, http_client=http).calls("CA1").fetch) == (401, 20003)
    app = rest.create_app(network).test_client()
    assert app.get(f"/2010-04-01/Accounts/{network.account_sid}/Calls.json").status_code == 401
    mine = (network.account_sid, network.auth_token)
    answer = app.get("/2010-04-01/Accounts/ACother/Calls.json", auth=mine)
    assert (answer.status_code, answer.json and answer.json["code"]) == (404, 20404)
    answer = app.get("/2010-04-01/Nothing.json", auth=mine)
    assert answer.json and set(answer.json) == {"code", "message", "more_info", "status"}


@pytest.fixture
def many(network: Network) -> Network:
    for at in range(7):
        network.ring(f"+44770090{at:04d}", ACCESS, busy() if at % 2 else answers(30)).finish_dial()
        network.advance(60)
    return network


FILTERS = {
    "all": ({}, 14),
    "busy": ({"status": "busy"}, 3),
    "to an access number": ({"to": ACCESS}, 7),
    "from a caller": ({"from_": "+447700900003"}, 2),
    "of a parent unknown": ({"parent_call_sid": "CA1"}, 0),
    "from a moment on": ({"start_time_after": START + timedelta(minutes=2)}, 10),
    "before it began": ({"start_time_before": START - timedelta(seconds=1)}, 0),
    "that day": ({"start_time": START}, 14),
    "the day after": ({"start_time": START + timedelta(days=1)}, 0),
    "ended by then": ({"end_time_before": START + timedelta(minutes=1)}, 2),
    "two at most": ({"limit": 2}, 2),
}


@pytest.mark.parametrize(("asked", "count"), FILTERS.values(), ids=FILTERS)
def test_calls_are_found_by(asked: dict[str, Any], count: int, many: Network, client: Any) -> None:
    assert len(client.calls.list(**asked)) == count


def test_pages_follow_each_other_although_calls_are_added(many: Network, client: Any) -> None:
    calls = client.calls.stream(page_size=4)
    first = [next(calls) for _ in range(4)]
    many.ring(CALLER, ACCESS, busy())
    sids = [call.sid for call in [*first, *calls]]
    assert len(sids) == len(set(sids)) == 14


@pytest.mark.parametrize("query", ["PageSize=0", "PageSize=1001", "PageSize=x", "StartTime=yesterday"])
def test_a_bad_query_is_refused(query: str, many: Network) -> None:
    app = rest.create_app(many).test_client()
    path = f"/2010-04-01/Accounts/{many.account_sid}/Calls.json?{query}"
    assert app.get(path, auth=(many.account_sid, many.auth_token)).status_code == 400
