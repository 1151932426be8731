"""What was recorded of calls: the rows behind the REST interface, their sound, and the reports about them."""

import io
import threading
import wave
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .errors import UnknownCall
from .records import API_VERSION, rfc2822

SAMPLES_PER_SECOND = 8000
SOUND_SECONDS = 0.1  # silence is silence, however long


@dataclass
class Recording:
    """One recording of a call, from its begin to its end."""

    sid: str
    account_sid: str
    call_sid: str
    begun: datetime
    channels: int = 1
    source: str = "DialVerb"
    track: str = "both"
    ended: datetime | None = None

    @property
    def status(self) -> str:
        return "completed" if self.ended else "in-progress"

    @property
    def seconds(self) -> int:
        """Whole seconds; a recording of less than one counts as one."""
        return max(int((self.ended - self.begun).total_seconds()), 1) if self.ended else 0

    @property
    def path(self) -> str:
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Recordings/{self.sid}"

    @property
    def url(self) -> str:
        return f"https://api.twilio.com{self.path}"

    def names(self) -> dict[str, str]:
        """The fields by which other reports speak of it."""
        fields = {"RecordingUrl": self.url, "RecordingSid": self.sid}
        return fields | ({"RecordingDuration": str(self.seconds)} if self.ended else {})

    def params(self, moment: Callable[[datetime], str]) -> dict[str, str]:
        """The fields of a report about it; `moment` writes a time as the provider does."""
        return {
            "AccountSid": self.account_sid,
            "CallSid": self.call_sid,
            "RecordingStatus": self.status,
            "RecordingChannels": str(self.channels),
            "RecordingStartTime": moment(self.begun),
            "RecordingSource": self.source,
            "RecordingTrack": self.track,
            **({"ErrorCode": "0"} if self.ended else {}),
            **self.names(),
        }

    def to_json(self) -> dict[str, Any]:
        """As the REST interface shows it."""
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "call_sid": self.call_sid,
            "conference_sid": None,
            "api_version": API_VERSION,
            "status": "completed" if self.ended else "processing",
            "source": self.source,
            "channels": self.channels,
            "duration": str(self.seconds) if self.ended else None,
            "start_time": rfc2822(self.begun),
            "date_created": rfc2822(self.begun),
            "date_updated": rfc2822(self.ended or self.begun),
            "price": None,
            "price_unit": "USD",
            "error_code": None,
            "encryption_details": None,
            "media_url": self.url,
            "uri": f"{self.path}.json",
            "subresource_uris": {},
        }

    def sound(self) -> bytes:
        """A valid WAV file of silence."""
        file = io.BytesIO()
        with wave.open(file, "wb") as out:
            out.setnchannels(self.channels)
            out.setsampwidth(2)
            out.setframerate(SAMPLES_PER_SECOND)
            out.writeframes(bytes(int(SAMPLES_PER_SECOND * SOUND_SECONDS) * 2 * self.channels))
        return file.getvalue()


class Recordings:
    """All recordings of an account, the oldest first; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, Recording] = {}

    def add(self, recording: Recording) -> None:
        with self._lock:
            self._rows[recording.sid] = recording

    def all(self, call_sid: str = "") -> list[Recording]:
        """All, or those of one call."""
        with self._lock:
            return [row for row in self._rows.values() if call_sid in ("", row.call_sid)]

    def find(self, sid: str) -> Recording:
        """Raises UnknownCall for one that never was, or was deleted."""
        with self._lock:
            if sid not in self._rows:
                raise UnknownCall(f"no recording {sid}")
            return self._rows[sid]

    def delete(self, sid: str) -> None:
        """Raises UnknownCall."""
        self.find(sid)
        with self._lock:
            self._rows.pop(sid, None)
