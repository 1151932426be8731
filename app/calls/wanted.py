"""Which of a card's calls its owner wants to see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false

from app import numbers
from app.calls.models import OPEN, Call, CallStatus

ENDINGS = tuple(status for status in CallStatus if status not in OPEN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the calls; an empty answer asks nothing.

    `until` is the first moment that is too late. `number` is a whole one in E.164, with its plus, or some
    digits of one. `statuses` are the outcomes wanted.
    """

    since: datetime | None = None
    until: datetime | None = None
    destination: str = ""
    number: str = ""
    statuses: tuple[CallStatus, ...] = ()


EVERYTHING = Wanted()


def conditions(wanted: Wanted) -> Iterator[Any]:
    """What the database is asked."""
    if wanted.since is not None:
        yield Call.placed_at >= wanted.since
    if wanted.until is not None:
        yield Call.placed_at < wanted.until
    if wanted.destination:
        yield Call.destination.icontains(wanted.destination, autoescape=True)
    if wanted.number:
        yield _number(wanted.number)
    if wanted.statuses:
        yield Call.status.in_(wanted.statuses)


def _number(number: str) -> Any:
    if not number.startswith("+"):
        return Call.number.contains(number, autoescape=True)
    # who asks for a helpline must not learn that it was called
    return false() if numbers.is_freephone(number) else Call.number == number
