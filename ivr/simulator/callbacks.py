"""Status callbacks on their way: a queue in which they may be lost, repeated, late or out of order."""

import heapq
import itertools
import random
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .clock import Clock
from .courier import Courier, Letter, Watcher
from .errors import FetchFailed

LOG_MAX = 100_000  # fates remembered
IDLE_SECONDS = 1.0  # how often an empty queue looks whether it is to stop
LATENCY = timedelta(milliseconds=200)


@dataclass(frozen=True)
class Faults:
    """Probabilities from 0 to 1 for every callback; the same seed does the same harm.

    `repeat_requests` is for TwiML requests: asked twice, the second answer is played.
    """

    drop: float = 0.0
    repeat: float = 0.0
    delay: float = 0.0
    reorder: float = 0.0
    repeat_requests: float = 0.0
    delay_seconds: tuple[float, float] = (5.0, 120.0)
    seed: int = 0


@dataclass
class Delivered:
    """The fate of one callback."""

    letter: Letter
    outcome: str  # "ok", "dropped" or why it failed


@dataclass(order=True)
class _Due:
    moment: datetime
    number: int
    letter: Letter = field(compare=False)
    watch: Watcher | None = field(compare=False)


class CallbackQueue:
    """Holds callbacks until their moment; safe to fill from several threads."""

    def __init__(self, courier: Courier, clock: Clock, faults: Faults) -> None:
        self._courier, self._clock, self.faults = courier, clock, faults
        self._random = random.Random(faults.seed)  # noqa: S311 – chance, not a secret
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._heap: list[_Due] = []
        self._stopped = threading.Event()
        self.log: deque[Delivered] = deque(maxlen=LOG_MAX)

    def __len__(self) -> int:
        return len(self._heap)

    def put(self, letter: Letter, watch: Watcher | None = None) -> None:
        """Send a callback on its way, and let the faults have their turn."""
        faults, chance = self.faults, self._random.random
        if chance() < faults.drop:
            self.log.append(Delivered(letter, "dropped"))
            return
        moment = self._clock.now() + LATENCY
        if chance() < faults.delay:
            moment += timedelta(seconds=self._random.uniform(*faults.delay_seconds))
        with self._changed:
            if self._heap and chance() < faults.reorder:
                last = max(self._heap)
                last.moment, moment = max(moment, last.moment) + LATENCY, min(moment, last.moment)
                heapq.heapify(self._heap)
            self._push(moment, letter, watch)
            if chance() < faults.repeat:
                self._push(moment + timedelta(seconds=self._random.uniform(0, 30)), letter, watch)
            self._changed.notify_all()

    def _push(self, moment: datetime, letter: Letter, watch: Watcher | None) -> None:
        heapq.heappush(self._heap, _Due(moment, next(self._numbers), letter, watch))

    def next_moment(self) -> datetime | None:
        with self._changed:
            return self._heap[0].moment if self._heap else None

    def deliver(self, *, due_only: bool = False) -> int:
        """Deliver in order of time what is due, or everything; answers with how many went out."""
        count = 0
        while (due := self._take(due_only)) is not None:
            self._deliver(due)
            count += 1
        return count

    def _take(self, due_only: bool) -> _Due | None:
        with self._changed:
            if not self._heap or (due_only and self._heap[0].moment > self._clock.now()):
                return None
            return heapq.heappop(self._heap)

    def _deliver(self, due: _Due) -> None:
        outcome = "ok"
        try:
            self._courier.fetch(due.letter, due.watch)
        except FetchFailed as problem:
            outcome = problem.sentence
        self.log.append(Delivered(due.letter, outcome))

    def deliver_forever(self) -> None:
        """For the real clock, in a thread of its own, until `stop`."""
        while not self._stopped.is_set():
            self.deliver(due_only=True)
            with self._changed:
                if (left := self._seconds_left()) > 0:
                    self._changed.wait(left)

    def _seconds_left(self) -> float:
        if not self._heap:
            return IDLE_SECONDS
        return (self._heap[0].moment - self._clock.now()).total_seconds()

    def stop(self) -> None:
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()
