"""Switches for what the provider does not document, so that both ways can be tried."""

from dataclasses import dataclass
from typing import Literal


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
    # the look of call ids
    sid_style: Literal["CA", "uuid"] = "CA"
    # does a failed Dial or Gather action go to the fallback URL too?
    fallback_for_actions: bool = True
