"""In what the providers differ, as far as it is known: ids, words, limits and what they do not send."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from .records import rfc2822

Name = Literal["twilio", "signalwire", "telnyx"]
SidStyle = Literal["CA", "uuid", "v3"]
ONLY_TWILIO = frozenset({"DialBridged", "FinishedOnKey", "msg", "CallToken"})
HEADERS = frozenset({"X-Home-Region", "I-Twilio-Idempotency-Token"})


def iso8601(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class Profile:
    """One provider."""

    name: Name
    user_agent: str
    sid_style: SidStyle = "CA"
    never_sent: frozenset[str] = frozenset()  # fields and headers
    answered: tuple[str, ...] = ("in-progress",)  # CallStatus of the reports about an answer
    moment: Callable[[datetime], str] = rfc2822
    time_limits: tuple[int, int] = (1, 14_400)  # of a Dial; beyond them the nearest is taken
    ring_times: tuple[int, int] = (1, 600)
    ring_extra: int = 5  # it rings so much longer than asked

    def time_limit(self, seconds: int) -> int:
        """How long a Dial may last at most that asks for so many seconds."""
        return min(max(seconds, self.time_limits[0]), self.time_limits[1])

    def ring_seconds(self, seconds: int) -> int:
        """How long a Dial rings that asks for so many seconds."""
        return min(max(seconds, self.ring_times[0]), self.ring_times[1]) + self.ring_extra


PROFILES: dict[Name, Profile] = {
    "twilio": Profile("twilio", "TwilioProxy/1.1"),
    "signalwire": Profile(
        "signalwire",
        "SignalWire",
        sid_style="uuid",
        never_sent=ONLY_TWILIO | HEADERS,
        answered=("answered", "in-progress"),
    ),
    "telnyx": Profile(
        "telnyx",
        "Telnyx",
        sid_style="v3",
        never_sent=ONLY_TWILIO | HEADERS,
        moment=iso8601,
        time_limits=(60, 14_400),
        ring_times=(5, 120),
        ring_extra=0,
    ),
}
