"""Help: how to call, how to reach us, and a new PIN."""

from app import cards, config
from app.calls import KnownBy, Visit
from app.cards import CardStatus
from app.customers import by_phone
from app.errors import CallerLockedOut, CardSuspended, UnknownPin
from ivr.flow import menu as asks_for_a_key
from ivr.flow import step
from ivr.prompts import Keys, Prompt
from ivr.replies import Again, Hangup, Reply, Say
from ivr.steps.menu import HELP, to_menu, to_number
from ivr.steps.pin import longest, split
from ivr.words import Words, tell

NEW_PIN: Words = (Prompt.NEW_PIN_CHOICE, Prompt.BACK)


@asks_for_a_key(HELP, on_silence=to_number)
def help(visit: Visit, key: str) -> Reply:
    """One key of the help."""
    match key:
        case "1":
            return Say((Prompt.HELP_CALLING, Prompt.BACK), then="help_heard")
        case "2":
            return Say((_where(), Prompt.BACK), then="help_heard")
        case "3":
            return _ask_about_pin(visit)
        case "*":
            return to_menu(visit)
    return Again(HELP)


@asks_for_a_key(Prompt.BACK, on_silence=to_number, tries=1)
def help_heard(visit: Visit, key: str) -> Reply:
    """Any key leads back, for there is nothing to choose."""
    return to_menu(visit)


@step(
    digits=longest,
    timeout=lambda line: line.timeout_pin,
    silence=(Prompt.ENTER_PIN_HELP,),
    give_up=to_number,
    wrong=Prompt.PIN_WRONG_GOODBYE,
    is_secret=True,
)
def old_pin(visit: Visit, digits: str) -> Reply:
    """A phone was let in without a PIN: whoever holds it must know the old one to get another."""
    typed, _ = split(digits)
    if not typed:
        return to_menu(visit)
    assert visit.card is not None, "a card is open"
    try:
        card = cards.authenticate(typed, caller=visit.caller, access_number=visit.line.number)
        if card.id != visit.card.id:
            raise UnknownPin("the PIN of another card")
    except UnknownPin:
        return Again(Prompt.PIN_WRONG if visit.tries == 0 else Prompt.PIN_WRONG_AGAIN)
    except CallerLockedOut:
        return Hangup(Prompt.PIN_ENTRY_PAUSED)
    except CardSuspended:
        return Hangup(Prompt.ACCOUNT_LOCKED)
    return Say(NEW_PIN, then="new_pin")


@asks_for_a_key(NEW_PIN, on_silence=to_number)
def new_pin(visit: Visit, key: str) -> Reply:
    """One makes a new PIN, and the old one is dead at once; it is read twice and told nowhere else."""
    if key != "1":
        return to_menu(visit) if key == "*" else Again(NEW_PIN)
    assert visit.card is not None, "a card is open"
    if visit.card.status not in {CardStatus.ACTIVE, CardStatus.USED_UP}:
        return Hangup(Prompt.ACCOUNT_LOCKED)
    cards.take(visit.card.id)  # of two who ask at once, the last one's is alive
    pin = Keys(cards.new_pin(visit.card.id))
    by_phone.pin_changed(visit.card.id, visit.caller)
    told = (tell(Prompt.NEW_PIN, pin=pin), tell(Prompt.NEW_PIN_AGAIN, pin=pin), Prompt.ENTER_NUMBER)
    return Say(told, then="number", is_secret=True)


def _ask_about_pin(visit: Visit) -> Reply:
    if visit.known_by is KnownBy.PIN:
        return Say(NEW_PIN, then="new_pin")
    return Say(Prompt.ENTER_PIN, then="old_pin")


def _where() -> Words:
    return Prompt.HELP_PHONE if config.settings().support_phone else Prompt.HELP_SITE
