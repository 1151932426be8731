"""What the people at the other end do when they are rung."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Outcome = Literal["answer", "busy", "no-answer", "failed"]
ANSWER_DELAY = 4.0  # seconds of ringing before somebody picks up
RING_DELAY = 0.5  # seconds until it rings
REFUSAL_DELAY = 1.5  # seconds until busy or failed is known


@dataclass(frozen=True)
class Callee:
    """One behaviour: what happens after `delay` seconds, and for how many seconds they talk.

    `seconds` is None for somebody who never hangs up.
    """

    outcome: Outcome
    seconds: float | None = None
    delay: float = ANSWER_DELAY


def answers(seconds: float | None = None, delay: float = ANSWER_DELAY) -> Callee:
    """Somebody who picks up and hangs up after so many seconds; without seconds never hangs up."""
    return Callee("answer", seconds, delay)


def busy(delay: float = REFUSAL_DELAY) -> Callee:
    return Callee("busy", delay=delay)


def no_answer() -> Callee:
    return Callee("no-answer")


def fails(delay: float = REFUSAL_DELAY) -> Callee:
    return Callee("failed", delay=delay)


def from_text(text: str) -> Callee:
    """Read `answer:56`, `answer` (never hangs up), `busy`, `no-answer`, `failed`.

    `answer:56@10` picks up after ten seconds of ringing. Raises ValueError that names the forms.
    """
    match = re.fullmatch(r"answer(?::(\d{1,5}(?:\.\d+)?))?(?:@(\d{1,3}))?", text.strip())
    if match:
        seconds = float(match[1]) if match[1] else None
        return answers(seconds, float(match[2]) if match[2] else ANSWER_DELAY)
    plain = {"busy": busy, "no-answer": no_answer, "failed": fails}
    if text.strip() not in plain:
        raise ValueError(f"unknown callee {text!r}: use answer:SECONDS, answer, busy, no-answer or failed")
    return plain[text.strip()]()


def course_of(callee: Callee, seconds: float) -> list[tuple[float, str]]:
    """What happens to one who is rung for so many seconds: moments, and "" (rings), answer or an end."""
    end: tuple[float, str] = (callee.delay, callee.outcome)
    if callee.outcome == "no-answer" or callee.delay >= seconds:
        end = (seconds, "no-answer")
    rings = [(min(RING_DELAY, end[0]), "")] if end[1] in ("answer", "no-answer") else []
    return [*rings, end]


CalleeFor: TypeAlias = Callable[[str], Callee]
Behaviour: TypeAlias = Callee | Mapping[str, Callee] | CalleeFor


def callee_for(behaviour: Behaviour) -> CalleeFor:
    """One behaviour for every number, a function of the number, or a table (others answer for a minute)."""
    if isinstance(behaviour, Callee):
        return lambda number: behaviour
    if isinstance(behaviour, Mapping):
        return lambda number: behaviour.get(number, answers(60))
    return behaviour
