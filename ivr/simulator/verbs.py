"""Which function acts out which verb, and playing a document from its first verb to its last."""

from collections.abc import Callable

from .dial import play_dial
from .errors import NotPlayed
from .gather import play_gather
from .line import Line
from .reader import Node
from .signals import End, Goto, Next, State, Walk
from .sounds import play_sound

RECORD_TIMEOUT_DEFAULT = 5
RECORD_SECONDS_MAX = 3600
SPEECH_SECONDS = 3  # the caller says something short, then is silent


def play(line: Line, document: Node) -> Walk[Next]:
    """All verbs in order until one leads elsewhere; the end of the document is a hang-up."""
    for node in document.children:
        following = yield from _act(line, node)
        if following is not None:
            return following
    return End("the document ends")


def _act(line: Line, node: Node) -> Walk[Next]:
    if node.name in JUMPS:
        return JUMPS[node.name](line, node)
    if node.name in VERBS:
        return (yield from VERBS[node.name](line, node))
    raise NotPlayed(node.name)


def _sound(line: Line, node: Node) -> Walk[Next]:
    if node.name != "Pause":  # a pause as the very first verb lets it ring on
        line.answer()
    yield from play_sound(line, node)
    return None


def _gather(line: Line, node: Node) -> Walk[Next]:
    line.answer()
    return (yield from play_gather(line, node))


def _record(line: Line, node: Node) -> Walk[Next]:
    """The caller says something for three seconds; a finish key, silence or the longest length ends it."""
    line.answer()
    begun = line.now()
    line.gathers += 1
    silence = SPEECH_SECONDS + node.number("timeout", RECORD_TIMEOUT_DEFAULT)
    length = min(silence, node.number("maxLength", RECORD_SECONDS_MAX))
    key = yield from line.pass_time(State.RECORDING, length, stop_on_key=True)
    name = "RE" + line.record.sid[2:]
    extras = (
        ("RecordingDuration", str(int((line.now() - begun).total_seconds()))),
        ("RecordingSid", name),
        ("RecordingUrl", f"https://recordings.invalid/{name}"),
        ("Digits", key or ""),
    )
    return Goto(node.word("action") or line.url, node.word("method", "POST"), extras, is_action=True)


def _redirect(line: Line, node: Node) -> Next:
    return Goto(node.text, node.word("method", "POST"))


def _hangup(line: Line, node: Node) -> Next:
    line.answer()
    return End("the server hangs up")


def _reject(line: Line, node: Node) -> Next:
    """As the first verb it costs nothing; later it is a hang-up."""
    if line.record.answered is None:
        line.end("busy" if node.word("reason") == "busy" else "no-answer")
    return End("the call is rejected")


VERBS: dict[str, Callable[[Line, Node], Walk[Next]]] = {
    "Say": _sound,
    "Play": _sound,
    "Pause": _sound,
    "Gather": _gather,
    "Dial": play_dial,
    "Record": _record,
}
JUMPS: dict[str, Callable[[Line, Node], Next]] = {  # verbs that take no time
    "Redirect": _redirect,
    "Hangup": _hangup,
    "Reject": _reject,
}
