"""Somebody in a conference, or on the way into it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .courier import Watcher
from .records import API_VERSION, CallRecord, rfc2822

WAYS = {"queued": "queued", "ringing": "ringing", "in-progress": "connected", "completed": "complete"}


@dataclass(frozen=True)
class Telling:
    """Where a conference tells what happens in it, and of what; the first who joins decides."""

    url: str = ""
    events: frozenset[str] = frozenset()
    method: str = "POST"
    watch: Watcher | None = None


@dataclass(frozen=True)
class Announcement:
    """Words that the server wants one participant to hear."""

    url: str
    method: str = "POST"


@dataclass(eq=False)
class Participant:
    """One leg of a conference. `wake` asks its leg to look anew; it is called from any thread.

    `left` says why it is out, and is empty as long as it is in or on the way.
    """

    record: CallRecord
    wake: Callable[[], None]
    created: datetime
    telling: Telling = Telling()
    label: str = ""
    muted: bool = False
    hold: bool = False
    end_on_exit: bool = False
    start_on_enter: bool = True
    joined: bool = False
    left: str = ""
    line: Any = None  # of a caller; it knows how those behave who are rung
    announcements: deque[Announcement] = field(default_factory=deque)

    @property
    def sid(self) -> str:
        return self.record.sid

    def goes_by(self, name: str) -> bool:
        """Whether this is the call id or the label of it."""
        return name == self.sid or bool(self.label) and name == self.label

    def fields(self) -> dict[str, str]:
        """What every event about it says."""
        flags = {
            "Muted": self.muted,
            "Hold": self.hold,
            "Coaching": False,
            "EndConferenceOnExit": self.end_on_exit,
            "StartConferenceOnEnter": self.start_on_enter,
        }
        said = {"CallSid": self.sid} | {name: str(flag).lower() for name, flag in flags.items()}
        return said | ({"ParticipantLabel": self.label} if self.label else {})

    def to_json(self, conference_sid: str) -> dict[str, Any]:
        """As the REST interface shows it."""
        place = f"/{API_VERSION}/Accounts/{self.record.account_sid}/Conferences/{conference_sid}"
        return {
            "account_sid": self.record.account_sid,
            "call_sid": self.sid,
            "call_sid_to_coach": None,
            "coaching": False,
            "conference_sid": conference_sid,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.record.answered or self.created),
            "end_conference_on_exit": self.end_on_exit,
            "hold": self.hold,
            "label": self.label or None,
            "muted": self.muted,
            "queue_time": "0",
            "start_conference_on_enter": self.start_on_enter,
            "status": WAYS.get(self.record.status, "failed"),
            "uri": f"{place}/Participants/{self.sid}.json",
        }
