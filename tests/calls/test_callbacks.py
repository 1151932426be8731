"""Ring in, hear busy, be rung back: both legs priced apart, announced and paid for, once."""

import pytest
from sqlalchemy import select, update

from app import calls, cards, db
from app.calls import access_numbers, callbacks, ringing_back
from app.calls.models import Visit
from app.cards import LockReason, vouchers
from app.cards.models import Card
from app.customers import phones
from app.money import Money
from app.throttle import Throttle
from ivr.simulator import answers
from tests.support.rung import live_visits, missed, ring_back, rung, sounds_busy, wishes
from tests.support.world import CALLER, GB, KABUL, US, World

BUSY = b'<?xml version="1.0" encoding="UTF-8"?><Response><Reject reason="busy" /></Response>'
GREETING = "Farthing. This call to you costs six cents a minute."
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def line(world: World) -> World:
    """An access number that sounds busy."""
    return sounds_busy(world)


def test_whoever_rings_in_is_rung_back_and_both_legs_are_charged_exactly(line: World) -> None:
    card, phone = rung(line, callee=answers(100))
    assert phone.heard.startswith(GREETING)
    assert phone.press(f"{KABUL}#").startswith("Afghanistan mobile. Forty five cents a minute. Up to")
    assert phone.finish_dial().startswith("That call cost seventy five cents. You have nine dollars")
    phone.hang_up()
    world = line
    world.network.deliver()
    own, call = world.calls()
    assert (own.kind, own.number, own.status, own.seconds) == ("callback", CALLER, "completed", phone.seconds)
    assert (own.price, call.price) == (phone.seconds * 1_000, 750_000)
    assert world.money(card)[0] == str(10 - (own.price + call.price) / 1_000_000)
    assert world.at_rest()


def test_strangers_withheld_callers_and_cards_that_may_not_call_hear_busy_and_nothing_happens(
    line: World,
) -> None:
    frozen, empty = line.card(batch="frozen"), line.card("0.10", batch="empty")
    line.register(frozen, "+447700900001")
    line.register(empty, "+447700900002")
    with db.transaction():
        cards.lock(cards.by_serial(frozen.serial).id, LockReason.OWNER)
    for caller in (CALLER, "anonymous", "+447700900001", "+447700900002"):
        assert missed(line, caller).status == "busy"
    line.network.deliver()
    assert wishes() == []
    assert line.calls() == []
    with db.transaction(readonly=True):
        assert db.execute(select(Visit.id)).all() == []
    assert ring_back(line) == 0


def test_a_phone_that_nobody_vouches_for_is_rung_all_the_same_for_only_its_owner_answers(line: World) -> None:
    card = line.card()
    line.register(card)
    line.ring(stir="TN-Validation-Failed-C")
    assert ring_back(line) == 1
    assert line.network.is_ringing(CALLER)


@SQLITE
@pytest.mark.parametrize("number", ["+449098790000", "+34911234567", "+8821612345678"])
def test_a_number_that_costs_us_dearly_or_is_not_sold_is_never_rung(line: World, number: str) -> None:
    card = line.card()
    line.register(card, number)
    missed(line, number)
    assert wishes() == []


def test_a_repeated_webhook_makes_one_callback_and_counts_once(line: World) -> None:
    line.register(line.card())
    form = {"CallSid": "CA1", "From": CALLER, "To": GB, "CallStatus": "ringing"}
    answers_ = {line.post("/ivr/voice", form).get_data() for _ in range(3)}
    assert answers_ == {BUSY}
    assert len(wishes()) == 1
    with db.transaction(readonly=True):
        assert db.execute(select(Throttle.tries).where(Throttle.scope == callbacks.BY_CARD.scope)).all() == [
            (1,)
        ]
    line.post("/ivr/status", {"CallSid": "CA1", "CallStatus": "busy"})
    assert ring_back(line) == 1


@SQLITE
def test_a_phone_is_rung_once_in_thirty_seconds_and_twenty_times_a_day(line: World) -> None:
    line.register(line.card("900"))
    for _ in range(2):
        missed(line)
    assert len(wishes()) == 1
    for _ in range(30):
        line.later(seconds=31)
        missed(line)
    assert len(wishes()) == callbacks.BY_PHONE.most == 20
    line.later(days=1)
    missed(line)
    assert len(wishes()) == 21


@SQLITE
def test_nobody_is_rung_long_after(line: World) -> None:
    line.register(line.card())
    missed(line)
    line.later(seconds=61)
    assert ring_back(line) == 0
    assert [wish.status for wish in wishes()] == ["failed"]
    assert line.calls() == []


@pytest.mark.parametrize("outcome", ["no_answer", "busy"])
def test_a_phone_that_is_not_answered_costs_nothing(line: World, outcome: str) -> None:
    card = line.card()
    line.register(card)
    missed(line)
    ring_back(line)
    assert line.money(card) == ("10.00", "9.82")
    if outcome == "busy":
        line.network.decline(CALLER)
    else:
        line.network.advance(60)
    line.network.deliver()
    assert line.outcome() == [(outcome, "0.00")]
    assert line.money(card) == ("10.00", "10.00")
    assert line.at_rest()
    assert live_visits() == 0


def test_a_voicemail_that_picks_up_costs_little(line: World) -> None:
    card, phone = rung(line)
    while not phone.ended:
        phone.stay_silent()
    line.network.deliver()
    assert line.calls()[0].seconds < 60
    assert line.at_rest()


def test_the_same_request_twice_gets_the_same_answer(line: World) -> None:
    card = line.card()
    line.register(card)
    missed(line)
    with db.transaction():
        due = ringing_back.claim()
    assert due is not None
    path = f"/ivr/called-back?visit={due.visit}&call={due.call}"
    form = {
        "CallSid": "CA9",
        "From": GB,
        "To": CALLER,
        "CallStatus": "in-progress",
        "Direction": "outbound-api",
    }
    first = line.post(path, form).get_data(as_text=True)
    before = line.everything()
    assert line.post(path, form).get_data(as_text=True) == first
    assert GREETING in first
    assert line.everything() == before
    # another leg is none of this visit's
    assert "Gather" not in line.post(path, form | {"CallSid": "CA8"}).get_data(as_text=True)
    assert line.everything() == before
    assert line.post(f"{path}1", form).get_data(as_text=True) != first


def test_two_callers_on_one_card_at_once(line: World) -> None:
    card, phone = rung(line, callee=answers(50))
    line.register(card, "+447700900111")
    missed(line, "+447700900111")
    assert len(wishes()) == 1
    other = line.ring(to=US)
    assert "already on a call" in other.press(card.pin)
    assert "Up to" in phone.press(f"{KABUL}#")
    phone.finish_dial()
    phone.hang_up()
    line.network.deliver()
    assert line.at_rest()


def test_credit_that_runs_out_in_the_menu_ends_the_call(line: World) -> None:
    card, phone = rung(line, "0.20")  # 200 seconds of the leg to the caller
    phone.press("0#")
    while not phone.ended:
        phone.press("1 *")
    assert "Your credit has run out. Goodbye." in phone.story()
    line.network.deliver()
    (own,) = line.calls()
    assert 100 < own.seconds <= own.seconds_max == 200
    assert own.price == own.seconds * 1_000
    assert line.at_rest()


def test_the_menu_goes_on_while_credit_does(line: World) -> None:
    card, phone = rung(line)
    phone.press("0#")
    while phone.seconds_since_answer < 300:
        assert "credit has run out" not in phone.press("1") + phone.press("*")
    phone.hang_up()
    line.network.deliver()
    (own,) = line.calls()
    assert own.price == own.seconds * 1_000 >= 300_000
    assert line.at_rest()


def test_what_is_said_of_the_balance_leaves_out_what_is_only_kept_aside(line: World) -> None:
    card, phone = rung(line, callee=answers(60))
    phone.press(f"{KABUL}#")
    heard = phone.finish_dial()
    assert "That call cost forty five cents. You have nine dollars forty" in heard


def test_the_number_called_last_is_never_the_callers_own_phone(line: World) -> None:
    card, phone = rung(line)
    assert "Up to" not in phone.press("#")
    assert [row.kind for row in line.calls()] == ["callback"]


@SQLITE
def test_a_phone_that_was_taken_away_meanwhile_is_not_rung(line: World) -> None:
    line.register(line.card())
    missed(line)
    with db.transaction():
        phones.forget(CALLER)
    assert ring_back(line) == 0
    assert [wish.status for wish in wishes()] == ["failed"]
    assert line.at_rest()


@SQLITE
def test_the_talk_is_in_the_language_that_was_chosen(line: World) -> None:
    card = line.card()
    line.register(card)
    with db.transaction():
        access_numbers.change(GB, languages=["en-GB", "es"])
        db.execute(update(Card).values(language="es"))
    missed(line)
    ring_back(line)
    assert "Esta llamada le cuesta" in line.network.pick_up(CALLER).heard


@SQLITE
def test_a_voucher_pays_for_a_longer_talk(line: World) -> None:
    card, phone = rung(line, "0.20", callee=answers())
    with db.transaction():
        code = vouchers.make(1, Money.parse("5.00", "USD"), batch="gift")[0].code
    phone.press("0#")
    phone.press("2")
    assert "Five dollars added" in phone.press(f"{code}#")
    assert line.calls()[0].seconds_max == 200
    assert [calls.lengthen(line.carrier()) for _ in range(2)] == [1, 0]
    assert "Up to nine minutes" in phone.press(f"{KABUL}#")
    assert "That call cost four dollars" in phone.finish_dial()
    phone.hang_up()
    line.network.deliver()
    assert line.at_rest()


@SQLITE
def test_the_job_rings(line: World) -> None:
    line.register(line.card())
    missed(line)
    with line.provider():
        assert line.flask("jobs", "run", "--once").exit_code == 0
        assert line.network.is_ringing(CALLER)
