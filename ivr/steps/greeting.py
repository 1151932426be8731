"""The first words: to a stranger, to a known phone, and after the right PIN."""

from app import calls, config
from app.calls import KnownBy, Visit, dialling
from app.cards import CardStatus
from app.money import Money
from ivr.choices import choices, chosen
from ivr.flow import menu
from ivr.prompts import Prompt
from ivr.replies import Again, Hangup, Reply, Say
from ivr.words import Words, balance, tell


def greet(visit: Visit, also: Words = ()) -> Reply:
    """The caller's first words from us: who we are, what else is to be known, and what we need next."""
    match _first(visit):
        case Say(words, then):
            return Say((brand(visit), also, words), then)
        case Hangup(words):
            return Hangup((brand(visit), also, words))
    raise AssertionError("a greeting asks or ends")


def brand(visit: Visit) -> Words:
    """Who we are."""
    return tell(Prompt.BRAND, brand=visit.line.greeting.rstrip(".") or config.settings().brand)


def welcome(visit: Visit) -> Reply:
    """The card is known: what it has, if that is worth saying, and on to the number."""
    card = visit.card
    assert card is not None, "a card was opened"
    if card.status is CardStatus.SUSPENDED:
        return Hangup(Prompt.ACCOUNT_LOCKED)
    if dialling.is_busy(visit):
        return Hangup(Prompt.ALREADY_ON_A_CALL)
    return Say(_question(visit, calls.credit(visit, card.available)), then="number")


def _first(visit: Visit) -> Reply:
    if visit.locked_out and visit.card is None:
        return Hangup(Prompt.PIN_ENTRY_PAUSED)
    return Say(choices(visit), then="language") if visit.asks_language else _go_on(visit)


def _go_on(visit: Visit) -> Reply:
    return welcome(visit) if visit.card is not None else Say(Prompt.ENTER_PIN, then="pin")


# silence takes the language of the access number: whoever waits must not wait for long
@menu(choices, on_silence=_go_on, tries=1)
def language(visit: Visit, key: str) -> Reply:
    """An access number speaks several languages: the caller chose one."""
    wanted = chosen(visit, key)
    if wanted is None:
        return Again(choices(visit))
    calls.speak(visit, wanted)
    return _go_on(visit)


def _question(visit: Visit, available: Money) -> Words:
    """A repeat caller on a known phone hears five words; others hear first what they have."""
    if visit.known_by is not KnownBy.PIN:
        ever, today = calls.seen_before(visit)
        if not ever and visit.known_by is KnownBy.PHONE:
            return Prompt.FIRST_TIME
        if today and not _is_low(available):
            return Prompt.ENTER_NUMBER
    if not visit.line.says_balance:
        return Prompt.ENTER_NUMBER
    return balance(available), Prompt.ENTER_NUMBER


def _is_low(available: Money) -> bool:
    return available < Money.parse(config.settings().low_balance, available.currency)
