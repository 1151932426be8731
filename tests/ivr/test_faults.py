"""A fault of ours: the caller hears an apology, the money is safe, and the provider tells us again."""

from collections.abc import Callable
from typing import Any

import pytest

from app import calls, ledger
from ivr import flow, twiml
from ivr.simulator import answers
from tests.support.by_hand import ByHand
from tests.support.world import KABUL, World

SORRY = "Sorry, we have a fault. Please try again in a few minutes. Goodbye."

Breaker = Callable[[pytest.MonkeyPatch], None]


def fail(*_: Any, **__: Any) -> Any:
    raise RuntimeError("a secret of ours: 4111111111111111")


def breaks(module: Any, name: str) -> Breaker:
    return lambda monkeypatch: monkeypatch.setattr(module, name, fail)


PLACES = {
    "before the call is placed": breaks(calls, "place"),
    "after the hold was taken": breaks(ledger, "hold"),
    "after the call was placed": breaks(twiml, "render"),
    "when the answer is kept": breaks(calls, "remember"),
    "in the step": breaks(flow, "answer"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_fault_while_placing_a_call_leaves_nothing_kept_aside(
    world: World, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    card = world.card("10.00")
    caller = ByHand(world)
    caller.type(card.pin)
    path = caller.address()
    with monkeypatch.context() as broken:
        PLACES[place](broken)
        assert caller.hear(caller.post(path, {"Digits": KABUL})) == SORRY
    assert caller.has_ended
    assert world.money(card) == ("10.00", "10.00")
    assert world.calls() == []
    assert "Up to twenty two minutes." in caller.hear(caller.post(path, {"Digits": KABUL}))


def test_a_fault_says_nothing_of_our_insides(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = ByHand(world)
    with monkeypatch.context() as broken:
        broken.setattr(flow, "answer", fail)
        answer = caller.post(caller.address(), {"Digits": "1"})
    assert answer.status_code == 200
    assert "secret" not in answer.text
    assert answer.mimetype == "text/xml"


def test_a_fault_at_the_end_keeps_the_hold_until_the_next_signal(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = world.card("10.00")
    caller = ByHand(world).place(card)
    caller.is_answered()
    caller.is_over("completed", seconds=56)
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "settle", fail)
        assert caller.child_ends().status_code == 503
        assert caller.hear(caller.action()) == SORRY
    assert world.outcome() == [("answered", None)]
    assert world.money(card) == ("10.00", "0.0025")
    assert world.balanced()
    assert caller.child_ends().status_code == 200
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def test_the_network_tells_us_again_what_we_could_not_take(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider's own retries, as the address asks for them."""
    card = world.card("10.00")
    phone = world.known(card, callee=answers(56))
    phone.press(f"{KABUL}#")
    settle, failures = ledger.settle, iter([True, True, True])

    def stumble(*arguments: Any, **more: Any) -> Any:
        return fail() if next(failures, False) else settle(*arguments, **more)

    monkeypatch.setattr(ledger, "settle", stumble)
    phone.finish_dial()
    phone.hang_up()
    world.network.deliver()
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def test_a_database_that_lost_a_table_is_a_fault_and_moves_nothing(world: World) -> None:
    card = world.card("10.00")
    caller = ByHand(world)
    caller.type(card.pin)
    path = caller.address()
    world.sql("ALTER TABLE turns RENAME TO lost")
    assert caller.hear(caller.post(path, {"Digits": KABUL})) == SORRY
    world.sql("ALTER TABLE lost RENAME TO turns")
    assert world.money(card) == ("10.00", "10.00")
    assert world.calls() == []
    assert caller.hear(caller.post(path, {"Digits": KABUL})).startswith("Up to")


def test_a_status_callback_without_a_database_is_asked_for_again(world: World) -> None:
    caller = ByHand(world).place(world.card("10.00"))
    caller.is_over("completed", seconds=56)
    world.sql("ALTER TABLE calls RENAME TO lost")
    assert caller.child_ends().status_code == 503
    world.sql("ALTER TABLE lost RENAME TO calls")
    assert world.outcome() == [("placed", None)]
    assert caller.child_ends().status_code == 200
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def test_the_first_word_may_fail_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "begin", fail)
    phone = world.ring()
    assert phone.heard == SORRY
    assert phone.ended
    assert world.everything()["visits"] == []


def test_the_fallback_apologises_without_the_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from app import db

    monkeypatch.setattr(db, "transaction", fail)
    answer = world.post("/ivr/fallback", {"CallSid": "CA1", "ErrorCode": "11200", "ErrorUrl": "x"})
    assert SORRY in answer.text
    assert answer.text.endswith("<Hangup /></Response>")
    assert world.post("/ivr/fallback", {}).status_code == 200


def test_a_network_that_cannot_reach_us_lets_the_caller_hear_the_fallback(world: World) -> None:
    world.deaf_to("/ivr/voice")
    phone = world.ring()
    assert phone.heard == SORRY
    assert phone.ended


def test_a_call_outlives_a_fault_in_its_own_visit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the caller hears, what was talked is charged, once."""
    card = world.card("10.00")
    phone = world.known(card, callee=answers(56))
    phone.press(f"{KABUL}#")
    monkeypatch.setattr(twiml, "render", fail)
    assert phone.finish_dial() == SORRY
    assert phone.ended
    world.network.deliver()
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()
