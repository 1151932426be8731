"""Every sentence exists in every language, says what it should, and is short."""

import re

import pytest

from app.numbers import Refusal
from ivr import prompts
from ivr.prompts import Prompt
from ivr.prompts.catalogue import TEXTS, gaps

WORDS_PER_SECOND = 2.6  # how fast a voice speaks
NORMAL_SECONDS_MAX, OTHER_SECONDS_MAX = 2.0, 6.5

FIELDS = {
    "brand": "Farthing",
    "pin_length": "twelve",
    "site": "example dot com",
    "wait": "fifteen minutes",
    "time": "twenty one minutes",
    "code": "one, two, three, four, five, six",
    "country": "Pakistan",
    "amount": "eight pounds forty",
    "numbers": "nine nine nine or one one two",
    "balance": "You have eight pounds forty.",
    "cost": "That call cost forty two pence.",
}

# what takes longer than the limit, its words, and why we bear with it
LONG = {
    Prompt.BALANCE_THEN_NUMBER: (10, "the balance is four words, and any key cuts it short"),
    Prompt.COUNTRY_UP_TO: (6, "the country's name confirms a guess"),
    Prompt.PIN_ENTRY_PAUSED: (17, "a twentieth of a second over"),
    Prompt.NO_ANSWER: (17, "a twentieth of a second over; that it cost nothing must be said"),
    Prompt.SHORT_OF_CREDIT: (19, "what is missing, what is left, what to do"),
    Prompt.EMERGENCY: (18, "lives hang on it; it is heard to the end"),
    Prompt.CALL_ENDED: (19, "price, balance and what next; any key cuts it short"),
}
LONG_IN_AMERICA = {Prompt.NUMBER_INCOMPLETE: (17, "zero one one is a word more than double zero")}
NORMAL_PATH = {
    Prompt.BRAND,
    Prompt.ENTER_NUMBER,
    Prompt.ENTER_PIN,
    Prompt.BALANCE_THEN_NUMBER,
    Prompt.UP_TO,
    Prompt.COUNTRY_UP_TO,
}


def spoken(prompt: Prompt, language: str) -> str:
    """The prompt as on an ordinary day."""
    return prompts.say(prompt, language, **{name: FIELDS[name] for name in gaps(TEXTS[language][prompt])})


@pytest.mark.parametrize(
    ("prompt", "british"),
    [
        (Prompt.BRAND, "Farthing."),
        (Prompt.ENTER_NUMBER, "Enter the number, then hash."),
        (Prompt.BALANCE_THEN_NUMBER, "You have eight pounds forty. Enter the number, then hash."),
        (
            Prompt.ENTER_PIN_HELP,
            "Please enter your twelve digit PIN. It is on your card, and in your account online.",
        ),
        (
            Prompt.PIN_WRONG_AGAIN,
            "That PIN was not recognised. Please check each digit, and enter all twelve.",
        ),
        (
            Prompt.PIN_WRONG_GOODBYE,
            "Sorry, we could not find that PIN. For help, visit example dot com. Goodbye.",
        ),
        (Prompt.UP_TO, "Up to twenty one minutes."),
        (Prompt.COUNTRY_UP_TO, "Pakistan. Up to twenty one minutes."),
        (
            Prompt.EMERGENCY,
            "This service cannot call emergency numbers. "
            "Hang up now, and dial nine nine nine or one one two.",
        ),
        (
            Prompt.CALL_ENDED,
            "That call cost forty two pence. You have eight pounds forty. "
            "For another call, enter the number, then hash.",
        ),
    ],
)
def test_a_prompt_says_what_the_map_of_the_menu_says(prompt: Prompt, british: str) -> None:
    assert spoken(prompt, "en-GB") == british


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_no_language_lacks_a_prompt_or_a_field(language: str) -> None:
    assert TEXTS[language].keys() == set(Prompt)
    for prompt in Prompt:
        assert gaps(TEXTS[language][prompt]) == gaps(TEXTS["en-GB"][prompt]), prompt


@pytest.mark.parametrize("language", prompts.LANGUAGES)
@pytest.mark.parametrize("prompt", Prompt)
def test_a_prompt_is_whole_sentences(prompt: Prompt, language: str) -> None:
    assert re.fullmatch(r"([A-Z][A-Za-z ,]*\. ?)+(?<! )", spoken(prompt, language))


def test_americans_hear_american_words() -> None:
    american = " ".join(spoken(prompt, "en-US") for prompt in Prompt)
    assert not re.search(r"\bhash\b|double zero|recognised", american)
    assert "Enter the number, then pound." in american
    assert "Enter zero one one, the country code, and the number. Then press pound." in american
    assert spoken(Prompt.FAULT, "en-US") == spoken(Prompt.FAULT, "en-GB")
    assert prompts.cost(420_000, "USD", "en-US") == "That call cost forty two cents."


def test_nothing_is_promised_that_does_not_exist_yet() -> None:
    everything = " ".join(spoken(prompt, language) for prompt in Prompt for language in prompts.LANGUAGES)
    assert not re.search("menu|voucher|speed dial", everything)


@pytest.mark.parametrize(
    ("micros", "said"),
    [
        (8_400_000, "You have eight pounds forty."),
        (10_000, "You have one penny."),
        (9_999, "You have no credit."),
        (0, "You have no credit."),
    ],
)
def test_less_than_a_penny_is_no_credit(micros: int, said: str) -> None:
    assert prompts.balance(micros, "GBP", "en-GB") == said


@pytest.mark.parametrize(
    ("micros", "said"),
    [
        (0, "You were not charged."),
        (1, "That call cost one penny."),
        (420_000, "That call cost forty two pence."),
        (420_001, "That call cost forty three pence."),
    ],
)
def test_a_free_call_is_said_to_be_free(micros: int, said: str) -> None:
    assert prompts.cost(micros, "GBP", "en-GB") == said


def test_a_caller_without_credit_is_told_so_and_may_try_another_number() -> None:
    said = prompts.say(Prompt.SHORT_OF_CREDIT, "en-GB", balance=prompts.balance(0, "GBP", "en-GB"))
    assert said == (
        "Sorry, there is not enough credit for that call. You have no credit. "
        "Enter another number, then hash."
    )


@pytest.mark.parametrize(
    ("country", "dial"),
    [
        ("GB", "nine nine nine or one one two"),
        ("US", "nine one one"),
        ("CA", "nine one one"),
        ("AU", "triple zero"),
        ("NZ", "one one one"),
        ("FR", "one one two"),
        ("JP", "one one zero or one one nine"),
    ],
)
@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_a_caller_in_need_is_told_what_to_dial_there(country: str, dial: str, language: str) -> None:
    assert prompts.emergency(country, language).endswith(f"Hang up now, and dial {dial}.")


@pytest.mark.parametrize("reason", Refusal)
def test_every_refused_number_has_its_prompt(reason: Refusal) -> None:
    prompt = prompts.for_refusal(reason)
    assert (prompt is Prompt.EMERGENCY) == (reason in ("emergency", "short_code"))
    assert (prompt is Prompt.NUMBER_INCOMPLETE) == (reason in ("incomplete", "invalid", "too_long"))


@pytest.mark.parametrize(
    "fields", [{}, {"time": "two minutes", "country": "Pakistan"}, {"tiem": "two minutes"}], ids=str
)
def test_a_wrong_field_is_a_mistake_of_ours_and_loud(fields: dict[str, str]) -> None:
    with pytest.raises(AssertionError, match="up_to wants"):
        prompts.say(Prompt.UP_TO, "en-GB", **fields)


@pytest.mark.parametrize("language", prompts.LANGUAGES)
@pytest.mark.parametrize("prompt", Prompt)
def test_a_prompt_is_short_unless_it_has_a_reason(prompt: Prompt, language: str) -> None:
    words = len(spoken(prompt, language).split())
    limit = NORMAL_SECONDS_MAX if prompt in NORMAL_PATH else OTHER_SECONDS_MAX
    long = LONG | (LONG_IN_AMERICA if language == "en-US" else {})
    if prompt in long:
        assert (words, words / WORDS_PER_SECOND > limit) == (long[prompt][0], True)
    else:
        assert words / WORDS_PER_SECOND <= limit
