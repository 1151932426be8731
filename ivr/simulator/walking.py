"""A leg in real time, in a thread of its own, when no page holds it."""

import threading

from .clock import Clock
from .errors import SimulatorError
from .leg import Leg

LOOK_SECONDS = 1.0


def set_going(leg: Leg, clock: Clock) -> None:
    """Let it walk to its end; returns at once."""
    woken = threading.Event()
    leg.waken = woken.set
    name = f"leg {leg.line.record.sid}"
    threading.Thread(target=_walk, args=(leg, clock, woken), name=name, daemon=True).start()


def _walk(leg: Leg, clock: Clock, woken: threading.Event) -> None:
    while not leg.ended:
        woken.clear()
        try:
            leg.work()
        except SimulatorError as error:
            leg.line.note("problem", str(error))
        due = leg.due()
        left = (due - clock.now()).total_seconds() if due else 0.0
        woken.wait(min(max(left, 0.0), LOOK_SECONDS))
