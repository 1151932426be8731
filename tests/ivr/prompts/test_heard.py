"""Whatever the language, nobody hears of more money or time than there is, and every form fits its number."""

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from babel import Locale
from babel.numbers import get_currency_precision, list_currencies
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from ivr.prompts import LANGUAGES, speech
from ivr.prompts.counting import Counting
from ivr.prompts.speech import TONGUES

FOREIGN = ["es", "fr", "pl", "ur"]
KNOWN = ["GBP", "USD", "EUR", "CAD", "AUD", "NZD", "INR", "PKR", "PLN", "MXN"]
ANY_CURRENCY = st.sampled_from(sorted(list_currencies()))


@pytest.mark.parametrize("language", FOREIGN)
def test_every_minute_up_to_a_thousand_has_the_form_that_its_number_wants(language: str) -> None:
    tongue = TONGUES[language]
    assert isinstance(tongue, Counting)
    forms = tongue.tables.hours_minutes_seconds[1].forms
    for n in range(1001):
        category = Locale.parse(language).plural_form(n)
        assert tongue.time(0, n, 0).split()[-1] == forms.get(category, forms["other"]) or n == 0


def test_polish_minutes_are_right_without_the_register() -> None:
    for n in range(2, 1001):
        few = n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14)
        assert TONGUES["pl"].time(0, n, 0).endswith(" minuty" if few else " minut")


@pytest.mark.parametrize("language", FOREIGN)
def test_no_currency_that_we_name_lacks_a_plural_form(language: str) -> None:
    tongue = TONGUES[language]
    assert isinstance(tongue, Counting)
    assert tongue.tables.coins.keys() == set(KNOWN)
    wanted = {"one", "other"} | ({"few", "many"} if language == "pl" else set())
    nouns = [noun for pair in tongue.tables.coins.values() for noun in pair]
    assert all(noun.forms.keys() == wanted for noun in [*nouns, *tongue.tables.hours_minutes_seconds])


@given(st.integers(0, 10**12), ANY_CURRENCY, st.sampled_from(LANGUAGES))
def test_any_sum_of_any_currency_can_be_said(micros: int, currency: str, language: str) -> None:
    for said in (
        speech.money(micros, currency, language),
        speech.money(micros, currency, language, rounding="up"),
        speech.price(micros, currency, language),
    ):
        assert said.strip() == said and "  " not in said and "None" not in said


@given(
    st.integers(0, 9_999_000_000), st.sampled_from([*KNOWN, "JPY", "SEK", "KWD"]), st.sampled_from(FOREIGN)
)
def test_what_is_heard_is_the_amount_to_the_coin(micros: int, currency: str, language: str) -> None:
    coins = 10 ** get_currency_precision(currency)
    exact = Decimal(micros) * coins / 1_000_000
    down = heard_coins(speech.money(micros, currency, language), coins, language)
    up = heard_coins(speech.money(micros, currency, language, rounding="up"), coins, language)
    assert down == exact.to_integral_value(ROUND_FLOOR) <= exact
    assert up == exact.to_integral_value(ROUND_CEILING) >= exact


@given(st.integers(0, 200) | st.integers(0, 100_000), st.sampled_from(FOREIGN))
def test_time_heard_is_never_more_than_given_and_hardly_less(seconds: int, language: str) -> None:
    heard = heard_seconds(speech.duration(seconds, language), language)
    assert heard <= seconds < heard + (1 if seconds < 120 else 60)


# An independent listener: it knows the words of each number to ten thousand.

DIGITS = ("صفر", "ایک", "دو", "تین", "چار", "پانچ", "چھ", "سات", "آٹھ", "نو")
SAME = {
    "un": "uno",
    "una": "uno",
    "veintiún": "veintiuno",
    "veintiuna": "veintiuno",
    "une": "un",
    "jedna": "jeden",
    "jedno": "jeden",
    "dwie": "dwa",
}
POINTS = {"coma", "virgule", "przecinek", "اعشاریہ"}
UNITS = {
    3600: "hora horas heure heures godzina godziny godzin گھنٹہ گھنٹے",
    60: "minuto minutos minute minutes minuta minuty minut منٹ",
    1: "segundo segundos seconde secondes sekunda sekundy sekund سیکنڈ",
}
SECONDS = {word: unit for unit, words in UNITS.items() for word in words.split()}


def plain(words: list[str], language: str) -> str:
    """The words as one who counts would say them, without gender."""
    text = [word.replace("cientas", "cientos").replace("quinientas", "quinientos") for word in words]
    if language in ("es", "pl"):
        text = [SAME.get(word, word) for word in text]
    elif language == "fr":
        text = ["un" if word == "une" else word for word in text]
    return " ".join(text)


def numbers(language: str) -> dict[str, int]:
    """Every number below ten thousand, by its words."""
    if language == "ur":
        return {DIGITS[n] if n < 10 else str(n): n for n in range(10_000)}
    return {plain(num2words(n, lang=language).split(), language): n for n in range(10_000)}


HEARD = {language: numbers(language) for language in FOREIGN}
LONGEST = {language: max(len(words.split()) for words in HEARD[language]) for language in FOREIGN}


def hear(said: str, language: str) -> list[int | str]:
    """Numbers and other words, in order: the longest number that the next words make."""
    words, found = said.split(), list[int | str]()
    while words:
        for length in range(min(LONGEST[language], len(words)), 0, -1):
            if (number := HEARD[language].get(plain(words[:length], language))) is not None:
                found.append(number)
                words = words[length:]
                break
        else:
            found.append(words.pop(0))
    return found


def heard_coins(said: str, coins: int, language: str) -> int:
    """Coins that somebody would write down who heard this."""
    heard = hear(said, language)
    counts = [one for one in heard if isinstance(one, int)]
    if POINTS & set(said.split()):
        return int(Decimal(f"{counts[0]}.{''.join(map(str, counts[1:]))}") * coins)
    smallest = re.match(
        r"penique|penny|pence|pens|cent|céntimo|pais|pajs|grosz|پیسہ|پیسے|پینی|پینس|سینٹ|گروش",
        said.rsplit(maxsplit=1)[-1],
    )
    if len(counts) == 2:
        return counts[0] * coins + counts[1]
    return counts[0] if smallest else counts[0] * coins


def heard_seconds(said: str, language: str) -> int:
    """Seconds that somebody would write down who heard this."""
    heard = hear(said, language)
    pairs = zip(heard, heard[1:], strict=False)
    return sum(
        count * SECONDS[unit] for count, unit in pairs if isinstance(count, int) and isinstance(unit, str)
    )
