"""What a step may answer. How it is told to the provider is the business of `twiml`."""

from dataclasses import dataclass

from app.calls import Placed
from ivr.words import Words


@dataclass(frozen=True, slots=True)
class Say:
    """Go on: say this, and wait for what the step `then` asks."""

    words: Words
    then: str
    # the words hold what may not be kept
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """That did not help: say this, and wait for the same once more, unless all tries are used up."""

    words: Words


@dataclass(frozen=True, slots=True)
class Dial:
    """Say this, and connect the call that is paid for."""

    words: Words
    call: Placed


@dataclass(frozen=True, slots=True)
class Hangup:
    """Say this, and end the visit."""

    words: Words


@dataclass(frozen=True, slots=True)
class Refuse:
    """Let the caller hear that the line is busy: it costs nobody anything."""


Reply = Say | Again | Dial | Hangup | Refuse
