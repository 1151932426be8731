"""The only clock, so that a test or a replay can turn it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """The present moment, in UTC, with its zone."""
    return _source()


@contextmanager
def turned(source: Callable[[], datetime]) -> Iterator[None]:
    """Let `source` tell the time within this block."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


@contextmanager
def ahead(**by: float) -> Iterator[None]:
    """Let the clock run ahead of the true time, as in `ahead(minutes=15)`."""
    before, lead = _source, timedelta(**by)
    with turned(lambda: before() + lead):
        yield
