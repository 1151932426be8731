"""What a call waits for and what may wake it: the whole of the talk between engine and clock."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, TypeVar

T = TypeVar("T")


class State(StrEnum):
    """What the caller would say is going on."""

    WAITING = "waiting"  # not answered yet
    SPEAKING = "speaking"
    PAUSING = "pausing"
    LISTENING = "listening"
    RECORDING = "recording"
    RINGING = "ringing"  # the number dialled rings
    TALKING = "talking"
    ENDED = "ended"


@dataclass(frozen=True)
class Wait:
    """A call stands in this state until that moment unless something wakes it."""

    state: State
    until: datetime


@dataclass(frozen=True)
class TimeOut:
    """The wait ran its length."""


@dataclass(frozen=True)
class Key:
    """The caller pressed a key."""

    key: str


@dataclass(frozen=True)
class HangUp:
    """The caller hung up."""


@dataclass(frozen=True)
class PickUp:
    """Somebody picks up the phone that rings."""


@dataclass(frozen=True)
class Decline:
    """Somebody does not want the call."""


@dataclass(frozen=True)
class EndCall:
    """The server ended the caller's leg."""


@dataclass(frozen=True)
class EndChild:
    """The server ended a leg that was dialled."""

    sid: str


@dataclass(frozen=True)
class Changed:
    """Something about the leg, or about the room it stands in, is otherwise now: look anew."""


Signal: TypeAlias = TimeOut | Key | HangUp | PickUp | Decline | EndCall | EndChild | Changed
Walk: TypeAlias = Generator[Wait, Signal, T]


class Gone(Exception):
    """Unwinds a walk: the caller's leg is over."""

    def __init__(self, reason: str, *, by_server: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.by_server = reason, by_server


@dataclass(frozen=True)
class Goto:
    """Go on with another document."""

    url: str
    method: str = "POST"
    extras: tuple[tuple[str, str], ...] = ()
    is_action: bool = False


@dataclass(frozen=True)
class End:
    """Go on with nothing: hang up."""

    reason: str


Next: TypeAlias = Goto | End | None
