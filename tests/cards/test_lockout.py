"""Who guesses is locked out, exactly and for a while; cards never are."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from app import cards, clock, db
from app.cards import IssuedCard
from app.errors import CallerLockedOut, UnknownPin
from tests.support.by_hand import ByHand
from tests.support.threads import at_once
from tests.support.world import CALLER, GB, US, World

WRONG = "123456789015"
PAUSED = (
    "For your security, PIN entry from this phone is paused. Please try again in fifteen minutes. Goodbye."
)


def guess(pin: str, caller: str | None = CALLER, access_number: str = GB) -> str:
    """Try one PIN as the phone menu does; answers what became of it."""
    with db.transaction():
        try:
            return cards.authenticate(pin, caller=caller, access_number=access_number).serial
        except UnknownPin:
            return "wrong"
        except CallerLockedOut:
            return "locked out"


def stranger(number: int) -> str:
    return f"+4477009{number:05}"


@pytest.fixture
def card(world: World) -> IssuedCard:
    return world.card()


def test_the_sixth_try_of_a_caller_is_not_looked_at(card: IssuedCard) -> None:
    assert [guess(WRONG) for _ in range(5)] == ["wrong"] * 5
    assert guess(card.pin) == "locked out"


def test_the_fifth_try_still_counts(card: IssuedCard) -> None:
    assert [guess(WRONG) for _ in range(4)] == ["wrong"] * 4
    assert guess(card.pin) == card.serial


def test_of_thirty_guesses_at_once_from_one_phone_five_are_looked_at(card: IssuedCard) -> None:
    outcomes = at_once(*[partial(guess, WRONG) for _ in range(30)])
    assert sorted(map(str, outcomes)) == ["locked out"] * 25 + ["wrong"] * 5
    assert guess(card.pin) == "locked out"


def test_no_more_than_five_of_thirty_at_once_reach_the_pins(card: IssuedCard) -> None:
    """An attempt is counted before it is looked up, not after."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    at_once(*[partial(guess, WRONG) for _ in range(30)])
    event.remove(db.engine(), "before_cursor_execute", note)
    assert len([statement for statement in asked if "FROM pins" in statement]) == 5


def test_a_right_pin_among_thirty_at_once_is_no_luckier(card: IssuedCard) -> None:
    """After five wrong ones in a row it does not open, however many come together."""
    for _ in range(5):
        guess(WRONG)
    assert set(at_once(*[partial(guess, card.pin) for _ in range(30)])) == {"locked out"}


def test_a_pause_lasts_fifteen_minutes_from_the_try_that_filled_it(card: IssuedCard) -> None:
    with clock.ahead(minutes=0):
        for _ in range(4):
            guess(WRONG)
    with clock.ahead(minutes=14):
        assert guess(WRONG) == "wrong"
    with clock.ahead(minutes=28, seconds=59):
        assert guess(card.pin) == "locked out"
    with clock.ahead(minutes=29, seconds=1):
        assert guess(card.pin) == card.serial


def test_trying_during_the_pause_does_not_prolong_it(card: IssuedCard) -> None:
    for _ in range(5):
        guess(WRONG)
    for minute in range(1, 15):
        with clock.ahead(minutes=minute):
            assert guess(WRONG) == "locked out"
    with clock.ahead(minutes=15, seconds=1):
        assert guess(card.pin) == card.serial


def test_slips_are_forgotten_after_a_quarter_of_an_hour(card: IssuedCard) -> None:
    for _ in range(4):
        guess(WRONG)
    with clock.ahead(minutes=15, seconds=1):
        assert [guess(WRONG) for _ in range(5)] == ["wrong"] * 5
        assert guess(WRONG) == "locked out"


def test_a_right_pin_never_counts_as_a_try(card: IssuedCard) -> None:
    for _ in range(9):
        assert guess(card.pin) == card.serial


def test_an_own_pin_in_between_buys_no_further_guesses(card: IssuedCard) -> None:
    assert [guess(WRONG) for _ in range(4)] == ["wrong"] * 4
    assert guess(card.pin) == card.serial
    assert [guess(WRONG) for _ in range(2)] == ["wrong", "locked out"]


def test_one_caller_locks_out_nobody_else(card: IssuedCard) -> None:
    for _ in range(9):
        guess(WRONG)
    assert guess(card.pin, caller=stranger(1)) == card.serial


def test_a_card_is_never_locked_by_guessing(world: World, card: IssuedCard) -> None:
    before = [row for name, row in world.everything().items() if name in ("cards", "pins", "accounts")]
    world.change_settings(pin_failures_per_access_number=100)
    for number in range(40):
        guess(card.pin[:-1] + str((int(card.pin[-1]) + 1) % 10), caller=stranger(number))
    assert [
        row for name, row in world.everything().items() if name in ("cards", "pins", "accounts")
    ] == before
    assert guess(card.pin, caller=stranger(99)) == card.serial


def test_an_access_number_takes_twenty_wrong_pins_of_strangers_in_a_quarter_of_an_hour(
    world: World, card: IssuedCard
) -> None:
    assert {guess(WRONG, caller=stranger(number)) for number in range(20)} == {"wrong"}
    assert guess(card.pin, caller=stranger(50)) == "locked out"
    assert guess(card.pin, caller=stranger(50), access_number=US) == card.serial
    with clock.ahead(minutes=15, seconds=1):
        assert guess(card.pin, caller=stranger(51)) == card.serial


def test_everywhere_together_a_hundred_are_taken(world: World, card: IssuedCard) -> None:
    world.change_settings(pin_failures_global=6)
    for number in range(6):
        assert guess(WRONG, caller=stranger(number), access_number=(GB, US)[number % 2]) == "wrong"
    assert guess(card.pin, caller=stranger(50)) == "locked out"
    assert guess(card.pin, caller=stranger(50), access_number=US) == "locked out"
    with clock.ahead(minutes=15, seconds=1):
        assert guess(card.pin, caller=stranger(51)) == card.serial


def test_a_caller_who_has_been_right_is_left_alone_in_an_attack(world: World, card: IssuedCard) -> None:
    world.change_settings(pin_failures_per_access_number=6, pin_failures_global=6)
    assert guess(card.pin) == card.serial
    for number in range(9):
        guess(WRONG, caller=stranger(number))
    assert guess(card.pin, caller=stranger(50)) == "locked out"
    assert guess(WRONG) == "wrong"
    assert guess(card.pin) == card.serial


def test_the_slips_of_known_callers_count_against_no_stranger(world: World, card: IssuedCard) -> None:
    world.change_settings(pin_failures_per_access_number=2, pin_failures_global=2)
    guess(card.pin)
    assert [guess(WRONG) for _ in range(3)] == ["wrong", "wrong", "locked out"]
    assert guess(card.pin, caller=stranger(1)) == card.serial


def test_many_phones_that_were_right_once_are_no_better_than_one(world: World, card: IssuedCard) -> None:
    """Caller IDs can be forged: one good card must not buy guesses without end."""
    world.change_settings(pin_failures_per_access_number=10)
    for number in range(20):
        assert guess(card.pin, caller=stranger(number)) == card.serial
    outcomes = [guess(WRONG, caller=stranger(number)) for number in range(20) for _ in range(4)]
    assert outcomes.count("wrong") <= 10 + 20  # after the tenth, the first try of each phone only
    assert guess(card.pin, caller=stranger(99)) == card.serial


def test_in_an_attack_who_is_known_and_right_at_once_still_gets_in(world: World, card: IssuedCard) -> None:
    world.change_settings(pin_failures_per_access_number=3)
    for number in range(9):
        guess(card.pin, caller=stranger(number))
        guess(WRONG, caller=stranger(number))
    assert guess(card.pin) == card.serial  # a stranger now known
    assert guess(card.pin) == card.serial
    assert guess(WRONG) == "wrong"
    assert guess(card.pin) == "locked out"


def test_a_phone_is_known_for_ninety_days(world: World, card: IssuedCard) -> None:
    world.change_settings(pin_failures_per_access_number=1)
    guess(card.pin)
    with clock.ahead(days=91):
        guess(WRONG, caller=stranger(1))
        assert guess(card.pin) == "locked out"


def test_withheld_callers_are_a_crowd_of_their_own(world: World, card: IssuedCard) -> None:
    world.change_settings(pin_failures_per_access_number=3)
    assert [guess(WRONG, caller=None) for _ in range(3)] == ["wrong"] * 3
    assert guess(card.pin, caller=None) == "locked out"
    assert guess(card.pin, caller=stranger(1)) == card.serial


def test_guesses_are_forgotten_but_not_who_was_right(world: World, card: IssuedCard) -> None:
    guess(card.pin)
    guess(WRONG, caller=stranger(1))
    with clock.ahead(minutes=16), db.transaction():
        cards.forget_guesses()
    assert [row[:2] for row in world.everything()["pin_guards"]] == [("caller", CALLER)]


def test_the_lockout_spans_visits_and_is_told_at_once(world: World, card: IssuedCard) -> None:
    phone = world.ring()
    for _ in range(3):
        phone.press(WRONG)
    assert phone.ended
    phone = world.ring()
    phone.press(WRONG)
    phone.press(WRONG)
    assert phone.press(card.pin) == PAUSED
    assert world.ring().heard == f"Farthing. {PAUSED}"
    world.later(minutes=15, seconds=1)
    assert "You have ten dollars." in world.ring().press(card.pin)


def test_a_paused_callers_registered_phone_still_opens_its_card(world: World, card: IssuedCard) -> None:
    world.register(card)
    for _ in range(6):
        guess(WRONG)
    phone = world.ring(stir="TN-Validation-Passed-A")
    assert phone.heard.startswith("Farthing. This phone is registered.")


def test_keys_that_cannot_be_a_pin_use_up_tries_but_no_guess(world: World, card: IssuedCard) -> None:
    for _ in range(3):
        caller = ByHand(world)
        for _ in range(3):
            caller.type("123")
        assert caller.has_ended
    assert guess(card.pin) == card.serial
