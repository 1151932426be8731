"""Dial: ring somebody, let them talk, and tell the action how it went."""

from datetime import datetime, timedelta

from .actions import action_of, tell_in_vain
from .callees import course_of
from .children import Child, ended_by
from .conference import play_conference
from .errors import NotPlayed
from .line import Line
from .reader import Node
from .reports import SIP_CODES
from .signals import Gone, Goto, Key, Next, State, TimeOut, Walk
from .sip import SOURCE
from .whisper import screen

TIMEOUT_DEFAULT = 30
TIME_LIMIT_DEFAULT = 14_400
PLAYED = ("Number", "Sip", "Client")


def play_dial(line: Line, node: Node) -> Walk[Next]:
    """Ring, talk, and go to the action, or on to the next verb when there is none.

    When the caller goes, whoever was rung or talked to goes too.
    """
    if any(noun.name == "Conference" for noun in node.children):
        return (yield from play_conference(line, node))
    if not node.flag("answerOnBridge"):
        line.answer()
    children = _children(line, node)
    begun = line.now()
    try:
        winner = yield from _ring_all(line, node, children)
        if winner:
            yield from screen(line, winner)
        if winner and winner.is_bridged:
            line.answer()
            yield from _talk(line, node, winner, begun)
    except Gone as gone:
        _abandon(line, children, gone)
        tell_in_vain(line, _action(line, node, children))
        raise
    return _action(line, node, children)


def _children(line: Line, node: Node) -> list[Child]:
    for noun in node.children:
        if noun.name not in PLAYED:
            raise NotPlayed(f"Dial><{noun.name}")
    nouns = node.children or (node,)
    return [Child(line, noun, line.callee_for(noun.text), node) for noun in nouns]


def _ring_all(line: Line, node: Node, children: list[Child]) -> Walk[Child | None]:
    """Ring all at once or one after the other; returns who answered first."""
    groups = [[child] for child in children] if node.flag("sequential") else [children]
    for group in groups:
        seconds = line.exchange.quirks.ways.ring_seconds(node.number("timeout", TIMEOUT_DEFAULT))
        winner = yield from _ring(line, group, seconds)
        if winner:
            return winner
    return None


def _ring(line: Line, group: list[Child], seconds: float) -> Walk[Child | None]:
    for child in group:
        child.begin()
    begun = line.now()
    plan = sorted(
        (moment, at, step)
        for at, child in enumerate(group)
        for moment, step in course_of(child.callee, seconds)
    )
    for moment, at, step in plan:
        child = group[at]
        if child.is_open:
            yield from _until(line, group, begun, moment)
        if child.is_open:
            _take(child, step)
        if child.status == "in-progress":
            for other in group:
                if other.is_open and other is not child:
                    other.finish("canceled", "another answered")
            return child
    return None


def _take(child: Child, step: str) -> None:
    if step == "":
        child.ring()
    elif step == "answer":
        child.answer()
    else:
        child.finish(step)


def _until(line: Line, group: list[Child], begun: datetime, seconds: float) -> Walk[None]:
    """Ring on. A child that the server ends is cancelled, and with the last one the ringing ends."""
    until = begun + timedelta(seconds=seconds)
    while any(child.is_open for child in group):
        signal = yield from line.wait(State.RINGING, until)
        if isinstance(signal, TimeOut):
            return
        child = ended_by(signal, group)
        if child:
            child.finish("canceled", "ended by the server")


def _talk(line: Line, node: Node, child: Child, begun: datetime) -> Walk[None]:
    """Until the callee hangs up, the limit is reached, the caller presses * or the server ends it."""
    limit = float(line.exchange.quirks.ways.time_limit(node.number("timeLimit", TIME_LIMIT_DEFAULT)))
    answered = child.record.answered or line.now()
    if line.exchange.quirks.time_limit_from == "dial":
        limit = max(limit - (answered - begun).total_seconds(), 0.0)
    while child.is_open:
        most = min(limit, child.record.time_limit or limit)  # the server may set one while they talk
        talk = most if child.callee.seconds is None else min(child.callee.seconds, most)
        reason = "the other side hangs up" if talk == child.callee.seconds else "the time limit is reached"
        signal = yield from line.wait(State.TALKING, answered + timedelta(seconds=talk))
        if isinstance(signal, TimeOut):
            child.finish("completed", reason)
        elif isinstance(signal, Key) and signal.key == "*" and node.flag("hangupOnStar"):
            child.finish("completed", "the caller presses *")
        elif ended_by(signal, [child]):
            child.finish("completed", "ended by the server")


def _abandon(line: Line, children: list[Child], gone: Gone) -> None:
    for child in children:
        if child in line.dialled and child.is_open:
            talked = child.record.answered is not None
            child.finish("completed" if talked else line.exchange.quirks.abandoned_child, gone.reason)


def _action(line: Line, node: Node, children: list[Child]) -> Goto | None:
    begun = [child for child in children if child in line.dialled]
    told = next((child for child in begun if child.record.answered), begun[-1])
    extras = {
        "DialCallStatus": told.status,
        "DialCallSid": told.sid,
        "DialBridged": "true" if told.is_bridged else "false",
    }
    if told.record.answered:
        extras["DialCallDuration"] = str(told.seconds)
    if told.noun.name == "Sip":
        extras |= {"DialSipCallId": f"{told.sid}@{SOURCE}", "DialSipResponseCode": SIP_CODES[told.status]}
    if told.recorder.recording:
        extras["RecordingUrl"] = told.recorder.recording.url
    return action_of(node, extras)
