"""Say, Play and Pause: what the caller hears, and how long it takes."""

from .line import Line, spoken_seconds
from .reader import Node
from .signals import State, Walk

PLAY_SECONDS = 3.0  # nobody here looks into sound files
TONE_SECONDS = 0.25
PAUSES = {"w": 0.5, "W": 1.0}
LOOPS_MAX = 1000  # what loop="0", for ever, comes to


def play_sound(line: Line, node: Node, *, stop_on_key: bool = False) -> Walk[str | None]:
    """Act out one of the three; returns the key that cut it short."""
    if node.name == "Pause":
        return (yield from line.pass_time(State.PAUSING, node.number("length", 1), stop_on_key=stop_on_key))
    text, seconds = (node.text, None) if node.name == "Say" else _sound(node)
    for _ in range(node.number("loop", 1) or LOOPS_MAX):
        key = yield from line.speak(text, seconds, stop_on_key=stop_on_key)
        if key is not None or not text:
            return key
    return None


def pieces(node: Node) -> list[tuple[str, float]]:
    """What one of the three gives to hear, and for how many seconds each time; a pause gives nothing."""
    if node.name == "Pause":
        return [("", float(node.number("length", 1)))]
    text, seconds = (node.text, spoken_seconds(node.text)) if node.name == "Say" else _sound(node)
    return [(text, seconds)] * (node.number("loop", 1) or LOOPS_MAX)


def _sound(node: Node) -> tuple[str, float]:
    digits = node.word("digits")
    if digits:
        return f"[tones {digits}]", sum(PAUSES.get(key, TONE_SECONDS) for key in digits)
    return f"[plays {node.text}]", PLAY_SECONDS
