"""How the talk goes on: which step answers, how often it asks, and what silence means."""

from collections.abc import Callable
from dataclasses import dataclass

from app.calls import Line, Visit
from ivr.prompts import Prompt
from ivr.replies import Again, Hangup, Refuse, Reply, Say
from ivr.words import Words

Answer = Callable[[Visit, str], Reply]
# what is asked, for everybody or for this visit
Asks = Words | Callable[[Visit], Words]
# what ends a step that was asked in vain: last words, or another way on
GiveUp = Prompt | Callable[[Visit], Reply]


@dataclass(frozen=True, slots=True)
class Heard:
    """What came from the caller: keys, or silence, a bare hash, or words that nobody asked for."""

    digits: str = ""
    bare_hash: bool = False
    speech: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One question to the caller, and what its answer means."""

    name: str
    answer: Answer
    # how many digits complete the entry; None: hash does, or a pause
    digits: Callable[[Line], int | None]
    timeout: Callable[[Line], int]
    # how often it is asked in vain
    tries: Callable[[Line], int]
    # what is said after the first, second … silence
    silence: tuple[Asks, ...]
    # what is said when all tries were silent, and when the last one was wrong
    give_up: GiveUp
    wrong: GiveUp
    # what a bare hash means; None: as much as silence
    bare_hash: Callable[[Visit], Reply | None] | None
    # what silence means; None: it is asked again
    on_silence: Callable[[Visit], Reply | None] | None
    # what is typed may not be remembered
    is_secret: bool


@dataclass(frozen=True, slots=True)
class Next:
    """Where the talk stands after a reply: which step waits, and how often it has asked in vain."""

    reply: Reply
    step: str
    tries: int


STEPS: dict[str, Step] = {}


def step(
    *,
    silence: tuple[Asks, ...],
    give_up: GiveUp,
    wrong: GiveUp | None = None,
    timeout: Callable[[Line], int],
    digits: Callable[[Line], int | None] = lambda line: None,
    tries: Callable[[Line], int] = lambda line: line.tries,
    bare_hash: Callable[[Visit], Reply | None] | None = None,
    on_silence: Callable[[Visit], Reply | None] | None = None,
    is_secret: bool = False,
) -> Callable[[Answer], Answer]:
    """Make a function the step of its name: it gets the digits that the caller typed, never silence."""

    def register(answer: Answer) -> Answer:
        STEPS[answer.__name__] = Step(
            answer.__name__,
            answer,
            digits,
            timeout,
            tries,
            silence,
            give_up,
            wrong or give_up,
            bare_hash,
            on_silence,
            is_secret,
        )
        return answer

    return register


def menu(
    asks: Asks, *, on_silence: Callable[[Visit], Reply], tries: int | None = None
) -> Callable[[Answer], Answer]:
    """Make a function a step that asks for one key: silence asks again, and at last leads on, never out."""
    return step(
        silence=(asks,),
        give_up=on_silence,
        timeout=lambda line: line.timeout_menu,
        digits=lambda line: 1,
        tries=lambda line: tries or line.tries,
    )


def waiting_at(step: str) -> Step:
    """The step of that name; what stands behind a colon it has been told to remember."""
    return STEPS[step.partition(":")[0]]


def answer(visit: Visit, heard: Heard) -> Next:
    """Let the step that waits answer what was heard."""
    waiting = waiting_at(visit.step)
    reply = _reply(waiting, visit, heard)
    if isinstance(reply, Again):
        return _again(waiting, visit, reply, silent=not heard.digits)
    return asked(visit, reply)


def asked(visit: Visit, reply: Reply) -> Next:
    """Where the talk stands after a reply that goes on elsewhere, or ends."""
    if isinstance(reply, Say):
        return Next(reply, reply.then, 0)
    return Next(reply, "over" if isinstance(reply, Hangup | Refuse) else "ended", 0)


def _reply(waiting: Step, visit: Visit, heard: Heard) -> Reply:
    if heard.digits:
        return waiting.answer(visit, heard.digits)
    if heard.bare_hash and waiting.bare_hash:
        reply = waiting.bare_hash(visit)
        if reply is not None:
            return reply
    reply = waiting.on_silence(visit) if waiting.on_silence else None
    if reply is not None:
        return reply
    asks = waiting.silence[min(visit.tries, len(waiting.silence) - 1)]
    words = asks(visit) if callable(asks) else asks
    return Again((Prompt.USE_KEYS, words) if heard.speech else words)


def _again(waiting: Step, visit: Visit, reply: Again, *, silent: bool) -> Next:
    tries = visit.tries + 1
    if tries < waiting.tries(visit.line):
        return Next(reply, visit.step, tries)
    last = waiting.give_up if silent else waiting.wrong
    return Next(Hangup(last), "over", tries) if isinstance(last, Prompt) else asked(visit, last(visit))
