"""A phone that is rung at the server's wish: it rings until somebody acts, then the call goes as it will."""

from dataclasses import dataclass

from .leg import close, conversation
from .line import Line
from .signals import Decline, EndCall, Gone, Goto, HangUp, PickUp, Signal, State, TimeOut, Wait, Walk

RING_SECONDS_DEFAULT = 60


@dataclass(frozen=True)
class Order:
    """How the server wants a phone to be rung, and where the call goes on when somebody picks up."""

    url: str
    method: str = "POST"
    fallback_url: str | None = None
    fallback_method: str = "POST"
    status_url: str = ""
    status_method: str = "POST"
    status_events: tuple[str, ...] = ("completed",)
    timeout: int = RING_SECONDS_DEFAULT
    time_limit: int | None = None


def ring_out(line: Line, order: Order) -> Walk[None]:
    """The whole call; however it ends, the record is closed and the end reported."""
    line.note("caller", f"{line.record.caller} rings {line.record.to}")
    line.reports.tell("initiated")
    line.record.status = "ringing"
    line.reports.tell("ringing")
    reason = yield from _ring(line, order.timeout)
    if line.record.answered:
        try:
            reason = yield from conversation(line, Goto(order.url, order.method))
        except Gone as gone:
            reason = gone.reason
        except Exception:
            close(line, "the stand-in gave up")
            raise
    close(line, reason)


def _ring(line: Line, seconds: float) -> Walk[str]:
    """Wait for somebody to act; returns what became of it."""
    until = line.later(seconds)
    while True:
        signal: Signal = yield Wait(State.WAITING, until)
        if isinstance(signal, PickUp):
            line.answer()
            line.note("callee", f"{line.record.to} answers")
            line.reports.tell("answered")
            return ""
        if isinstance(signal, TimeOut):
            line.end("no-answer")
            return "nobody answers"
        if isinstance(signal, Decline | HangUp):
            line.end("busy")
            return "the call is declined"
        if isinstance(signal, EndCall):
            line.end("canceled")
            return "the server ended the call"
