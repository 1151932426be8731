"""A call in conference mode as a caller hears it: met in a room, warned of the end, prolonged by credit."""

from dataclasses import replace
from typing import Any

import pytest

from app import cards, db, protection
from app.calls import access_numbers
from app.cards import IssuedCard, vouchers
from app.errors import CarrierUnreachable
from app.money import Money
from ivr.carrier import TwilioCarrier
from ivr.simulator import Faults, Phone, answers, busy, fails, no_answer
from ivr.simulator.signals import State
from tests.support.rung import rung, sounds_busy
from tests.support.world import BASE, GB, KABUL, World

BEEP = f"[plays {BASE}/static/sounds/beep.wav]"


@pytest.fixture
def room(world: World) -> World:
    """The access number connects its calls in rooms, and the application asks the stand-in."""
    with db.transaction():
        access_numbers.change(GB, conference=True)
    world.app.extensions["carrier"] = world.carrier()
    return world


def dial(world: World, card: Any, callee: Any = None, number: str = KABUL) -> Phone:
    phone = world.known(card, callee=callee or answers(56))
    phone.press(f"{number}#")
    return phone


def attended(world: World, phone: Phone, seconds: int) -> str:
    """Let so many seconds pass, with a round of the jobs in each; answers what was heard."""
    heard = []
    for _ in range(seconds):
        heard.append(phone.wait(1))
        world.attend()
    return " ".join(words for words in heard if words)


def test_a_call_is_charged_and_its_cost_told_at_once(room: World) -> None:
    card = room.card("10.00")
    phone = dial(room, card)
    assert phone.wait_for_answer() == ""
    assert phone.state is State.TALKING
    leg = phone.dialled[0]
    assert (leg.number, leg.caller_id, leg.time_limit) == ("+93701234567", GB, 1333)
    assert phone.finish_dial().startswith("That call cost forty two cents. You have nine dollars fifty")
    room.network.deliver()
    assert room.outcome() == [("completed", "0.42")]
    assert room.money(card) == ("9.58", "9.58")
    assert room.at_rest()
    assert not phone.problems


NOBODY = {
    "busy": (busy(), "busy", "That number is busy."),
    "nobody there": (no_answer(), "no_answer", "There is no answer."),
    "failed": (fails(), "failed", "Sorry, that call did not go through."),
}


@pytest.mark.parametrize(("callee", "status", "said"), NOBODY.values(), ids=NOBODY)
@pytest.mark.parametrize("ends_by_itself", [True, False])
def test_who_does_not_answer_costs_nothing_and_the_talk_goes_on(
    room: World, callee: Any, status: str, said: str, ends_by_itself: bool
) -> None:
    room.network.exchange.quirks = replace(room.network.exchange.quirks, failed_add_ends=ends_by_itself)
    card = room.card("10.00")
    phone = dial(room, card, callee)
    assert phone.finish_dial().startswith(said)
    room.network.deliver()
    assert room.outcome() == [(status, "0.00")]
    assert room.at_rest()
    assert not phone.ended


@pytest.mark.parametrize(("seconds", "status"), [(1, "canceled"), (14, "completed")])
def test_a_caller_who_hangs_up_ends_the_other_leg_and_pays_for_what_was_talked(
    room: World, seconds: float, status: str
) -> None:
    card = room.card("10.00")
    phone = dial(room, card, answers())
    phone.wait(0.5)
    phone.wait(seconds)
    phone.hang_up()
    room.network.deliver()
    leg = phone.dialled[0]
    assert (leg.status, room.calls()[0].status) == (status, status)
    assert room.calls()[0].price == leg.seconds * 7_500
    assert room.at_rest()


def test_star_ends_the_call_and_the_caller_hears_what_it_cost(room: World) -> None:
    card = room.card("10.00")
    room.sql("UPDATE cards SET star_ends_call = true")
    phone = dial(room, card, answers())
    phone.wait_for_answer()
    phone.wait(40)
    assert phone.press("*").startswith("That call cost")
    room.network.deliver()
    assert [status for status, _ in room.outcome()] == ["completed"]
    assert room.at_rest()
    assert not phone.ended


def test_several_calls_in_one_visit(room: World) -> None:
    card = room.card("10.00")
    phone = dial(room, card)
    phone.finish_dial()
    phone.press("#")
    phone.finish_dial()
    room.network.deliver()
    assert room.outcome() == [("completed", "0.42")] * 2
    assert room.at_rest()


def test_a_caller_of_whom_nobody_told_us_is_found_in_the_room(room: World) -> None:
    card = room.card("10.00")
    room.deaf_to("/ivr/room")
    phone = dial(room, card)
    attended(room, phone, 8)
    assert [call.rung_at is not None for call in room.calls()] == [True]
    assert phone.finish_dial().startswith("That call cost forty two cents.")
    room.network.deliver()
    assert len(phone.dialled) == 1
    assert room.at_rest()


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(
    ("warns_by", "minute", "seconds"),
    [
        ("beep", BEEP, BEEP),
        ("voice", "One minute left.", "Fifteen seconds left."),
    ],
)
def test_the_caller_alone_is_warned_a_minute_and_fifteen_seconds_before_the_end(
    room: World, warns_by: str, minute: str, seconds: str
) -> None:
    with db.transaction():
        access_numbers.change(GB, warns_by=warns_by)
    phone = dial(room, room.card("0.75"), answers())  # a hundred seconds
    phone.wait_for_answer()
    answered = phone.seconds_since_answer
    attended(room, phone, 99)
    heard = [
        (round(event.seconds - answered), event.text)
        for event in phone.transcript
        if event.who == "voice" and event.seconds > answered
    ]
    assert [text for _, text in heard] == [minute, seconds]
    assert all(abs(at - due) <= 1 for (at, _), due in zip(heard, (40, 85), strict=True)), heard
    assert f"hears: {minute}" not in phone.story()
    assert phone.finish_dial().startswith("That call cost seventy five cents.")
    room.network.deliver()
    assert room.at_rest()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_short_call_gets_only_the_warning_that_fits(room: World) -> None:
    phone = dial(room, room.card("0.30"), answers())  # forty seconds
    phone.wait_for_answer()
    assert attended(room, phone, 39) == BEEP


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_warning_that_would_come_late_is_left_out(room: World) -> None:
    phone = dial(room, room.card("0.75"), answers())
    phone.wait_for_answer()
    phone.wait(47)
    assert attended(room, phone, 30) == ""


def sell(world: World, card: IssuedCard) -> None:
    with db.transaction():
        cards.credit(card.serial, Money.parse("0.75", "USD"), key="sale")


def redeem(world: World, card: IssuedCard) -> None:
    with db.transaction():
        made = vouchers.make(1, Money.parse("0.75", "USD"), batch="shop")[0]
        vouchers.redeem(made.code, cards.by_serial(card.serial).id, who="owner", address="192.0.2.1")


@pytest.mark.parametrize("top_up", [sell, redeem])
def test_a_top_up_prolongs_the_call_and_the_warnings_start_anew(room: World, top_up: Any) -> None:
    card = room.card("0.75")
    phone = dial(room, card, answers())
    phone.wait_for_answer()
    assert attended(room, phone, 50).count("beep") == 1
    top_up(room, card)
    attended(room, phone, 2)
    assert phone.dialled[0].time_limit == 200
    assert room.money(card) == ("1.50", "0.00")
    assert attended(room, phone, 140).count("beep") == 2
    assert phone.finish_dial().startswith("That call cost one dollar fifty.")
    assert phone.dialled[0].seconds == 200
    room.network.deliver()
    assert room.outcome() == [("completed", "1.50")]
    assert room.at_rest()


def test_a_prolongation_that_the_provider_did_not_hear_of_is_told_again(
    room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = room.card("0.75")
    phone = dial(room, card, answers())
    phone.wait_for_answer()
    sell(room, card)

    def away(*_: Any) -> bool:
        raise CarrierUnreachable("away")

    with monkeypatch.context() as patched:
        patched.setattr(TwilioCarrier, "prolong", away)
        attended(room, phone, 60)
    assert phone.dialled[0].time_limit == 100
    assert room.calls()[0].seconds_max == 200
    attended(room, phone, 3)
    assert phone.dialled[0].time_limit == 200
    phone.finish_dial()
    room.network.deliver()
    assert room.outcome() == [("completed", "1.50")]
    assert room.at_rest()


def test_a_call_of_a_suspended_card_is_ended_while_they_talk(room: World) -> None:
    card = room.card("10.00")
    phone = dial(room, card, answers())
    phone.wait_for_answer()
    phone.wait(20)
    with db.transaction():
        cards.lock(cards.by_serial(card.serial).id, cards.LockReason.OWNER)
    assert protection.end_calls_of_suspended_cards(room.carrier()) == 1
    phone.finish_dial()
    room.network.deliver()
    assert room.outcome() == [("completed", "0.15")]
    assert room.at_rest()


@pytest.mark.parametrize("at_once", [1, 2])
def test_two_callers_on_one_card_are_each_charged_once(room: World, at_once: int) -> None:
    card = room.card("10.00", live_calls_max=at_once)
    with db.transaction():
        cards.limit(card.serial, call_seconds_max=300)
    first = dial(room, card, answers(60))
    first.wait_for_answer()
    second = room.known(card, caller="+447700900999", callee=answers(30))
    said = second.heard + second.press(f"{KABUL}#")
    assert ("already on a call" in said) == (at_once == 1)
    second.finish_dial()
    first.finish_dial()
    room.network.deliver()
    room.sweep()
    assert sorted(str(price) for _, price in room.outcome()) == ["0.225", "0.45"][2 - at_once :]
    assert room.at_rest()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_only_a_provider_that_has_rooms_is_asked_for_one(room: World) -> None:
    card = room.card("10.00")
    room.sql("UPDATE access_numbers SET provider = 'telnyx'")
    visit = {"CallSid": "CA" + "8" * 32, "From": "+447700900456", "To": GB}
    room.post("/ivr/voice", visit)
    room.post("/ivr/step?turn=1", {**visit, "Digits": card.pin})
    said = room.post("/ivr/step?turn=2", {**visit, "Digits": KABUL}).text
    assert "<Number" in said
    assert "<Conference" not in said


def test_a_top_up_prolongs_both_legs_of_somebody_who_was_rung_back(room: World) -> None:
    """The credit is shared between them, and what was promised to one is never taken from the other."""
    card, phone = rung(sounds_busy(room), "1.50", callee=answers())
    phone.press(f"{KABUL}#")
    phone.wait_for_answer()
    own, before = room.calls()
    assert (own.kind, before.kind) == ("callback", "conference")
    phone.wait(before.seconds_max - 70)
    sell(room, card)
    attended(room, phone, 2)
    longer = room.calls()[1].seconds_max
    assert longer > before.seconds_max + 60
    assert phone.dialled[0].time_limit == longer
    assert room.balanced()
    phone.finish_dial()
    assert phone.dialled[0].seconds == longer
    phone.hang_up()
    room.network.deliver()
    assert [row.status for row in room.calls()] == ["completed", "completed"]
    assert room.at_rest()


def test_whatever_the_network_does_to_the_events_each_call_is_charged_by_its_seconds(room: World) -> None:
    """Lost, late, repeated and out of order."""
    seconds = (1, 7, 56, 61, 90.4)
    phones = []
    room.network.callbacks.faults = Faults(drop=0.3, repeat=0.3, delay=0.3, reorder=0.3)
    for lasting in seconds:
        phone = dial(room, room.card("10.00"), answers(lasting))
        attended(room, phone, 14)
        phone.finish_dial()
        phone.hang_up()
        room.network.deliver()
        phones.append(phone)
    for _ in range(4):
        room.later(hours=3)
        room.attend()
        room.sweep()
    assert [len(phone.dialled) for phone in phones] == [1] * len(seconds)
    assert [row.price for row in room.calls()] == [phone.dialled[0].seconds * 7_500 for phone in phones]
    assert room.at_rest()
