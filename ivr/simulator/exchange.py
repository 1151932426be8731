"""What all calls of one account share: clock, courier, callbacks, addresses, ids."""

import base64
import random
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .callbacks import CallbackQueue
from .clock import Clock
from .courier import Courier
from .errors import Problem
from .quirks import Quirks
from .recordings import Recordings
from .records import Registry
from .rooms import Rooms

PROBLEMS_MAX = 10_000  # remembered
CALL_SECONDS_MAX = 14_400  # the provider's own limit for any call


@dataclass
class Exchange:
    """One account's numbers, all with the same addresses."""

    clock: Clock
    courier: Courier
    callbacks: CallbackQueue
    registry: Registry
    quirks: Quirks
    random: random.Random
    account_sid: str
    voice_url: str
    fallback_url: str | None = None
    status_url: str | None = None
    turn_round: float = 0.0  # seconds from a request to the document, for every one after the first
    problems: deque[Problem] = field(default_factory=lambda: deque(maxlen=PROBLEMS_MAX))
    rooms: Rooms = field(default_factory=Rooms)
    # lets a leg walk that nobody holds, in virtual time or in a thread of its own
    set_going: Callable[[Any], None] = lambda leg: None
    recordings: Recordings = field(default_factory=Recordings)
    # caller IDs that may be shown; None allows every well-formed one
    verified: frozenset[str] | None = None

    def new_sid(self, kind: str = "CA") -> str:
        bits = uuid.UUID(int=self.random.getrandbits(128), version=4)
        style = self.quirks.sid_style or self.quirks.ways.sid_style
        if style == "v3" and kind == "CA":
            return f"v3:{base64.urlsafe_b64encode(bits.bytes * 2).decode().rstrip('=')}"
        return f"{kind}{bits.hex}" if style == "CA" else str(bits)

    def is_repeated(self) -> bool:
        """Whether the faults want this request sent twice."""
        return self.random.random() < self.callbacks.faults.repeat_requests
