"""However callers enter things: each way has its words, and no key is lost."""

from dataclasses import replace

import pytest

from ivr.simulator import Phone
from tests.support.world import GB, KABUL, World

A = "TN-Validation-Passed-A"
UP_TO = "Up to twenty two minutes."
INCOMPLETE = "That number is not complete. Enter double zero, the country code, and the number, then hash."
SILENCE = "Please enter the number, then hash."

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def at_number(world: World) -> Phone:
    """A caller whose PIN was right, asked for the number."""
    return world.known(world.card("10.00"))


def test_pin_and_number_typed_in_one_go_before_a_word_is_said(world: World) -> None:
    card = world.card("10.00")
    phone = world.ring(waits=False)
    assert phone.press(f"{card.pin}{KABUL}#").endswith(UP_TO)
    assert [leg.number for leg in phone.dialled] == [f"+{KABUL[2:]}"]


def test_a_provider_that_hands_over_pin_and_number_together(world: World) -> None:
    card = world.card("10.00")
    phone = world.ring()
    answer = world.post(
        "/ivr/step?turn=1",
        {"CallSid": phone.sid, "Digits": f"{card.pin}{KABUL}", "CallStatus": "in-progress"},
    )
    assert UP_TO in answer.text
    assert f">+{KABUL[2:]}</Number>" in answer.text


def test_a_key_in_the_midst_of_a_prompt_cuts_it_short_and_counts(world: World) -> None:
    world.register(world.card("10.00"))
    phone = world.ring(stir=A, waits=False)
    phone.wait(0.5)
    assert phone.press(f"{KABUL}#") == UP_TO


def test_keys_of_the_menu_typed_ahead(world: World) -> None:
    world.register(world.card("10.00"))
    phone = world.ring(stir=A, waits=False)
    assert phone.press("0#1").endswith("You have ten dollars. To go back, press star.")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        pytest.param(f"0093*{KABUL}#", UP_TO, id="star wipes what was typed"),
        pytest.param("#", SILENCE, id="hash alone, with nobody called before"),
        pytest.param("0093701#", INCOMPLETE, id="too short"),
        pytest.param(f"{KABUL}12345678#", INCOMPLETE, id="too long"),
        pytest.param("0092300123456#", INCOMPLETE, id="a digit is missing"),
        pytest.param("7#", INCOMPLETE, id="no such speed dial"),
        pytest.param("999#", "Hang up now, and dial nine nine nine or one one two.", id="emergency"),
        pytest.param("0#", "For balance, press one.", id="the menu"),
        pytest.param("0093*0#", "For balance, press one.", id="the menu, after star"),
    ],
)
def test_each_entry_has_its_words(at_number: Phone, keys: str, words: str) -> None:
    assert words in at_number.press(keys)


def test_silence_asks_again_says_more_and_lets_go(at_number: Phone) -> None:
    assert at_number.stay_silent() == SILENCE
    assert at_number.stay_silent().endswith("For the menu, press zero, then hash.")
    assert at_number.stay_silent() == "Sorry, we did not get a number. Please call again. Goodbye."
    assert at_number.ended


def test_digits_without_hash_are_dialled_after_a_pause(at_number: Phone) -> None:
    assert at_number.press(KABUL) == UP_TO


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"SpeechResult": "call my mother"}, "Please use the keys of your phone."),
        ({"Digits": "call mum"}, INCOMPLETE),
        ({"Digits": "٠٠٩٣٧٠"}, INCOMPLETE),
    ],
)
def test_letters_and_speech_are_answered_kindly(
    world: World, at_number: Phone, fields: dict[str, str], words: str
) -> None:
    asked = {"CallSid": at_number.sid, "CallStatus": "in-progress", **fields}
    assert words in world.post("/ivr/step?turn=2", asked).text


@pytest.mark.parametrize("caller", ["anonymous", "Restricted", "", "sip:alice@example.org"])
def test_who_cannot_be_known_enters_a_pin(world: World, caller: str) -> None:
    card = world.card("10.00")
    phone = world.ring(GB, caller)
    assert phone.heard == "Farthing. Enter your PIN."
    assert phone.press(card.pin).startswith("You have ten dollars.")
    phone.press(f"{KABUL}#")
    assert phone.dialled[0].caller_id == GB
    phone.finish_dial()
    assert "skip the PIN" not in phone.heard


def test_by_hand_nothing_is_lost_even_where_keys_between_two_questions_are(world: World) -> None:
    exchange = world.network.exchange
    exchange.quirks, exchange.turn_round = replace(exchange.quirks, keeps_early_keys=False), 0.5
    card = world.card("10.00")
    phone = world.ring(waits=False)
    phone.key_seconds = 0.7
    phone.wait(0.7)
    assert phone.press(f"{card.pin}{KABUL}#").endswith(UP_TO)
    assert phone.dialled[0].number == f"+{KABUL[2:]}"
