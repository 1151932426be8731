"""Why a call cost what it cost: sentences whose sums come out, and that end at the price charged."""

import re
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.money import Money
from app.rating import explain, price_of
from app.rating.price import Rate
from tests.rating.test_price import PLAIN, rates, seconds

AMOUNT = r"[0-9]+\.[0-9]{2,6}"


def told(rate: Rate, lasted: int, kept_aside: int = 10**12) -> list[str]:
    return explain(rate, lasted, kept_aside=Money(kept_aside, "USD"), seconds_max=600).sentences


def micros(text: str) -> int:
    return Money.parse(text, "USD").micros


def worked_out(sentence: str) -> Fraction:
    """What a pocket calculator shows for the sum in a sentence, from left to right."""
    said = re.search(r"(\S+) × (\S+) ÷ 60|(\S+) \+ (\S+) =", sentence)
    assert said, sentence
    times, price, one, other = said.groups()
    return Fraction(times) * Fraction(price) / 60 if times else Fraction(one) + Fraction(other)


@given(rates, seconds, st.integers(0, 3_000_000) | st.just(10**12))
def test_the_sentences_lead_to_the_price(rate: Rate, lasted: int, kept_aside: int) -> None:
    explained = explain(rate, lasted, kept_aside=Money(kept_aside, "USD"), seconds_max=600)
    assert explained.price.micros == min(price_of(rate, lasted).micros, kept_aside)
    last = explained.sentences[-1]
    named = re.fullmatch(rf"So the call cost ({AMOUNT}) USD\.", last)
    assert explained.price.micros == (micros(named[1]) if named else 0)
    assert named or last.endswith("so it cost nothing.")


@given(rates, st.integers(1, 130))
def test_every_sum_comes_out_on_a_pocket_calculator(rate: Rate, lasted: int) -> None:
    """Each sentence stands on the one before: the seconds to pay for, their price, the fee, the end."""
    carried = Fraction(lasted)
    for sentence in told(rate, lasted):
        if steps := re.search(r"(\d+) \+ (\d+) × (\d+) = (\d+) seconds", sentence):
            first, count, each, total = map(int, steps.groups())
            assert first + count * each == total
            assert total - each < lasted <= total
            carried = Fraction(total)
        elif least := re.search(r"(\d+) seconds? to pay for\.", sentence):
            carried = Fraction(least[1])
            assert lasted <= carried
        elif product := re.match(rf"(\d+) × {AMOUNT} ÷ 60 = ({AMOUNT}) USD", sentence):
            assert Fraction(product[1]) == carried
            assert worked_out(sentence) == Fraction(product[2])
            carried = Fraction(product[2])
        elif rounded := re.match(rf"(\d+) × {AMOUNT} ÷ 60 is a little more than ({AMOUNT})\. ", sentence):
            up = re.search(rf"Rounded up to a millionth: ({AMOUNT}) USD", sentence)
            assert up and Fraction(rounded[1]) == carried
            assert Fraction(rounded[2]) < worked_out(sentence) < Fraction(up[1])
            assert Fraction(up[1]) - Fraction(rounded[2]) == Fraction(1, 1_000_000)
            carried = Fraction(up[1])
        elif fee := re.match(rf"With the connection fee: ({AMOUNT}) \+ {AMOUNT} = ({AMOUNT}) USD", sentence):
            assert Fraction(fee[1]) == carried
            assert worked_out(sentence) == Fraction(fee[2])
            carried = Fraction(fee[2])
        elif end := re.match(rf"So the call cost ({AMOUNT}) USD", sentence):
            assert Fraction(end[1]) == carried


def test_a_plain_call_reads_plainly() -> None:
    assert told(PLAIN, 56, 4_500_000) == [
        "Numbers that begin with +937 are Afghanistan-Mobile: 0.45 USD a minute.",
        "Before we dialled, 4.50 USD was kept aside: enough for 600 seconds (10 min 0 s). "
        "What a call does not use is free again when it ends.",
        "The call was answered for 56 seconds.",
        "This rate is charged by the second.",
        "56 × 0.45 ÷ 60 = 0.42 USD.",
        "So the call cost 0.42 USD.",
    ]


def test_steps_a_fee_and_a_millionth_are_spelt_out() -> None:
    india = Rate(1, "91", "India", "USD", 7_000, 5_000, 30, 6, 3, False)
    assert told(india, 61)[3:] == [
        "This rate is charged for at least 30 seconds, then in steps of 6 seconds: "
        "30 + 6 × 6 = 66 seconds to pay for.",
        "66 × 0.007 ÷ 60 = 0.0077 USD.",
        "With the connection fee: 0.0077 + 0.005 = 0.0127 USD.",
        "So the call cost 0.0127 USD.",
    ]
    assert told(Rate(1, "91", "India", "USD", 7_000, 0, 1, 1, 0, False), 7)[4:] == [
        "7 × 0.007 ÷ 60 is a little more than 0.000816. Rounded up to a millionth: 0.000817 USD.",
        "So the call cost 0.000817 USD.",
    ]


def test_nothing_is_paid_for_no_answer_nor_within_grace() -> None:
    assert told(PLAIN, 0)[-1] == "The call was not answered, so it cost nothing."
    india = Rate(1, "91", "India", "USD", 7_000, 5_000, 6, 6, 3, False)
    assert told(india, 2)[-1] == "A call answered for less than 3 seconds is free, so it cost nothing."


def test_a_call_never_costs_more_than_was_kept_aside() -> None:
    assert told(PLAIN, 120, 450_000)[-3:] == [
        "120 × 0.45 ÷ 60 = 0.90 USD.",
        "Only 0.45 USD was kept aside for the call, and a call never costs more than that: "
        "the rest is on us.",
        "So the call cost 0.45 USD.",
    ]
