"""Calls whose end nobody told us: the provider is asked, and a person when it does not know."""

import json
import threading
from functools import partial
from itertools import count

import pytest
from sqlalchemy import text

from app import cards, db
from app.errors import CarrierUnreachable
from ivr.carrier import TwilioCarrier
from ivr.simulator import answers
from tests.support.by_hand import ByHand
from tests.support.threads import at_once, failures
from tests.support.world import KABUL, World


def short(world: World) -> ByHand:
    """A call of at most ten minutes."""
    card = world.card("10.00")
    with db.transaction():
        cards.limit(card.serial, call_seconds_max=600)
    return ByHand(world).place(card)


DUE = 600 + 30 + 5 + 60  # the limit, the ringing, what the carrier rings longer, and a minute


def test_a_call_within_its_time_is_not_asked_about(world: World) -> None:
    short(world)
    world.later(seconds=DUE - 1)
    assert world.sweep() == 0
    world.later(seconds=1)
    assert world.sweep() == 1


def test_lost_signals_are_learnt_over_the_real_rest_interface(world: World) -> None:
    caller = short(world)
    caller.is_answered()
    caller.is_over("completed", seconds=56)
    world.later(seconds=DUE)
    with world.provider():
        assert world.flask("jobs", "run", "--once").exit_code == 0
    row = world.calls()[0]
    assert (row.status, row.price, row.seconds, row.learnt_from) == ("completed", 420_000, 56, "sweeper")
    assert row.ended_at == caller.child.ended
    assert world.at_rest()


def test_a_leg_whose_id_we_never_heard_is_found_by_its_parent_and_number(world: World) -> None:
    """Two calls to one number in one visit, and no signal of either arrives."""
    card = world.card("10.00")
    phone = world.known(card, callee=answers(10))
    world.deaf_to("/ivr/status?call=")
    phone.press(f"{KABUL}#")
    assert phone.finish_dial().startswith("That call cost")
    phone.callee(answers(20))
    world.deaf_to("/ivr/ended")
    phone.press(f"{KABUL}#")
    phone.finish_dial()
    world.network.deliver()
    assert world.outcome() == [("completed", "0.075"), ("placed", None)]
    world.sweep()
    world.later(hours=3)
    world.sweep()
    assert world.outcome() == [("completed", "0.075"), ("completed", "0.15")]
    assert world.at_rest()


@pytest.mark.parametrize(
    ("status", "ours"),
    [("busy", "busy"), ("no-answer", "no_answer"), ("failed", "failed"), ("canceled", "canceled")],
)
def test_what_was_never_answered_costs_nothing_when_the_sweeper_learns_it(
    world: World, status: str, ours: str
) -> None:
    caller = short(world)
    caller.is_over(status)
    world.later(seconds=DUE)
    world.sweep()
    assert world.outcome() == [(ours, "0.00")]
    assert world.at_rest()


def test_a_call_that_was_never_dialled_is_cancelled_when_its_caller_has_gone(world: World) -> None:
    """The document with the Dial got lost on its way."""
    caller = short(world)
    world.network.registry.__init__()  # type: ignore[misc]
    world.network.registry.add(caller.parent)
    caller.parent.finish("completed", world.network.clock.now())
    world.later(seconds=DUE)
    world.sweep()
    assert world.outcome() == [("placed", None)]  # a leg may be listed late: one look is not believed
    world.later(seconds=61)
    world.sweep()
    assert world.outcome() == [("canceled", "0.00")]
    assert world.at_rest()


def test_a_call_that_goes_on_is_let_be(world: World) -> None:
    caller = short(world)
    caller.is_answered()
    for _ in range(15):
        world.sql("UPDATE calls SET ask_at = placed_at")
        world.sweep()
        world.later(seconds=5)
    assert world.outcome() == [("answered", None)]
    assert world.balanced()


def test_a_call_that_talks_on_beyond_its_limit_is_ended_there(world: World) -> None:
    caller = short(world)
    caller.is_answered()
    asked = count()
    caller.child.end = lambda: caller.is_over("completed", seconds=900 + next(asked))
    for _ in range(4):
        world.later(seconds=DUE)
        world.sweep()
    assert next(asked) == 1
    assert world.outcome() == [("completed", "4.50")]
    assert world.at_rest()


def test_what_the_provider_does_not_know_waits_for_a_person_with_its_money_safe(world: World) -> None:
    caller = short(world)
    serial = world.flask("cards", "show", "00010000016")
    assert serial.exit_code == 0
    world.network.registry.__init__()  # type: ignore[misc]
    world.later(seconds=DUE)
    with world.provider():
        world.flask("jobs", "run", "--once")
    assert world.outcome() == [("unresolved", None)]
    assert world.sweep() == 0
    assert world.balanced()

    (listed,) = json.loads(world.flask("calls", "unresolved", "--json").stdout)
    assert (listed["status"], listed["held"], listed["serial"]) == ("unresolved", "4.50", "00010000016")
    assert "held 4.50 USD" in world.flask("calls", "unresolved").stdout
    closed = world.flask("calls", "close", str(listed["id"]), "--seconds", "56")
    assert closed.stdout == f"Call {listed['id']} is closed: 56 s, 0.42 USD.\n"
    assert world.outcome() == [("completed", "0.42")]
    assert world.calls()[0].learnt_from == "staff"
    assert world.flask("calls", "unresolved").stdout == "There are none.\n"
    assert world.at_rest()
    del caller


def unresolved(world: World) -> int:
    caller = short(world)
    world.network.registry.__init__()  # type: ignore[misc]
    world.later(seconds=DUE)
    world.sweep()
    del caller
    return int(world.calls()[-1].id)


def test_closing_with_nothing_gives_everything_back(world: World) -> None:
    call = unresolved(world)
    assert world.flask("calls", "close", str(call), "--seconds", "0").exit_code == 0
    assert world.outcome() == [("canceled", "0.00")]
    assert world.at_rest()


@pytest.mark.parametrize("seconds", ["601", "86400"])
def test_a_person_cannot_say_more_than_the_call_was_allowed(world: World, seconds: str) -> None:
    call = unresolved(world)
    refused = world.flask("calls", "close", str(call), "--seconds", seconds)
    assert refused.exit_code == 1
    assert refused.stderr == f"Error: call {call} was allowed to last from 0 to 600 seconds\n"
    assert world.outcome() == [("unresolved", None)]


def test_a_signal_that_comes_after_all_settles_an_unresolved_call(world: World) -> None:
    caller = short(world)
    world.network.registry.__init__()  # type: ignore[misc]
    world.later(seconds=DUE)
    world.sweep()
    assert world.outcome() == [("unresolved", None)]
    caller.is_over("completed", seconds=56)
    caller.child_ends()
    assert world.outcome() == [("completed", "0.42")]
    assert world.flask("calls", "close", str(world.calls()[0].id), "--seconds", "1").exit_code == 1
    assert world.at_rest()


def test_a_call_that_waits_for_a_person_does_not_keep_the_card_busy(world: World) -> None:
    card = world.card("10.00")
    with db.transaction():
        cards.limit(card.serial, call_seconds_max=60)
    ByHand(world).place(card)
    world.network.registry.__init__()  # type: ignore[misc]
    world.later(seconds=DUE)
    world.sweep()
    phone = world.ring(callee=answers(20))
    assert "You have nine dollars fifty five." in phone.press(card.pin)
    phone.press(f"{KABUL}#")
    assert "That call cost fifteen cents." in phone.finish_dial()
    assert world.balanced()


def test_a_provider_that_does_not_answer_is_asked_again_later(world: World) -> None:
    caller = short(world)
    caller.is_over("completed", seconds=56)
    world.later(seconds=DUE)
    assert world.flask("jobs", "run", "--once").exit_code == 0  # nobody listens there
    assert world.outcome() == [("placed", None)]
    with world.provider():
        world.flask("jobs", "run", "--once")
        assert world.outcome() == [("placed", None)], "it is left in peace for a minute"
        world.later(seconds=61)
        world.flask("jobs", "run", "--once")
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def test_a_provider_that_is_away_for_long_is_no_reason_to_give_a_call_up(world: World) -> None:
    caller = short(world)
    caller.is_answered()
    world.later(seconds=DUE)
    for _ in range(12):
        world.flask("jobs", "run", "--once")
        world.later(seconds=61)
    assert world.outcome() == [("answered", None)]
    caller.is_over("completed", seconds=600)
    world.sweep()
    assert world.outcome() == [("completed", "4.50")]
    assert world.at_rest()


def test_many_lost_calls_are_settled_by_two_sweepers_at_once_each_once(world: World) -> None:
    for _ in range(12):
        short(world).is_over("completed", seconds=56)
    world.later(seconds=DUE)
    asked = at_once(*[world.sweep] * 4)
    assert not failures(asked)
    assert sum(count for count in asked if isinstance(count, int)) == 12
    assert world.outcome() == [("completed", "0.42")] * 12
    assert world.at_rest()


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_a_sweeper_passes_over_what_another_has_in_hand(world: World) -> None:
    """It neither waits for the other nor asks a second time."""
    short(world).is_over("completed", seconds=56)
    world.later(seconds=DUE)
    asked: list[int] = []
    sweeper = threading.Thread(target=lambda: asked.append(world.sweep()))
    with db.transaction():
        db.execute(text("SELECT id FROM calls FOR UPDATE"))
        sweeper.start()
        sweeper.join(2)
        assert asked == [0]
    sweeper.join()
    assert world.sweep() == 1
    assert world.at_rest()


def test_a_sweeper_and_a_late_signal_at_once_charge_once(world: World) -> None:
    for _ in range(5):
        caller = short(world)
        caller.is_over("completed", seconds=56)
        world.later(seconds=DUE)
        outcomes = at_once(world.sweep, caller.child_ends, caller.action, world.sweep, caller.hang_up)
        assert not failures(outcomes)
        world.sweep()
        assert world.outcome()[-1] == ("completed", "0.42")
        assert world.at_rest()


def test_a_live_call_can_be_ended_from_the_server(world: World) -> None:
    phone = world.known(world.card("10.00"), callee=answers())
    phone.press(f"{KABUL}#")
    phone.wait_for_answer()
    phone.wait(56)
    (call,) = world.calls()
    assert f"{call.id}: answered since" in world.flask("calls", "live").stdout
    with world.provider():
        ended = world.flask("calls", "end", str(call.id))
    assert ended.stdout == f"Call {call.id} is being ended.\n"
    assert "That call cost forty two cents." in phone.wait(1)
    assert phone.dialled[0].status == "completed"
    phone.hang_up()
    world.network.deliver()
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def test_a_call_that_still_rings_can_be_ended_too(world: World) -> None:
    phone = world.known(world.card("10.00"), callee=answers(delay=20))
    phone.press(f"{KABUL}#")
    phone.wait(3)
    with world.provider():
        assert world.flask("calls", "end", str(world.calls()[0].id)).exit_code == 0
    assert "did not go through" in phone.wait(1)
    phone.hang_up()
    world.network.deliver()
    assert world.outcome() == [("canceled", "0.00")]
    assert world.at_rest()


def test_a_call_that_is_over_cannot_be_ended(world: World) -> None:
    caller = short(world)
    caller.is_over("completed", seconds=5)
    caller.child_ends()
    call = str(world.calls()[0].id)
    for verb in (["end", call], ["close", call, "--seconds", "1"]):
        refused = world.flask("calls", *verb)
        assert (refused.exit_code, refused.stderr) == (1, f"Error: call {call} is over: completed\n")
    assert world.flask("calls", "end", "999").stderr == "Error: there is no call 999\n"


def test_ending_a_call_at_a_provider_that_is_away_is_a_clear_mistake(world: World) -> None:
    caller = short(world)
    caller.is_answered()
    refused = world.flask("calls", "end", str(world.calls()[0].id))
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: the provider cannot be reached")
    assert refused.stderr.count("\n") == 1


def test_the_carrier_tells_what_it_cannot_know_from_what_does_not_exist(world: World) -> None:
    caller = short(world)
    assert world.carrier().leg("CAunknown") is None
    assert world.carrier().children("CAunknown") == []
    assert not world.carrier().end("CAunknown")
    assert [leg.sid for leg in world.carrier().children(caller.parent.sid)] == [caller.child.sid]
    away: TwilioCarrier = world.app.extensions["carrier"]
    for question in (
        partial(away.leg, caller.child.sid),
        partial(away.children, caller.parent.sid),
        partial(away.end, caller.child.sid),
    ):
        with pytest.raises(CarrierUnreachable):
            question()


def test_visits_whose_end_nobody_told_us_are_closed_and_those_that_go_on_are_not(world: World) -> None:
    over, unknown, live = ByHand(world), ByHand(world), ByHand(world)
    over.parent.finish("completed", world.network.clock.now())
    world.network.registry.__init__()  # type: ignore[misc]
    for caller in (over, live):
        world.network.registry.add(caller.parent)
    world.later(hours=2)
    with world.provider():
        world.flask("jobs", "run", "--once")
    ended = {row[1]: row[-1] is not None for row in world.everything()["visits"]}
    assert ended == {over.parent.sid: True, unknown.parent.sid: True, live.parent.sid: False}
