"""A caller driven request by request, for orders in which no network would ask."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta
from urllib.parse import urldefrag

from werkzeug.test import TestResponse

from app import clock
from app.cards import IssuedCard
from ivr.simulator import reader
from ivr.simulator.reader import Node
from ivr.simulator.records import CallRecord
from tests.support.world import ACCOUNT, BASE, CALLER, GB, KABUL, World


class ByHand:
    """A visit: what the provider would ask is asked when the test says so.

    `answer` is the last document. The legs are known to the provider's REST interface, so a sweeper may ask.
    """

    def __init__(self, world: World, *, caller: str = CALLER, to: str = GB, **fields: str) -> None:
        self.world = world
        self.parent, self.child = (self._leg(caller, to, "inbound") for _ in range(2))
        self.child.direction, self.child.parent_sid = "outbound-dial", self.parent.sid
        world.network.registry.add(self.parent)
        self.form = {"CallSid": self.parent.sid, "From": caller, "To": to, "CallStatus": "ringing", **fields}
        self.dial: Node | None = None
        self.hear(self.post("/ivr/voice", {}))

    @property
    def heard(self) -> str:
        """What the caller hears of the last document."""
        return " ".join(node.text for node in _walk(self.answer) if node.name == "Say")

    @property
    def has_ended(self) -> bool:
        """Whether the last document hangs up."""
        return self.answer.children[-1].name == "Hangup"

    def post(self, path: str, fields: Mapping[str, str]) -> TestResponse:
        """A request about this caller's leg."""
        return self.world.post(path, {**self.form, **fields})

    def hear(self, response: TestResponse) -> str:
        """Take the answer as the next document."""
        assert response.status_code == 200, response.get_data(as_text=True)
        self.answer = reader.read(response.get_data())
        self.dial = next((node for node in self.answer.children if node.name == "Dial"), self.dial)
        return self.heard

    def address(self) -> str:
        """Where the last document's gather leads."""
        return _path(self.answer.children[0].word("action"))

    def type(self, digits: str, *, finish: str = "") -> str:
        """Answer the gather."""
        return self.hear(self.post(self.address(), {"Digits": digits, "FinishedOnKey": finish}))

    def place(self, card: IssuedCard, number: str = KABUL) -> "ByHand":
        """PIN and number: afterwards the call may be signalled."""
        self.type(card.pin)
        self.type(number, finish="#")
        assert self.dial is not None, self.heard
        self.child.to = self.dial.children[0].text
        self.world.network.registry.add(self.child)
        return self

    def is_answered(self) -> TestResponse:
        """The called party has picked up."""
        self.child.status, self.child.answered = "in-progress", clock.now()
        return self.child_says("in-progress")

    def is_over(self, status: str = "completed", seconds: int = 0) -> None:
        """The dialled leg ends; nobody is told."""
        self.child.status, self.child.ended = status, clock.now()
        self.child.answered = clock.now() - timedelta(seconds=seconds) if seconds else None

    def child_says(self, status: str, **fields: str) -> TestResponse:
        """A status callback of the dialled leg."""
        form = {"CallSid": self.child.sid, "ParentCallSid": self.parent.sid, "CallStatus": status, **fields}
        assert self.dial is not None
        return self.world.post(_path(self.dial.children[0].word("statusCallback")), form)

    def child_ends(self) -> TestResponse:
        """The last status callback of the dialled leg."""
        return self.child_says(self.child.status, CallDuration=str(self.child.seconds))

    def action(self, **fields: str) -> TestResponse:
        """The Dial's action."""
        assert self.dial is not None
        answered = self.child.answered is not None
        said = {"DialCallStatus": self.child.status, "DialCallSid": self.child.sid}
        said |= {"DialBridged": "true" if answered else "false"}
        said |= {"DialCallDuration": str(self.child.seconds)} if answered else {}
        return self.post(_path(self.dial.word("action")), {**said, **fields})

    def hang_up(self) -> TestResponse:
        """The caller's leg is over, and we are told."""
        self.parent.status, self.parent.answered, self.parent.ended = "completed", clock.now(), clock.now()
        return self.post("/ivr/status", {"CallStatus": "completed", "CallDuration": "1"})

    @staticmethod
    def _leg(caller: str, to: str, direction: str) -> CallRecord:
        sid = "CA" + uuid.uuid4().hex
        return CallRecord(sid, ACCOUNT, caller, to, direction, clock.now(), status="in-progress")


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _path(url: str) -> str:
    return urldefrag(url)[0].removeprefix(BASE)
