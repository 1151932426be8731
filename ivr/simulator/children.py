"""A leg that was dialled: its record, and the reports about it."""

import re

from . import address, errors, geography
from .callees import Callee
from .courier import Letter
from .errors import Problem
from .line import Line
from .reader import Node
from .records import CallRecord, Dialled, rfc2822
from .signals import EndChild

PHONES = ("Number", "Dial")  # elements whose words are a phone number
SIP_CODES = {"completed": "200", "busy": "486", "no-answer": "480", "canceled": "487", "failed": "404"}


class Child(Dialled):
    """One number (or SIP address, or client) being rung for a caller."""

    def __init__(self, line: Line, noun: Node, callee: Callee, dial: Node) -> None:
        self.line, self.noun, self.callee = line, noun, callee
        self._sequence = 0
        record = CallRecord(
            sid=line.exchange.new_sid(),
            account_sid=line.exchange.account_sid,
            caller=dial.word("callerId") or line.record.caller,
            to=re.sub(r"[\s().-]", "", noun.text) if noun.name in PHONES else noun.text,
            direction="outbound-dial",
            created=line.now(),
            parent_sid=line.record.sid,
        )
        record.end = lambda: line.wake(EndChild(record.sid))
        super().__init__(record, dial.number("timeLimit", 0) or None)

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
        self._report("initiated", "initiated")
        problem = self._refusal()
        if problem:
            self.line.trouble(problem)
            self.finish("failed")

    def ring(self) -> None:
        self.record.status = "ringing"
        self.line.note("callee", f"{self.number} rings", sid=self.sid)
        self._report("ringing", "ringing")

    def answer(self) -> None:
        self.record.status, self.record.answered = "in-progress", self.line.now()
        self.line.note("callee", f"{self.number} answers", sid=self.sid)
        self._report("answered", "in-progress")

    def finish(self, status: str, reason: str = "") -> None:
        self.record.finish(status, self.line.now())
        spoken = f" after {self.seconds} s" if self.record.answered else ""
        text = f"{self.number} {status}{spoken}" + (f": {reason}" if reason else "")
        self.line.note("callee", text, sid=self.sid, status=status, duration=self.seconds)
        self._report("completed", status)

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

    def _report(self, event: str, status: str) -> None:
        url = self.noun.word("statusCallback")
        if not url or event not in self.noun.word("statusCallbackEvent", "completed").split():
            return
        fields = {
            **self.record.params(),
            **geography.place_of(self.record.caller, "From", "Caller"),
            **geography.place_of(self.record.to, "To", "Called"),
            "CallStatus": status,
            "Timestamp": rfc2822(self.line.now()),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._sequence),
        }
        if event == "completed":
            fields |= {
                "CallDuration": str(self.seconds),
                "Duration": str(self.record.billed_minutes),
                "SipResponseCode": SIP_CODES[status],
            }
        self._sequence += 1
        method = self.noun.word("statusCallbackMethod", "POST")
        letter = Letter(address.join(self.line.url, url), fields, method=method)
        self.line.exchange.callbacks.put(letter, self.line.watch)


def ended_by(signal: object, children: list[Child]) -> Child | None:
    """The child that a signal from the server ends, if it is one of these."""
    if not isinstance(signal, EndChild):
        return None
    return next((child for child in children if child.sid == signal.sid and child.is_open), None)
