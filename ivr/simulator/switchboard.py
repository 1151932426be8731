"""Calls in real time, a thread each, for people at the phone page."""

import re
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .callees import Callee, callee_for, from_text
from .errors import SimulatorError, TooManyCalls, UnknownCall
from .leg import Leg
from .network import Network
from .signals import Decline, HangUp, Key, PickUp, State

CALLS_MAX = 50
CALLS_KEPT = 200  # live and ended ones, for pages that still read
IDLE_SECONDS_MAX = 30  # a page that does not poll has gone
LOOK_SECONDS = 1.0


class BadCall(SimulatorError):
    """A call that cannot be started as asked."""


class LiveCall:
    """One call and the page that listens to it."""

    def __init__(self, network: Network, leg: Leg) -> None:
        self._network, self.leg = network, leg
        self._woken = threading.Event()
        self._polled = network.clock.now()
        leg.waken = self._woken.set

    @property
    def sid(self) -> str:
        return self.leg.line.record.sid

    def press(self, keys: str) -> None:
        """Raises BadCall for what is not on a telephone."""
        if not re.fullmatch(r"[0-9*#]{1,64}", keys):
            raise BadCall("keys are 0 to 9, * and #")
        for key in keys:
            self.leg.line.note("caller", key, key=key)
            self.leg.signal(Key(key))

    def hang_up(self) -> None:
        self.leg.signal(HangUp())

    def answer(self, callee: Callee) -> None:
        """Pick up the phone that the server has rung; from now on its page must poll."""
        self._polled = self._network.clock.now()
        self.leg.line.callee_for = callee_for(callee)
        self.leg.signal(PickUp())

    def events(self, since: int) -> dict[str, Any]:
        """What happened from the event of that number on, and how things stand."""
        self._polled = self._network.clock.now()
        line = self.leg.line
        fresh = line.events[max(since, 0) :]
        answered = line.record.answered
        return {
            "id": self.sid,
            "events": [event.to_json() for event in fresh],
            "next": max(since, 0) + len(fresh),
            "state": self.leg.state,
            "ended": self.leg.state is State.ENDED,
            "seconds": self._seconds_since(answered) if answered else None,
            "dialled": [
                {"number": child.number, "status": child.status, "seconds": child.seconds}
                for child in line.dialled
            ],
        }

    def _seconds_since(self, answered: datetime) -> int:
        until = self.leg.line.record.ended or self._network.clock.now()
        return int((until - answered).total_seconds())

    def tick(self) -> float:
        """Do what is due; returns the seconds until the next look."""
        self._woken.clear()
        idle = (self._network.clock.now() - self._polled).total_seconds()
        if idle > IDLE_SECONDS_MAX and not self._rings():
            self.hang_up()
        try:
            self.leg.work()
        except SimulatorError as error:
            self.leg.line.note("problem", str(error))
        due = self.leg.due()
        left = (due - self._network.clock.now()).total_seconds() if due else 0.0
        return min(max(left, 0.0), LOOK_SECONDS)

    def _rings(self) -> bool:
        """Whether the server has this phone rung and nobody has picked up: no page is there yet."""
        record = self.leg.line.record
        return record.direction == "outbound-api" and record.answered is None

    def run(self) -> None:
        """The life of the call's thread."""
        while not self.leg.ended:
            self._woken.wait(self.tick())


class Switchboard:
    """Starts live calls, a bounded number at a time, and finds them again.

    It drives those too that the server asks for.
    """

    def __init__(self, network: Network, calls_max: int = CALLS_MAX) -> None:
        self._network, self._calls_max = network, calls_max
        self._lock = threading.Lock()
        self._calls: dict[str, LiveCall] = {}
        network.drive = self.adopt

    def start(self, asked: Mapping[str, Any]) -> LiveCall:
        """Begin a call as the page asks. Raises BadCall or TooManyCalls."""
        call = self.prepare(asked)
        self.begin(call)
        return call

    def begin(self, call: LiveCall) -> None:
        """Give a call its thread."""
        threading.Thread(target=call.run, name=f"call {call.sid}", daemon=True).start()

    def adopt(self, leg: Leg) -> None:
        """Drive a call that the server asks for. Raises TooManyCalls."""
        with self._lock:
            call = self._put(leg)
        self.begin(call)

    def rings(self) -> list[dict[str, str]]:
        """The phones that ring now, the longest first."""
        records = [leg.line.record for leg in self._network.rings.all()]
        return [{"id": one.sid, "to": one.to, "from": one.caller} for one in records]

    def answer(self, sid: str, asked: Mapping[str, Any]) -> LiveCall:
        """Pick up a phone that rings. Raises UnknownCall when it does not, or not any more."""
        callee = _callee(asked)
        call = self.find(self._network.rings.take(sid).line.record.sid)
        call.answer(callee)
        return call

    def decline(self, sid: str) -> None:
        """Refuse a call. Raises UnknownCall."""
        self._network.rings.take(sid).signal(Decline())

    def prepare(self, asked: Mapping[str, Any]) -> LiveCall:
        """A call on the board whose `tick` somebody else will call."""
        caller, to = _text(asked, "from", 300), _text(asked, "to", 16)
        if not re.fullmatch(r"\+[1-9][0-9]{4,14}", to):
            raise BadCall(f"to: {to!r} is not a number like +442031234567")
        callee = _callee(asked)
        with self._lock:
            self._check_lines()
            return self._put(self._network.place(caller, to, callee, stir=_text(asked, "stir", 60) or None))

    def _check_lines(self) -> None:
        if sum(not call.leg.ended for call in self._calls.values()) >= self._calls_max:
            raise TooManyCalls(f"{self._calls_max} calls are live, and there are no more lines")

    def _put(self, leg: Leg) -> LiveCall:
        self._check_lines()
        call = LiveCall(self._network, leg)
        self._calls[call.sid] = call
        self._forget_old()
        return call

    def _forget_old(self) -> None:
        ended = [sid for sid, call in self._calls.items() if call.leg.ended]
        for sid in ended[: max(len(self._calls) - CALLS_KEPT, 0)]:
            del self._calls[sid]

    def find(self, sid: str) -> LiveCall:
        with self._lock:
            if sid not in self._calls:
                raise UnknownCall(f"no call {sid}")
            return self._calls[sid]


def _callee(asked: Mapping[str, Any]) -> Callee:
    try:
        return from_text(_text(asked, "callee", 20) or "answer:60")
    except ValueError as error:
        raise BadCall(str(error)) from error


def _text(asked: Mapping[str, Any], name: str, length_max: int) -> str:
    value = asked.get(name) or ""
    if not isinstance(value, str) or len(value) > length_max:
        raise BadCall(f"{name}: a text of at most {length_max} characters")
    return value
