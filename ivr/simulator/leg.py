"""A call as a walk that stops wherever it has to wait, and goes on when it is woken.

The same walk serves a virtual clock and the real one: who drives it calls `work` when the moment `due`
has come or a signal has been left.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from . import verbs
from .errors import Problem
from .line import Line
from .signals import End, Gone, Goto, Next, Signal, State, TimeOut, Wait, Walk

APOLOGY = "An application error has occurred. Goodbye."


class Leg:
    """One call from ring to end. Signals may come from any thread, work from one at a time."""

    def __init__(self, line: Line, walk: Walk[None] | None = None) -> None:
        self.line = line
        self.waken: Callable[[], None] = lambda: None  # tells the driver that a signal waits
        self._inbox: deque[Signal] = deque()
        self._walk = walk or _walk(line)
        self._wait = Wait(State.WAITING, line.now())
        self._since = line.now()
        self._working = self._started = self._ended = False

    @property
    def state(self) -> State:
        return State.ENDED if self.line.record.is_over else self._wait.state

    @property
    def ended(self) -> bool:
        return self._ended

    @property
    def is_fresh(self) -> bool:
        """Whether the call listens and nothing has been typed into this gather."""
        return self.state in (State.LISTENING, State.RECORDING) and not self.line.digits

    def due(self, *, patient: bool = False) -> datetime | None:
        """When something happens by itself; to a patient driver a listening call stands still."""
        if self.ended:
            return None
        if self._inbox or not self._started:
            return self.line.now()
        return None if patient and self.is_listening else self._wait.until

    @property
    def is_listening(self) -> bool:
        return self._wait.state in (State.LISTENING, State.RECORDING)

    def refresh(self) -> None:
        """Let a wait begin anew that ran out while a patient driver looked elsewhere."""
        if self.is_listening and self._wait.until <= self.line.now():
            length = self._wait.until - self._since
            self._since = self.line.now()
            self._wait = Wait(self._wait.state, self._since + length)

    def signal(self, signal: Signal) -> None:
        self._inbox.append(signal)
        self.waken()

    def work(self, *, patient: bool = False) -> None:
        """Do everything that is to be done by now. Called from within itself it does nothing."""
        if self._working:
            return
        self._working = True
        try:
            while (moment := self.due(patient=patient)) is not None and moment <= self.line.now():
                self._step()
        finally:
            self._working = False

    def _step(self) -> None:
        try:
            if not self._started:
                self._started = True
                wait = next(self._walk)
            else:
                wait = self._walk.send(self._inbox.popleft() if self._inbox else TimeOut())
        except StopIteration:
            self._ended = True
            return
        except Exception:
            self._ended = True
            raise
        self._wait, self._since = wait, self.line.now()


def _walk(line: Line) -> Walk[None]:
    """The whole call; however it ends, the record is closed and the end reported."""
    line.record.status = "ringing"
    line.note("caller", f"{line.record.caller} rings {line.record.to}")
    try:
        reason = yield from conversation(line, Goto(line.exchange.voice_url))
    except Gone as gone:
        reason = gone.reason
    except Exception:
        close(line, "the stand-in gave up")
        raise
    close(line, reason)


def conversation(line: Line, first: Goto) -> Walk[str]:
    """One document after the other; returns why there is no further one."""
    following: Next = first
    while isinstance(following, Goto):
        following = yield from _document(line, following)
    return following.reason if following else "the document ends"


def close(line: Line, reason: str) -> None:
    """The call is over: note it and report it, once."""
    line.end()
    line.note("end", reason, status=line.record.status, duration=line.record.seconds)
    line.reports.tell("completed")


def _document(line: Line, goto: Goto) -> Walk[Next]:
    """Fetch and play one document; what goes wrong goes to the fallback address."""
    try:
        document = line.fetch(goto)
        if line.exchange.turn_round and not line.is_first:
            yield from line.pass_time(State.PAUSING, line.exchange.turn_round)
        return (yield from verbs.play(line, document))
    except Problem as problem:
        line.trouble(problem)
        fallback = line.fallback_url
        hopeless = goto.url == fallback or (goto.is_action and not line.exchange.quirks.fallback_for_actions)
        if fallback is None or hopeless:
            return (yield from _apologise(line))
        extras = (("ErrorCode", str(problem.code)), ("ErrorUrl", problem.url))
        return Goto(fallback, line.fallback_method, extras)


def _apologise(line: Line) -> Walk[Next]:
    line.answer()
    yield from line.speak(APOLOGY)
    return End("an application error")
