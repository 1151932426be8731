"""Gather: prompts that a key cuts short, then a timer that every key starts anew."""

from dataclasses import dataclass

from .line import Line
from .reader import Node
from .signals import Goto, Key, Next, State, TimeOut, Walk
from .sounds import play_sound

TIMEOUT_DEFAULT = 5


@dataclass(frozen=True)
class Typed:
    """What a gather got: digits, and the finish key if one ended it."""

    digits: str = ""
    finished_on: str = ""


def play_gather(line: Line, node: Node) -> Walk[Next]:
    """Listen; go to the action with what was typed, or on to the next verb with nothing."""
    line.gathers += 1
    line.digits = ""
    takes_keys = "dtmf" in node.word("input", "dtmf").split()
    first = yield from _prompts(line, node, takes_keys)
    if not takes_keys:
        yield from line.pass_time(State.LISTENING, node.number("timeout", TIMEOUT_DEFAULT))
        return None
    typed = yield from _collect(line, node, first)
    line.digits = ""
    return _next(line, node, typed)


def _prompts(line: Line, node: Node, takes_keys: bool) -> Walk[str | None]:
    """Play what is nested; a key typed ahead means that nothing is played."""
    stop = takes_keys and node.flag("bargeIn", True)
    for prompt in node.children:
        if stop and line.typed:
            break
        key = yield from play_sound(line, prompt, stop_on_key=stop)
        if key is not None:
            return key
    return None


def _collect(line: Line, node: Node, first: str | None) -> Walk[Typed]:
    finish = node.word("finishOnKey", "#")
    wanted = node.number("numDigits", 0)
    key = first
    while True:
        if key is None:
            key = yield from _next_key(line, node.number("timeout", TIMEOUT_DEFAULT))
        if key is None:
            return Typed(line.digits)
        if key in finish:
            return Typed(line.digits, key)
        line.digits += key
        if len(line.digits) == wanted:
            return Typed(line.digits)
        key = None


def _next_key(line: Line, seconds: float) -> Walk[str | None]:
    if line.typed:
        return line.typed.popleft()
    until = line.later(seconds)
    while True:
        signal = yield from line.wait(State.LISTENING, until)
        if isinstance(signal, Key):
            return signal.key
        if isinstance(signal, TimeOut):
            return None


def _next(line: Line, node: Node, typed: Typed) -> Next:
    if not typed.digits and not _wants_nothing(line, node, typed):
        return None
    extras = (("Digits", typed.digits), ("FinishedOnKey", typed.finished_on), ("msg", "Gather End"))
    return Goto(node.word("action") or line.url, node.word("method", "POST"), extras, is_action=True)


def _wants_nothing(line: Line, node: Node, typed: Typed) -> bool:
    """Whether the action is asked although no digit was typed."""
    if typed.finished_on and line.exchange.quirks.bare_finish_key != "if-empty-wanted":
        return line.exchange.quirks.bare_finish_key == "always"
    return node.flag("actionOnEmptyResult")
