"""What a step may answer. How it is told to the provider is the business of `twiml`."""

from dataclasses import dataclass

from app.calls import Placed
from ivr.prompts import Prompt

# a prompt says itself in the caller's language; a string is a sentence made already
Words = Prompt | str


@dataclass(frozen=True, slots=True)
class Say:
    """Go on: say this, and wait for what the step `then` asks."""

    words: Words
    then: str


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


Reply = Say | Again | Dial | Hangup
