"""What the keys behind zero do."""

from typing import Any

import pytest

from app import db, messages
from app.calls import access_numbers, retention
from app.cards import IssuedCard, vouchers
from app.customers import phones, speed_dials
from app.money import Money
from ivr.simulator import Phone, answers
from tests.support.mailbox import Mailbox
from tests.support.site import Site
from tests.support.world import CALLER, GB, KABUL, KABUL_E164, US, World

A = "TN-Validation-Passed-A"
NUMBER = "Enter the number, then hash."
lite = pytest.mark.parametrize("engine_name", ["sqlite"])


def voucher(value: str = "5.00", currency: str = "USD") -> str:
    with db.transaction():
        return vouchers.make(1, Money.parse(value, currency), batch=f"by phone {currency}")[0].code


def at_menu(world: World, card: IssuedCard, **how: Any) -> Phone:
    phone = world.known(card, **how)
    phone.press("0#")
    return phone


def test_a_voucher_adds_its_value_once_whoever_types_it(world: World) -> None:
    card, code = world.card("10.00"), voucher()
    phone = at_menu(world, card)
    assert phone.press("2") == "Enter the voucher number, then hash."
    assert phone.press(f"{code}#") == f"Thank you. Five dollars added. You now have fifteen dollars. {NUMBER}"
    assert world.money(card) == ("15.00", "15.00")
    phone.press("0#2")
    assert (
        phone.press(f"{code}#") == "That voucher has already been used. Enter the voucher number, then hash."
    )
    other = world.card("1.00")
    thief = at_menu(world, other, caller="+447700900777")
    thief.press("2")
    assert thief.press(f"{code}#") == "That voucher was not recognised. Please enter it again."
    assert world.money(other) == ("1.00", "1.00")
    assert world.balanced()
    assert code not in str(world.everything())


@lite
def test_whoever_tries_vouchers_for_too_long_is_paused_and_may_still_call(world: World) -> None:
    phone = at_menu(world, world.card("10.00"))
    for _ in range(4):
        phone.press("2")
        for _ in range(3):
            phone.press("11111111111111#")
        phone.press("0#")
    assert phone.press("2") == "Enter the voucher number, then hash."
    assert phone.press("11111111111111#").startswith("That was too many tries. Please try again in an hour.")
    assert phone.press(f"{KABUL}#") == "Up to twenty two minutes."


@lite
def test_credit_that_is_too_short_offers_a_number_or_a_voucher(world: World) -> None:
    card = world.card("0.01")
    phone = world.known(card)
    short = "Sorry, there is not enough credit for that call. You have one cent. "
    assert phone.press(f"{KABUL}#") == f"{short}For another number, press one. To use a voucher, press two."
    phone.press("2")
    assert phone.stay_silent() == "Enter the voucher number, then hash."
    assert phone.press(f"{voucher('10.00')}#").startswith("Thank you. Ten dollars added.")
    assert world.money(card)[0] == "10.01"


def test_a_number_that_is_typed_where_a_key_was_asked_for_is_dialled(world: World) -> None:
    poor = world.card("0.50")
    phone = world.known(poor)
    phone.press("00923001234567#")
    phone.finish_dial()
    assert phone.press(f"{KABUL}#").startswith("Up to")


@lite
def test_the_last_number_is_saved_and_heard_and_dialled_by_its_key(world: World) -> None:
    card = world.card("10.00")
    phone = world.known(card, callee=answers(10))
    phone.press("0#3")
    assert phone.press("1") == f"You have not called anybody yet. {NUMBER}"
    phone.press(f"{KABUL}#")
    phone.finish_dial()
    phone.press("0#3")
    assert phone.press("1") == f"Saved. To call it, press one, then hash. {NUMBER}"
    phone.press("0#3")
    assert phone.press("1") == f"Saved. To call it, press one, then hash. {NUMBER}"
    phone.press("0#3")
    assert phone.press("2").startswith("One, 4 5 6 7. To go back")
    phone.press("*")
    phone.press("*")
    assert phone.press("1#") == "Up to twenty two minutes."
    assert phone.dialled[-1].number == KABUL_E164


@lite
def test_many_speed_dials_are_heard_a_few_at_a_time(world: World) -> None:
    card = world.card("10.00")
    own = world.look(card).id
    with db.transaction():
        for slot, name in ((1, "Mum"), (2, "Work"), (5, "Zoë"), (77, "")):
            speed_dials.add(own, slot, number=KABUL_E164, name=name)
    phone = at_menu(world, card)
    phone.press("3")
    assert phone.press("2") == "One, Mum. Two, Work. Five, Zoë. For more, press one. To go back, press star."
    assert phone.press("1") == "Seventy seven, 4 5 6 7. To go back, press star."
    assert phone.press("*").startswith("For balance")


def test_a_new_pin_is_read_twice_and_the_old_one_is_dead_at_once(world: World) -> None:
    card = world.card("10.00")
    phone = at_menu(world, card)
    phone.press("0")
    assert phone.press("3") == "For a new PIN, press one. Your old PIN stops at once. To go back, press star."
    told = phone.press("1")
    digits = "".join(character for character in told.partition("Again")[0] if character.isdigit())
    again = "".join(character for character in told.partition("Again")[2] if character.isdigit())
    assert (len(digits), again) == (12, digits)
    assert digits not in str(world.everything())
    assert " ".join(digits[:4]) not in str(world.everything())
    phone.hang_up()
    assert world.ring().press(card.pin).startswith("That PIN was not recognised.")
    assert world.ring().press(digits).startswith("You have ten dollars.")


@lite
def test_the_same_request_again_reads_the_same_new_pin_until_it_is_forgotten(world: World) -> None:
    phone = at_menu(world, world.card("10.00"))
    phone.press("03")
    asked = {"CallSid": phone.sid, "Digits": "1", "CallStatus": "in-progress"}
    first = world.post("/ivr/step?turn=5", asked).text
    assert "Your new PIN is" in first
    assert world.post("/ivr/step?turn=5", asked).text == first
    world.later(hours=2)
    assert db.attempt(retention.forget_secrets) == 1
    assert "sealed:" not in str(world.everything())


@lite
def test_a_phone_that_needs_no_pin_must_know_it_to_get_another(world: World) -> None:
    card, other = world.card("10.00"), world.card("10.00")
    world.register(card)
    phone = world.ring(stir=A)
    phone.press("0#0")
    assert phone.press("3") == "Enter your PIN."
    assert phone.press(other.pin) == "That PIN was not recognised. Please enter it again."
    assert phone.press(card.pin).startswith("For a new PIN, press one.")
    assert "Your new PIN is" in phone.press("1")
    assert card.pin not in str(world.everything())


@lite
def test_the_pin_is_skipped_from_a_phone_that_the_network_vouches_for(world: World) -> None:
    card = world.card("10.00")
    phone = world.known(card, stir=A, callee=answers(10))
    phone.press(f"{KABUL}#")
    assert phone.finish_dial().endswith("To skip the PIN when you call from this phone, press one.")
    assert phone.press("1") == "Done. For another call, enter the number, then hash."
    phone.hang_up()
    assert world.ring(stir=A).heard.startswith("Farthing. This phone is registered.")


@lite
@pytest.mark.parametrize("stir", ["TN-Validation-Passed-C", None])
def test_it_is_not_offered_where_it_would_not_work(world: World, stir: str | None) -> None:
    phone = world.known(world.card("10.00"), stir=stir, callee=answers(10))
    phone.press(f"{KABUL}#")
    assert phone.finish_dial().endswith("For another call, enter the number, then hash.")


@lite
def test_a_number_typed_after_that_offer_is_dialled(world: World) -> None:
    phone = world.known(world.card("10.00"), stir=A, callee=answers(10))
    phone.press(f"{KABUL}#")
    phone.finish_dial()
    assert phone.press(f"{KABUL}#") == "Up to twenty two minutes."
    with db.transaction(readonly=True):
        assert phones.opens(CALLER) is None


@lite
def test_a_chosen_language_is_kept_for_the_card_and_for_the_phone(world: World) -> None:
    with db.transaction():
        access_numbers.change(GB, languages=["en-GB", "es"])
    card = world.card("10.00")
    phone = world.ring()
    assert phone.heard == "Farthing. For English, press one. Para español, pulse dos."
    assert phone.press("2") == "Marque su PIN."
    phone.press(card.pin)
    phone.hang_up()
    assert world.ring().heard == "Farthing. Marque su PIN."
    assert world.ring(US, "+12125550199").press(card.pin).startswith("You have ten dollars.")
    phone = world.ring(US, "+12125550199")
    phone.press(card.pin)
    phone.press("0#4")
    assert phone.press("2").startswith("Hecho.")
    phone.hang_up()
    assert world.ring(US, "+12125550177").press(card.pin).startswith("Tiene diez dólares.")


@lite
def test_help_says_how_to_call_and_where_we_are(world: World) -> None:
    world.change_settings(support_phone="02079460123")
    phone = at_menu(world, world.card("10.00"))
    phone.press("0")
    assert phone.press("1").startswith("Enter double zero")
    phone.press("*")
    phone.press("0")
    assert "Call us on" in phone.press("2")


@lite
def test_the_owner_of_a_card_is_told_what_was_changed_by_phone(site: Site, mailbox: Mailbox) -> None:
    zoe = site.customer(credit="10.00")
    phone = site.world.ring(stir=A, callee=answers(10))
    phone.press(zoe.pin)
    phone.press("0#0")
    phone.press("3")
    phone.press("1")
    phone.press(f"{KABUL}#")
    phone.finish_dial()
    phone.press("1")
    messages.send_due()
    subjects = [mail["subject"] for mail in mailbox.to(zoe.email)]
    assert sorted(subjects)[-2:] == ["A phone was registered", "Your PIN was changed"]
