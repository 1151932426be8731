"""Conferences: a caller waits in a room, somebody is rung into it, they talk, hear things and part."""

import threading
import time
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.simulator import (
    Callee,
    Faults,
    Network,
    NotPlayed,
    Quirks,
    RealClock,
    answers,
    busy,
    fails,
    no_answer,
    rest,
)
from ivr.simulator.switchboard import Switchboard
from tests.ivr.simulator.table import ACCESS, CALLER, HERE, NUMBER, Table, dial

JOINED = ["participant-join caller", "participant-join callee", "conference-start callee"]


def test_the_caller_waits_until_somebody_answers_and_goes_on_afterwards(sit: Any) -> None:
    table = sit(answers(30))
    assert table.phone.state == "ringing"
    added = table.add(label="callee", time_limit=600)
    assert (added.status, added.label, added.muted, added.hold) == ("queued", "callee", False, False)
    assert added.conference_sid.startswith("CF")
    assert table.phone.wait_for_answer() == ""
    assert table.phone.state == "talking"
    [leg] = table.phone.dialled
    assert (leg.number, leg.caller_id, leg.time_limit, leg.sid) == (NUMBER, ACCESS, 600, added.call_sid)
    assert table.phone.finish_dial() == "Back again"
    assert table.phone.state == "listening"
    assert table.legs() == [("completed", 30)]


def test_the_action_hears_only_that_the_conference_is_over(sit: Any) -> None:
    table = sit()
    table.talk()
    table.phone.finish_dial()
    [form] = table.stage.forms("/after")
    assert {name: form[name] for name in form if name.startswith("Dial")} == {"DialCallStatus": "answered"}
    assert form["CallSid"] == table.phone.sid


def test_the_leg_that_is_rung_reports_itself_without_a_parent(sit: Any) -> None:
    table = sit(answers(30))
    added = table.talk()
    table.phone.finish_dial()
    table.network.deliver()
    forms = table.stage.forms("/leg")
    assert [form["CallStatus"] for form in forms] == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in forms] == ["0", "1", "2", "3"]
    assert {form["CallSid"] for form in forms} == {added.call_sid}
    assert {form["Direction"] for form in forms} == {"outbound-api"}
    assert [form.get("CallDuration") for form in forms] == [None, None, None, "30"]
    assert not any("ParentCallSid" in form for form in forms)


def test_the_room_tells_what_happens_in_order_and_with_all_its_fields(sit: Any) -> None:
    table = sit(answers(30), dial(participantLabel="caller"))
    table.talk(label="callee")
    table.phone.finish_dial()
    leaving = ["participant-leave callee", "participant-leave caller", "conference-end"]
    assert table.told() == [*JOINED, *leaving]
    join, leave, end = (
        table.event(name) for name in ("participant-join", "participant-leave", "conference-end")
    )
    assert join["FriendlyName"] == "room"
    assert (join["ParticipantLabel"], join["Muted"], join["Hold"]) == ("callee", "false", "false")
    assert (join["EndConferenceOnExit"], join["StartConferenceOnEnter"]) == ("true", "true")
    assert join["Timestamp"] == "Thu, 01 Jan 2026 12:00:04 +0000"
    assert (leave["ReasonParticipantLeft"], leave["ParticipantCallStatus"]) == (
        "moderator_ended_conference",
        "in-progress",
    )
    assert end["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert end["CallSidEndingConference"] == table.phone.dialled[0].sid
    assert len({form["ConferenceSid"] for form in table.stage.forms("/events")}) == 1


NOBODY: dict[str, tuple[Callee, str, float]] = {
    "busy": (busy(), "busy", 1.5),
    "failed": (fails(), "failed", 1.5),
    "nobody there": (no_answer(), "no-answer", 25),
    "too slow": (answers(9, delay=25), "no-answer", 25),
}


@pytest.mark.parametrize(("callee", "status", "seconds"), NOBODY.values(), ids=NOBODY)
def test_who_does_not_answer_ends_the_wait(callee: Callee, status: str, seconds: float, sit: Any) -> None:
    table = sit(callee)
    table.add(timeout=20)
    assert table.phone.wait_for_answer() == "Back again"
    assert table.legs() == [(status, 0)]
    voice = [event.seconds for event in table.phone.transcript if event.who == "voice"]
    assert voice == [pytest.approx(seconds)]
    assert table.told()[:2] == ["participant-join caller", "participant-leave callee"]
    leave = next(form for form in table.stage.forms("/events") if form.get("ParticipantCallStatus") == status)
    assert leave["ReasonParticipantLeft"] == "participant_add_failed"


def test_a_failed_call_may_also_leave_the_caller_waiting(sit: Any) -> None:
    table = sit(busy(), quirks=Quirks(failed_add_ends=False))
    table.add()
    table.phone.wait(5)
    assert (table.phone.state, table.legs()) == ("ringing", [("busy", 0)])
    table.phone.callee(answers(7))
    table.talk(to="+93701234568")
    table.phone.finish_dial()
    assert table.legs() == [("busy", 0), ("completed", 7)]


@pytest.mark.parametrize(("seconds", "status"), [(1, ("canceled", 0)), (14, ("completed", 10))])
def test_a_caller_who_hangs_up_takes_the_other_leg_along(seconds: float, status: Any, sit: Any) -> None:
    table = sit(answers())
    table.add()
    table.phone.wait(seconds)
    table.phone.hang_up()
    assert (table.phone.ended, table.legs()) == (True, [status])
    assert [form["DialCallStatus"] for form in table.stage.forms("/after")] == ["answered"]
    assert table.event("conference-end")["CallSidEndingConference"] == table.phone.sid
    leave = next(form for form in table.stage.forms("/events") if "ReasonParticipantLeft" in form)
    assert (leave["ReasonParticipantLeft"], leave["ParticipantCallStatus"]) == (
        "participant_hung_up",
        "completed",
    )


def test_whoever_may_go_leaves_the_others_in_the_room(sit: Any) -> None:
    table = sit(answers(60), dial(endConferenceOnExit="false"))
    table.talk(end_conference_on_exit=False)
    table.phone.wait(10)
    table.phone.hang_up()
    assert table.legs() == [("in-progress", 0)]
    table.network.advance(51)
    assert table.legs() == [("completed", 60)]
    assert table.event("conference-end")["ReasonConferenceEnded"] == "last-participant-left"


def test_a_star_gives_the_caller_back_and_ends_the_room(sit: Any) -> None:
    table = sit(answers(), dial('hangupOnStar="true"'))
    table.talk()
    table.phone.wait(9)
    assert table.phone.press("12*") == "Back again"
    assert table.legs() == [("completed", 9)]
    assert table.phone.state == "listening"


def test_a_star_is_only_a_tone_where_it_was_not_asked_for(sit: Any) -> None:
    table = sit(answers(30))
    table.talk()
    table.phone.press("*")
    assert table.phone.state == "talking"


def test_the_dial_and_the_leg_both_keep_their_limits(sit: Any, stage: Any) -> None:
    table = sit(answers(), dial('timeLimit="100"'))
    table.talk()
    assert table.phone.finish_dial() == "Back again"
    assert table.legs() == [("completed", 96)]  # the caller has waited four seconds
    other = Table(stage, dial(), answers())
    other.talk(time_limit=60)
    assert other.phone.finish_dial() == "Back again"
    assert other.legs() == [("completed", 60)]


def test_a_limit_may_be_prolonged_and_cut_while_they_talk(sit: Any) -> None:
    table = sit(answers())
    leg = table.client.calls(table.talk(time_limit=60).call_sid)
    table.phone.wait(50)
    leg.update(time_limit=90)
    table.phone.wait(30)
    assert table.phone.state == "talking"
    assert table.phone.dialled[0].time_limit == 90
    table.phone.finish_dial()
    assert table.legs() == [("completed", 90)]
    with pytest.raises(TwilioRestException, match="is completed"):
        leg.update(time_limit=120)


def test_a_limit_on_the_callers_own_leg_ends_the_call(sit: Any) -> None:
    table = sit(answers())
    table.talk()
    table.client.calls(table.phone.sid).update(time_limit=30)
    table.phone.finish_dial()
    assert (table.phone.ended, table.phone.seconds, table.legs()) == (True, 30, [("completed", 26)])


def test_an_announcement_is_heard_by_the_caller_alone(sit: Any) -> None:
    table = sit(answers(60))
    table.talk()
    table.room.participants(table.phone.sid).update(announce_url=f"{HERE}/warn", announce_method="GET")
    assert table.phone.wait(9) == "One minute left [plays /beep.mp3]"
    assert table.phone.state == "talking"
    asked = next(asked for asked in table.stage.asked if asked.path == "/warn")
    assert (asked.method, asked.form["CallSid"]) == ("GET", table.phone.sid)
    end = table.event("announcement-end")
    assert (end["CallSid"], end["AnnounceUrl"]) == (table.phone.sid, f"{HERE}/warn")
    assert table.phone.finish_dial() == "Back again"
    assert table.legs() == [("completed", 60)]


def test_an_announcement_to_the_other_side_is_not_heard_by_the_caller(sit: Any) -> None:
    table = sit(answers(60))
    table.talk(label="callee")
    table.room.participants("callee").update(announce_url=f"{HERE}/warn")
    assert table.phone.wait(9) == ""
    assert f"{NUMBER} hears: One minute left" in table.phone.story()


@pytest.mark.parametrize("said", ["<Dial>+44</Dial>", "<Nope/>", ("gone", 404)])
def test_an_announcement_that_cannot_be_played_is_told(said: Any, sit: Any) -> None:
    table = sit(answers(60))
    table.talk()
    table.stage.scripts["/warn"] = said if isinstance(said, str) else lambda form: said
    table.room.participants(table.phone.sid).update(announce_url=f"{HERE}/warn")
    assert table.phone.wait(5) == ""
    assert table.event("announcement-fail")["ReasonAnnouncementFailed"]
    assert table.phone.state == "talking"


def test_only_the_first_who_joins_says_where_events_go(sit: Any) -> None:
    table = sit(answers(5), "<Dial><Conference>room</Conference></Dial>")
    table.talk(conference_status_callback=f"{HERE}/events", conference_status_callback_event=["join"])
    table.phone.finish_dial()
    assert table.told() == []


def test_the_events_suffer_the_same_faults_as_all_callbacks(sit: Any) -> None:
    table = sit(answers(5), faults=Faults(repeat=1.0, reorder=0.5, delay=0.5, seed=3))
    table.talk()
    table.phone.finish_dial()
    told = table.told()
    assert (len(told), len(set(told))) == (12, 6)
    arrived = [int(form["SequenceNumber"]) for form in table.stage.forms("/events")]
    assert arrived != sorted(arrived)


def test_ids_may_look_otherwise(sit: Any) -> None:
    table = sit(answers(5), quirks=Quirks(sid_style="uuid"))
    assert len(table.talk().conference_sid) == 36
    assert table.phone.finish_dial() == "Back again"


def test_a_conference_stands_alone_in_its_dial(sit: Any) -> None:
    with pytest.raises(NotPlayed):
        sit(None, f"<Dial><Conference>room</Conference><Number>{NUMBER}</Number></Dial>")


def test_a_conference_in_real_time(stage: Any) -> None:
    stage.scripts |= {"/voice": dial(), "/after": "<Hangup/>"}
    network: Network = stage.network(clock=RealClock())
    client = Client(
        network.account_sid, network.auth_token, http_client=rest.InProcess(rest.create_app(network))
    )
    thread = threading.Thread(target=network.callbacks.deliver_forever)
    thread.start()
    call = Switchboard(network).start({"from": CALLER, "to": ACCESS, "callee": "answer:0.2@0"})
    try:
        until(lambda: client.conferences.list(friendly_name="room"))
        client.conferences("room").participants.create(from_=ACCESS, to=NUMBER, end_conference_on_exit=True)
        until(lambda: call.leg.ended)
    finally:
        network.callbacks.stop()
        thread.join()
    assert [(leg.status, leg.seconds) for leg in call.leg.line.dialled] == [("completed", 1)]
    assert stage.paths().count("/after") == 1


def until(true: Any, seconds: float = 10) -> None:
    """Wait for it to become true."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.01)
