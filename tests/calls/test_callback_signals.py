"""A caller who is rung back: whatever is lost, repeated, late or killed, each leg is paid for once."""

from functools import partial
from itertools import combinations, permutations

import pytest

from app import calls, db
from app.calls import Ringing, ringing_back
from app.cards import IssuedCard
from app.errors import CarrierRefused, CarrierUnreachable
from ivr.carrier import TwilioCarrier
from tests.support.rung import live_visits, missed, ring_back, rung, sounds_busy, wishes
from tests.support.threads import at_once, failures
from tests.support.world import CALLER, GB, KABUL, World

BUSY = b'<?xml version="1.0" encoding="UTF-8"?><Response><Reject reason="busy" /></Response>'
GREETING = "Farthing. This call to you costs six cents a minute."


@pytest.fixture
def line(world: World) -> World:
    """An access number that sounds busy."""
    return sounds_busy(world)


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
    rung = [f"+4477009001{at:02}" for at in range(6)]
    for phone in rung:
        line.register(line.card(batch=phone), phone)
        missed(line, phone)
    claimed: list[Ringing] = []

    def work() -> None:
        while (due := db.attempt(ringing_back.claim)) is not None:
            claimed.append(due)

    assert not failures(at_once(*[work] * 4))
    assert sorted(due.phone for due in claimed) == rung
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


def test_webhooks_at_once_make_one_callback(line: World) -> None:
    line.register(line.card())
    form = {"From": CALLER, "To": GB, "CallStatus": "ringing"}
    posts = [partial(line.post, "/ivr/voice", form | {"CallSid": f"CA{at % 2}"}) for at in range(6)]
    answered = at_once(*posts)
    assert not failures(answered)
    assert {answer.get_data() for answer in answered if not isinstance(answer, Exception)} == {BUSY}
    assert len(wishes()) == 1
