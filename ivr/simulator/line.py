"""A caller's line while the call lasts: what is said, typed, asked and noted on it."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from . import address, geography
from .callees import CalleeFor
from .courier import Letter, Sent
from .documents import document_of
from .errors import Problem, SimulatorError
from .exchange import CALL_SECONDS_MAX, Exchange
from .reader import Node
from .records import CallRecord, Dialled
from .reports import Reports
from .signals import EndCall, Gone, Goto, HangUp, Key, Signal, State, TimeOut, Wait, Walk
from .transcript import Event

WORDS_PER_SECOND = 2.6
REQUESTS_WITHOUT_WAIT_MAX = 100
TOLD = ("Digits", "FinishedOnKey", "DialCallStatus", "DialCallDuration", "DialBridged", "ErrorCode")


def spoken_seconds(text: str) -> float:
    """How long it takes to say."""
    return max(len(text.split()) / WORDS_PER_SECOND, 0.4)


class Line:
    """State of one leg and the few moves that every verb is made of."""

    def __init__(
        self, exchange: Exchange, record: CallRecord, callee_for: CalleeFor, extras: dict[str, str]
    ) -> None:
        self.exchange, self.record, self.callee_for = exchange, record, callee_for
        self.url = ""  # of the document being played
        self.is_first = True  # no other document was played before it
        self.typed: deque[str] = deque()  # keys typed ahead
        self.digits = ""  # of the gather that listens
        self.gathers = 0
        self.heard: list[str] = []
        self.events: list[Event] = []
        self.dialled: list[Dialled] = []
        self.problems: list[Problem] = []
        self.fallback_url, self.fallback_method = exchange.fallback_url, "POST"
        self.reports = Reports(exchange, record, self.params, self.watch, exchange.status_url or "")
        self.wake: Callable[[Signal], None] = lambda signal: None  # set by whoever drives the call
        self._extras = extras
        self._begun = exchange.clock.now()
        self._requests = 0

    def now(self) -> datetime:
        return self.exchange.clock.now()

    def later(self, seconds: float) -> datetime:
        return self.now() + timedelta(seconds=seconds)

    def note(self, who: str, text: str, **detail: Any) -> None:
        since = self.record.answered or self._begun
        self.events.append(Event((self.now() - since).total_seconds(), who, text, detail))

    def trouble(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.exchange.problems.append(problem)
        self.note("problem", str(problem), code=problem.code, url=problem.url)

    def answer(self) -> None:
        """Pick up; a second time changes nothing."""
        if self.record.answered is None:
            self.record.answered, self.record.status = self.now(), "in-progress"

    def end(self, status: str = "completed") -> None:
        """The leg is over; a call that was never answered has not completed."""
        if not self.record.is_over:
            if self.record.answered is None and status == "completed":
                status = "no-answer" if self.record.direction == "inbound" else "canceled"
            self.record.finish(status, self.now())

    # waiting

    def wait(self, state: State, until: datetime) -> Walk[Signal]:
        """Stand in a state until that moment, a key or the end of a child.

        Raises Gone at the end of the leg.
        """
        limit = self.ends_at()
        if until > self.now():
            self._requests = 0
        signal = yield Wait(state, min(until, limit))
        if isinstance(signal, HangUp):
            reason = "the caller hangs up"
        elif isinstance(signal, EndCall):
            reason = "the server ended the call"
        elif isinstance(signal, TimeOut) and until > limit:
            reason = "the time limit of the call is reached"
        else:
            return signal
        self.end()
        raise Gone(reason, by_server=isinstance(signal, EndCall))

    def ends_at(self) -> datetime:
        """The moment by which this leg is over at the latest."""
        latest = self._begun + timedelta(seconds=CALL_SECONDS_MAX)
        record = self.record
        if record.answered is None or record.time_limit is None:
            return latest
        return min(latest, record.answered + timedelta(seconds=record.time_limit))

    def pass_time(self, state: State, seconds: float, *, stop_on_key: bool = False) -> Walk[str | None]:
        """Let time pass. A key either stops it and is returned, or is kept for the next gather."""
        until = self.later(seconds)
        while True:
            signal = yield from self.wait(state, until)
            if isinstance(signal, TimeOut):
                return None
            if isinstance(signal, Key):
                if stop_on_key:
                    return signal.key
                if self.exchange.quirks.keeps_early_keys:
                    self.typed.append(signal.key)

    def speak(
        self, text: str, seconds: float | None = None, *, stop_on_key: bool = False
    ) -> Walk[str | None]:
        """Say words (or play a sound named by them) to the caller; returns the key that cut it short."""
        if not text:
            return None
        self.heard.append(text)
        self.note("voice", text)
        begun, length = self.now(), seconds or spoken_seconds(text)
        whole = False
        try:
            key = yield from self.pass_time(State.SPEAKING, length, stop_on_key=stop_on_key)
            whole = key is None
            return key
        finally:
            if not whole and self.heard and self.heard[-1] is text:
                spent = (self.now() - begun).total_seconds()
                self.heard[-1] = " ".join(text.split()[: int(spent * WORDS_PER_SECOND)] + ["…"])

    # asking

    def params(self) -> dict[str, str]:
        """The fields of every request about this leg."""
        record = self.record
        return {
            **record.params(),
            **geography.place_of(record.caller, "From", "Caller"),
            **geography.place_of(record.to, "To", "Called"),
            **self._extras,
        }

    def fetch(self, goto: Goto) -> Node:
        """Ask for the next document and stand on its address. Raises Problem."""
        url = address.join(self.url, goto.url) if self.url else goto.url
        self._count_requests(url)
        letter = Letter(url, self.params(), dict(goto.extras), goto.method)
        try:
            if self.exchange.is_repeated():
                self.exchange.courier.fetch(letter, self.watch)
            answer, came_from = self.exchange.courier.fetch(letter, self.watch)
            self.url, self.is_first = address.split(came_from)[0], self.url == ""
            return document_of(answer, self.url)
        except Problem as problem:
            problem.url = problem.url or address.split(url)[0]
            raise

    def _count_requests(self, url: str) -> None:
        self._requests += 1
        if self._requests > REQUESTS_WITHOUT_WAIT_MAX:
            raise SimulatorError(f"{self._requests} requests and no time passed: {url} goes in a circle")

    def watch(self, sent: Sent) -> None:
        """Note a request about this leg and its answer."""
        told = " ".join(f"{name}={sent.params[name]}" for name in TOLD if sent.params.get(name))
        outcome = str(sent.status) if sent.status else sent.reason
        body = sent.answer.body.decode("utf-8", "replace") if sent.answer else ""
        text = " ".join(filter(None, (sent.method, urlsplit(sent.url).path, told, "→", outcome)))
        self.note("server", text, url=sent.url, params=dict(sent.params), status=sent.status, twiml=body)
