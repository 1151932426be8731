"""Switches for what the provider does not document, so that both ways can be tried."""

from dataclasses import dataclass
from typing import Literal

from .profiles import PROFILES, Name, Profile, SidStyle


@dataclass(frozen=True)
class Quirks:
    """One choice per undocumented behaviour."""

    # is the Dial action requested when the caller hangs up first? (its answer is never played)
    action_on_hang_up: bool = True
    # does Dial's timeLimit count from the answer or from the start of the Dial?
    time_limit_from: Literal["answer", "dial"] = "answer"
    # a finish key alone: ask the action if actionOnEmptyResult, always, or never
    bare_finish_key: Literal["if-empty-wanted", "always", "never"] = "if-empty-wanted"
    # what a child is called that was still ringing when the caller hung up
    abandoned_child: Literal["canceled", "no-answer"] = "canceled"
    # does a participant that REST adds, and that never answers, end a conference it was to end on exit?
    failed_add_ends: bool = True
    # whose ways the network has (`profiles.py`)
    profile: Name = "twilio"
    # the look of ids, if it is another than the provider's own
    sid_style: SidStyle | None = None
    # does SignalWire sign as Twilio does, repeated fields kept, and under Twilio's name?
    signature_alias: bool = False
    # are keys kept for the next gather that are pressed while nothing listens?
    keeps_early_keys: bool = True
    # does a failed Dial or Gather action go to the fallback URL too?
    fallback_for_actions: bool = True

    @property
    def ways(self) -> Profile:
        return PROFILES[self.profile]
