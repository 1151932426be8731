"""A registered phone opens one card, and never moves silently."""

import pytest

from app import cards, customers, db
from app.errors import PhoneTaken
from tests.support.threads import at_once, failures
from tests.support.world import CALLER, World

A = "TN-Validation-Passed-A"


def test_a_phone_opens_the_card_it_was_registered_for(world: World) -> None:
    card = world.card("3.00")
    world.register(card)
    world.register(card)
    assert world.ring(stir=A).heard.startswith("Farthing. This phone is registered.")


def test_a_phone_opens_one_card_only(world: World) -> None:
    one, other = world.card(), world.card()
    world.register(one)
    with pytest.raises(PhoneTaken):
        world.register(other)
    assert customers_of(world) == [(CALLER, one.serial)]


def test_of_two_who_register_one_phone_at_once_one_gets_it(world: World) -> None:
    owners = [world.card() for _ in range(5)]
    outcomes = at_once(*[lambda card=card: world.register(card) for card in owners])
    refused = failures(outcomes)
    assert len(refused) == 4
    assert all(isinstance(error, PhoneTaken) for error in refused)


def test_a_card_may_have_several_phones(world: World) -> None:
    card = world.card()
    world.register(card)
    world.register(card, "+447700900789")
    assert len(customers_of(world)) == 2


def test_a_forgotten_phone_opens_nothing_and_may_be_registered_anew(world: World) -> None:
    one, other = world.card(), world.card()
    world.register(one)
    with db.transaction():
        assert customers.forget(CALLER)
        assert not customers.forget(CALLER)
    assert world.ring(stir=A).heard == "Farthing. Enter your PIN."
    world.register(other)
    assert customers_of(world) == [(CALLER, other.serial)]


def customers_of(world: World) -> list[tuple[str, str]]:
    serials = {}
    rows = world.everything()
    with db.transaction(readonly=True):
        for row in rows["cards"]:
            found = cards.by_serial(row[1])
            serials[found.id] = found.serial
    return [(row[0], serials[row[1]]) for row in rows["phones"]]
