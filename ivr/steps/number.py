"""The card is open: where to?"""

import logging
import re

from app import calls, config, numbers
from app.calls import Placed, Visit
from app.customers import speed_dials
from app.errors import BlockedPrefix, CardBusy, CardSuspended, NoRate, TooShort
from app.numbers import NumberRefused, Refusal
from ivr.flow import step
from ivr.prompts import Prompt, duration, emergency, for_refusal
from ivr.replies import Again, Dial, Hangup, Reply
from ivr.words import balance, say

log = logging.getLogger(__name__)

_KEY = re.compile(r"[1-9][0-9]?", re.ASCII)


def redial(visit: Visit) -> Reply | None:
    """A bare hash: the number that this card called last, if there is one."""
    assert visit.card is not None, "a card is opened before a number is dialled"
    last = calls.last_dialled(visit.card)
    return number(visit, last) if last else None


@step(
    timeout=lambda: config.settings().ivr_timeout_dest,
    silence=(Prompt.SILENCE, Prompt.SILENCE_AGAIN),
    give_up=Prompt.SILENCE_GOODBYE,
    bare_hash=redial,
)
def number(visit: Visit, digits: str) -> Reply:
    """The caller typed a number: keep the money aside, and connect it."""
    try:
        call = calls.place(visit, digits)
    except NumberRefused as refused:
        saved = _speed_dial(visit, digits, refused.reason)
        return number(visit, saved) if saved else _refusal(refused.reason, visit)
    except (NoRate, BlockedPrefix) as error:
        log.info("a number has no price", extra={"reason": type(error).__name__})
        return Again(Prompt.NUMBER_BARRED)
    except TooShort:
        return Again(_short_of_credit(visit))
    except CardBusy:
        return Hangup(Prompt.ALREADY_ON_A_CALL)
    except CardSuspended:
        return Hangup(Prompt.ACCOUNT_LOCKED)
    return Dial(_up_to(call, visit.line.language), call)


def _speed_dial(visit: Visit, digits: str, reason: Refusal) -> str | None:
    """The number that is saved under one or two keys; never in the place of one that brings help."""
    assert visit.card is not None, "a card is opened before a number is dialled"
    key = digits.rpartition("*")[2]
    if reason is Refusal.EMERGENCY or not _KEY.fullmatch(key):
        return None
    return speed_dials.number_at(visit.card.id, int(key))


def _refusal(reason: Refusal, visit: Visit) -> Reply:
    log.info("a number is not dialled", extra={"reason": reason.value})
    prompt = for_refusal(reason)
    if prompt is Prompt.EMERGENCY:
        # the caller must be free to dial it without us, at once
        return Hangup(emergency(visit.line.country, visit.line.language))
    return Again(prompt)


def _short_of_credit(visit: Visit) -> str:
    assert visit.card is not None, "a card is opened before a number is dialled"
    language = visit.line.language
    return say(Prompt.SHORT_OF_CREDIT, language, balance=balance(visit.card.available, language))


def _up_to(call: Placed, language: str) -> str:
    """How long the credit lasts, and to which country when we had to guess it."""
    time = duration(call.seconds_max, language)
    if call.assumed_international:
        country = numbers.country_name(call.region, language)
        return say(Prompt.COUNTRY_UP_TO, language, country=country, time=time)
    return say(Prompt.UP_TO, language, time=time)
