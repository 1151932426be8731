"""Status callbacks: what they say, and every way in which they go astray."""

from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from ivr.simulator import Faults, VirtualClock, answers, busy

START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ALL = 'statusCallbackEvent="initiated ringing answered completed"'


def scripts(events: str = ALL) -> dict[str, Any]:
    number = f'<Number statusCallback="/leg#rc=5&amp;rp=5xx,ct,rt" {events}>+93701234567</Number>'
    return {
        "/voice": f'<Dial action="/after">{number}</Dial>',
        "/after": "<Hangup/>",
        "/leg": "",
        "/status": "",
    }


def play(ring: Any, callee: Any = None, events: str = ALL, **settings: Any) -> Any:
    phone = ring(scripts(events), callee or answers(39), clock=VirtualClock(START), **settings)
    phone.finish_dial()
    return phone


def test_a_leg_reports_its_events_in_order(stage: Any, ring: Any) -> None:
    play(ring)
    stage.networks[0].deliver()
    forms = stage.forms("/leg")
    assert [form["CallStatus"] for form in forms] == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in forms] == ["0", "1", "2", "3"]
    assert {form["CallbackSource"] for form in forms} == {"call-progress-events"}
    assert {form["Direction"] for form in forms} == {"outbound-dial"}
    voice = stage.forms("/voice")[0]
    assert {form["ParentCallSid"] for form in forms} == {voice["CallSid"]}
    assert all(form["CallSid"] != voice["CallSid"] for form in forms)
    last = forms[-1]
    assert (last["CallDuration"], last["Duration"], last["SipResponseCode"]) == ("39", "1", "200")
    assert last["Timestamp"] == "Sun, 01 Mar 2026 09:30:43 +0000"
    assert parsedate_to_datetime(last["Timestamp"]) == datetime(2026, 3, 1, 9, 30, 43, tzinfo=UTC)
    assert "CallDuration" not in forms[0]


def test_a_leg_reports_only_its_end_unless_asked(stage: Any, ring: Any) -> None:
    play(ring, busy(), events="")
    stage.networks[0].deliver()
    assert [
        (form["CallStatus"], form["SequenceNumber"], form["CallDuration"]) for form in stage.forms("/leg")
    ] == [("busy", "0", "0")]


def test_the_access_number_reports_the_end_of_the_call(stage: Any, ring: Any) -> None:
    phone = play(ring, answers(80), status_url="http://localhost/status")
    assert stage.forms("/status") == []  # not before the end, and not at once
    stage.networks[0].deliver()
    (form,) = stage.forms("/status")
    assert (form["CallStatus"], form["CallDuration"], form["Duration"]) == ("completed", "84", "2")
    assert (form["CallSid"], form["Direction"]) == (phone.sid, "inbound")


def test_callbacks_come_as_the_clock_turns(stage: Any, ring: Any) -> None:
    phone = ring(scripts(), answers(39))
    assert stage.forms("/leg") == []
    phone.wait(1)
    assert [form["CallStatus"] for form in stage.forms("/leg")] == ["initiated", "ringing"]
    phone.wait(3)
    assert len(stage.forms("/leg")) == 2  # answered, and its callback on the way
    phone.wait(0.2)
    assert len(stage.forms("/leg")) == 3


def test_dropped_callbacks_never_come(stage: Any, ring: Any) -> None:
    play(ring, faults=Faults(drop=1.0))
    assert stage.networks[0].deliver() == 0
    assert stage.forms("/leg") == []
    assert Counter(sent.outcome for sent in stage.networks[0].callbacks.log) == {"dropped": 4}


def test_repeated_callbacks_come_twice(stage: Any, ring: Any) -> None:
    play(ring, faults=Faults(repeat=1.0))
    stage.networks[0].deliver()
    assert Counter(form["CallStatus"] for form in stage.forms("/leg")) == {
        "initiated": 2,
        "ringing": 2,
        "in-progress": 2,
        "completed": 2,
    }


def test_delayed_callbacks_come_after_everything_else(stage: Any, ring: Any) -> None:
    play(ring, faults=Faults(delay=1.0, delay_seconds=(300, 300)))
    assert stage.forms("/leg") == []
    stage.networks[0].advance(400)
    assert len(stage.forms("/leg")) == 4


def test_reordered_callbacks_come_the_wrong_way_round(stage: Any, ring: Any) -> None:
    play(ring, faults=Faults(delay=1.0, delay_seconds=(300, 300), reorder=1.0))
    stage.networks[0].deliver()
    statuses = [form["CallStatus"] for form in stage.forms("/leg")]
    assert sorted(statuses) == ["completed", "in-progress", "initiated", "ringing"]
    assert statuses != ["initiated", "ringing", "in-progress", "completed"]


def test_the_same_seed_does_the_same_harm(stage: Any, ring: Any) -> None:
    faults = Faults(drop=0.3, repeat=0.3, delay=0.5, reorder=0.3, seed=11)
    for _ in range(2):
        play(ring, faults=faults)
        stage.networks[-1].deliver()
    first, second = (
        [(sent.outcome, sent.letter.params["SequenceNumber"]) for sent in network.callbacks.log]
        for network in stage.networks
    )
    assert first == second


def test_a_callback_that_fails_is_tried_again_as_its_address_asks(stage: Any, ring: Any) -> None:
    answers_ = iter([("", 503), ("", 503), ("", 204)])
    phone = ring(scripts("") | {"/leg": lambda form: next(answers_)}, busy())
    phone.finish_dial()
    stage.networks[0].deliver()
    assert phone.ended
    assert len(stage.forms("/leg")) == 3
    assert (
        len({asked.headers["I-Twilio-Idempotency-Token"] for asked in stage.asked if asked.path == "/leg"})
        == 1
    )


def test_a_callback_nobody_takes_is_logged(stage: Any, ring: Any) -> None:
    ring(scripts("") | {"/leg": lambda form: ("", 404)}, busy()).finish_dial()
    stage.networks[0].deliver()
    assert ["status 404" in sent.outcome for sent in stage.networks[0].callbacks.log] == [True]


@pytest.mark.parametrize("callee", [answers(39), busy()], ids=["answered", "busy"])
def test_delivering_twice_delivers_once(callee: Any, stage: Any, ring: Any) -> None:
    play(ring, callee)
    network = stage.networks[0]
    assert network.deliver() >= 0
    assert network.deliver() == 0
