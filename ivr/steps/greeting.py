"""The first words: to a stranger, to a known phone, and after the right PIN."""

from app import calls, config
from app.calls import KnownBy, Visit
from app.cards import CardStatus
from app.money import Money
from ivr.prompts import Prompt
from ivr.replies import Hangup, Reply, Say, Words
from ivr.words import balance, say, spoken


def greet(visit: Visit) -> Reply:
    """The caller's first words from us: the brand, and what we need next."""
    language = visit.line.language
    brand = say(Prompt.BRAND, language)
    match _first(visit):
        case Say(words, then):
            return Say(f"{brand} {spoken(words, language)}", then)
        case Hangup(words):
            return Hangup(f"{brand} {spoken(words, language)}")
    raise AssertionError("a greeting asks or ends")


def welcome(visit: Visit) -> Reply:
    """The card is known: what it has, if that is worth saying, and on to the number."""
    card = visit.card
    assert card is not None, "a card was opened"
    if card.status is CardStatus.SUSPENDED:
        return Hangup(Prompt.ACCOUNT_LOCKED)
    if calls.is_busy(card):
        return Hangup(Prompt.ALREADY_ON_A_CALL)
    return Say(_question(visit, card.available), then="number")


def _first(visit: Visit) -> Reply:
    if visit.card is not None:
        return welcome(visit)
    return Hangup(Prompt.PIN_ENTRY_PAUSED) if visit.locked_out else Say(Prompt.ENTER_PIN, then="pin")


def _question(visit: Visit, available: Money) -> Words:
    """A repeat caller on a known phone hears five words; others hear first what they have."""
    if visit.known_by is KnownBy.PHONE:
        ever, today = calls.seen_before(visit)
        if not ever:
            return Prompt.FIRST_TIME
        if today and not _is_low(available):
            return Prompt.ENTER_NUMBER
    language = visit.line.language
    return say(Prompt.BALANCE_THEN_NUMBER, language, balance=balance(available, language))


def _is_low(available: Money) -> bool:
    return available < Money.parse(config.settings().low_balance, available.currency)
