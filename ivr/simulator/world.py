"""Virtual time for many calls at once: whatever is due next happens next."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from .callbacks import CallbackQueue
from .clock import Clock, VirtualClock
from .errors import SimulatorError
from .leg import Leg


class World:
    """Calls and callbacks in one shared time.

    A patient world lets a call that listens stand still while another is driven: its caller is a test that
    has its hands full. `driven=None` moves all.
    """

    def __init__(self, clock: Clock, callbacks: CallbackQueue, *, patient: bool) -> None:
        self._clock, self._callbacks, self._patient = clock, callbacks, patient
        self._legs: list[Leg] = []
        self._lock = threading.Lock()  # the server's wishes come from threads of their own

    @property
    def clock(self) -> VirtualClock:
        if not isinstance(self._clock, VirtualClock):
            raise SimulatorError("the real clock turns by itself: use a switchboard")
        return self._clock

    def add(self, leg: Leg) -> None:
        with self._lock:
            self._legs.append(leg)

    def settle(self) -> None:
        """Do what is due by now; no time passes, and nobody's gather runs out."""
        self._callbacks.deliver(due_only=True)
        for leg in list(self._legs):
            leg.work(patient=self._patient)
        self._forget_ended()

    def advance(self, seconds: float, *, driven: Leg | None = None) -> None:
        """Let so much time pass."""
        self.run(lambda: False, driven=driven, limit=self.clock.now() + timedelta(seconds=seconds))

    def run(self, done: Callable[[], bool], *, driven: Leg | None, limit: datetime | None = None) -> None:
        """Let things happen in order of time until it is done, nothing is left, or the limit has come."""
        self._work(driven)
        while not done():
            moment = self._next_moment(driven)
            if moment is None or (limit and moment > limit):
                break
            self.clock.move_to(moment)
            self._work(driven)
        else:
            return
        if limit:
            self.clock.move_to(limit)

    def _work(self, driven: Leg | None) -> None:
        self._callbacks.deliver(due_only=True)
        for leg in list(self._legs):
            leg.work(patient=self._stands_still(leg, driven))
        self._forget_ended()

    def _forget_ended(self) -> None:
        with self._lock:
            self._legs = [leg for leg in self._legs if not leg.ended]

    def _stands_still(self, leg: Leg, driven: Leg | None) -> bool:
        return self._patient and driven is not None and leg is not driven

    def _next_moment(self, driven: Leg | None) -> datetime | None:
        moments = [leg.due(patient=self._stands_still(leg, driven)) for leg in self._legs]
        moments.append(self._callbacks.next_moment())
        return min((moment for moment in moments if moment is not None), default=None)
