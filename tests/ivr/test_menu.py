"""What a caller hears, key by key."""

import pytest

from app import db
from app.calls import access_numbers
from ivr.simulator import answers, busy
from tests.support.by_hand import ByHand
from tests.support.world import CALLER, GB, KABUL, KABUL_E164, US, World

ENTER_PIN = "Farthing. Enter your PIN."
TEN = "You have ten dollars. Enter the number, then hash."
FIRST_TIME = (
    "Farthing. This phone is registered. Enter the number with its country code, then press hash. "
    "For the menu, press zero, then hash."
)
INCOMPLETE = "That number is not complete. Enter double zero, the country code, and the number, then hash."
BARRED = "Sorry, we do not connect calls to that number. Enter another number, then hash."
GOODBYE = "Sorry, we did not get a number. Please call again. Goodbye."
A, B, C = (f"TN-Validation-Passed-{grade}" for grade in "ABC")

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.mark.parametrize("stir", [A, B, f"{A}-Diverted", f"{B}-Passthrough"])
def test_a_registered_phone_that_the_network_vouches_for_needs_no_pin(world: World, stir: str) -> None:
    world.register(world.card("10.00"))
    phone = world.ring(stir=stir)
    assert phone.heard == FIRST_TIME
    assert phone.press(f"{KABUL}#") == "Up to twenty two minutes."


@pytest.mark.parametrize(
    "stir",
    [C, "TN-Validation-Failed-A", "TN-Validation-Failed-B", "No-TN-Validation", "", None, "A", f" {A}"],
)
def test_any_other_word_of_the_network_asks_for_the_pin(world: World, stir: str | None) -> None:
    world.register(world.card("10.00"))
    assert world.ring(stir=stir).heard == ENTER_PIN


def test_an_access_number_may_believe_every_caller_id(world: World) -> None:
    world.register(world.card("10.00"))
    with db.transaction():
        access_numbers.add(GB, country="GB", deck="retail", trusts_caller_id=True)
    assert world.ring(stir=None).heard == FIRST_TIME
    assert world.ring(US, CALLER, stir=None).heard == ENTER_PIN


@pytest.mark.parametrize(
    "caller",
    ["anonymous", "Anonymous", "Restricted", "unavailable", "+266696687", "", "sip:me@example.org", "+"],
)
def test_a_withheld_caller_is_never_pinless(world: World, caller: str) -> None:
    card = world.card("10.00")
    world.sql(
        "INSERT INTO phones (number, card_id, registered_at) SELECT '+266696687', id, made_at FROM cards"
    )
    with db.transaction():
        access_numbers.add(GB, country="GB", deck="retail", trusts_caller_id=True)
    phone = world.ring(caller=caller, stir=A)
    assert phone.heard == ENTER_PIN
    assert phone.press(card.pin) == TEN


@pytest.mark.parametrize("shown", ["07400123456", "447400123456", "00447400123456", "+447400123456"])
def test_a_caller_id_is_known_however_the_network_writes_it(world: World, shown: str) -> None:
    world.register(world.card("10.00"), "+447400123456")
    assert world.ring(caller=shown, stir=A).heard == FIRST_TIME


def test_a_known_phone_hears_its_balance_first_thing_each_day_and_when_it_is_low(world: World) -> None:
    card = world.card("10.00")
    world.register(card)
    world.ring(stir=A).hang_up()
    assert world.ring(stir=A).heard == "Farthing. Enter the number, then hash."
    world.later(days=1)
    assert world.ring(stir=A).heard == f"Farthing. {TEN}"
    assert world.ring(stir=A).heard == "Farthing. Enter the number, then hash."
    world.change_settings(low_balance="10.01")
    assert world.ring(stir=A).heard == f"Farthing. {TEN}"


def test_a_registered_phone_of_a_card_that_does_not_open_is_asked_for_a_pin(world: World) -> None:
    world.register(world.card("10.00"))
    world.sql("UPDATE cards SET status = 'void'")
    assert world.ring(stir=A).heard == ENTER_PIN


def test_a_registered_phone_of_a_suspended_card_hears_so(world: World) -> None:
    world.register(world.card("10.00"))
    world.sql("UPDATE cards SET status = 'suspended'")
    phone = world.ring(stir=A)
    assert "This account is locked." in phone.heard
    assert phone.ended


def test_several_calls_in_one_visit(world: World) -> None:
    card = world.card("10.00")
    phone = world.known(card, callee={KABUL_E164: answers(60), "+923001234567": busy()})
    phone.press(f"{KABUL}#")
    assert phone.finish_dial() == (
        "That call cost forty five cents. You have nine dollars fifty five. "
        "For another call, enter the number, then hash."
    )
    phone.press("00923001234567#")
    assert phone.finish_dial().startswith("That number is busy.")
    phone.press(f"{KABUL}#")
    assert phone.finish_dial().startswith("That call cost forty five cents. You have nine dollars ten.")
    phone.hang_up()
    world.network.deliver()
    assert world.money(card) == ("9.10", "9.10")
    assert world.at_rest()


def test_a_bare_hash_dials_the_last_number_again(world: World) -> None:
    card = world.card("10.00")
    phone = world.known(card, callee=busy())
    phone.press(f"{KABUL}#")
    phone.finish_dial()
    phone.callee(answers(60))
    assert phone.press("#") == "Up to twenty two minutes."
    phone.finish_dial()
    phone.hang_up()
    again = world.known(card)
    again.press("#")
    assert [leg.number for leg in (*phone.dialled, *again.dialled)] == [KABUL_E164] * 3


def test_a_bare_hash_of_a_card_that_never_called_is_silence(world: World) -> None:
    phone = world.known(world.card("10.00"))
    assert phone.press("#") == "Please enter the number, then hash."


def test_a_bare_hash_does_not_dial_what_another_card_called(world: World) -> None:
    phone = world.known(world.card("10.00"), callee=busy())
    phone.press(f"{KABUL}#")
    phone.finish_dial()
    other = world.known(world.card("10.00"), caller="+447700900789")
    assert other.press("#") == "Please enter the number, then hash."


def test_a_caller_who_says_nothing_is_asked_three_times_and_let_go(world: World) -> None:
    phone = world.known(world.card("10.00"))
    assert phone.stay_silent() == "Please enter the number, then hash."
    assert phone.stay_silent() == (
        "Enter double zero, the country code, and the number. Then press hash. "
        "For the menu, press zero, then hash."
    )
    assert phone.stay_silent() == GOODBYE
    assert phone.ended


def test_a_stranger_who_says_nothing_is_told_where_the_pin_is(world: World) -> None:
    help = "Please enter your twelve digit PIN. It is on your card, and in your account online."
    phone = world.ring()
    assert [phone.stay_silent() for _ in range(3)] == [help, help, GOODBYE]
    assert phone.ended


def test_three_wrong_pins_end_the_visit(world: World) -> None:
    card = world.card("10.00")
    wrong = card.pin[:-1] + str((int(card.pin[-1]) + 1) % 10)
    phone = world.ring()
    assert phone.press(wrong) == "That PIN was not recognised. Please enter it again."
    assert phone.press(wrong).startswith("That PIN was not recognised. Please check each digit,")
    assert phone.press(wrong).startswith("Sorry, we could not find that PIN. For help, visit")
    assert phone.ended


def test_two_wrong_pins_are_forgiven_by_the_third(world: World) -> None:
    card = world.card("10.00")
    phone = world.ring()
    phone.press("123456789015")
    phone.stay_silent()
    assert phone.press(card.pin) == TEN


def test_three_wrong_numbers_end_the_visit(world: World) -> None:
    phone = world.known(world.card("10.00"))
    assert [phone.press("0012#"), phone.press("0012#")] == [INCOMPLETE] * 2
    phone.press("0012#")
    assert phone.ended


def test_tries_begin_anew_after_each_call(world: World) -> None:
    phone = world.known(world.card("10.00"), callee=busy())
    for _ in range(3):
        assert [phone.press("0012#"), phone.press("0012#")] == [INCOMPLETE] * 2
        phone.press(f"{KABUL}#")
        phone.finish_dial()
    assert not phone.ended


def test_keys_pressed_early_count(world: World) -> None:
    """Somebody who knows the way types PIN and number without listening."""
    card = world.card("10.00")
    phone = world.ring(callee=answers(60))
    phone.press(f"{card.pin}{KABUL}#")
    assert phone.dialled[0].number == KABUL_E164
    assert phone.heard.endswith("Up to twenty two minutes.")


def test_star_wipes_a_number_half_typed(world: World) -> None:
    phone = world.known(world.card("10.00"))
    phone.press(f"0044*{KABUL}#")
    assert phone.dialled[0].number == KABUL_E164


def test_a_pause_ends_a_number_as_well_as_hash(world: World) -> None:
    phone = world.known(world.card("10.00"))
    assert phone.press(KABUL) == "Up to twenty two minutes."


@pytest.mark.parametrize(
    ("to", "dialled", "help"),
    [
        (GB, "999", "nine nine nine or one one two"),
        (GB, "112", "nine nine nine or one one two"),
        (GB, "911", "nine nine nine or one one two"),
        (GB, "9999", "nine nine nine or one one two"),
        (GB, "101", "nine nine nine or one one two"),
        (US, "911", "nine one one"),
        (US, "9911", "nine one one"),
        (US, "988", "nine one one"),
    ],
)
def test_who_needs_help_is_told_where_it_is_and_set_free_at_once(
    world: World, to: str, dialled: str, help: str
) -> None:
    card = world.card("10.00")
    phone = world.ring(to, CALLER)
    phone.press(card.pin)
    said = phone.press(f"{dialled}#")
    assert said == f"This service cannot call emergency numbers. Hang up now, and dial {help}."
    assert phone.ended
    assert world.calls() == []


@pytest.mark.parametrize(
    "dialled",
    [
        "00447012345678",
        "00449098790000",
        "00881612345678",
        "00870773111632",
        GB[1:].replace("44", "0044", 1),
    ],
    ids=["personal", "premium", "satellite", "ship", "our own number"],
)
def test_dear_numbers_and_our_own_are_not_connected(world: World, dialled: str) -> None:
    phone = world.known(world.card("10.00"))
    assert phone.press(f"{dialled}#") == BARRED
    assert world.calls() == []


def test_a_blocked_prefix_and_one_without_a_price_are_not_connected(world: World) -> None:
    phone = world.known(world.card("10.00"))
    assert phone.press("0034612345678#") == BARRED
    assert phone.press("00819012345678#") == BARRED
    assert world.calls() == []


def test_a_forgotten_prefix_is_guessed_and_the_country_named(world: World) -> None:
    phone = world.known(world.card("10.00"))
    assert phone.press("93701234567#") == "Afghanistan. Up to twenty two minutes."


def test_a_national_number_is_dialled_as_at_home(world: World) -> None:
    phone = world.known(world.card("10.00"))
    phone.press("02071838750#")
    assert phone.dialled[0].number == "+442071838750"


@pytest.mark.parametrize(
    "digits",
    [
        "*",
        "#",
        "**21*0093701234567#",
        "*67",
        "1" * 21,
        "9" * 200,
        "0" * 4000,
        "00",
        "0093 70 123 4567; DROP TABLE calls",
        "<script>alert(1)</script>",
        "٠٠٩٣٧٠١٢٣٤٥٦٧",
        "\u202e0093701234567",
        "0093701234567\n",
        "+",
        "++93701234567",
        "w" * 30,
        "🙂",
        "%00%0a",
        "$(reboot)",
    ],
    ids=lambda digits: repr(digits[:12]),
)
def test_hostile_digits_get_a_clear_no_and_change_nothing(world: World, digits: str) -> None:
    caller = ByHand(world)
    card = world.card("10.00")
    caller.type(digits, finish="#")
    assert caller.heard.startswith(("That PIN was not recognised.", "Please enter your twelve digit PIN."))
    caller.type(card.pin)
    caller.type(digits, finish="#")
    assert not caller.has_ended
    assert caller.heard in (INCOMPLETE, BARRED, "Please enter the number, then hash.")
    assert world.calls() == []
    assert world.money(card) == ("10.00", "10.00")
    assert world.balanced()


def test_an_american_caller_hears_american_words(world: World) -> None:
    card = world.card("10.00")
    phone = world.ring(US, CALLER)
    assert phone.press(card.pin) == "You have ten dollars. Enter the number, then pound."
    assert "zero one one" in phone.press("0111#")


def test_a_called_party_sees_the_access_number_and_never_the_caller(world: World) -> None:
    phone = world.known(world.card("10.00"), caller="anonymous")
    phone.press(f"{KABUL}#")
    assert phone.dialled[0].caller_id == GB


def test_no_dial_leaves_without_limit_ringing_time_and_callbacks(world: World) -> None:
    caller = ByHand(world).place(world.card("10.00"))
    assert caller.dial is not None
    number = caller.dial.children[0]
    assert caller.dial.number("timeLimit", 0) == 1333
    assert caller.dial.number("timeout", 0) == 30
    for address in (caller.dial.word("action"), number.word("statusCallback")):
        assert address.startswith("http://127.0.0.1:8000/ivr/")
        assert address.endswith("#rc=5&rp=5xx,ct,rt")
    assert set(number.word("statusCallbackEvent").split()) >= {"answered", "completed"}


def test_no_pin_is_kept_with_the_turns_nor_logged(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    card = world.card("10.00")
    caplog.set_level("DEBUG")
    phone = world.ring()
    slip = card.pin[:-1] + str((int(card.pin[-1]) + 1) % 10)  # whoever reads it knows the PIN all the same
    phone.press(slip)
    phone.press(f"{card.pin[:-1]}#")
    phone.press(f"{card.pin} {KABUL}#")
    phone.finish_dial()
    phone.hang_up()
    world.network.deliver()
    everything = repr(world.everything()["turns"]) + caplog.text + "".join(capfd.readouterr())
    assert card.pin[:-1] not in everything


def test_a_pin_typed_where_a_number_was_asked_for_is_not_kept_either(world: World) -> None:
    card = world.card("10.00")
    caller = ByHand(world)
    caller.type(card.pin)
    caller.type(card.pin, finish="#")
    caller.type(f"00{card.pin}", finish="#")
    assert card.pin not in repr(world.everything()["turns"])


def test_a_robot_that_never_tires_is_let_go(world: World) -> None:
    card = world.card("10.00")
    caller = ByHand(world)
    caller.type(card.pin)
    for _ in range(60):
        caller.type(KABUL, finish="#")
        caller.is_over("busy")
        caller.hear(caller.action())
        if not caller.answer.children:
            break
    assert not caller.answer.children
    assert len(world.everything()["turns"]) <= 101
    assert world.at_rest()
