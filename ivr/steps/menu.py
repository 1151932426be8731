"""The menu behind zero: balance, voucher, speed dials, language, help."""

from collections.abc import Callable

from app import calls
from app.calls import Visit
from ivr.choices import choices, chosen
from ivr.flow import menu as asks_for_a_key
from ivr.prompts import Prompt
from ivr.replies import Again, Reply, Say
from ivr.steps.number import MENU
from ivr.steps.voucher import ask_voucher
from ivr.words import Words, balance

SPEED_DIALS: Words = (Prompt.SPEED_DIALS, Prompt.BACK)
HELP: Words = (Prompt.HELP, Prompt.BACK)


def to_number(visit: Visit) -> Reply:
    """Out of the menu: that is what people ring for."""
    return Say(Prompt.ENTER_NUMBER, then="number")


def to_menu(visit: Visit) -> Reply:
    """One level up."""
    return Say(MENU, then="menu")


@asks_for_a_key(MENU, on_silence=to_number)
def menu(visit: Visit, key: str) -> Reply:
    """One key of the menu."""
    way = _WAYS.get(key)
    return way(visit) if way else Again(MENU)


def _balance(visit: Visit) -> Words:
    assert visit.card is not None, "a card is open"
    return balance(calls.credit(visit, visit.card.available)), Prompt.BACK


@asks_for_a_key(_balance, on_silence=to_number, tries=1)
def balance_heard(visit: Visit, key: str) -> Reply:
    """Any key leads back, for there is nothing to choose."""
    return to_menu(visit)


@asks_for_a_key(lambda visit: (choices(visit), Prompt.BACK), on_silence=to_number)
def other_language(visit: Visit, key: str) -> Reply:
    """The caller wants to hear another language from now on, on this phone and with this card."""
    wanted = chosen(visit, key)
    if key == "*":
        return to_menu(visit)
    if wanted is None:
        return Again((choices(visit), Prompt.BACK))
    calls.speak(visit, wanted)
    return Say((Prompt.DONE, Prompt.ENTER_NUMBER), then="number")


_WAYS: dict[str, Callable[[Visit], Reply]] = {
    "1": lambda visit: Say(_balance(visit), then="balance_heard"),
    "2": ask_voucher,
    "3": lambda visit: Say(SPEED_DIALS, then="saved"),
    "4": lambda visit: Say((choices(visit), Prompt.BACK), then="other_language"),
    "0": lambda visit: Say(HELP, then="help"),
    "*": to_number,
}
