"""After the first call with a PIN: is it to be skipped when this phone calls again?"""

from app.calls import Visit
from app.customers import by_phone, phones
from app.errors import PhoneTaken
from ivr.flow import step
from ivr.prompts import Prompt
from ivr.replies import Reply, Say
from ivr.steps.number import number

PHONES_MAX = 20  # of one card that register themselves


def is_offered(visit: Visit) -> bool:
    """Whether this phone would be let in without a PIN, and opens no card so far."""
    if visit.caller is None or visit.card is None or not (visit.line.pinless and visit.is_vouched_for):
        return False
    return phones.opens(visit.caller) is None and len(phones.of_card(visit.card.id)) < PHONES_MAX


def _not_now(visit: Visit) -> Reply:
    return Say(Prompt.ENTER_NUMBER, then="number")


@step(
    timeout=lambda line: min(line.timeout_menu, line.timeout_dest),
    tries=lambda line: 1,
    silence=(Prompt.ENTER_NUMBER,),
    give_up=_not_now,
)
def pinless(visit: Visit, digits: str) -> Reply:
    """One registers the phone; anything else is the next number, so that no key is lost."""
    if digits != "1":
        return number(visit, digits)
    assert visit.caller is not None and visit.card is not None, "a phone and a card are known"
    try:
        by_phone.skip_pin(visit.caller, visit.card.id)
    except PhoneTaken:  # by another call, a moment ago
        return _not_now(visit)
    return Say((Prompt.DONE, Prompt.ANOTHER_CALL), then="number")
