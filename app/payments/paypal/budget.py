"""How often strangers may make this process ask somebody: so many times a minute."""

import threading
from datetime import datetime, timedelta

from app import clock

WINDOW = timedelta(seconds=60)


class Budget:
    """So many a minute, counted for all threads together."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._spent: list[datetime] = []

    def spend(self) -> bool:
        """Take one, if there is one left; answers whether there was."""
        now = clock.now()
        with self._lock:
            self._spent = [at for at in self._spent if abs(now - at) < WINDOW]
            if len(self._spent) >= self.most:
                return False
            self._spent.append(now)
            return True
