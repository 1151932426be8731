"""Two legs, one credit: what is granted is paid for on both, and one second more would not be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import clock, rating
from app.calls import caller_leg
from app.calls.caller_leg import CallerLeg
from app.money import Money
from app.rating import Rate
from tests.support.world import World

NOW = datetime(2026, 3, 1, tzinfo=UTC)

rates = st.builds(
    Rate,
    version_id=st.just(1),
    prefix=st.just("44"),
    destination=st.just("there"),
    currency=st.just("USD"),
    per_minute=st.integers(0, 200),
    connection_fee=st.integers(0, 40),
    first_increment=st.integers(1, 60),
    increment=st.integers(1, 60),
    grace=st.integers(0, 5),
    blocked=st.just(False),
)


@pytest.mark.parametrize("engine_name", ["sqlite"])
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    own=rates,
    there=rates,
    credit=st.integers(0, 3_000),
    since=st.integers(0, 600),
    held=st.integers(0, 900),
    at_most=st.integers(0, 2_000),
    cap=st.integers(1, 3_000),
)
def test_both_legs_fit_the_credit_and_one_second_more_does_not(
    world: World, own: Rate, there: Rate, credit: int, since: int, held: int, at_most: int, cap: int
) -> None:
    held = min(held, credit)
    with clock.turned(lambda: NOW):
        leg = CallerLeg(1, 1, Money(held, "USD"), own, NOW - timedelta(seconds=since), cap)
        granted = caller_leg.seconds_for_both(leg, there, Money(credit - held, "USD"), at_most=at_most)

    def both(seconds: int) -> int:
        ring = 35
        own_leg = rating.price_of(own, leg_seconds + ring + seconds + caller_leg.AFTER).micros
        return max(own_leg, held) + rating.price_of(there, seconds).micros

    leg_seconds = since + 1
    room = max(0, min(at_most, cap - leg_seconds - caller_leg.AFTER))
    assert 0 <= granted <= room
    if granted:
        assert both(granted) <= credit
    if granted < room:
        assert both(granted + 1) > credit
