"""How the talk goes on: which step answers, how often it asks, and what silence means."""

from collections.abc import Callable
from dataclasses import dataclass

from app import config
from app.calls import Visit
from ivr.prompts import Prompt
from ivr.replies import Again, Hangup, Reply, Say

Answer = Callable[[Visit, str], Reply]


@dataclass(frozen=True, slots=True)
class Heard:
    """What came from the caller: keys, or silence, or a bare hash."""

    digits: str = ""
    bare_hash: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One question to the caller, and what its answer means."""

    name: str
    answer: Answer
    # how many digits complete the entry; None: hash does, or a pause
    digits: Callable[[], int | None]
    timeout: Callable[[], int]
    # what is said after the first, second … silence
    silence: tuple[Prompt, ...]
    # what is said when all tries were silent, and when the last one was wrong
    give_up: Prompt
    wrong: Prompt
    # what a bare hash means; None: as much as silence
    bare_hash: Callable[[Visit], Reply | None] | None


@dataclass(frozen=True, slots=True)
class Next:
    """Where the talk stands after a reply: which step waits, and how often it has asked in vain."""

    reply: Reply
    step: str
    tries: int


STEPS: dict[str, Step] = {}


def step(
    *,
    silence: tuple[Prompt, ...],
    give_up: Prompt,
    wrong: Prompt | None = None,
    timeout: Callable[[], int],
    digits: Callable[[], int | None] = lambda: None,
    bare_hash: Callable[[Visit], Reply | None] | None = None,
) -> Callable[[Answer], Answer]:
    """Make a function the step of its name: it gets the digits that the caller typed, never silence."""

    def register(answer: Answer) -> Answer:
        name = answer.__name__
        STEPS[name] = Step(name, answer, digits, timeout, silence, give_up, wrong or give_up, bare_hash)
        return answer

    return register


def answer(visit: Visit, heard: Heard) -> Next:
    """Let the step that waits answer what was heard."""
    waiting = STEPS[visit.step]
    reply = _reply(waiting, visit, heard)
    if isinstance(reply, Say):
        return Next(reply, reply.then, 0)
    if isinstance(reply, Again):
        return _again(waiting, visit, reply, silent=not heard.digits)
    return Next(reply, "ended" if not isinstance(reply, Hangup) else "over", 0)


def asked(visit: Visit, reply: Reply) -> Next:
    """Where the talk stands after a reply that no step gave: the greeting, or the end of a call."""
    if isinstance(reply, Say):
        return Next(reply, reply.then, 0)
    return Next(reply, "over", 0)


def _reply(waiting: Step, visit: Visit, heard: Heard) -> Reply:
    if heard.digits:
        return waiting.answer(visit, heard.digits)
    if heard.bare_hash and waiting.bare_hash:
        reply = waiting.bare_hash(visit)
        if reply is not None:
            return reply
    prompt = waiting.silence[min(visit.tries, len(waiting.silence) - 1)]
    return Again(prompt)


def _again(waiting: Step, visit: Visit, reply: Again, *, silent: bool) -> Next:
    tries = visit.tries + 1
    if tries < config.settings().ivr_tries:
        return Next(reply, waiting.name, tries)
    last = waiting.give_up if silent else waiting.wrong
    return Next(Hangup(last), "over", tries)
