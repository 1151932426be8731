"""Choosing the words: a prompt, a language and what belongs in its gaps."""

from string import Formatter

from app import numbers
from app.numbers import Refusal
from ivr.prompts import en_gb, en_us, speech
from ivr.prompts.ids import Prompt

TEXTS = {"en-GB": en_gb.TEXTS, "en-US": en_us.TEXTS}
LANGUAGES = tuple(TEXTS)

_FOR_REFUSAL = {
    Refusal.EMERGENCY: Prompt.EMERGENCY,
    Refusal.SHORT_CODE: Prompt.EMERGENCY,
    Refusal.INCOMPLETE: Prompt.NUMBER_INCOMPLETE,
    Refusal.INVALID: Prompt.NUMBER_INCOMPLETE,
    Refusal.TOO_LONG: Prompt.NUMBER_INCOMPLETE,
}


def say(prompt: Prompt, language: str, **fields: str) -> str:
    """The sentence in this language, its gaps filled; every field must be given and none besides."""
    text = TEXTS[language][prompt]
    assert fields.keys() == gaps(text), f"{prompt} wants {sorted(gaps(text))}, not {sorted(fields)}"
    return text.format(**fields)


def gaps(text: str) -> set[str]:
    """The names of the fields in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def balance(micros: int, currency: str, language: str) -> str:
    """What is left, as a sentence: "You have eight pounds forty." Less than a coin is no credit."""
    amount = speech.money(micros, currency, language)
    if amount == speech.money(0, currency, language):
        return say(Prompt.NO_CREDIT, language)
    return say(Prompt.BALANCE, language, amount=amount)


def cost(micros: int, currency: str, language: str) -> str:
    """What a call cost, as a sentence, rounded up to a coin: "That call cost forty two pence." """
    if micros == 0:
        return say(Prompt.NOT_CHARGED, language)
    amount = speech.money(micros, currency, language, rounding="up")
    return say(Prompt.COST, language, amount=amount)


def emergency(country: str, language: str) -> str:
    """The whole warning of EMERGENCY, with the numbers that bring help in this country."""
    help_is_at = speech.either(numbers.emergency_numbers(country), language)
    return say(Prompt.EMERGENCY, language, numbers=help_is_at)


def for_refusal(reason: Refusal) -> Prompt:
    """What a caller hears whose number was refused: dial it in full, or not at all."""
    return _FOR_REFUSAL.get(reason, Prompt.NUMBER_BARRED)
