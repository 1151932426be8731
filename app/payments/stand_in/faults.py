"""What goes wrong at the stand-in: by chance from a seed, or once by order."""

import random
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

# in place of an answer
BEFORE = ("close_before", "unauthorised", "too_many", "broken", "unavailable")
# what was asked is done, and the answer is late or never comes
AFTER = ("lose_answer", "stall_answer", "slow")
# how the money behaves, whatever the buyer chose
MONEY = ("pending", "settled_later", "denied_later", "declined", "instrument_declined")
# what becomes of a webhook; a twin tells of the same money under another event id
WEBHOOKS = ("lost", "duplicate", "twin", "late", "reordered")
# a payment method is saved a moment after it was paid with
SAVING = ("vault_later",)
KINDS = (*BEFORE, *AFTER, *MONEY, *SAVING, *WEBHOOKS)

CHANCES = 1000  # chances are so many in a thousand
_WAITS = {"stall_answer": 30_000, "slow": 800, "late": 2_000, "reordered": 300, "later": 1_500}


class Faults:
    """Chances of every kind of fault, and faults that are ordered for one request or webhook."""

    def __init__(self, seed: int = 0, **chances: int) -> None:
        self._lock = threading.Lock()
        self.chances: dict[str, int] = {}
        self.waits = dict(_WAITS)  # milliseconds
        self.ordered: list[tuple[str, str]] = []
        self.drawn: Counter[str] = Counter()  # how often each went wrong
        self.seed = seed
        self._random = random.Random(seed)  # noqa: S311
        self.change({"chances": chances})

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Set chances, waits and seed, and order single faults. Raises ValueError for what it does not know.

        As in `{"seed": 7, "chances": {"lost": 9}, "waits": {"slow": 5}, "next": [["broken", "capture"]]}`;
        an order without an operation is for whatever comes next.
        """
        chances, waits = dict(wanted.get("chances") or {}), dict(wanted.get("waits") or {})
        ordered = [_order(one) for one in wanted.get("next") or []]
        _check(chances, KINDS, most=CHANCES)
        _check(waits, _WAITS, most=600_000)
        _check({"seed": wanted.get("seed", 0)}, ["seed"], most=2**63)
        with self._lock:
            self.chances.update(chances)
            self.waits.update(waits)
            self.ordered += ordered
            if "seed" in wanted:
                self.seed = wanted["seed"]
                self._random = random.Random(self.seed)  # noqa: S311

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self.chances.clear()
            self.ordered.clear()

    def next(self, kind: str, on: str = "") -> None:
        """Order one fault: for the next request of an operation such as `capture`, or for any."""
        self.change({"next": [[kind, on]]})

    def draw(self, kinds: Iterable[str], on: str) -> str:
        """Which of these goes wrong now, or nothing."""
        among = tuple(kinds)
        with self._lock:
            for order in self.ordered:
                if order[0] in among and order[1] in ("", on):
                    self.ordered.remove(order)
                    self.drawn[order[0]] += 1
                    return order[0]
            for kind in among:
                chance = self.chances.get(kind, 0)
                if chance and self._random.randrange(CHANCES) < chance:
                    self.drawn[kind] += 1
                    return kind
        return ""

    def as_json(self) -> dict[str, Any]:
        """As they stand."""
        with self._lock:
            return {
                "seed": self.seed,
                "chances": {kind: self.chances.get(kind, 0) for kind in KINDS},
                "waits": dict(self.waits),
                "next": [list(order) for order in self.ordered],
                "drawn": dict(self.drawn),
            }


def _order(one: Any) -> tuple[str, str]:
    kind, on = (one, "") if isinstance(one, str) else tuple(one)
    if kind not in KINDS or not isinstance(on, str):
        raise ValueError(f"no such fault: {kind!r}")
    return kind, on


def _check(numbers: Mapping[str, Any], known: Iterable[str], *, most: int) -> None:
    for name, number in numbers.items():
        if name not in known:
            raise ValueError(f"no such fault: {name!r}")
        if type(number) is not int or not 0 <= number <= most:
            raise ValueError(f"{name} must be a whole number from 0 to {most}")
