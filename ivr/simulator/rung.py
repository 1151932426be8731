"""A phone that REST adds to a conference: it is rung, and whoever answers is in the room."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .announcements import Announcer
from .callees import RING_DELAY, Callee, answers, course_of
from .conference import leave, stand
from .exchange import CALL_SECONDS_MAX, Exchange
from .leg import Leg
from .line import Line
from .participants import Participant, Telling
from .records import CallRecord, Dialled
from .room import ADD_FAILED, Room
from .signals import Changed, EndCall, Gone, State, Walk

TIMEOUT_DEFAULT = 60
TIMEOUT_EXTRA = 5  # the provider rings so much longer than asked


@dataclass(frozen=True)
class Wish:
    """How the server wants somebody to be brought into a conference."""

    caller: str
    to: str
    timeout: int = TIMEOUT_DEFAULT
    time_limit: int | None = None
    status_url: str = ""
    status_events: tuple[str, ...] = ("completed",)
    status_method: str = "POST"
    telling: Telling = Telling()
    label: str = ""
    muted: bool = False
    end_on_exit: bool = False
    start_on_enter: bool = True


def ring(exchange: Exchange, room: Room, wish: Wish) -> Participant:
    """Begin to ring; returns at once. Called under the lock of the rooms."""
    record = CallRecord(
        sid=exchange.new_sid(),
        account_sid=exchange.account_sid,
        caller=wish.caller,
        to=wish.to,
        direction="outbound-api",
        created=exchange.clock.now(),
        time_limit=wish.time_limit,
    )
    line = Line(exchange, record, lambda number: answers(60), {})
    line.reports.url, line.reports.events = wish.status_url, wish.status_events
    line.reports.method = wish.status_method
    me = Participant(
        record,
        lambda: line.wake(Changed()),
        exchange.clock.now(),
        wish.telling,
        label=wish.label,
        muted=wish.muted,
        end_on_exit=wish.end_on_exit,
        start_on_enter=wish.start_on_enter,
    )
    room.people.append(me)
    leg = Leg(line, Rung(line, room, me, wish.timeout).walk())
    line.wake = leg.signal
    record.end, record.change = lambda: leg.signal(EndCall()), lambda: leg.signal(Changed())
    exchange.set_going(leg)
    return me


class Rung(Dialled):
    """The leg from the first ring to its end, as the caller in the room knows it."""

    def __init__(self, line: Line, room: Room, me: Participant, timeout: int) -> None:
        super().__init__(line.record, None)
        self._line, self._room, self._me, self._timeout = line, room, me, timeout
        self._begun = line.now()
        self._talks: float | None = None  # seconds from the answer
        self._host: Any = None  # the caller's line

    def walk(self) -> Walk[None]:
        """The whole leg; however it ends, the room and the server hear of it."""
        gone: Gone | None = None
        try:
            reason = yield from self._live()
        except Gone as end:
            gone, reason = end, end.reason
        except Exception:
            self._close("the stand-in gave up", None)
            raise
        self._close(reason, gone)

    def _live(self) -> Walk[str]:
        self._line.reports.tell("initiated")
        reason = yield from self._ring((yield from self._callee()))
        if self._line.record.answered is None:
            return reason
        until = self._line.later(CALL_SECONDS_MAX)
        if self._talks is not None:
            until = self._line.later(self._talks)
        announcer = Announcer(self._line, self._room, self._me, self._hear)
        yield from stand(self._line, self._room, self._me, announcer, until)
        return "the conference is over" if self._me.left else "the other side hangs up"

    def _callee(self) -> Walk[Callee]:
        """How they behave whom the caller in the room rings; a caller may come a moment later."""
        until = self._line.later(RING_DELAY)
        while not self._meet() and self._line.now() < until and not self._me.left:
            yield from self._line.wait(State.RINGING, until)
        callee_for = self._host.callee_for if self._host else self._line.callee_for
        callee: Callee = callee_for(self.number)
        self._talks = callee.seconds
        return callee

    def _ring(self, callee: Callee) -> Walk[str]:
        for seconds, step in course_of(callee, self._timeout + TIMEOUT_EXTRA):
            yield from self._until(seconds)
            if self._me.left:
                self._line.end("canceled")
                return "the conference is over"
            if step == "answer":
                self._answer()
            elif step:
                self._line.end(step)
            else:
                self._line.record.status = "ringing"
                self._note(f"{self.number} rings")
                self._line.reports.tell("ringing")
        return ""

    def _until(self, seconds: float) -> Walk[None]:
        moment = self._begun + timedelta(seconds=seconds)
        while self._line.now() < moment and not self._me.left:
            yield from self._line.wait(State.RINGING, moment)
            self._meet()

    def _answer(self) -> None:
        self._line.answer()
        self._note(f"{self.number} answers")
        self._line.reports.tell("answered")
        with self._line.exchange.rooms.lock:
            if not self._me.left:
                self._room.join(self._me)

    def _meet(self) -> bool:
        """Whether the caller of the room is known; from now on all is noted with his call."""
        if self._host is None and (host := self._room.host):
            self._host = host
            self._line.reports.watch = host.watch
            host.dialled.append(self)
            limit = f", at most {self.time_limit} s" if self.time_limit else ""
            self._note(f"dials {self.number} as {self.caller_id}{limit}", number=self.number)
        return self._host is not None

    def _hear(self, text: str) -> None:
        self._note(f"{self.number} hears: {text}")

    def _note(self, text: str, **detail: Any) -> None:
        (self._host or self._line).note("callee", text, sid=self.sid, **detail)

    def _close(self, reason: str, gone: Gone | None) -> None:
        self._line.end()
        spoken = f" after {self.seconds} s" if self.record.answered else ""
        text = f"{self.number} {self.status}{spoken}" + (f": {reason}" if reason else "")
        self._note(text, status=self.status, duration=self.seconds)
        if self.record.answered:
            leave(self._line, self._room, self._me, gone)
        else:
            self._never_came()
        self._line.reports.tell("completed")

    def _never_came(self) -> None:
        exchange = self._line.exchange
        with exchange.rooms.lock:
            ends = self._me.end_on_exit and exchange.quirks.failed_add_ends
            self._room.leave(self._me, ADD_FAILED, ends=ends)
