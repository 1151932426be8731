"""An access number that sounds busy, and callers who are rung back."""

from typing import Any

from sqlalchemy import select

from app import calls, db
from app.calls import access_numbers, live
from app.calls.models import Callback
from app.cards import IssuedCard
from ivr.simulator import Phone
from tests.support.world import CALLER, GB, World


def sounds_busy(world: World) -> World:
    """Let the British access number call back."""
    with db.transaction():
        access_numbers.change(GB, calls_back=True)
    return world


def missed(world: World, caller: str = CALLER) -> Phone:
    """A caller who hears that the line is busy."""
    phone = world.ring(caller=caller)
    assert phone.ended
    return phone


def ring_back(world: World) -> int:
    """What the job does in one round; answers how many phones it had rung."""
    return calls.ring_back(world.carrier())


def rung(world: World, value: str = "10.00", **how: Any) -> tuple[IssuedCard, Phone]:
    """A registered phone that was rung back and picked up."""
    card = world.card(value)
    world.register(card)
    missed(world)
    assert ring_back(world) == 1
    return card, world.network.pick_up(CALLER, **how)


def wishes() -> list[Any]:
    """Every callback that was asked for, oldest first."""
    with db.transaction(readonly=True):
        return list(db.execute(select(Callback.__table__).order_by(Callback.id)))


def live_visits() -> int:
    """How many visits have not ended."""
    with db.transaction(readonly=True):
        return live.counts()["live_visits"]
