"""After a year nobody can tell any more whom a call went to; what it cost stays provable."""

from app import db
from app.calls import retention
from tests.support.world import KABUL, KABUL_E164, World


def test_whole_numbers_are_forgotten_after_a_year_and_prices_are_not(world: World) -> None:
    card = world.card()
    phone = world.known(card)
    phone.press(f"{KABUL}#")
    phone.finish_dial()
    phone.hang_up()
    world.network.deliver()
    price = world.calls()[0].price
    world.later(days=364)
    young = world.known(world.card())
    young.press(f"{KABUL}#")
    young.finish_dial()
    young.hang_up()
    world.network.deliver()
    assert db.attempt(retention.shorten) == 0
    world.later(days=2)
    assert db.attempt(retention.shorten) == 2  # a visit and its call
    assert db.attempt(retention.shorten) == 0
    old, new = world.calls()
    assert (old.number, old.dialled, old.price) == ("9370", "*", price)
    assert new.number == KABUL_E164
    shortened = world.everything()["visits"]
    assert [row[2] for row in shortened].count(None) == 1
    assert world.balanced()
