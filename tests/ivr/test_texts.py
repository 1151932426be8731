"""Text messages: registered phones may ask what they have and what a call costs; others hear nothing."""

import pytest
from sqlalchemy import update

from app import cards, db
from app.calls import access_numbers
from app.cards import CardStatus, IssuedCard
from app.cards.models import Card
from app.money import Money
from tests.support.world import CALLER, GB, US, World

HELP = "Text BALANCE, RATE and a number, or ACCESS."
TEN = "You have US$10.00."
KABUL = "Afghanistan mobile: US$0.45 a minute. Your credit lasts up to 22 minutes."
NO_RATE = "We do not connect calls to that number."
NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response />'
FORM = {"MessageSid": "SM1", "From": CALLER, "To": GB, "Body": "BALANCE"}

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def card(world: World) -> IssuedCard:
    """A card that the phone opens."""
    card = world.card("10.00")
    world.register(card)
    return card


def text(world: World, body: str, phone: str = CALLER, to: str = GB) -> str:
    answer = world.network.text(phone, to, body)
    assert world.network.problems == []
    return answer


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("BALANCE", TEN),
        ("  balance\n", TEN),
        ("b", TEN),
        ("Bal.", TEN),
        ("RATE 0093701234567", KABUL),
        ("rate +93 70 123 4567", KABUL),
        ("R0093701234567", KABUL),
        ("r: 0093-70-123-4567", KABUL),
        ("ACCESS", "Call +44 20 7946 0123, then enter the number that you want."),
        ("a", "Call +44 20 7946 0123, then enter the number that you want."),
        ("RATE", HELP),
        ("RATE Pakistan", HELP),
        ("BALANCES", HELP),
        ("", HELP),
        ("💷", HELP),
        ("x" * 1600, HELP),
        ("RATE 00923", NO_RATE),
        ("RATE 0034911234567", NO_RATE),
        ("RATE 0044999", NO_RATE),
        (f"RATE {GB}", NO_RATE),
        ("RATE 999", NO_RATE),
        ("RATE 112", NO_RATE),
        ("RATE *#06#", NO_RATE),
        ("RATE 1" + "0" * 150, NO_RATE),
    ],
)
def test_a_registered_phone_gets_an_answer(world: World, card: IssuedCard, body: str, answer: str) -> None:
    assert text(world, body) == answer
    assert world.at_rest() and world.money(card) == ("10.00", "10.00")


def test_the_price_is_that_of_the_telephone_with_its_surcharge_and_fee(
    world: World, card: IssuedCard
) -> None:
    with db.transaction():
        access_numbers.change(US, surcharge=Money.parse("0.02", "USD"))
    assert text(world, "RATE 00919812345678") == (
        "India mobile: US$0.007 a minute. Your credit lasts up to 120 minutes. And US$0.005 for the call."
    )
    assert text(world, "RATE 0093701234567", to=US).startswith("Afghanistan mobile: $0.47 a minute.")
    phone = world.ring(to=US, stir="TN-Validation-Passed-A")
    assert phone.press("01193701234567#") == "Up to twenty one minutes."


@pytest.mark.parametrize("body", ["BALANCE", "RATE 0093701234567", "ACCESS", "hello", "STOP", "HELP"])
@pytest.mark.parametrize("sender", ["+447700900457", "anonymous", "+266696687", "12345", "", "sip:a@b"])
def test_everybody_else_gets_nothing(world: World, card: IssuedCard, body: str, sender: str) -> None:
    form = FORM | {"From": sender, "Body": body}
    answer = world.post("/ivr/sms", form)
    assert (answer.status_code, answer.text) == (200, NOTHING)


@pytest.mark.parametrize("body", ["STOP", "stop ", "START", "Help", "UNSUBSCRIBE", "INFO", "yes"])
def test_what_the_carrier_answers_gets_no_second_answer(world: World, card: IssuedCard, body: str) -> None:
    assert text(world, body) == ""


def test_an_opt_out_in_other_words_is_the_carriers_too(world: World, card: IssuedCard) -> None:
    assert world.post("/ivr/sms", FORM | {"Body": "ARRET", "OptOutType": "STOP"}).text == NOTHING


def test_so_many_an_hour_are_answered_and_no_more(world: World, card: IssuedCard) -> None:
    answers = [text(world, "B") for _ in range(25)]
    assert answers == [TEN] * 20 + [""] * 5
    world.later(hours=1, seconds=1)
    assert text(world, "B") == TEN


def test_a_message_that_comes_again_gets_the_same_answer_and_counts_once(
    world: World, card: IssuedCard
) -> None:
    answers = {world.post("/ivr/sms", FORM).text for _ in range(30)}
    assert len(answers) == 1 and TEN in answers.pop()
    assert [text(world, "B") for _ in range(19)] == [TEN] * 19
    assert text(world, "B") == ""
    assert TEN in world.post("/ivr/sms", FORM).text


@pytest.mark.parametrize("status", [CardStatus.SUSPENDED, CardStatus.VOID])
def test_a_card_that_is_locked_or_void_tells_no_balance(
    world: World, card: IssuedCard, status: CardStatus
) -> None:
    with db.transaction():
        cards.change(card.serial, status)
    said = {text(world, "BALANCE"), text(world, "RATE 0093701234567")}
    assert len(said) == 1 and "10" not in said.pop().replace("127.0.0.1", "")


def test_a_card_without_credit_says_so(world: World) -> None:
    world.register(world.card("0.005"))
    assert text(world, "BALANCE") == "You have no credit."
    assert text(world, "RATE 0093701234567").endswith("Your credit lasts up to 0 seconds.")


def test_the_card_speaks_its_holders_language_before_that_of_the_number(
    world: World, card: IssuedCard
) -> None:
    with db.transaction():
        access_numbers.change(GB, languages=["fr"])
    assert text(world, "x") == "Envoyez BALANCE, RATE et un numéro, ou ACCESS."
    with db.transaction():
        db.execute(update(Card).where(Card.serial == card.serial).values(language="es"))
    assert text(world, "x") == "Envíe BALANCE, RATE y un número, o ACCESS."


def test_a_number_that_is_none_of_ours_stands_for_one_of_the_phones_country(
    world: World, card: IssuedCard
) -> None:
    assert text(world, "RATE 0093701234567", to="+447700900999") == KABUL


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"MessageSid": ""}, 400),
        ({"MessageSid": "a b"}, 400),
        ({"Body": "\0"}, 400),
        ({"Body": "y" * 5000}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(
    world: World, card: IssuedCard, change: dict[str, str], status: int
) -> None:
    assert world.post("/ivr/sms", FORM | change).status_code == status
