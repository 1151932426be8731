"""Whatever happens to a conference: everybody who came has left, every leg ends, and all is told once."""

from collections import Counter
from typing import Any

from flask import Flask, Response, request
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.simulator import Network, Quirks, answers, busy, fails, no_answer, rest, wsgi_transport

LIMIT = 20
CALLER, ACCESS, NUMBER = "+447700900123", "+442031234567", "+93701234567"

callees = st.one_of(
    st.builds(answers, st.one_of(st.none(), st.integers(0, 25)), delay=st.integers(0, 12)),
    st.sampled_from([busy(), no_answer(), fails()]),
)
deeds = st.one_of(
    st.tuples(st.just("wait"), st.integers(0, 15)),
    st.tuples(st.just("limit"), st.integers(1, 30)),
    st.sampled_from(
        [
            (deed, 0)
            for deed in ("star", "hang up", "end caller", "end callee", "end room", "remove", "announce")
        ]
    ),
)
exits = st.tuples(st.booleans(), st.booleans())


class Stage:
    """An application that rings somebody as soon as it hears that the caller is in the room."""

    def __init__(self, callee: Any, ends: tuple[bool, bool], failed_add_ends: bool) -> None:
        self.told: dict[str, list[dict[str, str]]] = {"events": [], "leg": [], "after": [], "warn": []}
        self.ends = [str(end).lower() for end in ends]
        app = Flask("any")
        app.add_url_rule("/<path:path>", view_func=self.answer, methods=["POST"])
        self.network = Network(
            wsgi_transport(app),
            account_sid="AC1",
            auth_token="token",
            voice_url="http://localhost/voice",
            quirks=Quirks(failed_add_ends=failed_add_ends),
            seed=3,
        )
        http = rest.InProcess(rest.create_app(self.network))
        self.client = Client("AC1", "token", http_client=http)
        self.phone = self.network.ring(CALLER, ACCESS, callee)

    def answer(self, path: str) -> Response:
        form = dict(request.form)
        self.told.setdefault(path, []).append(form)
        if form.get("StatusCallbackEvent") == "participant-join" and form["SequenceNumber"] == "1":
            self.add(form["ConferenceSid"])
        said = {
            "voice": '<Dial action="/after" hangupOnStar="true" timeLimit="60"><Conference '
            f'endConferenceOnExit="{self.ends[0]}" statusCallback="/events" '
            'statusCallbackEvent="start end join leave announcement">room</Conference></Dial>',
            "warn": "<Say>One minute left</Say>",
        }
        return Response(f"<Response>{said.get(path, '')}</Response>", content_type="text/xml")

    def add(self, room: str) -> None:
        try:
            self.client.conferences(room).participants.create(
                from_=ACCESS,
                to=NUMBER,
                time_limit=LIMIT,
                timeout=5,
                end_conference_on_exit=self.ends[1] == "true",
                status_callback="http://localhost/leg",
            )
        except TwilioRestException as error:
            assert error.status in (400, 404)  # the conference may be over by then

    def do(self, deed: str, detail: int) -> None:
        if deed == "wait":
            self.phone.wait(detail)
        elif deed == "star":
            self.phone.press("*")
        elif deed == "hang up":
            self.phone.hang_up()
        else:
            try:
                self.ask(deed, detail)
            except TwilioRestException as error:
                assert error.status in (400, 404)

    def ask(self, deed: str, detail: int) -> None:
        room = self.client.conferences(self.client.conferences.list(limit=1)[0].sid)
        callee = self.phone.dialled[0].sid if self.phone.dialled else "CA1"
        if deed == "end room":
            room.update(status="completed")
        elif deed == "remove":
            room.participants(callee).delete()
        elif deed == "announce":
            room.participants(self.phone.sid).update(announce_url="http://localhost/warn")
        elif deed == "limit":
            self.client.calls(callee).update(time_limit=detail)
        else:
            self.client.calls(self.phone.sid if deed == "end caller" else callee).update(status="completed")


@settings(max_examples=25, deadline=None)
@given(callees, exits, st.booleans(), st.lists(deeds, max_size=6))
def test_everybody_leaves_and_all_is_told_once(callee: Any, ends: Any, failing: Any, script: Any) -> None:
    stage = Stage(callee, ends, failing)
    for deed, detail in script:
        stage.do(deed, detail)
    stage.phone.finish_dial()
    stage.phone.hang_up()
    stage.network.advance(LIMIT + 30)
    stage.network.deliver()

    legs = stage.network.registry.all()
    assert all(leg.is_over for leg in legs)
    assert all((leg.seconds > 0) <= (leg.status == "completed") for leg in legs)
    rung = {leg.sid for leg in legs if leg.direction == "outbound-api"}
    assert Counter(form["CallSid"] for form in stage.told["leg"]) == Counter(rung)
    for form in stage.told["leg"]:
        leg = stage.network.registry.find(form["CallSid"])
        assert (form["CallStatus"], form["CallDuration"]) == (leg.status, str(leg.seconds))
    assert [form["DialCallStatus"] for form in stage.told["after"]] == ["answered"]
    _check_events(stage.told["events"])


def _check_events(events: list[dict[str, str]]) -> None:
    assert [form["SequenceNumber"] for form in events] == [str(at + 1) for at in range(len(events))]
    of = {
        name: Counter(
            form["CallSid"] for form in events if form["StatusCallbackEvent"] == f"participant-{name}"
        )
        for name in ("join", "leave")
    }
    never_came = [
        form["CallSid"] for form in events if form.get("ReasonParticipantLeft") == "participant_add_failed"
    ]
    assert of["join"] + Counter(never_came) == of["leave"]
    assert max(of["leave"].values()) == 1
    assert [form["StatusCallbackEvent"] for form in events].count("conference-end") == 1
    assert events[-1]["StatusCallbackEvent"] == "conference-end"
