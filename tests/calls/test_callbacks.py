"""Ring in, hear busy, be rung back: both legs priced apart, announced and paid for, once."""

from functools import partial
from itertools import combinations, permutations
from typing import Any

import pytest
from sqlalchemy import select

from app import calls, cards, db
from app.calls import Ringing, access_numbers, callbacks, live, ringing_back
from app.calls.models import Callback, Visit
from app.cards import IssuedCard, LockReason
from app.errors import CarrierRefused, CarrierUnreachable
from app.throttle import Throttle
from ivr.carrier import TwilioCarrier
from ivr.simulator import Phone, answers
from tests.support.threads import at_once, failures
from tests.support.world import CALLER, GB, KABUL, US, World

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
GREETING = "Farthing. This call to you costs six cents a minute."


@pytest.fixture
def line(world: World) -> World:
    """An access number that sounds busy."""
    with db.transaction():
        access_numbers.change(GB, calls_back=True)
    return world


def missed(world: World, caller: str = CALLER) -> Phone:
    """A caller who hears that the line is busy."""
    phone = world.ring(caller=caller)
    assert phone.ended
    return phone


def ring_back(world: World) -> int:
    return calls.ring_back(world.carrier())


def rung(world: World, value: str = "10.00", **how: Any) -> tuple[IssuedCard, Phone]:
    """A registered phone that was rung back and picked up."""
    card = world.card(value)
    world.register(card)
    missed(world)
    assert ring_back(world) == 1
    return card, world.network.pick_up(CALLER, **how)


def wishes() -> list[Any]:
    with db.transaction(readonly=True):
        return list(db.execute(select(Callback.__table__).order_by(Callback.id)))


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
    assert answers_ == {
        b'<?xml version="1.0" encoding="UTF-8"?><Response><Reject reason="busy" /></Response>'
    }
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


def test_killed_between_the_claim_and_the_ring_nobody_is_rung_and_the_money_is_free(line: World) -> None:
    card = line.card()
    line.register(card)
    missed(line)
    with db.transaction():
        ringing_back.claim()
    assert ring_back(line) == 0
    assert not line.network.is_ringing(CALLER)
    for _ in range(3):
        line.later(seconds=61)
        line.sweep()
    assert line.outcome() == [("canceled", "0.00")]
    assert line.money(card) == ("10.00", "10.00")
    assert line.at_rest()
    assert live_visits() == 0


class Vague(TwilioCarrier):
    """The provider rings, and its answer is lost."""

    def ring_back(self, due: Ringing) -> str:
        super().ring_back(due)
        raise CarrierUnreachable("lost")


def vague(world: World) -> TwilioCarrier:
    carrier = Vague(world.carrier().settings)
    vars(carrier)["_client"] = vars(world.carrier())["_client"]
    return carrier


def test_a_ring_whose_answer_is_lost_is_found_and_never_repeated(line: World) -> None:
    card = line.card()
    line.register(card)
    missed(line)
    calls.ring_back(vague(line))
    assert ring_back(line) == 0
    assert line.calls()[0].sid is None
    line.deaf_to("/ivr/status", "/ivr/called-back")
    phone = line.network.pick_up(CALLER)
    assert phone.ended
    for _ in range(3):
        line.later(seconds=61)
        line.sweep()
    (own,) = line.calls()
    assert (own.sid, own.status) == (phone.sid, "completed")
    assert own.price == own.seconds * 1_000
    assert line.at_rest()


def test_a_ring_whose_answer_is_lost_goes_on_when_somebody_picks_up(line: World) -> None:
    card = line.card()
    line.register(card)
    missed(line)
    calls.ring_back(vague(line))
    phone = line.network.pick_up(CALLER)
    assert phone.heard.startswith(GREETING)
    phone.hang_up()
    line.network.deliver()
    assert line.calls()[0].sid == phone.sid
    assert line.at_rest()


def test_a_ring_that_the_provider_refuses_is_given_up_at_once(line: World) -> None:
    card = line.card()
    line.register(card)
    missed(line)

    class No(TwilioCarrier):
        def ring_back(self, due: Ringing) -> str:
            raise CarrierRefused("no")

    calls.ring_back(No(line.carrier().settings))
    assert [wish.status for wish in wishes()] == ["failed"]
    assert line.money(card) == ("10.00", "10.00")
    assert line.at_rest()


SIGNALS = ("own leg", "action", "dialled leg")


@pytest.mark.parametrize("order", list(permutations(SIGNALS)), ids=" ".join)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_signals_in_every_order_and_twice_charge_each_leg_once(line: World, order: tuple[str, ...]) -> None:
    card, own, call = placed(line)
    for name in (*order, *order):
        signal(line, name, own, call)
    assert line.outcome() == [("completed", "0.20"), ("completed", "0.45")]
    assert line.money(card) == ("9.35", "9.35")
    assert line.at_rest()
    assert live_visits() == 0


@pytest.mark.parametrize("lost", [(), *combinations(SIGNALS, 1), *combinations(SIGNALS, 2)], ids=str)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_whatever_signal_is_lost_the_other_leg_is_charged_once(line: World, lost: tuple[str, ...]) -> None:
    card, own, call = placed(line)
    for name in SIGNALS:
        if name not in lost:
            signal(line, name, own, call)
    known = {"callback": "own leg" not in lost, "dialled": set(lost) != {"action", "dialled leg"}}
    for row in line.calls():
        assert (row.price is not None) == known[row.kind]
    assert line.balanced()


def test_all_signals_at_once_charge_each_leg_once(line: World) -> None:
    card, own, call = placed(line)
    at_once(*[partial(signal, line, name, own, call) for name in SIGNALS * 3])
    assert line.outcome() == [("completed", "0.20"), ("completed", "0.45")]
    assert line.at_rest()


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_workers_at_once_ring_each_phone_once(line: World) -> None:
    phones = [f"+4477009001{at:02}" for at in range(6)]
    for phone in phones:
        line.register(line.card(batch=phone), phone)
        missed(line, phone)
    claimed: list[Ringing] = []

    def work() -> None:
        while (due := db.attempt(ringing_back.claim)) is not None:
            claimed.append(due)

    assert not failures(at_once(*[work] * 4))
    assert sorted(due.phone for due in claimed) == phones
    assert line.balanced()


def test_the_leg_to_the_caller_is_asked_about_while_it_lasts(line: World) -> None:
    card, phone = rung(line)
    line.deaf_to("/ivr/status")
    phone.hang_up()
    line.network.deliver()
    line.later(minutes=6)
    line.sweep()
    (own,) = line.calls()
    assert (own.status, own.seconds) == ("completed", phone.seconds)
    assert line.at_rest()
    assert live_visits() == 0


def test_the_number_called_last_is_never_the_callers_own_phone(line: World) -> None:
    card, phone = rung(line)
    assert "Up to" not in phone.press("#")
    assert [row.kind for row in line.calls()] == ["callback"]


def placed(line: World) -> tuple[IssuedCard, int, int]:
    """A caller who was rung back has dialled; the rest is told by hand."""
    card = line.card()
    line.register(card)
    missed(line)
    with db.transaction():
        due = ringing_back.claim()
    assert due is not None
    base = {"CallSid": "CA9", "From": GB, "To": CALLER, "CallStatus": "in-progress"}
    line.post(f"/ivr/called-back?visit={due.visit}&call={due.call}", base)
    line.post("/ivr/step?turn=1", {**base, "Digits": KABUL})
    return card, due.call, line.calls()[-1].id


def signal(line: World, name: str, own: int, call: int) -> None:
    base = {"CallSid": "CA9", "From": GB, "To": CALLER, "CallStatus": "in-progress"}
    done = {"CallStatus": "completed"}
    match name:
        case "own leg":
            line.post(f"/ivr/status?call={own}", {**base, **done, "CallDuration": "200"})
        case "action":
            dialled = {"DialCallStatus": "completed", "DialCallSid": "CA10", "DialCallDuration": "60"}
            line.post(f"/ivr/ended?call={call}&turn=2", {**base, **dialled})
        case "dialled leg":
            leg = {"CallSid": "CA10", "ParentCallSid": "CA9", "CallDuration": "60"}
            line.post(f"/ivr/status?call={call}", {**base, **done, **leg})


def live_visits() -> int:
    with db.transaction(readonly=True):
        return live.counts()["live_visits"]
