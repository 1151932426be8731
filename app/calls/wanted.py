"""Which of a card's calls its owner wants to see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func

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

    def asked(self) -> dict[str, Any]:
        """What it asks for, by the name of its condition."""
        whole = self.number.startswith("+")
        every = {
            "since": self.since,
            "until": self.until,
            "destination": _holding(self.destination),
            "number": self.number if whole else "",
            "digits": "" if whole else _holding(self.number),
            "statuses": self.statuses,
        }
        return {name: value for name, value in every.items() if value}

    @property
    def is_hopeless(self) -> bool:
        """Whether nothing is found by it: who asks for a helpline must not learn that it was called."""
        return self.number.startswith("+") and numbers.is_freephone(self.number)


EVERYTHING = Wanted()

_ESCAPE = "!"
CONDITIONS = {
    "since": Call.placed_at >= bindparam("since"),
    "until": Call.placed_at < bindparam("until"),
    "destination": func.lower(Call.destination).like(func.lower(bindparam("destination")), escape=_ESCAPE),
    "number": Call.number == bindparam("number"),
    "digits": Call.number.like(bindparam("digits"), escape=_ESCAPE),
    "statuses": Call.status.in_(bindparam("statuses", expanding=True)),
}


def _holding(text: str) -> str:
    """A pattern that what holds the text is like."""
    for sign in (_ESCAPE, "%", "_"):
        text = text.replace(sign, _ESCAPE + sign)
    return f"%{text}%" if text else ""
