"""Who will call whom, and what each caller will do: decided beforehand, from one seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from ivr.simulator import Callee, answers, busy, fails, no_answer
from tests.support import world
from tests.support.world import GB, US

# one price does not divide by sixty, so that a millionth rounded wrongly is seen
RATES = [*world.RATES, ("4420", "London", 61_777, 13, 1, 7, 0, False)]
AT_ONCE = 20  # calls on one card of the batch that allows it
# dialled at the British access number, at the American one
NUMBERS = (
    ("0093701234567", "01193701234567"),
    ("00923001234567", "011923001234567"),
    ("00919812345678", "011919812345678"),
    ("0033612345678", "01133612345678"),
    ("0034612345678", "01134612345678"),  # blocked
    ("02079460999", "011442079460999"),
)
HANG_UPS = ("greeting", "PIN", "number", "ringing", "talking")


@dataclass(frozen=True, slots=True)
class Deed:
    """One caller: from where, with which card, to whom, and when the caller has had enough."""

    caller: str
    access: str
    card: int
    wrong_pins: int
    dialled: tuple[str, ...]
    callee: Callee
    # where the caller hangs up before the end, if at all, and after how many seconds there
    gone_at: str | None
    gone_after: float


@dataclass(frozen=True, slots=True)
class Unit:
    """Calls that share one time: a single one, or many on one card."""

    seed: int
    deeds: list[Deed] = field(default_factory=list)


def plan(calls: int, *, hot: int, cold: int, seed: int) -> list[Unit]:
    """Units of `calls` callers together: half of them in crowds on the first `hot` cards, half alone."""
    chance = random.Random(seed)
    sizes = list(_sizes(calls, chance))
    numbers = iter(range(calls))
    units = []
    for size in sizes:
        card = chance.randrange(hot) if size > 1 else hot + chance.randrange(cold)
        deeds = [_deed(next(numbers), card, chance) for _ in range(size)]
        units.append(Unit(chance.getrandbits(32), deeds))
    chance.shuffle(units)
    return units


def _sizes(calls: int, chance: random.Random) -> Iterator[int]:
    crowds = calls // 2
    while crowds > 1:
        size = min(chance.randint(5, AT_ONCE), crowds)
        crowds -= size
        calls -= size
        yield size
    yield from [1] * calls


def _deed(number: int, card: int, chance: random.Random) -> Deed:
    access = chance.choice((GB, US))
    visits = chance.choices((1, 2, 3), (8, 2, 1))[0]
    return Deed(
        caller=f"+4477{number:08d}",
        access=access,
        card=card,
        wrong_pins=chance.choices((0, 1, 2), (10, 1, 1))[0],
        dialled=tuple(chance.choice(NUMBERS)[access == US] for _ in range(visits)),
        callee=_callee(chance),
        gone_at=chance.choice(HANG_UPS) if chance.random() < 0.35 else None,
        gone_after=chance.uniform(0, 90),
    )


def _callee(chance: random.Random) -> Callee:
    kind = chance.choices(("answers", "endless", "busy", "no answer", "fails"), (12, 1, 2, 2, 1))[0]
    match kind:
        case "answers":
            return answers(chance.choice((0.4, 1, 2, 3, 6, 59, 60, 61, chance.uniform(1, 600))))
        case "endless":
            return answers()
        case "busy":
            return busy()
        case "no answer":
            return no_answer()
    return fails()
