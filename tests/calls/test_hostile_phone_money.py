"""The money of calls into rooms, when what is told of them contradicts itself or cannot be told apart."""

import uuid

import pytest

from app import clock
from ivr.simulator.records import CallRecord
from tests.calls.test_conference import Exchange, InRoom, exchange, in_room, look, rings_silently
from tests.support.by_hand import _path
from tests.support.world import ACCOUNT, GB, KABUL_E164, World

assert exchange is not None  # the fixture

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def talks(world: World) -> InRoom:
    """Somebody has answered in a room, and we know it; they go on talking."""
    caller, _ = in_room(world)
    caller.waits()
    caller.child.status, caller.child.answered = "in-progress", clock.now()
    caller.tell("answered")
    return caller


def action(caller: InRoom, **fields: str) -> None:
    assert caller.dial is not None
    caller.post(_path(caller.dial.word("action")), fields)


LIES = {
    "not bridged": {"DialCallStatus": "answered", "DialBridged": "false"},
    "not bridged, completed": {"DialCallStatus": "completed", "DialBridged": "false"},
    "as long as the caller was there": {"DialCallStatus": "answered", "DialCallDuration": "600"},
    "for no time at all": {"DialCallStatus": "completed", "DialCallDuration": "0"},
    "canceled": {"DialCallStatus": "canceled"},
    "no answer": {"DialCallStatus": "no-answer", "DialBridged": "false"},
    "failed": {"DialCallStatus": "failed"},
}


@pytest.mark.parametrize("said", LIES.values(), ids=LIES)
def test_what_a_dial_into_a_room_says_of_the_time_is_not_believed(
    world: World, exchange: Exchange, said: dict[str, str]
) -> None:
    exchange.end = lambda sid: True  # type: ignore[method-assign]  # it takes a moment to be over
    caller = talks(world)
    world.later(seconds=56)
    action(caller, **said)
    caller.is_over("completed", 56)
    look(exchange)
    world.later(seconds=61)
    look(exchange)
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def code_call(world: World) -> None:
    """Another leg to the same number, which is no call of ours: it says a code."""
    told = CallRecord("CA" + uuid.uuid4().hex, ACCOUNT, GB, KABUL_E164, "outbound-api", clock.now())
    told.status, told.answered, told.ended = "completed", clock.now(), clock.now()
    world.network.registry.add(told)


def test_a_talk_that_cannot_be_told_from_another_leg_is_not_free(world: World, exchange: Exchange) -> None:
    caller, card = in_room(world)
    exchange.answer = rings_silently(caller)
    code_call(world)
    caller.waits()
    caller.talk(56)
    for _ in range(12):
        look(exchange)
        world.later(seconds=61)
    assert world.outcome() == [("unresolved", None)]  # for a person, who sees both legs
    assert world.money(card)[0] == "10.00" != world.money(card)[1]
