"""Ring in, hear busy, be rung back: both legs priced apart, announced and paid for, once."""

from typing import Any

import pytest
from sqlalchemy import select

from app import calls, clock, db
from app.calls import access_numbers
from app.calls.models import Callback
from app.cards import IssuedCard
from ivr.simulator import Phone, answers
from tests.support.world import CALLER, GB, KABUL, World

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
GREETING = "Farthing. This call to you costs six cents a minute."


@pytest.fixture
def line(world: World) -> World:
    """An access number that sounds busy."""
    with db.transaction():
        access_numbers.change(GB, calls_back=True)
    return world


def missed(world: World, caller: str = CALLER) -> Phone:
    """A caller who hears that the line is busy."""
    phone = world.ring(caller=caller)
    assert phone.ended
    return phone


def ring_back(world: World) -> int:
    return calls.ring_back(world.carrier())


def rung(world: World, value: str = "10.00", **how: Any) -> tuple[IssuedCard, Phone]:
    """A registered phone that was rung back and picked up."""
    card = world.card(value)
    world.register(card)
    missed(world)
    assert ring_back(world) == 1
    return card, world.network.pick_up(CALLER, **how)


def wishes() -> list[Any]:
    with db.transaction(readonly=True):
        return list(db.execute(select(Callback.__table__).order_by(Callback.id)))


def test_whoever_rings_in_is_rung_back_and_both_legs_are_charged_exactly(line: World) -> None:
    card, phone = rung(line, callee=answers(100))
    assert phone.heard.startswith(GREETING)
    assert phone.press(f"{KABUL}#").startswith("Afghanistan mobile. Forty five cents a minute. Up to")
    assert phone.finish_dial().startswith("That call cost seventy five cents. You have nine dollars")
    phone.hang_up()
    world = line
    world.network.deliver()
    own, call = world.calls()
    assert (own.kind, own.number, own.status, own.seconds) == ("callback", CALLER, "completed", phone.seconds)
    assert (own.price, call.price) == (phone.seconds * 1_000, 750_000)
    assert world.money(card)[0] == str(10 - (own.price + call.price) / 1_000_000)
    assert world.at_rest()
