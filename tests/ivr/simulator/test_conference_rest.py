"""What the server may do with a conference by REST, and what it is refused."""

from typing import Any

import pytest

from ivr.simulator import answers
from tests.ivr.simulator.table import ACCESS, CALLER, HERE, NUMBER, Table, dial, refused


def test_the_server_ends_the_conference(sit: Any) -> None:
    table = sit(answers())
    table.talk()
    table.phone.wait(5)
    ended = table.room.update(status="completed")
    assert (ended.status, ended.reason_conference_ended) == ("completed", "conference-ended-via-api")
    assert table.phone.finish_dial() == "Back again"
    assert table.legs() == [("completed", 5)]
    assert table.event("participant-leave")["ReasonParticipantLeft"] == "conference_ended_via_api"
    assert table.client.conferences.list(friendly_name="room", status="in-progress") == []


def test_the_server_removes_a_participant(sit: Any) -> None:
    table = sit(answers(), dial(endConferenceOnExit="false"))
    added = table.talk()
    assert table.room.participants(added.call_sid).delete()
    assert table.phone.finish_dial() == "Back again"
    end = table.event("conference-end")
    assert end["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-kicked"


@pytest.mark.parametrize("wait", [1, 14])
def test_the_server_ends_the_leg_that_it_rang(wait: float, sit: Any) -> None:
    table = sit(answers())
    added = table.add()
    table.phone.wait(wait)
    table.client.calls(added.call_sid).update(status="completed")
    assert table.phone.finish_dial() == "Back again"
    assert table.legs() == ([("canceled", 0)] if wait == 1 else [("completed", 10)])


def test_who_is_muted_or_held_is_told(sit: Any) -> None:
    table = sit(answers(60))
    added = table.talk()
    callee = table.room.participants(added.call_sid)
    assert callee.update(muted=True).muted
    assert callee.update(hold=True, end_conference_on_exit=False).hold
    callee.update(muted=False, hold=False)
    assert [event.split()[0].removeprefix("participant-") for event in table.told()[3:]] == [
        "mute",
        "hold",
        "modify",
        "unmute",
        "unhold",
    ]
    assert callee.fetch().status == "connected"
    assert [one.call_sid for one in table.room.participants.list()] == [table.phone.sid, added.call_sid]


def test_a_name_is_free_again_when_its_conference_is_over(sit: Any) -> None:
    table = sit(answers(5))
    first = table.talk().conference_sid
    table.phone.finish_dial()
    second = table.add().conference_sid
    assert first != second
    rooms = table.client.conferences.list(friendly_name="room")
    assert [(room.sid, room.status) for room in rooms] == [(second, "init"), (first, "completed")]
    assert [room.sid for room in table.client.conferences.stream(page_size=1)] == [second, first]


def test_somebody_may_be_rung_while_the_caller_is_still_on_the_way(stage: Any) -> None:
    def voice(form: Any) -> str:
        table.add()  # in the midst of the caller's own request
        return dial()

    table = Table(stage, dial(), answers(5))
    table.phone.hang_up()
    stage.scripts["/voice"] = voice
    phone = table.network.ring(CALLER, ACCESS, answers(7))
    assert phone.finish_dial() == "Back again"
    assert [(leg.status, leg.seconds) for leg in phone.dialled] == [("completed", 7)]


def test_a_full_room_takes_nobody_else(sit: Any) -> None:
    table = sit(answers(), dial(maxParticipants="2"))
    table.talk()
    assert refused(lambda: table.add(to="+93701234568")) == (400, 21220)
    third = table.network.ring("+447700900999", ACCESS)
    assert third.heard == "Back again"


BAD = {
    "no number": ({"to": "0093"}, 21211),
    "no caller": ({"from_": "anonymous"}, 21212),
    "a stranger's number": ({"from_": "+15005550006"}, 21210),
    "not acted out": ({"machine_detection": "Enable"}, 20001),
    "no such event": ({"status_callback_event": ["ended"]}, 20001),
    "a part of an address": ({"status_callback": "/leg"}, 21205),
    "no time": ({"time_limit": 0}, 20001),
    "rings too long": ({"timeout": 601}, 20001),
}


@pytest.mark.parametrize(("how", "code"), BAD.values(), ids=BAD)
def test_who_cannot_be_rung_is_refused_by_number(how: Any, code: int, sit: Any) -> None:
    table = sit(verified=frozenset())
    assert refused(lambda: table.add(**how)) == (400, code)
    assert table.phone.dialled == []


def test_what_is_not_there_cannot_be_changed(sit: Any) -> None:
    table = sit(answers(5))
    unknown = table.client.conferences("CF" + "0" * 32)
    assert refused(unknown.fetch) == (404, 20404)
    assert refused(lambda: unknown.participants.create(from_=ACCESS, to=NUMBER)) == (404, 20404)
    assert refused(table.client.conferences("room").fetch) == (404, 20404)  # by id only
    assert refused(table.room.participants("CA1").fetch) == (404, 20404)
    added = table.add()
    assert refused(lambda: table.room.participants(added.call_sid).update(announce_url=HERE)) == (400, 21220)
    assert refused(lambda: table.room.participants(added.call_sid).update(coaching=True)) == (400, 20001)
    table.phone.finish_dial()
    over = table.client.conferences(added.conference_sid)
    assert refused(lambda: over.update(status="completed")) == (400, 21220)
    assert refused(over.participants(added.call_sid).fetch) == (404, 20404)
    assert refused(table.client.calls(table.phone.sid).update) == (400, 20001)
    assert refused(lambda: table.client.calls(table.phone.sid).update(time_limit=0)) == (400, 20001)
