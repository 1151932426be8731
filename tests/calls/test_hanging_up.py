"""A caller who hangs up, at whatever moment, leaves nothing behind."""

import threading
from collections.abc import Callable

import pytest

from app import calls, db
from ivr.simulator import Phone, answers, no_answer
from ivr.simulator.signals import State
from tests.support.by_hand import ByHand
from tests.support.world import KABUL, World

Deed = Callable[[Phone, str], object]


def ring_out(phone: Phone, pin: str) -> None:
    phone.press(f"{pin} {KABUL}#")
    phone.wait(2)
    assert phone.state is State.RINGING


def talk(phone: Phone, pin: str) -> None:
    phone.press(f"{pin} {KABUL}#")
    phone.wait_for_answer()
    phone.wait(56)
    assert phone.state is State.TALKING


MOMENTS: dict[str, Deed] = {
    "before a word": lambda phone, pin: None,
    "while the PIN is asked": lambda phone, pin: phone.wait(1),
    "in the midst of the PIN": lambda phone, pin: phone.press(pin[:5]),
    "after a wrong PIN": lambda phone, pin: phone.press(f"{pin[:-1]}{(int(pin[-1]) + 1) % 10}"),
    "after the right PIN": lambda phone, pin: phone.press(pin),
    "in the midst of the number": lambda phone, pin: phone.press(f"{pin} 00937"),
    "after a number that is refused": lambda phone, pin: phone.press(f"{pin} 0012#"),
    "while it rings": ring_out,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_nothing_is_charged_and_nothing_left(world: World, moment: str) -> None:
    card = world.card("10.00")
    phone = world.ring(callee=no_answer())
    MOMENTS[moment](phone, card.pin)
    phone.hang_up()
    world.network.deliver()
    assert world.money(card) == ("10.00", "10.00")
    assert [status for status, _ in world.outcome()] == (["canceled"] if "rings" in moment else [])
    assert world.at_rest()
    assert not phone.problems


def test_a_caller_who_hangs_up_while_talking_pays_for_what_was_talked(world: World) -> None:
    card = world.card("10.00")
    phone = world.ring(callee=answers())
    talk(phone, card.pin)
    phone.hang_up()
    world.network.deliver()
    assert world.outcome() == [("completed", "0.42")]
    assert world.money(card) == ("9.58", "9.58")
    assert world.at_rest()


@pytest.mark.parametrize("deed", [ring_out, talk], ids=["ringing", "talking"])
def test_the_callers_own_end_alone_sets_the_money_free_within_a_sweep(world: World, deed: Deed) -> None:
    """Neither the dialled leg's callback nor the Dial's action arrives."""
    card = world.card("10.00")
    phone = world.ring(callee=answers(delay=20))
    deed(phone, card.pin)
    world.deaf_to("/ivr/ended", "?call=")
    phone.hang_up()
    world.network.deliver()
    assert world.look(card).live_calls == 1
    assert world.sweep() == 1
    assert world.money(card)[0] == ("10.00" if deed is ring_out else "9.58")
    assert world.at_rest()


def test_a_caller_who_hangs_up_may_call_again_at_once(world: World) -> None:
    card = world.card("10.00")
    for _ in range(3):
        phone = world.ring(callee=answers())
        talk(phone, card.pin)
        phone.hang_up()
        world.network.deliver()
    assert world.money(card) == ("8.74", "8.74")
    assert world.at_rest()


def test_a_request_after_the_end_of_a_visit_moves_nothing(world: World) -> None:
    card = world.card("10.00")
    phone = world.known(card)
    phone.hang_up()
    world.network.deliver()
    late = world.post("/ivr/step?turn=2", {"CallSid": phone.sid, "Digits": KABUL})
    assert late.status_code == 200
    assert "<Dial" not in late.text
    assert world.calls() == []
    assert world.money(card) == ("10.00", "10.00")


def test_a_caller_who_hangs_up_while_the_call_is_being_placed_leaves_nothing_behind(world: World) -> None:
    """The end waits for the number, and so finds the call that has to be asked about."""
    card = world.card("10.00")
    caller = ByHand(world)
    caller.type(card.pin)
    gone = threading.Thread(target=caller.hang_up)
    with db.transaction():
        visit = calls.resume(caller.parent.sid, 2)
        gone.start()
        gone.join(0.5)
        calls.place(visit, KABUL)
    gone.join()
    assert world.outcome() == [("placed", None)]
    for _ in range(2):  # only the second look, a minute later, is believed
        assert world.sweep() == 1
        world.later(seconds=61)
    assert world.outcome() == [("canceled", "0.00")]
    assert world.money(card) == ("10.00", "10.00")
    assert world.at_rest()
