"""What we ask of the provider, whoever it is: about legs, and to reach a phone."""

from collections.abc import Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording that the provider keeps."""

    sid: str
    seconds: int
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording as the provider sends it: all of it, or the part that was asked for."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Ring:
    """Whom to ring into the room where a caller waits, showing which number, and how long they may talk."""

    call: int
    # the caller's leg, and who carries it
    parent: str
    provider: str
    room: str
    to: str
    shows: str
    seconds_max: int


@dataclass(frozen=True, slots=True)
class Ringing:
    """A phone that is to be rung back now: its leg is paid for, and nobody else rings it."""

    callback: int
    visit: int
    call: int
    phone: str
    # the access number, which is shown, and its provider
    line: str
    provider: str
    seconds_max: int


class Carrier(Protocol):
    """A provider over its REST interface. Every verb may raise CarrierUnreachable."""

    def of(self, provider: str) -> "Carrier":
        """The one that carries the access numbers of that provider."""

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

    def ring(self, wanted: Ring) -> str:
        """Ring somebody into a room; answers the id of the leg. CarrierRefused means that nobody is rung."""

    def ring_back(self, due: Ringing) -> str:
        """Ring a phone whose owner wants it; answers the id of the leg. CarrierRefused: it does not ring."""

    def room(self, name: str) -> str | None:
        """The id of the room of that name, if somebody is in it."""

    def people(self, room: str) -> list[str]:
        """The ids of the legs that are in a room or on the way into it; none when it is over."""

    def rung(self, number: str, *, since: datetime) -> list[Leg]:
        """The legs by which we rang a number since then, by the provider's clock."""

    def announce(self, room: str, leg: str, *, call: int, left: int) -> None:
        """Let one leg in a room hear that `left` seconds are left of a call."""

    def prolong(self, sid: str, seconds_max: int) -> bool:
        """Let a leg last so many seconds from its answer; answers whether it was live."""

    def close(self, room: str) -> bool:
        """End a room now; answers whether somebody was in it."""

    def tapes(self, leg: str) -> list[Tape]:
        """What was recorded while a caller's leg lasted, as far as it is ready."""

    def sound(self, sid: str, part: str = "") -> Sound | None:
        """What was recorded, or the part of it that a Range header names; None when it is gone."""

    def forget_recording(self, sid: str) -> None:
        """Delete a recording for good; that it is gone already is as well."""
