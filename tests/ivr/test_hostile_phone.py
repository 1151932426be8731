"""A thief, a prankster and a spy at the telephone: what they type, show and learn."""

from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select, update

from app import cards, config, db, numbers
from app.calls import access_numbers
from app.calls.models import Turn, Visit
from app.cards import IssuedCard, pins, vouchers
from app.cards.models import Pin
from app.customers import sip_users, speed_dials
from app.errors import CallRefused
from app.money import Money
from ivr import twiml
from ivr.prompts import Prompt
from ivr.simulator import answers, busy
from ivr.words import tell
from tests.support.world import CALLER, GB, KABUL, KABUL_E164, World

A = "TN-Validation-Passed-A"
DOMAIN = "farthing.sip.example.com"
NUMBER = "Enter the number, then hash."
HELPLINE = "+448000000000"

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def card(world: World) -> IssuedCard:
    """A card that the phone opens."""
    card = world.card("10.00")
    world.register(card)
    return card


def test_a_pin_that_a_star_has_wiped_is_kept_nowhere(world: World, card: IssuedCard) -> None:
    phone = world.ring(stir=A, callee=answers(10))
    phone.press(f"{card.pin}*{KABUL}#")
    assert [leg.number for leg in phone.dialled] == [KABUL_E164]
    assert card.pin not in str(world.everything())
    assert KABUL in str(world.everything()["turns"])


def test_the_own_pin_typed_out_of_habit_rings_no_stranger_and_is_kept_nowhere(
    world: World, card: IssuedCard
) -> None:
    pin = "442079460105"  # the same keys would ring somebody in London
    assert cards.looks_like_a_pin(pin)
    with db.transaction():
        db.execute(update(Pin).values(hash=pins.hashed(pin, config.settings().pin_peppers[0])))
    phone = world.ring(stir=A, callee=answers(10))
    assert phone.press(f"{pin}#") == NUMBER
    phone.press(f"{pin}{KABUL}#")
    assert [leg.number for leg in phone.dialled] == [KABUL_E164]
    assert pin not in str(world.everything())
    assert f"'{'*' * 12}{KABUL}'" in str(world.everything()["turns"])


@pytest.mark.parametrize("typed", ["{}#", "0#2{}", "7{}#"])
def test_a_vouchers_code_typed_in_the_wrong_place_is_not_remembered(
    world: World, card: IssuedCard, typed: str
) -> None:
    with db.transaction():
        made = vouchers.make(20, Money.parse("5.00", "USD"), batch="any")
    for voucher in made:
        phone = world.ring(stir=A)
        phone.press(typed.format(voucher.code))
        phone.hang_up()
    kept = str(world.everything())
    assert not [voucher for voucher in made if voucher.code in kept]


def test_a_sign_that_only_looks_like_a_letter_opens_nobodys_card(world: World, card: IssuedCard) -> None:
    with db.transaction():
        access_numbers.change(GB, sip_domain=DOMAIN)
        sip_users.register(f"kate@{DOMAIN}", cards.by_serial(card.serial).id)
    kelvin = "\u212a"
    assert world.ring(f"sip:x@{DOMAIN}", f"sip:kate@{DOMAIN}").heard.startswith("Farthing. You have")
    assert world.ring(f"sip:x@{DOMAIN}", f"sip:{kelvin}ate@{DOMAIN}").heard == "Farthing. Enter your PIN."


def test_who_shows_somebody_elses_number_does_not_choose_their_language(
    world: World, card: IssuedCard
) -> None:
    with db.transaction():
        access_numbers.change(GB, languages=["en-GB", "ur"])
    prankster = world.ring(stir="TN-Validation-Failed-C")
    prankster.press("2")
    prankster.hang_up()
    assert "For English, press one." in world.ring(stir=A).heard


def test_who_shows_a_registered_phone_and_has_a_card_of_their_own_does_not_either(
    world: World, card: IssuedCard
) -> None:
    own = world.card(batch="prankster")
    prankster = world.ring()
    prankster.press(own.pin)
    prankster.press("0#4")
    prankster.press("4")
    prankster.hang_up()
    assert world.ring(stir=A).heard.startswith("Farthing. This phone is registered.")


def test_a_language_that_nobody_speaks_any_more_is_that_of_the_access_number(
    world: World, card: IssuedCard
) -> None:
    world.sql("UPDATE cards SET language = 'tlh'")
    world.sql("INSERT INTO caller_languages VALUES (:caller, 'xx', '2026-01-01')", caller="+447700900999")
    assert world.ring(stir=A, callee=answers(3)).press(f"{KABUL}#") == "Up to twenty two minutes."
    assert world.ring(caller="+447700900999").heard == "Farthing. Enter your PIN."
    world.network.text(CALLER, GB, "BALANCE")
    assert world.network.problems == []


@pytest.mark.parametrize(
    "name", ["a\x07b\x00c", "\ufffe\uffff", "]]>&<Say>'\"", "\u202e\u2066rtl", "\x1b[31m"]
)
def test_no_name_breaks_what_the_provider_reads(world: World, card: IssuedCard, name: str) -> None:
    with db.transaction():
        speed_dials.add(cards.by_serial(card.serial).id, 1, number=KABUL_E164, name=name)
    for said in (twiml.said(tell(Prompt.BRAND, brand=name), "en-GB"), twiml.message(name)):
        assert ElementTree.fromstring(said) is not None  # noqa: S314  our own
    phone = world.ring(stir=A)
    phone.press("0#3")
    assert "To go back, press star." in phone.press("2")
    assert world.network.problems == []


def test_a_greeting_is_what_can_be_said(world: World) -> None:
    with pytest.raises(CallRefused), db.transaction():
        access_numbers.change(GB, greeting="Far\x07thing")


def test_nobody_else_on_the_card_is_led_to_the_helpline_that_one_called(
    world: World, card: IssuedCard
) -> None:
    assert numbers.is_freephone(HELPLINE)
    first = world.ring(stir=A, callee=answers(30))
    first.press(f"{KABUL}#")
    first.talk_until_end()
    victim = world.ring(stir=A, callee=answers(30))
    victim.press("08000000000#")
    assert [leg.number for leg in victim.dialled] == [HELPLINE]
    victim.finish_dial()
    victim.hang_up()
    spy = world.ring(stir=A)
    spy.press("#")
    assert [leg.number for leg in spy.dialled] == [KABUL_E164]
    spy.hang_up()
    world.network.deliver()
    spy = world.ring(stir=A)
    spy.press("0#3")
    spy.press("1")
    assert HELPLINE not in str(world.everything()["speed_dials"])


def test_a_helpline_that_is_busy_can_be_tried_again_on_the_same_visit(world: World, card: IssuedCard) -> None:
    phone = world.ring(stir=A, callee=busy())
    phone.press("08000000000#")
    phone.finish_dial()
    phone.press("#")
    assert [leg.number for leg in phone.dialled] == [HELPLINE, HELPLINE]


def test_a_new_pin_shuts_out_the_phones_of_whoever_knew_the_old_one(world: World) -> None:
    card = world.card()
    holder, thief = "+447700900001", "+447700900002"
    world.register(card, holder)
    world.register(card, thief)
    phone = world.ring(caller=holder)
    phone.press(card.pin)
    phone.press("0#0")
    phone.press("3")
    phone.press("1")
    phone.hang_up()
    assert world.ring(caller=thief, stir=A).heard == "Farthing. Enter your PIN."
    assert "Enter the number" in world.ring(caller=holder, stir=A).heard


@pytest.mark.parametrize("way", ["", "0#", "0#1", "0#2", "0#3", "0#32", "0#4", "0#0", "0#03"])
def test_no_entry_is_a_fault_at_any_step(world: World, card: IssuedCard, way: str) -> None:
    for digits in ("\u00b2", "\u0663", "9" * 4000, "1\n2", "*" * 60, "#", "<1>", " ", "-1", "\u2460"):
        phone = world.ring(stir=A)
        if way:
            phone.press(way)
        with db.transaction(readonly=True):
            turns = select(func.max(Turn.number)).join(Visit, Visit.id == Turn.visit_id)
            turn = db.execute(turns.where(Visit.sid == phone.sid)).scalar_one()
        answer = world.post(f"/ivr/step?turn={turn + 1}", {"CallSid": phone.sid, "Digits": digits})
        assert "we have a fault" not in answer.text and answer.status_code == 200, digits
        phone.hang_up()
