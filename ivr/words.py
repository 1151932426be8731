"""The words of a reply: sentences with what belongs in their gaps, and what only the settings know."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from app import config
from app.cards import USED_UP_BELOW, WINDOW
from app.money import Money
from ivr import prompts
from ivr.prompts import Charge, Count, Keys, Piece, Prompt, Seconds, Site, Value
from ivr.prompts.catalogue import TEXTS


@dataclass(frozen=True)
class Sentence:
    """A prompt with the values for its gaps; those that only depend on the settings are filled in later."""

    prompt: Prompt
    values: dict[str, Value] = field(default_factory=dict)
    # said in this language, whatever the talk is in
    language: str | None = None


# one prompt, one with values, or several in a row
Words = Prompt | Sentence | tuple["Words", ...]


def tell(prompt: Prompt, **values: Value) -> Sentence:
    """A prompt with the values for its gaps."""
    return Sentence(prompt, values)


def balance(available: Money) -> Sentence:
    """What a card has available: "You have eight pounds forty." Less than a coin is no credit."""
    if available.micros < USED_UP_BELOW:
        return Sentence(Prompt.NO_CREDIT)
    return tell(Prompt.BALANCE, amount=available)


def cost(price: Money) -> Sentence:
    """What a call cost, rounded up to a coin: "That call cost forty two pence." """
    return tell(Prompt.COST, amount=Charge(price)) if price else Sentence(Prompt.NOT_CHARGED)


def sentences(words: Words) -> Iterator[Sentence]:
    """The sentences of what is said, one after the other."""
    if isinstance(words, tuple):
        for part in words:
            yield from sentences(part)
    else:
        yield words if isinstance(words, Sentence) else Sentence(words)


def pieces(sentence: Sentence, language: str) -> list[Piece]:
    """A sentence piece by piece, with what the settings know filled in."""
    return prompts.pieces(sentence.prompt, language, **_whole(sentence, language))


def spoken(words: Words, language: str) -> str:
    """All of it as one text."""
    return " ".join(
        "".join(piece.text for piece in pieces(sentence, sentence.language or language))
        for sentence in sentences(words)
    )


def written(sentence: Sentence, language: str) -> str:
    """A sentence as a text message."""
    return prompts.write(sentence.prompt, language, **_whole(sentence, language))


def _whole(sentence: Sentence, language: str) -> dict[str, Value]:
    wanted = prompts.gaps(TEXTS[language][sentence.prompt]) - sentence.values.keys()
    return sentence.values | {name: fill() for name, fill in _SETTINGS.items() if name in wanted}


_SETTINGS: dict[str, Callable[[], Value]] = {
    "brand": lambda: config.settings().brand,
    "site": lambda: Site(config.settings().public_base_url),
    "pin_length": lambda: Count(config.settings().pin_lengths[0]),
    "wait": lambda: Seconds(int(WINDOW.total_seconds())),
    "support": lambda: Keys(config.settings().support_phone),
}
