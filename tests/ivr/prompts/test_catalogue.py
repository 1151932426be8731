"""Every sentence exists in every language, says what it should, and is short."""

import re
from string import Formatter

import pytest

from app.calls import access_numbers
from app.money import Money
from app.numbers import Refusal, emergency_numbers
from ivr import prompts
from ivr.prompts import Charge, Either, PerMinute, Place, Prompt, Seconds, Value
from ivr.prompts.catalogue import TEXTS, gaps
from ivr.prompts.speech import TONGUES
from ivr.prompts.voices import VOICES, voice_for
from ivr.words import balance, cost, spoken, tell
from tests.ivr.prompts.ordinary import WRITTEN, said

EVERY_LANGUAGE = pytest.mark.parametrize("language", prompts.LANGUAGES)
FOREIGN = pytest.mark.parametrize("language", ["es", "fr", "pl", "ur"])


@pytest.mark.parametrize(
    ("prompt", "british"),
    [
        (Prompt.BRAND, "Farthing."),
        (Prompt.ENTER_NUMBER, "Enter the number, then hash."),
        (Prompt.BALANCE, "You have eight pounds forty."),
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
        (Prompt.PRICE, "Pakistan. Four pence a minute."),
        (
            Prompt.EMERGENCY,
            "This service cannot call emergency numbers. "
            "Hang up now, and dial nine nine nine or one one two.",
        ),
        (Prompt.VOUCHER_ADDED, "Thank you. Eight pounds forty added. You now have eight pounds forty."),
    ],
)
def test_a_prompt_says_what_the_map_of_the_menu_says(prompt: Prompt, british: str) -> None:
    assert said(prompt, "en-GB") == british


def test_the_languages_of_an_access_number_are_those_that_we_speak() -> None:
    assert access_numbers.LANGUAGES == prompts.LANGUAGES == tuple(TONGUES) == tuple(VOICES)


@EVERY_LANGUAGE
def test_no_language_lacks_a_prompt_or_a_gap(language: str) -> None:
    assert TEXTS[language].keys() == set(Prompt)
    for prompt in Prompt:
        names = [name for _, name, _, _ in Formatter().parse(TEXTS[language][prompt]) if name]
        assert gaps(TEXTS[language][prompt]) == gaps(TEXTS["en-GB"][prompt]), prompt
        assert len(names) == len(set(names)), prompt


@EVERY_LANGUAGE
def test_a_prompt_is_whole_sentences_without_signs_that_a_voice_may_stumble_over(language: str) -> None:
    end, between = ("۔", "، :\u064b") if language == "ur" else (".", ", :'-")
    for prompt in set(Prompt) - WRITTEN:
        text = said(prompt, language)
        assert re.fullmatch(rf"([^\W_][\w{between}]*{re.escape(end)} ?)+(?<! )", text), text
        if language != "ur":
            assert not re.search(r"\d", text), "the voice is not left to guess how to read figures"
            assert all(sentence[:1].isupper() for sentence in text.split(". ")), text


@FOREIGN
def test_nothing_is_left_in_english(language: str) -> None:
    for prompt in set(Prompt) - {Prompt.BRAND, Prompt.PLACE, Prompt.SPEED_DIAL}:
        text = TEXTS[language][prompt]
        assert text != TEXTS["en-GB"][prompt]
        assert not re.search(r"\b(press|enter|the|your|hash|please)\b", text, re.IGNORECASE), text


@pytest.mark.parametrize(
    ("language", "hash_key", "star", "international"),
    [
        ("en-GB", "hash", "star", "double zero"),
        ("en-US", "pound", "star", "zero one one"),
        ("es", "almohadilla", "asterisco", "cero cero"),
        ("fr", "dièse", "étoile", "zéro zéro"),
        ("pl", "krzyżyk", "gwiazdk", "zero zero"),
        ("ur", "ہیش", "ستارہ", "صفر صفر"),
    ],
)
def test_a_key_has_one_name(language: str, hash_key: str, star: str, international: str) -> None:
    named = {prompt: said(prompt, language).lower() for prompt in set(Prompt) - WRITTEN}
    with_hash = {prompt for prompt in named if "hash" in TEXTS["en-GB"][prompt].lower()}
    assert all(hash_key in named[prompt] for prompt in with_hash)
    assert star in named[Prompt.BACK] and star in named[Prompt.HELP_CALLING]
    for prompt in (Prompt.SILENCE_AGAIN, Prompt.NUMBER_INCOMPLETE, Prompt.HELP_CALLING):
        assert international in named[prompt]


def test_americans_hear_american_words() -> None:
    american = " ".join(said(prompt, "en-US") for prompt in set(Prompt) - WRITTEN)
    assert not re.search(r"\bhash\b|double zero|recognised", american)
    assert "Enter zero one one, the country code, and the number. Then press pound." in american
    assert said(Prompt.FAULT, "en-US") == said(Prompt.FAULT, "en-GB")
    assert spoken(cost(Money(420_000, "USD")), "en-US") == "That call cost forty two cents."


@pytest.mark.parametrize(
    ("micros", "language", "heard"),
    [
        (8_400_000, "en-GB", "You have eight pounds forty."),
        (10_000, "en-GB", "You have one penny."),
        (9_999, "en-GB", "You have no credit."),
        (0, "en-GB", "You have no credit."),
        (8_400_000, "es", "Tiene ocho libras con cuarenta."),
        (8_400_000, "fr", "Vous avez huit livres quarante."),
        (8_400_000, "pl", "Saldo: osiem funtów czterdzieści."),
        (8_400_000, "ur", "بیلنس: آٹھ پاؤنڈ 40 پینس۔"),
        (9_999, "es", "No tiene saldo."),
        (9_999, "fr", "Vous n'avez plus de crédit."),
        (9_999, "pl", "Brak środków."),
        (9_999, "ur", "بیلنس نہیں ہے۔"),
    ],
)
def test_less_than_a_penny_is_no_credit(micros: int, language: str, heard: str) -> None:
    assert spoken(balance(Money(micros, "GBP")), language) == heard


@pytest.mark.parametrize(
    ("micros", "heard"),
    [
        (0, "You were not charged."),
        (1, "That call cost one penny."),
        (420_000, "That call cost forty two pence."),
        (420_001, "That call cost forty three pence."),
    ],
)
def test_a_free_call_is_said_to_be_free(micros: int, heard: str) -> None:
    assert spoken(cost(Money(micros, "GBP")), "en-GB") == heard


@pytest.mark.parametrize(
    ("country", "language", "dial"),
    [
        ("GB", "en-GB", "nine nine nine or one one two."),
        ("US", "en-US", "nine one one."),
        ("AU", "en-GB", "triple zero."),
        ("FR", "en-US", "one one two."),
        ("JP", "en-GB", "one one zero or one one nine."),
        ("ES", "es", "marque uno uno dos."),
        ("GB", "es", "marque nueve nueve nueve o uno uno dos."),
        ("FR", "fr", "composez le cent douze."),
        ("US", "fr", "composez le neuf un un."),
        ("GB", "fr", "composez le neuf neuf neuf ou le cent douze."),
        ("PL", "pl", "wybierz jeden jeden dwa."),
        ("GB", "pl", "wybierz dziewięć dziewięć dziewięć lub jeden jeden dwa."),
        ("GB", "ur", "نو نو نو یا ایک ایک دو ملائیں۔"),
        ("AU", "ur", "صفر صفر صفر ملائیں۔"),
    ],
)
def test_a_caller_in_need_is_told_what_to_dial_there(country: str, language: str, dial: str) -> None:
    said = spoken(tell(Prompt.EMERGENCY, numbers=Either(emergency_numbers(country))), language)
    assert said.endswith(dial)


@pytest.mark.parametrize("reason", Refusal)
def test_every_refused_number_has_its_prompt(reason: Refusal) -> None:
    prompt = prompts.for_refusal(reason)
    assert (prompt is Prompt.EMERGENCY) == (reason in ("emergency", "short_code"))
    assert (prompt is Prompt.NUMBER_INCOMPLETE) == (reason in ("incomplete", "invalid", "too_long"))


@pytest.mark.parametrize(
    "fields", [{}, {"time": Seconds(120), "place": Place("PK")}, {"tiem": Seconds(120)}], ids=str
)
def test_a_wrong_field_is_a_mistake_of_ours_and_loud(fields: dict[str, Value]) -> None:
    with pytest.raises(AssertionError, match="up_to wants"):
        prompts.say(Prompt.UP_TO, "en-GB", **fields)


@pytest.mark.parametrize(
    ("language", "rate"),
    [
        ("en-GB", "Pakistan: £0.045 a minute. Your credit lasts up to 22 minutes."),
        ("es", "Pakistán: 0,045 GBP por minuto. Su saldo alcanza para 22 minutos como máximo."),
        ("fr", "Pakistan : 0,045 £GB la minute. Votre crédit permet jusqu'à 22 minutes."),
        ("pl", "Pakistan: 0,045 GBP za minutę. Maksymalny czas rozmowy: 22 minuty."),
        ("ur", "پاکستان: £0.045 فی منٹ۔ آپ کا بیلنس زیادہ سے زیادہ 22 منٹ چلے گا۔"),
    ],
)
def test_a_text_message_shows_figures(language: str, rate: str) -> None:
    values: dict[str, Value] = {
        "place": Place("PK"),
        "price": PerMinute(Money(45_000, "GBP")),
        "time": Seconds(1320),
    }
    assert prompts.write(Prompt.TEXT_RATE, language, **values) == rate


@pytest.mark.parametrize(
    ("micros", "currency", "has", "cost"),
    [
        (8_409_999, "GBP", "You have £8.40.", "That call cost £8.41."),
        (500_900_000, "JPY", "You have JP¥500.", "That call cost JP¥501."),
        (1_234_900, "KWD", "You have KWD1.234.", "That call cost KWD1.235."),
    ],
)
def test_a_text_message_rounds_as_the_voice_does(micros: int, currency: str, has: str, cost: str) -> None:
    amount = Money(micros, currency)
    assert prompts.write(Prompt.BALANCE, "en-GB", amount=amount) == has
    assert prompts.write(Prompt.COST, "en-GB", amount=Charge(amount)) == cost


@pytest.mark.parametrize(
    ("language", "chosen", "name", "speaks", "spells"),
    [
        ("es", None, "Polly.Lucia", "es-ES", True),
        ("es", "Polly.Mia/es-MX", "Polly.Mia", "es-MX", True),
        ("es", "Google.es-US-Neural2-A", "Google.es-US-Neural2-A", "es-US", False),
        ("fr", "Polly.Lea-Neural", "Polly.Lea-Neural", "fr-FR", True),
        ("en-GB", "alice", "alice", "en-GB", False),
    ],
)
def test_a_voice_is_told_to_speak_its_own_language(
    language: str, chosen: str | None, name: str, speaks: str, spells: bool
) -> None:
    voice = voice_for(language, chosen)
    assert (voice.name, voice.language, voice.spells) == (name, speaks, spells)
    assert VOICES["ur"].spells is False  # Google's voices would read a PIN as one number
