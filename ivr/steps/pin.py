"""The caller is unknown: which card?"""

import re

from app import calls, cards, config
from app.calls import Line, Visit
from app.errors import CallerLockedOut, CardSuspended, UnknownPin
from ivr.flow import step
from ivr.prompts import Prompt
from ivr.replies import Again, Hangup, Reply, Say
from ivr.steps.greeting import welcome
from ivr.steps.number import number


def longest(line: Line) -> int:
    """How many digits complete a PIN."""
    return max(config.settings().pin_lengths)


@step(
    digits=longest,
    timeout=lambda line: line.timeout_pin,
    silence=(Prompt.ENTER_PIN_HELP,),
    give_up=Prompt.SILENCE_GOODBYE,
    wrong=Prompt.PIN_WRONG_GOODBYE,
    is_secret=True,
)
def pin(visit: Visit, digits: str) -> Reply:
    """The caller typed a PIN, and perhaps the number in one go: open the card it belongs to."""
    typed, ahead = split(digits)
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
    reply = welcome(visit)
    return number(visit, ahead) if ahead and isinstance(reply, Say) else reply


def split(digits: str) -> tuple[str, str]:
    """A PIN, and what was typed after it; star wipes what was typed before."""
    typed = digits.rpartition("*")[2]
    length = max(config.settings().pin_lengths)
    return typed[:length], typed[length:]
