"""An access number treats its callers as its profile says."""

from typing import Any

import pytest

from app import db
from app.calls import access_numbers
from app.money import Money
from ivr.simulator import answers
from tests.support.world import CALLER, GB, KABUL, US, World

A = "TN-Validation-Passed-A"
lite = pytest.mark.parametrize("engine_name", ["sqlite"])


def profile(world: World, **changes: Any) -> None:
    with db.transaction():
        access_numbers.change(GB, **changes)


def usd(amount: str) -> Money:
    return Money.parse(amount, "USD")


def test_a_surcharge_is_announced_kept_aside_and_charged(world: World) -> None:
    profile(world, surcharge=usd("0.15"), says_price=True)
    card = world.card("10.00")
    phone = world.known(card, callee=answers(60))
    # 0.45 and 0.15 a minute: ten dollars last for 1000 seconds
    assert phone.press(f"{KABUL}#") == "Afghanistan mobile. Sixty cents a minute. Up to sixteen minutes."
    assert phone.dialled[0].time_limit == 1000
    assert world.money(card) == ("10.00", "0.00")
    assert phone.finish_dial().startswith("That call cost sixty cents.")
    assert world.money(card) == ("9.40", "9.40")
    assert world.at_rest()
    plain = world.ring(US, "+12125550188")
    plain.press(card.pin)
    plain.press(f"011{KABUL[2:]}#")
    plain.finish_dial()
    assert world.money(card) == ("8.95", "8.95")


@lite
def test_pages_show_the_price_of_the_access_number_that_is_rung(world: World) -> None:
    profile(world, surcharge=usd("0.15"))
    client = world.app.test_client()
    assert "$0.60" in client.get("/", query_string={"number": f"+{KABUL[2:]}", "from": GB}).text
    assert "$0.45" in client.get("/", query_string={"number": f"+{KABUL[2:]}", "from": US}).text
    assert "$0.60" in client.get("/rates", query_string={"country": "AF", "from": GB}).text
    assert ",0.60" in client.get("/rates.csv", query_string={"from": GB}).text


@lite
def test_a_pin_may_be_asked_for_from_every_phone(world: World) -> None:
    profile(world, pinless=False)
    card = world.card("10.00")
    world.register(card)
    phone = world.ring(stir=A)
    assert phone.heard == "Farthing. Enter your PIN."
    phone.press(card.pin)
    phone.press(f"{KABUL}#")
    assert "skip the PIN" not in phone.finish_dial()


@lite
def test_what_is_not_to_be_said_is_not_said(world: World) -> None:
    profile(world, says_balance=False, says_minutes=False, greeting="Zoë")
    phone = world.ring()
    assert phone.heard == "Zoë. Enter your PIN."
    assert phone.press(world.card("10.00").pin) == "Enter the number, then hash."
    assert phone.press(f"{KABUL}#") == ""
    assert phone.dialled[0].time_limit == 1333


@lite
def test_patience_is_as_long_as_the_profile_says(world: World) -> None:
    profile(world, tries=2, wrong_numbers_max=1, timeout_pin=3, timeout_dest=4)
    phone = world.ring()
    assert 'timeout="3"' in phone.transcript[-2].detail["twiml"]
    phone.press("1" * 12)
    assert phone.press("1" * 12).startswith("Sorry, we could not find that PIN.")
    phone = world.known(world.card("10.00"), caller="+447700900777")
    assert phone.press("12345#") == "Sorry, we did not get a number. Please call again. Goodbye."


@lite
def test_calls_are_capped_and_too_little_credit_is_said(world: World) -> None:
    profile(world, call_seconds_max=120, min_affordable_seconds=90)
    phone = world.known(world.card("10.00"))
    assert phone.press(f"{KABUL}#") == "Up to two minutes."
    assert phone.dialled[0].time_limit == 120
    poor = world.known(world.card("0.60"), caller="+447700900777")  # eighty seconds
    assert poor.press(f"{KABUL}#").startswith("Sorry, there is not enough credit for that call.")


@lite
@pytest.mark.parametrize(
    ("shows", "caller", "stir", "seen"),
    [
        ("line", CALLER, A, GB),
        ("caller", CALLER, A, CALLER),
        ("caller", CALLER, None, GB),  # nobody vouches for it
        ("caller", "anonymous", None, GB),  # a withheld caller stays withheld
        ("+442079460999", CALLER, A, "+442079460999"),
    ],
)
def test_the_called_party_sees_what_the_profile_allows(
    world: World, shows: str, caller: str, stir: str | None, seen: str
) -> None:
    profile(world, shows=shows)
    phone = world.known(world.card("10.00"), caller=caller, stir=stir)
    phone.press(f"{KABUL}#")
    assert phone.dialled[0].caller_id == seen
