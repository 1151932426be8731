"""Any of the four signals ends a call, in any order, repeated or alone, and it is charged once."""

from collections.abc import Callable
from itertools import permutations

import pytest

from ivr.simulator import answers, busy, fails, no_answer
from tests.support.by_hand import ByHand
from tests.support.world import GB, World

Tell = Callable[[World, ByHand], object]

SIGNALS: dict[str, Tell] = {
    "child": lambda world, caller: caller.child_ends(),
    "action": lambda world, caller: caller.action(),
    "parent": lambda world, caller: caller.hang_up(),
    "sweeper": lambda world, caller: world.sweep(),
}
PRICES = {"completed": ("completed", "0.42", 56), "busy": ("busy", "0.00", 0)}


def talked(world: World, status: str = "completed") -> ByHand:
    """A call that has ended, and nobody was told."""
    caller = ByHand(world).place(world.card("10.00"))
    if status == "completed":
        caller.is_answered()
    caller.is_over(status, seconds=56 if status == "completed" else 0)
    return caller


@pytest.mark.parametrize("alone", ["child", "action", "sweeper"])
def test_one_signal_alone_is_enough(world: World, alone: str) -> None:
    caller = talked(world)
    if alone == "sweeper":
        caller.parent.finish("completed", world.network.clock.now())
        world.network.advance(1333 + 200)
    SIGNALS[alone](world, caller)
    assert world.outcome() == [("completed", "0.42")]
    assert world.calls()[0].learnt_from == alone
    assert world.at_rest()


def test_the_callers_own_end_lets_the_sweeper_ask_at_once(world: World) -> None:
    caller = talked(world)
    caller.hang_up()
    assert world.sweep() == 1
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


@pytest.mark.parametrize("status", PRICES)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_every_order_of_the_four_signals_charges_the_same_once(world: World, status: str) -> None:
    for order in permutations(SIGNALS):
        caller = talked(world, status)
        for name in order:
            SIGNALS[name](world, caller)
        row = world.calls()[-1]
        assert (row.status, str(row.price), row.seconds) == (
            PRICES[status][0],
            str(int(PRICES[status][1].replace(".", "")) * 10_000),
            PRICES[status][2],
        ), order
    assert world.at_rest()


@pytest.mark.parametrize("first", ["child", "action"])
def test_every_signal_may_come_three_times(world: World, first: str) -> None:
    caller = talked(world)
    for name in (first, first, "sweeper", "action", "child", "parent", "parent", first, "sweeper", "child"):
        SIGNALS[name](world, caller)
    row = world.calls()[0]
    assert (row.status, row.price, row.seconds, row.learnt_from) == ("completed", 420_000, 56, first)
    assert world.at_rest()


def test_a_later_signal_that_disagrees_changes_nothing(world: World) -> None:
    caller = talked(world)
    caller.child_ends()
    before = world.calls()
    caller.child_says("completed", CallDuration="5000")
    caller.child_says("busy")
    caller.action(DialCallDuration="1")
    assert world.calls() == before
    assert world.at_rest()


@pytest.mark.parametrize(
    ("callee", "status", "said"),
    [
        (busy(), "busy", "That number is busy. Press hash to try again, or enter another number."),
        (no_answer(), "no_answer", "There is no answer. You were not charged."),
        (fails(), "failed", "Sorry, that call did not go through. You were not charged."),
    ],
    ids=["busy", "no answer", "failed"],
)
def test_a_call_that_nobody_answers_costs_nothing(
    world: World, callee: object, status: str, said: str
) -> None:
    card = world.card("10.00")
    phone = world.known(card, callee=callee)
    phone.press("0093701234567#")
    assert world.money(card) == ("10.00", "0.0025")
    assert said in phone.finish_dial()
    phone.hang_up()
    world.network.deliver()
    assert world.outcome() == [(status, "0.00")]
    assert world.money(card) == ("10.00", "10.00")
    assert world.at_rest()


@pytest.mark.parametrize("seconds", ["0", "30"])
@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_no_such_end_is_charged_even_if_it_names_a_duration(world: World, status: str, seconds: str) -> None:
    card = world.card("10.00")
    for by in ("child", "action"):
        caller = ByHand(world).place(card)
        caller.is_over(status)
        if by == "child":
            caller.child_says(status, CallDuration=seconds)
        else:
            caller.action(DialCallDuration=seconds, DialBridged="true")
    assert world.outcome() == [(status.replace("-", "_"), "0.00")] * 2
    assert world.money(card) == ("10.00", "10.00")
    assert world.at_rest()


def test_the_action_settles_also_after_the_callers_own_end(world: World) -> None:
    """A caller who hangs up first: the provider asks the action all the same, and plays no answer."""
    caller = talked(world)
    caller.hang_up()
    assert caller.action().status_code == 200
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def test_completed_with_no_seconds_costs_nothing(world: World) -> None:
    card = world.card("10.00")
    caller = ByHand(world).place(card)
    caller.child_says("completed", CallDuration="0")
    assert "You were not charged. You have ten dollars." in caller.hear(caller.action())
    assert world.outcome() == [("completed", "0.00")]
    assert world.money(card) == ("10.00", "10.00")


def test_a_call_that_was_never_bridged_costs_nothing(world: World) -> None:
    """The called party picked up at the very moment when the caller gave up."""
    card = world.card("10.00")
    caller = ByHand(world).place(card)
    caller.is_over("completed", seconds=9)
    caller.action(DialBridged="false", DialCallDuration="9")
    assert world.outcome() == [("completed", "0.00")]
    assert world.money(card) == ("10.00", "10.00")


def test_what_the_dialled_leg_said_first_counts_whatever_is_said_of_the_bridge(world: World) -> None:
    caller = ByHand(world).place(world.card("10.00"))
    caller.is_over("completed", seconds=9)
    caller.child_ends()
    caller.action(DialBridged="false")
    assert world.outcome() == [("completed", "0.0675")]


def test_a_completed_call_of_unknown_length_is_asked_about_and_not_guessed(world: World) -> None:
    card = world.card("10.00")
    caller = ByHand(world).place(card)
    caller.is_over("completed", seconds=56)
    said = caller.hear(caller.action(DialCallDuration=""))
    assert said == "Enter the number, then hash."
    assert world.outcome() == [("placed", None)]
    assert world.sweep() == 1
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


@pytest.mark.parametrize("seconds", ["-1", "1e3", "9.5", "٣", " 5", "9" * 30, "NaN"])
def test_a_length_that_is_no_whole_number_is_not_believed(world: World, seconds: str) -> None:
    caller = ByHand(world).place(world.card("10.00"))
    assert caller.child_says("completed", CallDuration=seconds).status_code == 200
    assert world.outcome() == [("placed", None)]
    assert world.balanced()


def test_only_the_seconds_that_the_called_leg_was_answered_are_charged(world: World) -> None:
    """Neither the menu before nor the ringing costs anything."""
    card = world.card("10.00")
    phone = world.known(card, callee=answers(60, delay=25))
    phone.wait(2)
    phone.press("0093701234567#")
    phone.finish_dial()
    phone.wait(3)
    phone.hang_up()
    world.network.deliver()
    row = world.calls()[0]
    assert (row.seconds, row.billed_seconds, row.price) == (60, 60, 450_000)
    assert row.ended_at - row.answered_at == world.network.registry.find(row.sid).ended - row.answered_at
    assert world.at_rest()


def test_a_call_that_outlives_its_limit_costs_no_more_than_its_hold(world: World) -> None:
    card = world.card("0.45")
    caller = ByHand(world).place(card)
    assert world.calls()[0].seconds_max == 60
    caller.is_over("completed", seconds=4000)
    caller.child_ends()
    assert world.outcome() == [("completed", "0.45")]
    assert world.money(card) == ("0.00", "0.00")
    assert world.at_rest()


def test_the_answer_is_noted_and_says_nothing_once_the_end_is_known(world: World) -> None:
    caller = ByHand(world).place(world.card("10.00"))
    caller.is_answered()
    first = world.calls()[0]
    assert (first.status, first.sid) == ("answered", caller.child.sid)
    world.network.advance(30)
    caller.is_answered()
    assert world.calls()[0].answered_at == first.answered_at
    caller.is_over("completed", seconds=30)
    caller.child_ends()
    before = world.calls()
    caller.child_says("in-progress")
    caller.child_says("ringing")
    assert world.calls() == before
    assert world.at_rest()


def test_a_signal_without_our_own_words_finds_its_call_by_its_leg(world: World) -> None:
    caller = talked(world)
    form = {"CallSid": caller.child.sid, "ParentCallSid": caller.parent.sid, "CallStatus": "completed"}
    assert world.post("/ivr/status", {**form, "CallDuration": "56"}).status_code == 200
    assert world.outcome() == [("completed", "0.42")]


def test_a_signal_for_a_call_that_we_do_not_know_is_refused_for_good(world: World) -> None:
    caller = talked(world)
    form = {"CallSid": caller.child.sid, "CallStatus": "completed", "CallDuration": "5"}
    assert world.post("/ivr/status?call=999", form).status_code == 404
    assert world.post("/ivr/status", {**form, "ParentCallSid": "CAunknown"}).status_code == 200
    assert world.outcome() == [("answered", None)]
    assert world.balanced()


def test_a_signal_that_names_another_visit_ends_nothing(world: World) -> None:
    """The number of a call in an address is ours; whose leg it is, the provider says."""
    mine, other = talked(world), talked(world)
    assert mine.dial is not None
    mine.parent, other.parent = other.parent, mine.parent
    assert mine.child_ends().status_code == 404
    assert mine.child_says("in-progress").status_code == 200
    assert world.outcome() == [("answered", None)] * 2
    mine.parent, other.parent = other.parent, mine.parent
    assert mine.child_ends().status_code == 200
    assert world.outcome() == [("completed", "0.42"), ("answered", None)]
    assert world.balanced()


def test_two_calls_of_one_visit_are_told_apart(world: World) -> None:
    card = world.card("10.00")
    phone = world.known(card, callee=answers(10))
    phone.press("0093701234567#")
    phone.finish_dial()
    phone.callee(answers(20))
    phone.press("0093701234567#")
    phone.finish_dial()
    phone.hang_up()
    world.network.deliver()
    assert world.outcome() == [("completed", "0.075"), ("completed", "0.15")]
    assert world.money(card) == ("9.775", "9.775")
    assert world.at_rest()


def test_an_access_number_is_not_a_way_round_the_price(world: World) -> None:
    phone = world.known(world.card("10.00"))
    assert "we do not connect calls to that number" in phone.press(f"00{GB[1:]}#")
    assert world.calls() == []
