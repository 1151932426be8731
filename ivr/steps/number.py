"""The card is open: where to?"""

import logging
import re

from app import calls, cards
from app.calls import Placed, Visit, callbacks
from app.customers import speed_dials
from app.errors import (
    BlockedPrefix,
    CallError,
    CardBusy,
    CardError,
    CardSuspended,
    NoRate,
    RatingError,
    TooShort,
)
from app.numbers import NumberRefused, Refusal, emergency_numbers
from ivr.flow import step
from ivr.prompts import Either, PerMinute, Place, Prompt, Seconds, for_refusal
from ivr.replies import Again, Dial, Hangup, Reply, Say
from ivr.words import Words, balance, tell

log = logging.getLogger(__name__)

MENU_KEY = "0"
MENU: Words = (Prompt.MENU, Prompt.BACK)

_KEY = re.compile(r"[1-9][0-9]?", re.ASCII)


def redial(visit: Visit) -> Reply | None:
    """A bare hash: the number that this card called last, if there is one."""
    last = calls.last_dialled(visit)
    return number(visit, last) if last else None


@step(
    timeout=lambda line: line.timeout_dest,
    tries=lambda line: line.wrong_numbers_max,
    silence=(Prompt.SILENCE, Prompt.SILENCE_AGAIN),
    give_up=Prompt.SILENCE_GOODBYE,
    bare_hash=redial,
)
def number(visit: Visit, digits: str) -> Reply:
    """The caller typed a number, a speed dial or zero for the menu: connect, once the money is kept aside."""
    if digits.rpartition("*")[2] == MENU_KEY:
        return Say(MENU, then="menu")
    assert visit.card is not None, "a card is opened before a number is dialled"
    ahead = cards.after_own(visit.card.id, digits.rpartition("*")[2])
    if ahead is not None:  # out of habit: it is asked for no more, and must be no number that rings
        return number(visit, ahead) if ahead else Say(Prompt.ENTER_NUMBER, then="number")
    try:
        call = calls.place(visit, digits)
    except NumberRefused as refused:
        saved = _speed_dial(visit, digits, refused.reason)
        return number(visit, saved) if saved else _refusal(refused.reason, visit)
    except (RatingError, CardError, CallError) as error:
        return _not_placed(visit, error)
    if visit.called_back and visit.caller:
        callbacks.heeded(visit.caller)
    return Dial(before(visit, call), call)


def _not_placed(visit: Visit, error: Exception) -> Reply:
    """What a caller hears whose call costs what cannot be paid, or goes where we do not call."""
    match error:
        case NoRate() | BlockedPrefix():
            log.info("a number has no price", extra={"reason": type(error).__name__})
            return Again(Prompt.NUMBER_BARRED)
        case TooShort():
            return _short_of_credit(visit)
        case CardBusy():
            return Hangup(Prompt.ALREADY_ON_A_CALL)
        case CardSuspended():
            return Hangup(Prompt.ACCOUNT_LOCKED)
    raise error


def before(visit: Visit, call: Placed) -> Words:
    """What is said before dialling: where to, for how much, and for how long the credit lasts."""
    place = Place(call.region, call.is_mobile)
    words: list[Words] = []
    if _wants_price(visit):
        words.append(tell(Prompt.PRICE, place=place, price=PerMinute(call.per_minute)))
        if call.fee:
            words.append(tell(Prompt.FEE, fee=PerMinute(call.fee)))
    elif call.assumed_international:
        words.append(tell(Prompt.PLACE, place=Place(call.region)))
    if visit.line.says_minutes:
        words.append(tell(Prompt.UP_TO, time=Seconds(call.seconds_max)))
    if call.recorded:
        words.append(Prompt.RECORDING_ON)
    return tuple(words)


def _wants_price(visit: Visit) -> bool:
    """As the card's holder has chosen; where two legs cost money both prices are said."""
    assert visit.card is not None, "a card is open"
    chosen = visit.card.says_price
    return visit.called_back or (visit.line.says_price if chosen is None else chosen)


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
        return Hangup(tell(prompt, numbers=Either(emergency_numbers(visit.line.country))))
    return Again(prompt)


def _short_of_credit(visit: Visit) -> Reply:
    assert visit.card is not None, "a card is opened before a number is dialled"
    return Say(
        (Prompt.SHORT_OF_CREDIT, balance(calls.credit(visit, visit.card.available)), Prompt.SHORT_CHOICE),
        then="short",
    )
