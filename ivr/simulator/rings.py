"""Which phones ring at the server's wish."""

import threading

from .errors import UnknownCall
from .leg import Leg


class Rings:
    """Calls that wait for somebody to pick up, the oldest first; whoever acts on one takes it away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._legs: list[Leg] = []

    def add(self, leg: Leg) -> None:
        with self._lock:
            self._legs.append(leg)

    def all(self) -> list[Leg]:
        """Those that still ring."""
        with self._lock:
            self._legs = [leg for leg in self._legs if not leg.line.record.is_over]
            return list(self._legs)

    def at(self, number: str) -> Leg:
        """The call that has rung this number longest. Raises UnknownCall."""
        return next((leg for leg in self.all() if leg.line.record.to == number), None) or _nothing(number)

    def take(self, sid: str) -> Leg:
        """One call, which nobody else can take now. Raises UnknownCall."""
        found = next((leg for leg in self.all() if leg.line.record.sid == sid), None) or _nothing(sid)
        with self._lock:
            if found not in self._legs:
                _nothing(sid)
            self._legs.remove(found)
        return found


def _nothing(what: str) -> Leg:
    raise UnknownCall(f"no phone rings: {what}")
