"""Being rung as a weapon: somebody else's phone again and again, and what the pages tell a spy afterwards."""

import pytest
from sqlalchemy import select

from app import db
from app.calls import access_numbers, callbacks
from app.calls.models import CallerLanguage
from app.throttle import Throttle
from ivr.simulator import answers
from tests.support.rung import missed, ring_back, sounds_busy, wishes
from tests.support.site import Site
from tests.support.world import CALLER, GB, KABUL, World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def rung_in_vain(world: World) -> int:
    """How often a phone rings whose owner wants nothing of it, when somebody shows its number all day."""
    rung = 0
    for _ in range(20):
        world.later(minutes=10)
        missed(world)
        rung += ring_back(world)
        if world.network.is_ringing(CALLER):
            world.network.decline(CALLER)
        world.network.deliver()
    return rung


def test_a_phone_that_makes_no_call_when_it_is_rung_is_soon_let_be(world: World) -> None:
    sounds_busy(world).register(world.card())
    assert rung_in_vain(world) == callbacks.UNHEEDED.most == 6
    world.later(days=1)
    missed(world)
    assert ring_back(world) == 1


def test_who_calls_somebody_when_rung_back_may_do_so_all_day(world: World) -> None:
    sounds_busy(world).register(world.card("50.00"))
    for _ in range(callbacks.UNHEEDED.most + 2):
        world.later(minutes=10)
        missed(world)
        assert ring_back(world) == 1
        phone = world.network.pick_up(CALLER, callee=answers(10))
        phone.press(f"{KABUL}#")
        phone.finish_dial()
        phone.hang_up()
        world.network.deliver()
    assert len(wishes()) == callbacks.UNHEEDED.most + 2


def test_no_count_keeps_a_phone_in_the_clear(world: World) -> None:
    sounds_busy(world).register(world.card())
    missed(world)
    ring_back(world)
    world.network.text(CALLER, GB, "BALANCE")
    with db.transaction(readonly=True):
        counted = list(db.execute(select(Throttle.scope, Throttle.subject)))
    assert counted and not [row for row in counted if CALLER[1:] in row.subject]


def test_a_phone_gets_so_many_text_messages_a_day(world: World) -> None:
    world.register(world.card())
    sent = 0
    for _ in range(6):
        world.later(hours=1)
        sent += sum(bool(world.network.text(CALLER, GB, "BALANCE")) for _ in range(21))
    assert sent == 60


def test_who_has_the_pin_is_asked_for_the_language_once_on_a_phone_that_nobody_vouches_for(
    world: World,
) -> None:
    card = world.card()
    world.register(card)
    with db.transaction():
        access_numbers.change(GB, languages=["en-GB", "fr"])
    phone = world.ring()
    phone.press("2")
    assert phone.press(card.pin).startswith("Vous avez")
    phone.hang_up()
    with db.transaction(readonly=True):
        assert db.execute(select(CallerLanguage.language)).scalar_one() == "fr"
    assert "press one" not in world.ring().heard


def test_a_page_about_a_callback_does_not_say_which_helpline_it_was_for(site: Site) -> None:
    zoe = site.customer()
    site.world.register(zoe)  # type: ignore[arg-type]
    client = site.client(zoe)
    asked = {"phone": CALLER, "via": GB, "to": "0800 1111", "nonce": "n" * 32}
    sent = site.post(client, "/account/call-me", asked)
    assert sent.status_code == 303
    page = client.get(sent.headers["Location"]).text
    assert "0800 1111" not in page and "8001111" not in page and "800 1111" not in page
