"""Recordings of calls: begun with the answer, reported at the end, fetched, heard and deleted."""

import io
import wave
from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.simulator import answers, busy, rest

SCRIPTS = {
    "/voice": '<Dial action="/after" record="{record}" recordingStatusCallback="/recorded?call=1" '
    'recordingStatusCallbackEvent="in-progress completed">'
    '<Number statusCallback="/leg">+93701234567</Number></Dial>',
    "/after": "",
    "/recorded": "",
    "/leg": "",
}


@pytest.fixture
def call(ring: Callable[..., Any], stage: Any) -> Callable[..., Any]:
    """Ring, talk to the end, and deliver every report; answers the phone and the REST client."""

    def play(callee: Any = None, record: str = "record-from-answer-dual") -> tuple[Any, Any]:
        scripts = SCRIPTS | {"/voice": SCRIPTS["/voice"].format(record=record)}
        phone = ring(scripts, callee or answers(30))
        phone.finish_dial()
        network = stage.networks[0]
        network.deliver()
        http = rest.InProcess(rest.create_app(network))
        return phone, Client(network.account_sid, network.auth_token, http_client=http)

    return play


def test_the_talk_is_recorded_and_reported(call: Callable[..., Any], stage: Any) -> None:
    phone, _ = call()
    [recording] = stage.networks[0].recordings.all()
    first, last = stage.forms("/recorded")
    assert (first["RecordingStatus"], "RecordingDuration" in first) == ("in-progress", False)
    expected = {
        "CallSid": phone.sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{recording.account_sid}/Recordings/"
        + recording.sid,
        "RecordingStatus": "completed",
        "RecordingDuration": "30",
        "RecordingChannels": "2",
        "RecordingSource": "DialVerb",
        "RecordingTrack": "both",
        "ErrorCode": "0",
    }
    assert {name: last[name] for name in expected} == expected
    assert "RecordingStartTime" in last
    assert recording.sid.startswith("RE")
    assert stage.forms("/after")[0]["RecordingUrl"] == recording.url
    assert stage.forms("/leg")[0]["RecordingSid"] == recording.sid


NOTHING = {
    "nobody answered": (busy(), "record-from-answer"),
    "nobody wanted it": (answers(3), "do-not-record"),
}


@pytest.mark.parametrize(("callee", "record"), NOTHING.values(), ids=NOTHING)
def test_there_may_be_nothing_to_record(
    callee: Any, record: str, call: Callable[..., Any], stage: Any
) -> None:
    call(callee, record)
    assert (stage.networks[0].recordings.all(), stage.forms("/recorded")) == ([], [])
    assert "RecordingUrl" not in stage.forms("/after")[0]


def test_a_recording_is_fetched_heard_and_deleted(call: Callable[..., Any], stage: Any) -> None:
    phone, client = call(record="record-from-answer")
    [recording] = stage.networks[0].recordings.all()
    found = client.recordings(recording.sid).fetch()
    assert (found.call_sid, found.duration, found.channels, found.status) == (phone.sid, "30", 1, "completed")
    assert [one.sid for one in client.calls(phone.sid).recordings.list()] == [recording.sid]
    assert [one.sid for one in client.recordings.list(call_sid="CA1")] == []
    app = rest.create_app(stage.networks[0]).test_client()
    network = stage.networks[0]
    for kind in ("wav", "mp3"):
        heard = app.get(f"{recording.path}.{kind}", auth=(network.account_sid, network.auth_token))
        assert heard.content_type.startswith("audio/")
        with wave.open(io.BytesIO(heard.data)) as sound:
            assert (sound.getnchannels(), sound.getframerate()) == (1, 8000)
    assert app.get(f"{recording.path}.wav").status_code == 401
    assert client.recordings(recording.sid).delete()
    for again in (client.recordings(recording.sid).fetch, client.recordings(recording.sid).delete):
        with pytest.raises(TwilioRestException) as refused:
            again()
        assert refused.value.status == 404
