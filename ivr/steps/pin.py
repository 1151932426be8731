"""The caller is unknown: which card?"""

import re

from app import calls, cards, config
from app.calls import Visit
from app.errors import CallerLockedOut, CardSuspended, UnknownPin
from ivr.flow import step
from ivr.prompts import Prompt
from ivr.replies import Again, Hangup, Reply
from ivr.steps.greeting import welcome


def _longest() -> int:
    return max(config.settings().pin_lengths)


@step(
    digits=_longest,
    timeout=lambda: config.settings().ivr_timeout_pin,
    silence=(Prompt.ENTER_PIN_HELP,),
    give_up=Prompt.SILENCE_GOODBYE,
    wrong=Prompt.PIN_WRONG_GOODBYE,
)
def pin(visit: Visit, digits: str) -> Reply:
    """The caller typed a PIN: open the card it belongs to."""
    typed = digits.rpartition("*")[2]  # star wipes what was typed before
    try:
        if len(typed) not in config.settings().pin_lengths or not re.fullmatch(r"[0-9]+", typed):
            raise UnknownPin("not even as long as a PIN")
        card = cards.authenticate(typed, caller=visit.caller, access_number=visit.line.number)
    except UnknownPin:
        return Again(Prompt.PIN_WRONG if visit.tries == 0 else Prompt.PIN_WRONG_AGAIN)
    except CallerLockedOut:
        return Hangup(Prompt.PIN_ENTRY_PAUSED)
    except CardSuspended:
        return Hangup(Prompt.ACCOUNT_LOCKED)
    calls.open_card(visit, card)
    return welcome(visit)
