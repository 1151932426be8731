"""What we ask of the provider, whoever it is: about legs, and to reach a phone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.calls.models import CallStatus


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg as the provider knows it. `status` is LIVE or final; `seconds` from its answer to its end."""

    sid: str
    to: str
    status: CallStatus
    seconds: int | None
    started_at: datetime | None
    ended_at: datetime | None


class Carrier(Protocol):
    """The provider over its REST interface. Every verb may raise CarrierUnreachable."""

    def leg(self, sid: str) -> Leg | None:
        """One leg, or None when the provider does not know it."""

    def children(self, parent: str) -> list[Leg]:
        """The legs that were dialled from this one."""

    def end(self, sid: str) -> bool:
        """End a leg now; answers whether it was live."""

    def speak(self, code: str, *, to: str, caller: str, language: str) -> None:
        """Ring a phone, showing `caller`, and say a code of digits to whoever answers."""

    def text(self, body: str, *, to: str, caller: str) -> None:
        """Send a text message, showing `caller`."""
