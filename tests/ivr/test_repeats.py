"""The same request delivered twice gets the same answer, and money moves once."""

import threading
from functools import partial

import pytest
from werkzeug.test import TestResponse

from app import calls, cards, db
from app.calls import CallStatus, Ending, Signal
from ivr.simulator import answers
from ivr.simulator.callbacks import Faults
from tests.support.by_hand import ByHand
from tests.support.threads import at_once, failures
from tests.support.world import CALLER, GB, KABUL, World


def one_text(outcomes: list[TestResponse | Exception]) -> str:
    """What every one of these answers says, byte for byte."""
    assert not failures(outcomes)
    (text,) = {outcome.get_data() for outcome in outcomes if isinstance(outcome, TestResponse)}
    return text.decode()


def test_every_request_of_a_visit_may_come_again_later(world: World) -> None:
    card = world.card("10.00")
    caller = ByHand(world)
    first = caller.post("/ivr/voice", {}).get_data()
    asked = []
    for digits in ("123456789015", card.pin, "0012", KABUL):
        path = caller.address()
        answer = caller.post(path, {"Digits": digits})
        asked.append((path, digits, answer.get_data()))
        caller.hear(answer)
    for path, digits, before in asked * 2:
        assert caller.post(path, {"Digits": digits}).get_data() == before
    assert caller.post("/ivr/voice", {}).get_data() == first
    assert len(world.calls()) == 1
    assert world.money(card) == ("10.00", "0.0025")
    assert world.balanced()


def test_a_turn_answered_once_stays_answered_whatever_the_second_says(world: World) -> None:
    card = world.card("10.00")
    caller = ByHand(world)
    caller.type(card.pin)
    path = caller.address()
    placed = caller.post(path, {"Digits": KABUL}).get_data()
    assert caller.post(path, {"Digits": "00923001234567"}).get_data() == placed
    assert len(world.calls()) == 1


def test_a_wrong_pin_sent_again_is_one_guess(world: World) -> None:
    caller = ByHand(world)
    path = caller.address()
    for _ in range(20):
        caller.post(path, {"Digits": "123456789015"})
    guards = {row[:2]: row[2] for row in world.everything()["pin_guards"]}
    assert guards == {("caller", CALLER): 1, ("stranger", GB): 1, ("stranger", "everywhere"): 1}


def test_an_end_told_again_says_the_same_words(world: World) -> None:
    card = world.card("10.00")
    caller = ByHand(world).place(card)
    caller.is_over("completed", seconds=56)
    first = caller.action()
    assert caller.action().get_data() == first.get_data()
    caller.child_ends()
    assert caller.action().get_data() == first.get_data()
    assert world.money(card) == ("9.58", "9.58")
    assert world.at_rest()


def test_a_ring_at_once_opens_one_visit(world: World) -> None:
    form = {"CallSid": "CA1", "From": CALLER, "To": GB}
    assert "Enter your PIN" in one_text(at_once(*[partial(world.post, "/ivr/voice", form)] * 8))
    assert len(world.everything()["visits"]) == len(world.everything()["turns"]) == 1


def test_a_wrong_pin_at_once_is_one_guess(world: World) -> None:
    caller = ByHand(world)
    ask = partial(caller.post, caller.address(), {"Digits": "123456789015"})
    assert "not recognised" in one_text(at_once(*[ask] * 8))
    assert {row[2] for row in world.everything()["pin_guards"]} == {1}


@pytest.mark.parametrize("live_calls_max", [1, 2])
def test_a_number_at_once_is_one_call_and_one_hold(world: World, live_calls_max: int) -> None:
    """Also when the card could be on two calls, and has credit for both."""
    for _ in range(3):
        card = world.card("10.00", live_calls_max=live_calls_max)
        with db.transaction():
            cards.limit(card.serial, call_seconds_max=60)
        caller = ByHand(world)
        caller.type(card.pin)
        ask = partial(caller.post, caller.address(), {"Digits": KABUL, "FinishedOnKey": "#"})
        assert "<Dial" in one_text(at_once(*[ask] * 6))
        assert world.money(card) == ("10.00", "9.55")
    assert len(world.calls()) == 3
    assert world.balanced()


def test_an_end_at_once_from_everywhere_is_charged_once(world: World) -> None:
    for _ in range(4):
        card = world.card("10.00")
        caller = ByHand(world).place(card)
        caller.is_over("completed", seconds=56)
        outcomes = at_once(*[caller.child_ends, caller.action] * 4)
        assert not failures(outcomes)
        assert len({outcome.get_data() for outcome in outcomes[1::2]}) == 1  # type: ignore[union-attr]
        assert world.money(card) == ("9.58", "9.58")
    assert world.outcome() == [("completed", "0.42")] * 4
    assert world.at_rest()


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_the_balance_told_is_that_after_the_charge_also_when_two_signals_meet(world: World) -> None:
    """The callback of the dialled leg is being settled while the Dial's action comes."""
    caller = ByHand(world).place(world.card("10.00"))
    caller.is_over("completed", seconds=56)
    call, said = world.calls()[0].id, list[str]()
    with db.transaction():
        calls.finish(call, Ending(CallStatus.COMPLETED, Signal.CHILD, seconds=56), parent=caller.parent.sid)
        asking = threading.Thread(target=lambda: said.append(caller.hear(caller.action())))
        asking.start()
        asking.join(1.0)
    asking.join()
    assert "That call cost forty two cents. You have nine dollars fifty eight." in said[0]


@pytest.mark.parametrize("engine_name", ["postgresql"])
@pytest.mark.parametrize("status", ["completed", "busy"])
def test_of_two_signals_that_disagree_at_once_the_first_decides(world: World, status: str) -> None:
    """The second waits for the first, and then finds the call over."""
    caller = ByHand(world).place(world.card("10.00"))
    call, answers = world.calls()[0].id, list[int]()

    def second() -> None:
        answers.append(caller.child_says(status, CallDuration="30").status_code)

    with db.transaction():
        calls.finish(call, Ending(CallStatus.COMPLETED, Signal.ACTION, seconds=56), parent=caller.parent.sid)
        telling = threading.Thread(target=second)
        telling.start()
        telling.join(0.5)
    telling.join()
    row = world.calls()[0]
    assert (row.status, row.seconds, row.price, row.learnt_from) == ("completed", 56, 420_000, "action")
    assert answers == [200]
    assert world.at_rest()


@pytest.mark.parametrize("seed", range(6))
def test_a_network_that_loses_repeats_delays_and_reorders_changes_no_price(world: World, seed: int) -> None:
    world.network.callbacks.faults = Faults(
        drop=0.3, repeat=0.4, delay=0.4, reorder=0.4, repeat_requests=0.5, seed=seed
    )
    holders = [world.card("10.00") for _ in range(2)]
    for card in holders:
        phone = world.ring(callee=answers(56))
        for _ in range(2):
            phone.press(f"{card.pin} {KABUL}#" if not phone.dialled else f"{KABUL}#")
            phone.finish_dial()
        phone.hang_up()
    world.network.deliver()
    world.sweep()
    world.later(hours=3)
    world.sweep()
    assert world.outcome() == [("completed", "0.42")] * 4
    assert [world.money(card) for card in holders] == [("9.16", "9.16")] * 2
    assert world.at_rest()
