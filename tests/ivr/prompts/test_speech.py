"""Money, time and digits are said as people say them, and never promise too much."""

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from babel.numbers import get_currency_precision, list_currencies
from hypothesis import given
from hypothesis import strategies as st

from ivr import prompts
from ivr.prompts import speech

ENGLISH = st.sampled_from(["en-GB", "en-US"])
LANGUAGES = st.sampled_from(prompts.LANGUAGES)
CURRENCIES = st.sampled_from(sorted(list_currencies()))


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("8.40", "GBP", "eight pounds forty"),
        ("0.40", "GBP", "forty pence"),
        ("1", "GBP", "one pound"),
        ("1.20", "GBP", "one pound twenty"),
        ("0.01", "GBP", "one penny"),
        ("8.05", "GBP", "eight pounds and five pence"),
        ("8.01", "GBP", "eight pounds and one penny"),
        ("8.10", "GBP", "eight pounds ten"),
        ("21.99", "GBP", "twenty one pounds ninety nine"),
        ("0", "GBP", "zero pence"),
        ("0.009999", "GBP", "zero pence"),
        ("8.40", "PKR", "eight rupees forty"),
        ("2.03", "PLN", "two zlotys and three groszy"),
        ("20", "MXN", "twenty pesos"),
        ("1234.50", "GBP", "one thousand two hundred and thirty four pounds fifty"),
        ("8.40", "USD", "eight dollars forty"),
        ("0.40", "USD", "forty cents"),
        ("0.01", "USD", "one cent"),
        ("2", "USD", "two dollars"),
        ("8.40", "EUR", "eight euros forty"),
        ("1.02", "EUR", "one euro and two cents"),
        ("8.40", "CAD", "eight dollars forty"),
        ("0.50", "INR", "fifty paise"),
        ("500", "JPY", "five hundred Japanese yen"),
        ("0.9", "JPY", "zero Japanese yen"),
        ("1", "JMD", "one Jamaican dollar"),
        ("8.40", "JMD", "eight Jamaican dollars forty"),
        ("8.05", "JMD", "eight Jamaican dollars and five hundredths"),
        ("0.40", "JMD", "forty hundredths of one Jamaican dollar"),
        ("1.234", "KWD", "one Kuwaiti dinar two hundred and thirty four"),
        ("1.050", "KWD", "one Kuwaiti dinar and fifty thousandths"),
        ("3", "ZZZ", "three ZZZ"),
    ],
)
def test_money_is_said_as_at_the_counter(amount: str, currency: str, said: str) -> None:
    assert speech.money(int(Decimal(amount) * 1_000_000), currency, "en-GB") == said


def test_americans_leave_out_the_and() -> None:
    assert speech.money(110_000_000, "USD", "en-US") == "one hundred ten dollars"
    assert speech.money(110_000_000, "USD", "en-GB") == "one hundred and ten dollars"


@pytest.mark.parametrize(
    ("micros", "down", "up"),
    [
        (419_999, "forty one pence", "forty two pence"),
        (420_000, "forty two pence", "forty two pence"),
        (1, "zero pence", "one penny"),
        (999_999, "ninety nine pence", "one pound"),
    ],
)
def test_a_balance_is_rounded_down_and_a_charge_up(micros: int, down: str, up: str) -> None:
    assert speech.money(micros, "GBP", "en-GB") == down
    assert speech.money(micros, "GBP", "en-GB", rounding="up") == up


@given(st.integers(0, 10_000_000) | st.integers(0, 10**12), st.sampled_from(["GBP", "USD", "EUR"]), ENGLISH)
def test_what_is_heard_is_the_amount_to_the_coin(micros: int, currency: str, language: str) -> None:
    exact = Decimal(micros) / 10_000
    down = heard_coins(speech.money(micros, currency, language))
    up = heard_coins(speech.money(micros, currency, language, rounding="up"))
    assert down == exact.to_integral_value(ROUND_FLOOR) <= exact
    assert up == exact.to_integral_value(ROUND_CEILING) >= exact


@given(st.integers(0, 10**9), CURRENCIES, ENGLISH)
def test_any_currency_of_the_world_can_be_said_without_decimals(
    micros: int, currency: str, language: str
) -> None:
    said = speech.money(micros, currency, language)
    assert "point" not in said
    assert get_currency_precision(currency) or " and " not in re.sub("hundred and|thousand and", "", said)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "zero seconds"),
        (1, "one second"),
        (45, "forty five seconds"),
        (60, "one minute"),
        (61, "one minute and one second"),
        (90, "one minute and thirty seconds"),
        (119, "one minute and fifty nine seconds"),
        (120, "two minutes"),
        (179, "two minutes"),
        (1260, "twenty one minutes"),
        (1319, "twenty one minutes"),
        (3599, "fifty nine minutes"),
        (3600, "one hour"),
        (3661, "one hour and one minute"),
        (4259, "one hour and ten minutes"),
        (7200, "two hours"),
    ],
)
def test_time_is_said_in_whole_minutes_once_there_are_two(seconds: int, said: str) -> None:
    assert speech.duration(seconds, "en-GB") == said


@given(st.integers(0, 200) | st.integers(0, 100_000), ENGLISH)
def test_time_heard_is_never_more_than_given_and_hardly_less(seconds: int, language: str) -> None:
    heard = heard_seconds(speech.duration(seconds, language))
    assert heard <= seconds < heard + (1 if seconds < 120 else 60)
    assert "-" not in speech.duration(seconds, language)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("0204", "en-GB", "zero two zero four"),
        ("12#", "en-GB", "one two hash"),
        ("12#", "en-US", "one two pound"),
        ("*67", "en-GB", "star six seven"),
        ("+44 (0)20", "en-GB", "plus four four zero two zero"),
        ("", "en-GB", ""),
    ],
)
def test_digits_are_said_one_by_one(text: str, language: str, said: str) -> None:
    assert speech.digits(text, language) == said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://example.com", "example dot com"),
        ("https://example.com:8443/account?x=1", "example dot com"),
        ("example.com", "example dot com"),
        ("https://calls.my-shop2.co.uk/", "calls dot my dash shop two dot co dot uk"),
        ("http://localhost:8000", "localhost"),
        ("http://127.0.0.1:5000", "one two seven dot zero dot zero dot one"),
        ("", ""),
    ],
)
def test_a_site_is_said_by_its_host(url: str, said: str) -> None:
    assert " ".join(speech.site(url, "en-GB").split()) == said


@pytest.mark.parametrize(("n", "said"), [(4, "four"), (12, "twelve"), (21, "twenty one")])
def test_a_count_is_said_in_words(n: int, said: str) -> None:
    assert speech.number(n, "en-GB") == said


# An independent listener: adds up English number words, knowing nothing of how they were made.

NOTES = {"pound", "pounds", "dollar", "dollars", "euro", "euros"}
COINS = {"pence", "penny", "cent", "cents"}
TEENS = """zero one two three four five six seven eight nine ten
    eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"""
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
WORTH = {word: 10 * i for i, word in enumerate(TENS.split())} | {w: i for i, w in enumerate(TEENS.split())}


def heard_number(words: list[str]) -> int:
    """The number that the words add up to."""
    total = group = 0
    for word in words:
        if word == "hundred":
            group *= 100
        elif word in ("thousand", "million"):
            total, group = total + group * {"thousand": 1000, "million": 10**6}[word], 0
        elif word != "and":
            group += WORTH[word]
    return total + group


def heard_coins(said: str) -> int:
    """Pence or cents that somebody would write down who heard this."""
    words = said.split()
    notes = next((i for i, word in enumerate(words) if word in NOTES), None)
    if notes is None:
        return heard_number(words[:-1])
    coins = [word for word in words[notes + 1 :] if word not in COINS]
    return heard_number(words[:notes]) * 100 + heard_number(coins)


def heard_seconds(said: str) -> int:
    """Seconds that somebody would write down who heard this."""
    unit = {"hour": 3600, "minute": 60, "second": 1}
    found = re.findall(r"(?:and )?(.*?) (hour|minute|second)s?\b", said)
    return sum(heard_number(words.split()) * unit[name] for words, name in found)
