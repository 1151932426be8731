"""What is announced, what the carrier enforces, what is kept aside and what is charged are one figure."""

from datetime import date
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import cards, db, rating
from app.cards import CardStatus
from app.money import Money
from app.rating import Rate
from ivr.simulator import answers
from tests.support.by_hand import ByHand
from tests.support.threads import at_once
from tests.support.world import CALLER, KABUL, US, World

PAKISTAN, INDIA, FRANCE = "00923001234567", "00919812345678", "0033612345678"
SHORT = "Sorry, there is not enough credit for that call."
BUSY = "This account is already on a call. Please end that call first. Goodbye."


def test_the_carrier_ends_a_call_when_the_credit_does(world: World) -> None:
    card = world.card("0.45")
    phone = world.known(card, callee=answers())
    assert phone.press(f"{KABUL}#") == "Up to one minute."
    assert phone.dialled[0].time_limit == 60
    assert world.money(card) == ("0.45", "0.00")
    assert phone.finish_dial() == "That call cost forty five cents. Your credit has run out. Goodbye."
    assert phone.dialled[0].seconds == 60
    assert phone.ended
    world.network.deliver()
    assert world.money(card) == ("0.00", "0.00")
    assert world.at_rest()


@pytest.mark.parametrize(
    ("value", "number", "seconds", "said"),
    [
        ("0.075", KABUL, 10, "Up to ten seconds."),
        ("0.89", KABUL, 118, "Up to one minute and fifty eight seconds."),
        ("0.90", KABUL, 120, "Up to two minutes."),
        ("1.34", KABUL, 178, "Up to two minutes."),
        ("0.04", PAKISTAN, 60, "Up to one minute."),
        ("0.079999", PAKISTAN, 60, "Up to one minute."),
        ("0.08", PAKISTAN, 120, "Up to two minutes."),
        ("0.012", INDIA, 60, "Up to one minute."),
        ("900", KABUL, 7200, "Up to two hours."),
        ("0", FRANCE, 7200, "Up to two hours."),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_minutes_are_announced_kept_aside_and_enforced_alike(
    world: World, value: str, number: str, seconds: int, said: str
) -> None:
    card = world.card(value)
    phone = world.known(card, callee=answers())
    assert phone.press(f"{number}#") == said
    assert phone.dialled[0].time_limit == world.calls()[0].seconds_max == seconds
    held = world.look(card).balance - world.look(card).available
    phone.finish_dial()
    assert world.calls()[0].seconds == seconds
    assert world.calls()[0].price == held.micros
    phone.hang_up()
    world.network.deliver()
    assert world.at_rest()


@pytest.mark.parametrize(
    ("value", "number"),
    [("0.074999", KABUL), ("0.039999", PAKISTAN), ("0.0057", INDIA), ("0", KABUL)],
    ids=["nine seconds", "less than a first increment", "the fee and six seconds", "nothing"],
)
def test_credit_for_less_than_ten_seconds_is_too_short_for_a_call(
    world: World, value: str, number: str
) -> None:
    card = world.card(value)
    phone = world.known(card)
    assert phone.press(f"{number}#").startswith(SHORT)
    assert world.calls() == []
    assert world.money(card)[1] == str(Money.parse(value, "USD"))
    assert phone.press(f"{FRANCE}#") == "Up to two hours."


def test_the_shortest_call_is_a_setting(world: World) -> None:
    world.change_settings(min_affordable_seconds=30)
    phone = world.known(world.card("0.2249"))
    assert phone.press(f"{KABUL}#").startswith(SHORT)
    phone = world.known(world.card("0.225"))
    assert phone.press(f"{KABUL}#") == "Up to thirty seconds."


def test_no_call_is_longer_than_the_longest(world: World) -> None:
    world.change_settings(call_seconds_max=600)
    card = world.card("900")
    phone = world.known(card, callee=answers())
    assert phone.press(f"{KABUL}#") == "Up to ten minutes."
    assert world.money(card) == ("900.00", "895.50")
    assert phone.dialled[0].time_limit == 600


def test_a_capped_card_talks_no_longer_than_its_cap(world: World) -> None:
    card = world.card("10.00")
    with db.transaction():
        cards.limit(card.serial, call_seconds_max=90)
    phone = world.known(card, callee=answers())
    assert phone.press(f"{KABUL}#") == "Up to one minute and thirty seconds."
    assert world.money(card) == ("10.00", "9.325")
    phone.finish_dial()
    assert world.outcome() == [("completed", "0.675")]


@pytest.mark.parametrize(
    ("seconds", "price", "billed"),
    [(1, "0.00", 0), (2, "0.00", 0), (3, "0.0057", 6), (6, "0.0057", 6), (7, "0.0064", 12)],
)
def test_the_fee_is_charged_only_after_the_grace(world: World, seconds: int, price: str, billed: int) -> None:
    caller = ByHand(world).place(world.card("10.00"), INDIA)
    caller.is_over("completed", seconds=seconds)
    caller.child_ends()
    assert world.outcome() == [("completed", price)]
    assert world.calls()[0].billed_seconds == billed
    assert world.at_rest()


@pytest.mark.parametrize(("seconds", "price"), [(1, "0.04"), (60, "0.04"), (61, "0.08")])
def test_started_minutes_are_charged_where_the_rate_says_so(world: World, seconds: int, price: str) -> None:
    caller = ByHand(world).place(world.card("10.00"), PAKISTAN)
    caller.is_over("completed", seconds=seconds)
    caller.child_ends()
    assert world.outcome() == [("completed", price)]


def test_a_free_destination_costs_nothing_and_is_still_one_call(world: World) -> None:
    card = world.card("1.00")
    first = ByHand(world).place(card, FRANCE)
    second = ByHand(world)
    assert second.type(card.pin) == BUSY
    first.is_over("completed", seconds=500)
    first.child_ends()
    assert world.outcome() == [("completed", "0.00")]
    assert world.at_rest()


def test_the_price_of_a_call_is_that_of_its_beginning(world: World) -> None:
    """A deck that changes while somebody talks changes nothing for that call."""
    card = world.card("10.00")
    caller = ByHand(world).place(card)
    world.sql("UPDATE rates SET per_minute = per_minute * 9, connection_fee = 77, increment = 60")
    caller.is_over("completed", seconds=56)
    caller.child_ends()
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def test_the_rate_is_the_one_in_force_on_the_day_of_the_call(world: World) -> None:
    world.sql(
        """INSERT INTO rates SELECT version_id, prefix, :day, destination, 900000, connection_fee,
        first_increment, increment, grace, blocked FROM rates WHERE prefix = '9370'""",
        day=date(2026, 1, 2),
    )
    before = ByHand(world).place(world.card("10.00"))
    world.later(days=1)
    after = ByHand(world).place(world.card("10.00"))
    for caller in (before, after):
        caller.is_over("completed", seconds=60)
        caller.child_ends()
    assert world.outcome() == [("completed", "0.45"), ("completed", "0.90")]


def test_a_top_up_during_a_call_is_there_for_the_next(world: World) -> None:
    card = world.card("0.45")
    phone = world.known(card, callee=answers())
    phone.press(f"{KABUL}#")
    with db.transaction():
        cards.credit(card.serial, Money.parse("1.00", "USD"), key="receipt")
    assert "You have one dollar." in phone.finish_dial()
    assert phone.press(f"{KABUL}#") == "Up to two minutes."


def test_a_card_suspended_while_it_talks_pays_and_calls_no_more(world: World) -> None:
    card = world.card("10.00")
    phone = world.known(card, callee=answers(56))
    phone.press(f"{KABUL}#")
    with db.transaction():
        cards.change(card.serial, CardStatus.SUSPENDED)
    assert "That call cost forty two cents." in phone.finish_dial()
    assert "This account is locked." in phone.press(f"{KABUL}#")
    assert phone.ended
    world.network.deliver()
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def test_a_card_suspended_or_voided_in_the_midst_of_a_visit_dials_nothing(world: World) -> None:
    for status in (CardStatus.SUSPENDED, CardStatus.VOID):
        card = world.card("10.00")
        phone = world.known(card)
        with db.transaction():
            cards.change(card.serial, status)
        assert "This account is locked." in phone.press(f"{KABUL}#")
        assert phone.ended
    assert world.calls() == []


def test_a_second_caller_on_a_busy_card_hears_so(world: World) -> None:
    card = world.card("10.00")
    first, second = world.known(card, callee=answers()), world.known(card)
    first.press(f"{KABUL}#")
    assert second.press(f"{KABUL}#") == BUSY
    assert second.ended
    assert world.ring().press(card.pin) == BUSY
    world.register(card)
    assert world.ring(stir="TN-Validation-Passed-A").heard == f"Farthing. {BUSY}"
    first.hang_up()
    world.network.deliver()
    assert len(world.calls()) == 1
    assert "You have" in world.ring().press(card.pin)


def test_a_card_that_may_be_on_two_calls_is_on_two_and_no_third(world: World) -> None:
    card = world.card("10.00", live_calls_max=2)
    with db.transaction():
        cards.limit(card.serial, call_seconds_max=60)
    callers = [world.known(card, callee=answers()) for _ in range(3)]
    assert [phone.press(f"{KABUL}#") for phone in callers] == ["Up to one minute."] * 2 + [BUSY]
    assert world.money(card) == ("10.00", "9.10")
    for phone in callers[:2]:
        phone.finish_dial()
        phone.hang_up()
    world.network.deliver()
    assert world.money(card) == ("9.10", "9.10")
    assert world.at_rest()


def test_two_calls_share_one_credit(world: World) -> None:
    """The second gets what the first left, and never the same penny."""
    card = world.card("1.00", live_calls_max=2)
    first, second = world.known(card, callee=answers()), world.known(card, callee=answers())
    assert first.press(f"{KABUL}#") == "Up to two minutes."
    assert second.press(f"{KABUL}#").startswith(SHORT)
    first.hang_up()
    world.network.deliver()
    assert second.press(f"{KABUL}#") == "Up to two minutes."


def test_twenty_callers_at_once_on_one_card_get_one_call(world: World) -> None:
    card = world.card("10.00")
    callers = [ByHand(world, caller=f"+4477009{n:05}") for n in range(20)]
    for caller in callers:
        caller.type(card.pin)
    said = at_once(*[partial(caller.type, KABUL, finish="#") for caller in callers])
    assert sorted(map(str, said)) == [BUSY] * 19 + ["Up to twenty two minutes."]
    assert len(world.calls()) == 1
    assert world.balanced()


def test_a_price_and_a_card_of_two_currencies_do_not_meet(world: World) -> None:
    with db.transaction():
        euro = cards.issue(1, Money.parse("10", "EUR"), batch="euro")[0]
    phone = world.known(euro)
    assert "we do not connect calls to that number" in phone.press(f"{KABUL}#")
    assert world.calls() == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    micros=st.integers(0, 40),
    rate=st.tuples(*[st.integers(0, 5)] * 2, *[st.integers(1, 5)] * 2, st.integers(0, 5)),
    seconds=st.integers(0, 40),
)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_no_rate_and_no_length_charges_more_than_was_announced(
    world: World, micros: int, rate: tuple[int, ...], seconds: int
) -> None:
    per_minute, fee, first, increment, grace = rate
    world.change_settings(min_affordable_seconds=1, call_seconds_max=60)
    world.sql(
        """UPDATE rates SET per_minute = :p, connection_fee = :f, first_increment = :i,
        increment = :n, grace = :g WHERE prefix = '9370'""",
        p=per_minute * 10, f=fee, i=first, n=increment, g=grace,
    )  # fmt: skip
    with db.transaction():
        card = cards.issue(1, Money(micros, "USD"), batch="small")[0]
    caller = ByHand(world, caller="anonymous")
    caller.type(card.pin)
    caller.type(KABUL, finish="#")
    if caller.dial is None:
        assert world.look(card).available.micros == micros
        return
    limit = caller.dial.number("timeLimit", 0)
    held = micros - world.look(card).available.micros
    caller.child.to = "+93701234567"
    caller.is_over("completed", seconds=min(seconds, limit))
    caller.child_ends()
    price = world.calls()[-1].price
    assert price <= held <= micros
    assert price == held or seconds < limit
    assert world.at_rest()


def test_the_dearest_rate_and_the_longest_call_are_priced_to_the_millionth() -> None:
    """Beyond what a float can tell apart."""
    rate = Rate(1, "9", "The moon", "USD", 10**12 + 21, 7, 1, 1, 0, blocked=False)
    assert rating.price_of(rate, 86_399).micros == 7 + -(-(10**12 + 21) * 86_399 // 60)
    assert rating.seconds_for(rate, Money(7 + -(-(10**12 + 21) * 86_399 // 60), "USD")) == 86_399
    assert rating.seconds_for(rate, Money(6 + -(-(10**12 + 21) * 86_399 // 60), "USD")) == 86_398


def test_an_american_access_number_dials_as_americans_do(world: World) -> None:
    phone = world.ring(US, CALLER, callee=answers(60))
    card = world.card("10.00")
    phone.press(card.pin)
    assert phone.press("01193701234567#") == "Up to twenty two minutes."
    assert phone.dialled[0].number == "+93701234567"
