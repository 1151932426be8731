"""How long PayPal is waited for: one limit over all that one verb asks, so that no page ever hangs."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from app.errors import ProviderUnavailable
from app.payments.paypal.faults import Fault

T = TypeVar("T")

PATIENCE = 10.0  # seconds
TRIES = 3
LEAST = 0.5  # seconds that a try is given, however late it is

log = logging.getLogger(__name__)

_until: ContextVar[float | None] = ContextVar("patience", default=None)


@contextmanager
def patience(seconds: float = PATIENCE) -> Iterator[None]:
    """Let everything asked within this block end in time; inside of another, the outer one's end counts."""
    outer, mine = _until.get(), time.monotonic() + seconds
    token = _until.set(mine if outer is None else min(outer, mine))
    try:
        yield
    finally:
        _until.reset(token)


def left() -> float:
    """Seconds that may still be waited, at least a few tenths."""
    until = _until.get()
    return PATIENCE if until is None else max(LEAST, until - time.monotonic())


def is_over() -> bool:
    """Whether nothing may be waited for any more."""
    until = _until.get()
    return until is not None and time.monotonic() > until


def patiently(attempt: Callable[[], T], *, may_repeat: bool) -> T:
    """Try up to three times while that may help. Raises ProviderUnavailable.

    Its `outcome_unknown` is true as soon as one of the tries may have had its effect.
    """
    unknown = False
    for remaining in reversed(range(TRIES if may_repeat else 1)):
        try:
            return attempt()
        except Fault as fault:
            unknown = unknown or fault.unknown
            pause = _pause(TRIES - remaining - 1) if fault.pause is None else fault.pause
            log.warning("PayPal did not answer", extra={"reason": str(fault), "tries_left": remaining})
            if not (fault.passing and remaining) or pause + LEAST > left():
                raise ProviderUnavailable(str(fault), outcome_unknown=unknown) from None
            time.sleep(pause)
    raise AssertionError("unreachable")


def _pause(tries: int) -> float:
    """Longer each time, and never in step with others."""
    return float(0.2 * 3**tries) * random.uniform(0.5, 1.5)  # noqa: S311  (no secret)
