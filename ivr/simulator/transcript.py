"""What happened in a call, in order, for people and for pages."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Event(NamedTuple):
    """One thing that happened.

    `seconds` counts from the answer (from the ring until then). `who` is voice (what is heard), caller
    (keys, hanging up), server (requests and TwiML), callee, callback, problem or end.
    """

    seconds: float
    who: str
    text: str
    detail: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {
            "seconds": round(self.seconds, 1),
            "who": self.who,
            "text": self.text,
            "detail": dict(self.detail),
        }


def lines(events: Iterable[Event]) -> list[str]:
    """Readable lines with times; keys pressed one after the other stand together."""
    found: list[str] = []
    keys, since = "", 0.0
    for event in [*events, Event(0.0, "", "", {})]:
        if event.who == "caller" and "key" in event.detail:
            since = event.seconds if not keys else since
            keys += event.text
            continue
        if keys:
            found.append(line(since, "caller", f"presses {keys}"))
            keys = ""
        if event.who:
            found.append(line(event.seconds, event.who, event.text))
    return found


def line(seconds: float, who: str, text: str) -> str:
    minutes, rest = divmod(max(seconds, 0.0), 60)
    return f"{int(minutes):02d}:{rest:04.1f}  {who:<8}  {text}"
