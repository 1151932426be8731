"""A price is exact, never falls as the call goes on, and tells how long a budget lasts."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money import CurrencyMismatch, Money
from app.rating import SECONDS_MAX, Rate, billed_seconds, price_of, seconds_for

PLAIN = Rate(
    version_id=1,
    prefix="937",
    destination="Afghanistan-Mobile",
    currency="USD",
    per_minute=450_000,
    connection_fee=0,
    first_increment=1,
    increment=1,
    grace=0,
    blocked=False,
)

small = st.integers(0, 5)
rates = st.builds(
    replace,
    st.just(PLAIN),
    per_minute=small | st.integers(6, 2_000_000),
    connection_fee=small | st.integers(6, 2_000_000),
    first_increment=st.integers(1, 5) | st.sampled_from([30, 60]),
    increment=st.integers(1, 5) | st.sampled_from([6, 60]),
    grace=small,
)
seconds = st.integers(0, 130)


def slow_price(rate: Rate, seconds: int) -> Fraction:
    """The price in millionths, by counting what is billed one second after the other."""
    if seconds == 0 or seconds < rate.grace:
        return Fraction(0)
    billed = rate.first_increment
    while billed < seconds:
        billed += rate.increment
    exact = Fraction(rate.per_minute, 60) * billed
    return rate.connection_fee + exact + (-exact) % 1


def slow_seconds(rate: Rate, budget: int) -> int:
    """The longest of the calls up to SECONDS_MAX that costs no more, by trying every one."""
    longest = 0
    while longest < SECONDS_MAX and slow_price(rate, longest + 1) <= budget:
        longest += 1
    return longest


@pytest.mark.parametrize(
    ("terms", "lasted", "billed", "price"),
    [
        pytest.param({}, 56, 56, "0.42", id="by the second"),
        pytest.param({}, 0, 0, "0.00", id="not answered"),
        pytest.param({"connection_fee": 10_000}, 0, 0, "0.00", id="not answered: no fee"),
        pytest.param({"connection_fee": 10_000}, 1, 1, "0.0175", id="fee and a second"),
        pytest.param({"first_increment": 60, "increment": 60}, 1, 60, "0.45", id="a whole first minute"),
        pytest.param({"first_increment": 60, "increment": 60}, 60, 60, "0.45", id="exactly a minute"),
        pytest.param({"first_increment": 60, "increment": 60}, 61, 120, "0.90", id="a second into the next"),
        pytest.param({"first_increment": 30, "increment": 6}, 31, 36, "0.27", id="30, then by 6"),
        pytest.param({"grace": 5}, 4, 0, "0.00", id="within the grace"),
        pytest.param({"grace": 5}, 5, 5, "0.0375", id="the grace is over"),
        pytest.param({"per_minute": 1}, 1, 1, "0.000001", id="rounded up to a millionth"),
        pytest.param({"per_minute": 0}, 90, 90, "0.00", id="free of charge"),
    ],
)
def test_a_call_costs_what_its_rate_says(terms: dict[str, int], lasted: int, billed: int, price: str) -> None:
    rate = replace(PLAIN, **terms)  # type: ignore[arg-type]
    assert billed_seconds(rate, lasted) == billed
    assert str(price_of(rate, lasted)) == price


@given(rates, seconds)
def test_a_price_is_the_one_that_slow_fractions_find(rate: Rate, lasted: int) -> None:
    price = price_of(rate, lasted)
    assert price == Money(int(slow_price(rate, lasted)), "USD")
    assert type(price.micros) is int
    assert type(billed_seconds(rate, lasted)) is int


@given(rates, seconds, seconds)
def test_a_longer_call_never_costs_less(rate: Rate, one: int, other: int) -> None:
    assert price_of(rate, min(one, other)) <= price_of(rate, max(one, other))


@given(rates, seconds, st.integers(-3, 3))
def test_time_and_price_are_inverse(rate: Rate, lasted: int, more: int) -> None:
    budget = Money(max(0, price_of(rate, lasted).micros + more), "USD")
    granted = seconds_for(rate, budget)
    assert type(granted) is int
    assert price_of(rate, granted) <= budget
    assert granted == SECONDS_MAX or price_of(rate, granted + 1) > budget


@given(
    st.builds(replace, rates, per_minute=st.integers(20, 90), connection_fee=small),
    st.integers(0, 120),
)
def test_the_time_granted_is_the_one_that_trying_every_second_finds(rate: Rate, budget: int) -> None:
    assert seconds_for(rate, Money(budget, "USD")) == slow_seconds(rate, budget)


@pytest.mark.parametrize(
    ("terms", "budget", "granted"),
    [
        pytest.param({}, "9.58", 1277, id="by the second"),
        pytest.param({}, "0.00", 0, id="nothing buys nothing"),
        pytest.param({}, "-1.00", 0, id="a debt buys nothing"),
        pytest.param({"connection_fee": 1_000_000}, "0.99", 0, id="less than the fee"),
        pytest.param({"connection_fee": 1_000_000}, "1.00", 0, id="the fee and no second"),
        pytest.param({"first_increment": 60, "increment": 60}, "0.44", 0, id="no first minute"),
        pytest.param({"first_increment": 60, "increment": 60}, "0.89", 60, id="one minute, not two"),
        pytest.param({"grace": 5}, "0.00", 4, id="the grace is free"),
        pytest.param({"per_minute": 0}, "0.00", SECONDS_MAX, id="free: as long as can be"),
        pytest.param({"per_minute": 1}, "100.00", SECONDS_MAX, id="cheap: as long as can be"),
        pytest.param({"per_minute": 0, "connection_fee": 1}, "0.00", 0, id="a fee that is not there"),
        pytest.param({"grace": 100_000}, "0.00", SECONDS_MAX, id="grace beyond the longest call"),
        pytest.param({"per_minute": 0, "first_increment": 100_000}, "0.00", SECONDS_MAX, id="coarse"),
    ],
)
def test_a_budget_lasts_this_long(terms: dict[str, int], budget: str, granted: int) -> None:
    rate = replace(PLAIN, **terms)  # type: ignore[arg-type]
    assert seconds_for(rate, Money.parse(budget, "USD")) == granted


def test_a_budget_in_another_currency_is_a_mistake() -> None:
    with pytest.raises(CurrencyMismatch):
        seconds_for(PLAIN, Money.parse("5", "EUR"))


def test_a_blocked_prefix_has_no_price() -> None:
    blocked = replace(PLAIN, blocked=True, per_minute=0)
    with pytest.raises(AssertionError):
        price_of(blocked, 60)
    with pytest.raises(AssertionError):
        seconds_for(blocked, Money.parse("5", "USD"))
