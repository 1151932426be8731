"""A leg that was dialled: its record, and the reports about it."""

import re

from . import address, errors, geography
from .callees import Callee
from .errors import Problem
from .line import Line
from .reader import Node
from .recorder import Recorder
from .records import CallRecord, Dialled
from .reports import Reports
from .signals import Changed, EndChild

PHONES = ("Number", "Dial")  # elements whose words are a phone number


class Child(Dialled):
    """One number (or SIP address, or client) being rung for a caller."""

    def __init__(self, line: Line, noun: Node, callee: Callee, dial: Node) -> None:
        self.line, self.noun, self.callee = line, noun, callee
        self.recorder = Recorder(line, dial)
        self.is_bridged = False  # put through to the caller
        record = CallRecord(
            sid=line.exchange.new_sid(),
            account_sid=line.exchange.account_sid,
            caller=dial.word("callerId") or line.record.caller,
            to=re.sub(r"[\s().-]", "", noun.text) if noun.name in PHONES else noun.text,
            direction="outbound-dial",
            created=line.now(),
            parent_sid=line.record.sid,
        )
        record.end, record.change = lambda: line.wake(EndChild(record.sid)), lambda: line.wake(Changed())
        self.reports = Reports(
            line.exchange,
            record,
            self.params,
            line.watch,
            url=address.join(line.url, noun.word("statusCallback")) if noun.word("statusCallback") else "",
            events=tuple(noun.word("statusCallbackEvent", "completed").split()),
            method=noun.word("statusCallbackMethod", "POST"),
        )
        asked = dial.number("timeLimit", 0)
        super().__init__(record, line.exchange.quirks.ways.time_limit(asked) if asked else None)

    def params(self) -> dict[str, str]:
        """The fields of every request about this leg."""
        return {
            **self.record.params(),
            **geography.place_of(self.record.caller, "From", "Caller"),
            **geography.place_of(self.record.to, "To", "Called"),
        }

    @property
    def is_open(self) -> bool:
        return not self.record.is_over

    def begin(self) -> None:
        self.line.exchange.registry.add(self.record)
        self.line.dialled.append(self)
        limit = f", at most {self.time_limit} s" if self.time_limit else ""
        self.line.note(
            "callee", f"dials {self.number} as {self.caller_id}{limit}", sid=self.sid, number=self.number
        )
        self.reports.tell("initiated")
        problem = self._refusal()
        if problem:
            self.line.trouble(problem)
            self.finish("failed")

    def ring(self) -> None:
        self.record.status = "ringing"
        self.line.note("callee", f"{self.number} rings", sid=self.sid)
        self.reports.tell("ringing")

    def answer(self) -> None:
        self.record.status, self.record.answered = "in-progress", self.line.now()
        self.line.note("callee", f"{self.number} answers", sid=self.sid)
        self.reports.tell("answered")
        self.recorder.begin()

    def finish(self, status: str, reason: str = "") -> None:
        self.record.finish(status, self.line.now())
        spoken = f" after {self.seconds} s" if self.record.answered else ""
        text = f"{self.number} {status}{spoken}" + (f": {reason}" if reason else "")
        self.line.note("callee", text, sid=self.sid, status=status, duration=self.seconds)
        self.recorder.end()
        self.reports.tell("completed", **self.recorder.names())

    def _refusal(self) -> Problem | None:
        """What the carrier does not take: malformed numbers and caller IDs that may not be shown."""
        if self.noun.name not in PHONES:
            return None
        verified = self.line.exchange.verified
        own = {self.line.record.caller, self.line.record.to}
        allowed = verified is None or self.caller_id in verified or self.caller_id in own
        if not re.fullmatch(r"\+?[1-9][0-9]{4,14}", self.caller_id) or not allowed:
            return Problem(errors.BAD_CALLER_ID, f"caller ID {self.caller_id!r} may not be shown")
        if not re.fullmatch(r"\+?[1-9][0-9]{4,14}", self.number):
            return Problem(errors.BAD_NUMBER, f"{self.number!r} is not a phone number")
        return None


def ended_by(signal: object, children: list[Child]) -> Child | None:
    """The child that a signal from the server ends, if it is one of these."""
    if not isinstance(signal, EndChild):
        return None
    return next((child for child in children if child.sid == signal.sid and child.is_open), None)
