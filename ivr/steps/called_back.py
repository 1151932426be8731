"""Whoever rings in hears busy and is rung back: what that costs, and that it lasts only while it is paid."""

import logging

from app import calls
from app.calls import PickedUp, Visit, callbacks, caller_leg
from app.errors import CallError, CardError, CustomerError, RatingError
from ivr import flow, twiml
from ivr.flow import Next, step
from ivr.prompts import PerMinute, Prompt
from ivr.replies import Again, Hangup, Reply, Say
from ivr.steps.greeting import brand, greet
from ivr.steps.number import number
from ivr.words import Words, tell

log = logging.getLogger(__name__)


def refuse(visit: Visit) -> str:
    """Everybody hears that the line is busy; a registered phone is rung back, if it may be."""
    if visit.card is not None and visit.caller is not None:
        try:
            callbacks.want(visit.card, visit.line, visit.caller, key=f"call:{visit.sid}")
        except (CallError, CardError, CustomerError, RatingError) as error:
            log.info("a caller is not rung back", extra={"reason": type(error).__name__})
    return twiml.busy()


def first(picked: PickedUp) -> Reply:
    """The first words to whom we rang: who we are and what this costs; then a key connects, or the number."""
    if not picked.has_destination:
        return greet(picked.visit, _costs(picked))
    return Say((brand(picked.visit), _costs(picked), Prompt.PRESS_TO_CONNECT), then="connect")


# nobody is rung to talk to a voicemail: it presses no key
@step(
    timeout=lambda line: line.timeout_menu,
    digits=lambda line: 1,
    tries=lambda line: 2,
    silence=(Prompt.PRESS_TO_CONNECT,),
    give_up=lambda visit: Hangup(()),
    bare_hash=lambda visit: connect(visit, "#"),
)
def connect(visit: Visit, key: str) -> Reply:
    """Whom we rang has picked up and pressed a key: connect the number that they asked for."""
    destination = calls.destination_of(visit)
    reply = number(visit, destination) if destination else Again(Prompt.ENTER_NUMBER)
    return Say(reply.words, then="number") if isinstance(reply, Again) else reply


def as_long_as_paid(visit: Visit, next: Next) -> Next:
    """The talk goes on only while what the leg to the caller costs can be kept aside."""
    goes_on = isinstance(next.reply, Say | Again)
    is_secret = isinstance(next.reply, Say) and next.reply.is_secret  # a new PIN is told in any case
    if not visit.called_back or not goes_on or is_secret or caller_leg.prolong(visit):
        return next
    return flow.asked(visit, Hangup(Prompt.CREDIT_GONE))


def _costs(picked: PickedUp) -> Words:
    """What the leg costs; one that costs nothing is not worth a word."""
    words: list[Words] = []
    if picked.per_minute:
        words.append(tell(Prompt.CALLING_BACK_COSTS, price=PerMinute(picked.per_minute)))
    if picked.fee:
        words.append(tell(Prompt.FEE, fee=PerMinute(picked.fee)))
    return tuple(words)
