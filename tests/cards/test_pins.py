"""A PIN is random, kept only as a keyed hash, and tells nothing to who does not have it."""

import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select
from stdnum import luhn

from app import cards, clock, config, db
from app.cards import CardStatus, IssuedCard, OpenCard, pins
from app.cards.models import Pin
from app.errors import CardSuspended, UnknownPin
from tests.support.world import CALLER, GB, World

WRONG = "123456789015"  # its check digit is right
OLD, NEW = "the pepper of last year", "the pepper of this year"


def open_card(pin: str, caller: str | None = CALLER) -> OpenCard:
    """As the phone menu does it: counts are kept although it raises."""
    with db.transaction():
        try:
            return cards.authenticate(pin, caller=caller, access_number=GB)
        except (UnknownPin, CardSuspended) as error:
            refused = error
    raise refused


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)


@given(st.integers(8, 20))
def test_a_pin_is_digits_that_pass_the_luhn_check(length: int) -> None:
    pin = pins.make(length)
    assert len(pin) == length
    assert pin.isascii() and pin.isdigit()
    assert luhn.is_valid(pin)


def test_every_digit_but_the_check_digit_is_drawn_evenly() -> None:
    counts = Counter(digit for _ in range(2000) for digit in pins.make(11)[:-1])
    assert set(counts) == set("0123456789")
    assert all(1700 < count < 2300 for count in counts.values())  # 2000 each; 7 standard deviations


def test_pins_come_from_the_operating_systems_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter("31415926535")
    monkeypatch.setattr(secrets, "choice", lambda digits: next(drawn))
    assert pins.make(12) == "31415926535" + luhn.calc_check_digit("31415926535")


def test_a_right_pin_opens_its_card(world: World) -> None:
    one, other = world.card("10.00"), world.card("3.00")
    assert open_card(one.pin).serial == one.serial
    opened = open_card(other.pin)
    assert (opened.serial, str(opened.available)) == (other.serial, "3.00")


def test_the_table_holds_neither_pin_nor_a_hash_that_its_owner_could_try(world: World) -> None:
    card = world.card()
    with db.transaction(readonly=True):
        (row,) = db.execute(select(Pin.__table__))
    pepper = config.settings().pin_peppers[0]
    assert bytes(row.hash) == pins.hashed(card.pin, pepper) != pins.hashed(card.pin, "")
    assert row.key_id == pins.key_id(pepper)
    everything = repr(world.everything())
    assert card.pin not in everything
    assert pepper not in everything


def test_an_old_pepper_still_opens_and_the_pin_moves_under_the_new_one(world: World) -> None:
    world.change_settings(pin_peppers=(OLD,))
    card = world.card()
    world.change_settings(pin_peppers=(NEW, OLD))
    assert open_card(card.pin).serial == card.serial
    world.change_settings(pin_peppers=(NEW,))
    assert open_card(card.pin).serial == card.serial
    with db.transaction(readonly=True):
        assert list(db.execute(select(Pin.key_id)).scalars()) == [pins.key_id(NEW)]


def test_without_its_pepper_a_pin_opens_nothing(world: World) -> None:
    world.change_settings(pin_peppers=(OLD,))
    card = world.card()
    world.change_settings(pin_peppers=(NEW,))
    with pytest.raises(UnknownPin):
        open_card(card.pin)


def test_a_pin_is_never_given_out_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not that of a living card, not that of a dead one, not one kept under an older pepper."""
    world.change_settings(pin_peppers=(OLD,))
    first = world.card()
    with db.transaction():
        cards.change(first.serial, CardStatus.VOID)
    world.change_settings(pin_peppers=(NEW, OLD))
    second = world.card()
    drawn = iter([first.pin, second.pin, WRONG])
    monkeypatch.setattr(pins, "make", lambda length: next(drawn))
    assert world.card().pin == WRONG


def test_a_new_pin_shuts_out_the_old_one_for_ever(world: World) -> None:
    card = world.card()
    with db.transaction():
        serial = cards.by_serial(card.serial)
        fresh = cards.new_pin(serial.id)
    assert fresh != card.pin
    assert open_card(fresh).serial == card.serial
    with pytest.raises(UnknownPin):
        open_card(card.pin)


def test_a_thousand_cards_have_a_thousand_pins_and_serials(world: World) -> None:
    worth = world.card().balance
    with db.transaction():
        issued = cards.issue(1001, worth, batch="many")
    assert len({card.pin for card in issued}) == len({card.serial for card in issued}) == 1001


def void(world: World, card: IssuedCard) -> None:
    with db.transaction():
        cards.change(card.serial, CardStatus.VOID)


def expired(world: World, card: IssuedCard) -> None:
    with db.transaction():
        cards.expire(card.serial, at=clock.now() - timedelta(seconds=1))


def unsold(world: World, card: IssuedCard) -> None:
    world.sql("UPDATE cards SET status = 'made' WHERE serial = :serial", serial=card.serial)


def wrong(world: World, card: IssuedCard) -> None:
    world.sql("UPDATE pins SET hash = :other", other=pins.hashed("no such pin", "at all"))


SHUT = {"void": void, "expired": expired, "unsold": unsold, "wrong": wrong}


@pytest.mark.parametrize("shut", SHUT)
def test_a_card_that_does_not_open_looks_like_a_wrong_pin(world: World, shut: str) -> None:
    """The same words, and the same work: the number and the kinds of statements."""
    card = world.card()
    with statements() as at_first, pytest.raises(UnknownPin) as plainly_wrong:
        open_card(WRONG)
    SHUT[shut](world, card)
    with statements() as now, pytest.raises(UnknownPin) as refused:
        open_card(card.pin)
    assert str(refused.value) == str(plainly_wrong.value)
    assert now == at_first


@pytest.mark.parametrize("shut", SHUT)
def test_the_caller_hears_the_same_of_every_card_that_does_not_open(world: World, shut: str) -> None:
    card = world.card()
    SHUT[shut](world, card)
    phone = world.ring()
    assert phone.press(card.pin) == "That PIN was not recognised. Please enter it again."
    assert phone.press(card.pin) == (
        "That PIN was not recognised. Please check each digit, and enter all twelve."
    )
    assert phone.press(card.pin).startswith("Sorry, we could not find that PIN.")
    assert phone.ended


def test_a_suspended_card_is_told_so_because_the_pin_was_right(world: World) -> None:
    card = world.card()
    with db.transaction():
        cards.change(card.serial, CardStatus.SUSPENDED)
    phone = world.ring()
    assert "This account is locked." in phone.press(card.pin)
    assert phone.ended
    assert world.calls() == []


def test_a_used_up_card_opens_and_buys_nothing(world: World) -> None:
    card = world.card("0.009")
    assert open_card(card.pin).status is CardStatus.USED_UP


@pytest.mark.parametrize(
    "typed",
    ["", "1", "12345678901", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢", "' OR 1=1 --"],
    ids=["nothing", "one", "short", "letter", "other digits", "injection"],
)
def test_what_is_no_pin_is_not_looked_up(world: World, typed: str) -> None:
    world.card()
    asked = world.ring()
    with statements() as now:
        answer = world.post("/ivr/step?turn=1", {"CallSid": asked.sid, "Digits": typed})
    assert "not recognised" in answer.text or "Please enter your twelve digit PIN" in answer.text
    assert not [statement for statement in now if "pins" in statement or "pin_guards" in statement]


def test_cards_sold_before_keep_their_pins_when_new_ones_get_longer(world: World) -> None:
    card = world.card()
    world.change_settings(pin_lengths=(14, 12))
    longer = world.card()
    assert (len(card.pin), len(longer.pin)) == (12, 14)
    assert "You have ten dollars." in world.ring().press(longer.pin)
    assert "You have ten dollars." in world.ring().press(f"{card.pin}#")
    assert "You have ten dollars." in world.ring().press(card.pin)  # a pause ends it too


def test_star_wipes_what_was_typed_before(world: World) -> None:
    card = world.card()
    caller = world.ring()
    answer = world.post("/ivr/step?turn=1", {"CallSid": caller.sid, "Digits": f"99*{card.pin}"})
    assert "You have ten dollars." in answer.text
