"""The conferences of an account, by name and by id."""

import threading
from collections.abc import Callable

from .errors import UnknownCall
from .room import Room

KEPT = 10_000  # conferences, live and ended


class Rooms:
    """All conferences, the newest last. Whoever does something with one holds `lock` meanwhile."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._rooms: dict[str, Room] = {}

    def open(self, name: str, make: Callable[[], Room]) -> Room:
        """The live conference of that name, made if there is none."""
        with self.lock:
            found = next((room for room in self.all() if room.name == name and not room.is_over), None)
            if found is None:
                found = make()
                self._rooms[found.sid] = found
                self._forget_old()
            return found

    def find(self, sid: str) -> Room:
        """By id. Raises UnknownCall."""
        with self.lock:
            if sid not in self._rooms:
                raise UnknownCall(f"no conference {sid}")
            return self._rooms[sid]

    def knows(self, sid: str) -> bool:
        with self.lock:
            return sid in self._rooms

    def all(self) -> list[Room]:
        """The newest first."""
        with self.lock:
            return list(reversed(self._rooms.values()))

    def _forget_old(self) -> None:
        if len(self._rooms) > KEPT:
            over = [sid for sid, room in self._rooms.items() if room.is_over]
            for sid in over[: KEPT // 10]:
                del self._rooms[sid]
