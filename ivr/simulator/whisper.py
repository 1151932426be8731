"""What a callee alone hears before being put through: the document of `<Number url>`."""

from datetime import datetime, timedelta

from . import address
from .children import Child, ended_by
from .courier import Letter
from .documents import document_of
from .errors import NotPlayed, Problem, SimulatorError
from .gather import TIMEOUT_DEFAULT
from .line import Line
from .reader import Node
from .signals import End, Goto, Next, State, TimeOut, Walk
from .sounds import pieces

DOCUMENTS_MAX = 20  # one leading to the next
HUNG_UP = End("the server hangs up")


def screen(line: Line, child: Child) -> Walk[None]:
    """Play the document to the callee, then put the caller through, who hears it ring on meanwhile.

    A child whose document hangs up, or fails, has completed and was never put through.
    """
    try:
        yield from _documents(line, child)
    except Problem as problem:
        line.trouble(problem)
        child.finish("completed", "an application error")
    child.is_bridged = child.is_open


def _documents(line: Line, child: Child) -> Walk[None]:
    url, method = child.noun.word("url"), child.noun.word("method", "POST")
    following: Next = Goto(address.join(line.url, url), method) if url else None
    for _ in range(DOCUMENTS_MAX):
        if not isinstance(following, Goto):
            break
        document, came_from = _fetch(line, child, following)
        following = yield from _play(line, child, document, came_from)
    else:
        raise SimulatorError(f"{DOCUMENTS_MAX} documents lead to each other: {url}")
    if following is HUNG_UP and child.is_open:
        child.finish("completed", HUNG_UP.reason)


def _fetch(line: Line, child: Child, goto: Goto) -> tuple[Node, str]:
    """Raises Problem."""
    letter = Letter(goto.url, child.params(), method=goto.method)
    answer, came_from = line.exchange.courier.fetch(letter, line.watch)
    plain = address.split(came_from)[0]
    return document_of(answer, plain), plain


def _play(line: Line, child: Child, document: Node, came_from: str) -> Walk[Next]:
    """All verbs in order; nobody presses a key in a Gather."""
    for node in document.children:
        if node.name == "Hangup":
            return HUNG_UP
        if node.name == "Redirect":
            return Goto(address.join(came_from, node.text), node.word("method", "POST"))
        yield from _hear(line, child, node)
        if not child.is_open:
            break
    return None


def _hear(line: Line, child: Child, node: Node) -> Walk[None]:
    if node.name not in ("Say", "Play", "Pause", "Gather"):
        raise NotPlayed(f"{node.name}> to a callee alone <")
    for sound in node.children if node.name == "Gather" else (node,):
        for text, seconds in pieces(sound):
            if text and child.is_open:
                child.heard.append(text)
                line.note("callee", f"{child.number} hears: {text}", sid=child.sid)
            yield from _pass(line, child, seconds)
    if node.name == "Gather":
        yield from _pass(line, child, node.number("timeout", TIMEOUT_DEFAULT))


def _pass(line: Line, child: Child, seconds: float) -> Walk[None]:
    """Let time pass; the callee may hang up in it, the time limit may end, or the server may end the leg."""
    until = line.later(seconds)
    while child.is_open and line.now() < until:
        last = _last_moment(child)  # the server may set a limit meanwhile
        signal = yield from line.wait(State.RINGING, min(until, last))
        if ended_by(signal, [child]):
            child.finish("completed", "ended by the server")
        elif isinstance(signal, TimeOut) and line.now() >= last:
            child.finish("completed", "the other side hangs up")


def _last_moment(child: Child) -> datetime:
    """When the callee has had enough, or the time limit ends."""
    answered = child.record.answered or child.record.created
    ends = [seconds for seconds in (child.callee.seconds, child.time_limit) if seconds is not None]
    return answered + timedelta(seconds=min(ends, default=float(10**7)))
