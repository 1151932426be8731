"""The words of a reply, in the caller's language, with what this installation is called and how it is set."""

from collections.abc import Callable

from app import config
from app.cards import WINDOW
from app.money import Money
from ivr import prompts
from ivr.prompts import Prompt
from ivr.prompts.catalogue import TEXTS, gaps
from ivr.replies import Words


def spoken(words: Words, language: str) -> str:
    """A prompt as the caller hears it; a finished sentence stays as it is."""
    return say(words, language) if isinstance(words, Prompt) else words


def say(prompt: Prompt, language: str, **fields: str) -> str:
    """A prompt with its fields; those that only depend on the settings are filled in here."""
    wanted = gaps(TEXTS[language][prompt]) - fields.keys()
    known = {name: fill(language) for name, fill in _SETTINGS.items() if name in wanted}
    return prompts.say(prompt, language, **fields, **known)


def balance(available: Money, language: str) -> str:
    """What a card has available, as a sentence."""
    return prompts.balance(available.micros, available.currency, language)


def cost(price: Money, language: str) -> str:
    """What a call cost, as a sentence."""
    return prompts.cost(price.micros, price.currency, language)


_SETTINGS: dict[str, Callable[[str], str]] = {
    "brand": lambda language: config.settings().brand,
    "site": lambda language: prompts.site(config.settings().public_base_url, language),
    "pin_length": lambda language: prompts.number(config.settings().pin_lengths[0], language),
    "wait": lambda language: prompts.duration(int(WINDOW.total_seconds()), language),
}
