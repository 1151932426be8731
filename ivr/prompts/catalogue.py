"""Choosing the words: a prompt, a language and what belongs in its gaps."""

from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from app.numbers import Refusal
from ivr.prompts import en_gb, en_us, es, fr, pl, ur
from ivr.prompts.ids import Prompt
from ivr.prompts.values import Keys, Value, in_words, in_writing

TEXTS = {
    "en-GB": en_gb.TEXTS,
    "en-US": en_us.TEXTS,
    "es": es.TEXTS,
    "fr": fr.TEXTS,
    "pl": pl.TEXTS,
    "ur": ur.TEXTS,
}
LANGUAGES = tuple(TEXTS)

_FOR_REFUSAL = {
    Refusal.EMERGENCY: Prompt.EMERGENCY,
    Refusal.SHORT_CODE: Prompt.EMERGENCY,
    Refusal.INCOMPLETE: Prompt.NUMBER_INCOMPLETE,
    Refusal.INVALID: Prompt.NUMBER_INCOMPLETE,
    Refusal.TOO_LONG: Prompt.NUMBER_INCOMPLETE,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence: words, or digits that are to be read one by one.

    `at` counts the pieces of the prompt's own words from one; what stands in a gap has none.
    """

    text: str
    digits: str = ""
    at: int = 0


def say(prompt: Prompt, language: str, **values: Value) -> str:
    """The sentence in this language, its gaps filled; every value must be given and none besides."""
    return "".join(piece.text for piece in pieces(prompt, language, **values))


def write(prompt: Prompt, language: str, **values: Value) -> str:
    """The sentence as a text message, with figures."""
    shown = {name: in_writing(value, language) for name, value in values.items()}
    text = TEXTS[language][prompt].format(**shown)
    return text[:1].upper() + text[1:]


def pieces(prompt: Prompt, language: str, **values: Value) -> list[Piece]:
    """The sentence piece by piece."""
    text = TEXTS[language][prompt]
    assert values.keys() == gaps(text), f"{prompt} wants {sorted(gaps(text))}, not {sorted(values)}"
    found: list[Piece] = []
    for at, (words, name) in enumerate(_parts(text), start=1):
        if words:
            found.append(Piece(words, at=at))
        if name:
            value = values[name]
            digits = value.digits if isinstance(value, Keys) else ""
            said = in_words(value, language)
            begins = not found or found[-1].text.endswith(". ")
            found.append(Piece(said[:1].upper() + said[1:] if begins else said, digits))
    return found


@lru_cache(maxsize=1024)
def gaps(text: str) -> frozenset[str]:
    """The names of the gaps in a text."""
    return frozenset(name for _, name in _parts(text) if name)


def for_refusal(reason: Refusal) -> Prompt:
    """What a caller hears whose number was refused: dial it in full, or not at all."""
    return _FOR_REFUSAL.get(reason, Prompt.NUMBER_BARRED)


@lru_cache(maxsize=1024)
def _parts(text: str) -> tuple[tuple[str, str], ...]:
    """Words and the gap after them, in order."""
    return tuple((words, name or "") for words, name, _, _ in Formatter().parse(text))
