"""What the provider's form says, read once and with suspicion."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from werkzeug.datastructures import MultiDict

from app.calls import CallStatus

FIELD_LENGTH_MAX = 4_096  # SHAKEN passports are long; nothing else is
_SID = re.compile(r"[A-Za-z0-9:_.@-]{1,64}")
_COUNT = re.compile(r"[0-9]{1,6}")

# the provider's words for what became of a leg; SignalWire also says "answered"
STATUSES: Mapping[str, CallStatus] = {
    "queued": CallStatus.PLACED,
    "initiated": CallStatus.PLACED,
    "ringing": CallStatus.PLACED,
    "in-progress": CallStatus.ANSWERED,
    "answered": CallStatus.ANSWERED,
    "completed": CallStatus.COMPLETED,
    "busy": CallStatus.BUSY,
    "no-answer": CallStatus.NO_ANSWER,
    "failed": CallStatus.FAILED,
    "canceled": CallStatus.CANCELED,
}


class BadField(ValueError):
    """A field is missing, repeated, too long or not what it should be; the text names it."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one request. Unknown ones are let be: the provider adds some without notice."""

    form: MultiDict[str, str]

    def __post_init__(self) -> None:
        for name, values in self.form.lists():
            if len(values) > 1:
                raise BadField(f"{name[:40]} is given {len(values)} times")
            if "\0" in values[0]:
                raise BadField(f"{name[:40]} has a NUL in it")
            if len(values[0]) > FIELD_LENGTH_MAX:
                raise BadField(f"{name[:40]} is longer than {FIELD_LENGTH_MAX} characters")

    def text(self, name: str) -> str:
        """A field, empty when it is missing."""
        return self.form.get(name, "")

    def sid(self, name: str) -> str:
        """The provider's id of a leg: opaque, at most 64 characters."""
        value = self.text(name)
        if not value:
            raise BadField(f"{name} is missing")
        if not _SID.fullmatch(value):
            raise BadField(f"{name} is not an id of a call")
        return value

    def status(self, name: str) -> CallStatus:
        """What became of a leg, in our words."""
        value = self.text(name)
        if value not in STATUSES:
            raise BadField(f"{name} is no status that we know" if value else f"{name} is missing")
        return STATUSES[value]

    def seconds(self, name: str) -> int | None:
        """Whole seconds, or None when the field is missing or makes no sense."""
        value = self.text(name)
        return int(value) if _COUNT.fullmatch(value) else None

    def moment(self, name: str) -> datetime | None:
        """A time, or None."""
        return moment(self.text(name))


def moment(text: str) -> datetime | None:
    """A time in the form of RFC 2822 or, as Telnyx writes it, of ISO 8601; None for anything else."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(text)
        except (ValueError, TypeError, OverflowError):
            continue
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    return None
