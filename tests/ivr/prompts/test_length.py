"""What is heard in one go is short: people pay attention for a few seconds, and somebody pays for each."""

import re

import pytest

from app.money import Money
from ivr import prompts
from ivr.prompts import Prompt
from ivr.words import balance, cost, spoken
from tests.ivr.prompts.ordinary import WRITTEN, said

WORDS_PER_SECOND = 2.6  # how fast a voice speaks
EVERY_LANGUAGE = pytest.mark.parametrize("language", prompts.LANGUAGES)
NORMAL, ERROR, MENU = 2.0, 6.5, 11.0
# what a caller hears in one go: seconds that it may last, and its prompts
PATHS: dict[str, tuple[float, tuple[Prompt, ...]]] = {
    "greeting": (1.0, (Prompt.BRAND,)),
    "known phone": (NORMAL, (Prompt.ENTER_NUMBER,)),
    "unknown phone": (1.2, (Prompt.ENTER_PIN,)),
    "PIN right": (3.9, (Prompt.BALANCE, Prompt.ENTER_NUMBER)),
    "before dialling": (NORMAL, (Prompt.UP_TO,)),
    "with the price": (4.3, (Prompt.PRICE, Prompt.UP_TO)),
    "recording": (NORMAL, (Prompt.RECORDING_ON,)),
    "first time": (8.1, (Prompt.FIRST_TIME,)),
    "silence": (2.7, (Prompt.SILENCE,)),
    "silence again": (7.4, (Prompt.SILENCE_AGAIN,)),
    "emergency": (7.0, (Prompt.EMERGENCY,)),
    "busy": (5.1, (Prompt.BUSY, Prompt.TRY_AGAIN_OR_OTHER)),
    "no answer": (6.6, (Prompt.NO_ANSWER, Prompt.NOT_CHARGED, Prompt.TRY_AGAIN_OR_OTHER)),
    "failed": (6.3, (Prompt.CALL_FAILED, Prompt.NOT_CHARGED, Prompt.TRY_AGAIN)),
    "offer": (4.7, (Prompt.OFFER_PINLESS,)),
    "menu": (MENU, (Prompt.MENU, Prompt.BACK)),
    "balance": (3.9, (Prompt.BALANCE, Prompt.BACK)),
    "speed dials": (8.1, (Prompt.SPEED_DIALS, Prompt.BACK)),
    "help": (MENU, (Prompt.HELP, Prompt.BACK)),
    "how to call": (MENU, (Prompt.HELP_CALLING, Prompt.BACK)),
    "new PIN": (8.1, (Prompt.NEW_PIN_CHOICE, Prompt.BACK)),
    "our number": (MENU, (Prompt.HELP_PHONE, Prompt.BACK)),
    "top up": (7.0, (Prompt.TOP_UP_OFFER,)),
}
PROMPTS_ALONE = set(Prompt) - WRITTEN - {prompt for _, whole in PATHS.values() for prompt in whole}

# what takes longer, its words, and why we bear with it
LONG = {
    ("en-US", "silence again"): (20, "zero one one is a word more than double zero"),
}
LONG_ALONE = {
    ("en-GB", Prompt.PIN_ENTRY_PAUSED): (17, "a twentieth of a second over"),
    ("en-US", Prompt.PIN_ENTRY_PAUSED): (17, "a twentieth of a second over"),
    ("en-US", Prompt.NUMBER_INCOMPLETE): (17, "zero one one is a word more than double zero"),
    **{(language, Prompt.NEW_PIN): (18, "twelve digits") for language in prompts.LANGUAGES},
}


def count(text: str) -> int:
    """Words, also those that a hyphen joins."""
    return len(re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text))


@EVERY_LANGUAGE
def test_what_is_heard_in_one_go_is_short_unless_it_has_a_reason(language: str) -> None:
    for path, (limit, whole) in PATHS.items():
        words = count(" ".join(said(prompt, language) for prompt in whole))
        longer = LONG.get((language, path))
        if longer:
            assert (words, words / WORDS_PER_SECOND > limit) == (longer[0], True), path
        else:
            assert words / WORDS_PER_SECOND <= limit, path


@EVERY_LANGUAGE
def test_any_other_prompt_is_short_too(language: str) -> None:
    for prompt in PROMPTS_ALONE:
        words = count(said(prompt, language))
        longer = LONG_ALONE.get((language, prompt))
        assert words <= longer[0] if longer else words / WORDS_PER_SECOND <= ERROR, prompt


@EVERY_LANGUAGE
def test_whoever_may_choose_among_all_languages_hears_no_more_than_a_menu(language: str) -> None:
    offered = [language, *(other for other in ("en-GB", "es", "fr", "pl", "ur") if other != language)]
    whole = [*(said(Prompt.LANGUAGE_CHOICE, other) for other in offered[:5]), said(Prompt.BACK, language)]
    assert count(" ".join(whole)) / WORDS_PER_SECOND <= MENU


@EVERY_LANGUAGE
def test_money_does_not_make_an_answer_long(language: str) -> None:
    pence, pounds = Money(420_000, "GBP"), Money(7_980_000, "GBP")
    ended = (cost(pence), balance(pounds), Prompt.ANOTHER_CALL)
    short = (Prompt.SHORT_OF_CREDIT, balance(Money(400_000, "GBP")), Prompt.SHORT_CHOICE)
    assert count(spoken(ended, language)) / WORDS_PER_SECOND <= 7.7
    assert count(spoken(short, language)) / WORDS_PER_SECOND <= 9.3
