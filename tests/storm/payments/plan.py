"""What the buyers of a storm will do: drawn from one number, so that a storm can blow again."""

import random
import string
from dataclasses import dataclass

WAYS = {  # how the buyer comes back from PayPal
    "never": 20,
    "once": 35,
    "twice": 12,
    "two tabs": 15,
    "cancels": 6,
    "cancels and pays": 12,
}
OUTCOMES = {
    "at_once": 70,
    "pending": 5,
    "settled_later": 9,
    "denied_later": 5,
    "declined": 5,
    "instrument_declined": 6,
}
FAULTS = {  # in a thousand
    "close_before": 20,
    "unauthorised": 15,
    "too_many": 15,
    "broken": 20,
    "unavailable": 15,
    "lose_answer": 40,
    "stall_answer": 3,
    "slow": 40,
    "pending": 25,
    "settled_later": 60,
    "denied_later": 35,
    "declined": 35,
    "instrument_declined": 40,
    "lost": 100,
    "duplicate": 100,
    "twin": 90,
    "late": 120,
    "reordered": 150,
}
WAITS = {"stall_answer": 11_000, "slow": 500}  # the first is longer than anybody waits for PayPal


@dataclass(frozen=True, slots=True)
class Wish:
    """One top-up that a buyer wants, and how they go about it."""

    number: int
    buyer: int
    amount: str
    payer: str
    outcome: str
    way: str
    presses_twice: bool
    chooses_again: bool  # when the bank declines
    agrees: bool  # to automatic top-ups


def wishes(count: int, *, buyers: int, seed: int) -> list[Wish]:
    """So many of them, spread over the buyers; one in four buyers agrees to automatic top-ups."""
    chance = random.Random(seed)
    payers = [[_payer(chance) for _ in range(6)] for _ in range(buyers)]
    return [_wish(number, payers, chance) for number in range(count)]


def _wish(number: int, payers: list[list[str]], chance: random.Random) -> Wish:
    buyer = chance.randrange(len(payers))
    agrees = buyer % 4 == 0 and chance.random() < 0.5
    return Wish(
        number=number,
        buyer=buyer,
        amount=f"{chance.randint(5, 18)}.{chance.randint(0, 99):02d}",
        payer=chance.choice(payers[buyer]),
        outcome=_one_of(OUTCOMES, chance),
        way=_one_of(WAYS, chance),
        presses_twice=chance.random() < 0.15,
        chooses_again=chance.random() < 0.6,
        agrees=agrees,
    )


def _one_of(chances: dict[str, int], chance: random.Random) -> str:
    return chance.choices(list(chances), list(chances.values()))[0]


def _payer(chance: random.Random) -> str:
    return "".join(chance.choices(string.ascii_uppercase + string.digits, k=13))
