"""A caller in a conference, and the provider's client, for tests to move."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.simulator import Network, rest

CALLER, ACCESS, NUMBER = "+447700900123", "+442031234567", "+93701234567"
HERE = "http://localhost"
ALL = "start end join leave mute hold modify announcement"


def dial(dialling: str = "", **conference: str) -> str:
    """A Dial with a conference of the name `room`, which ends with the caller."""
    said = {"statusCallback": "/events", "statusCallbackEvent": ALL, "endConferenceOnExit": "true"}
    attributes = " ".join(f'{name}="{value}"' for name, value in (said | conference).items())
    return f'<Dial action="/after" {dialling}><Conference {attributes}>room</Conference></Dial>'


class Table:
    """A caller in a room, and the provider's client."""

    def __init__(self, stage: Any, twiml: str, callee: Any, **settings: Any) -> None:
        stage.scripts |= {
            "/voice": twiml,
            "/after": "<Gather><Say>Back again</Say></Gather>",
            "/warn": "<Say>One minute left</Say><Pause length='2'/><Play>/beep.mp3</Play>",
        }
        self.stage = stage
        self.network: Network = stage.network(**settings)
        http = rest.InProcess(rest.create_app(self.network))
        self.client = Client(self.network.account_sid, self.network.auth_token, http_client=http)
        self.phone = self.network.ring(CALLER, ACCESS, callee)

    def add(self, **how: Any) -> Any:
        """Ring somebody into the room."""
        asked = {
            "from_": ACCESS,
            "to": NUMBER,
            "end_conference_on_exit": True,
            "status_callback": f"{HERE}/leg",
        }
        asked |= {"status_callback_event": ["initiated", "ringing", "answered", "completed"]}
        return self.client.conferences("room").participants.create(**asked | how)

    def talk(self, **how: Any) -> Any:
        added = self.add(**how)
        self.phone.wait_for_answer()
        return added

    @property
    def room(self) -> Any:
        [found] = self.client.conferences.list(friendly_name="room", limit=1)
        return self.client.conferences(found.sid)

    def told(self) -> list[str]:
        """The events of the conference, in the order of their numbers, and who they are about."""
        self.network.deliver()
        names = {self.phone.sid: " caller"}
        forms = sorted(self.stage.forms("/events"), key=lambda form: int(form["SequenceNumber"]))
        return [
            form["StatusCallbackEvent"] + names.get(form["CallSid"], " callee")
            if "CallSid" in form
            else form["StatusCallbackEvent"]
            for form in forms
        ]

    def event(self, name: str) -> dict[str, str]:
        """The last event of that name."""
        self.network.deliver()
        found: dict[str, str] = [
            form for form in self.stage.forms("/events") if form["StatusCallbackEvent"] == name
        ][-1]
        return found

    def legs(self) -> list[tuple[str, int]]:
        return [(leg.status, leg.seconds) for leg in self.phone.dialled]


def refused(action: Any) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as caught:
        action()
    return caught.value.status, caught.value.code
