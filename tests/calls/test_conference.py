"""Calls into a room: charged once and exactly, in whatever order their signals come, and rung never twice."""

from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from app import calls, cards, clock, config, db, protection
from app.calls import access_numbers, live, rooms
from app.calls.carrier import Ring
from app.cards import IssuedCard
from app.errors import CarrierRefused, CarrierUnreachable
from ivr.carrier import TwilioCarrier
from tests.support.by_hand import ByHand, _path
from tests.support.threads import at_once, failures
from tests.support.world import GB, KABUL, KABUL_E164, World

ROOM = "CF" + "1" * 32
EVENTS = ("join", "answered", "completed", "leave", "end", "action")


class Exchange(TwilioCarrier):
    """The provider's REST interface, which rings as the test wants it."""

    def __init__(self, world: World) -> None:
        super().__init__(config.settings())
        vars(self)["_client"] = vars(world.carrier())["_client"]
        self.rings: list[Ring] = []
        self.ended: list[str] = []
        self.closed: list[str] = []
        self.answer: Callable[[Ring], str] = self.refuse
        self.inside: list[str] = []

    def of(self, provider: str) -> "Exchange":
        return self

    def refuse(self, wanted: Ring) -> str:
        raise CarrierRefused("no")

    def ring(self, wanted: Ring) -> str:
        self.rings.append(wanted)
        return self.answer(wanted)

    def people(self, room: str) -> list[str]:
        return list(self.inside)

    def room(self, name: str) -> str | None:
        return ROOM if self.inside else None

    def close(self, room: str) -> bool:
        self.closed.append(room)
        return True

    def end(self, sid: str) -> bool:
        self.ended.append(sid)
        return super().end(sid)


class InRoom(ByHand):
    """A caller in a room; what the provider would tell is told when the test says so."""

    exchange: Exchange

    def place(self, card: IssuedCard, number: str = KABUL) -> "InRoom":
        self.exchange = self.world.app.extensions["carrier"]
        self.exchange.answer = self._rings
        self.type(card.pin)
        self.type(number, finish="#")
        assert self.dial is not None and self.dial.children[0].name == "Conference", self.heard
        self.child.to, self.child.parent_sid, self.child.direction = KABUL_E164, None, "outbound-api"
        self.exchange.inside = [self.parent.sid]
        return self

    def _rings(self, wanted: Ring) -> str:
        self.child.status = "ringing"
        self.world.network.registry.add(self.child)
        self.exchange.inside.append(self.child.sid)
        return self.child.sid

    @property
    def call(self) -> str:
        assert self.dial is not None
        return _path(self.dial.word("action")).partition("call=")[2].partition("&")[0]

    def in_room(self, event: str, **fields: str) -> TestResponse:
        form = {"StatusCallbackEvent": event, "ConferenceSid": ROOM, "FriendlyName": "room", **fields}
        return self.world.post(f"/ivr/room?call={self.call}", form)

    def waits(self) -> TestResponse:
        """The caller is in the room."""
        return self.in_room("participant-join", CallSid=self.parent.sid, Timestamp=_stamp())

    def talk(self, seconds: int) -> None:
        """The called party answers, talks and hangs up; nobody is told."""
        self.child.answered = clock.now()
        self.world.later(seconds=seconds)
        self.is_over("completed", seconds)
        self.exchange.inside.clear()

    def tell(self, event: str) -> TestResponse:
        """One of the signals of a talk that is over."""
        began = _stamp(self.child.answered)
        callee = {"CallSid": self.child.sid, "ParticipantLabel": "callee"}
        rung = {"CallSid": self.child.sid, "Direction": "outbound-api"}
        status = {"status": 200}
        match event:
            case "join":
                return self.in_room("participant-join", Timestamp=began, **callee)
            case "leave":
                left = {"Timestamp": _stamp(), "ParticipantCallStatus": "completed"}
                return self.in_room("participant-leave", **left, **callee)
            case "end":
                return self.in_room("conference-end", Timestamp=_stamp())
            case "answered":
                return self.rung(CallStatus="in-progress", Timestamp=began, **rung)
            case "completed":
                length = {"CallDuration": str(self.child.seconds)}
                return self.rung(CallStatus=self.child.status, Timestamp=_stamp(), **length, **rung)
        assert (event, status) == ("action", {"status": 200}) and self.dial is not None
        return self.post(_path(self.dial.word("action")), {"DialCallStatus": "answered"})

    def rung(self, **fields: str) -> TestResponse:
        """A callback of the leg that we rang."""
        return self.world.post(f"/ivr/rung?call={self.call}", fields)


def _stamp(moment: Any = None) -> str:
    return format_datetime(moment or clock.now())


@pytest.fixture
def exchange(world: World) -> Exchange:
    with db.transaction():
        access_numbers.change(GB, conference=True)
    made = Exchange(world)
    world.app.extensions["carrier"] = made
    return made


def settle(world: World, exchange: Exchange) -> None:
    """Whatever has not been told is asked about."""
    for _ in range(2):
        world.later(hours=3)
        look(exchange)


def look(exchange: Exchange) -> int:
    calls.attend(exchange)
    return calls.sweep(exchange)


def in_room(world: World, value: str = "10.00") -> tuple[InRoom, IssuedCard]:
    card = world.card(value)
    caller = InRoom(world)
    caller.place(card)
    return caller, card


def test_signals_in_any_order_lost_or_repeated_charge_once_and_exactly(
    world: World, exchange: Exchange
) -> None:
    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        order=st.permutations(EVENTS),
        lost=st.sets(st.sampled_from(EVENTS)),
        again=st.lists(st.sampled_from(EVENTS), max_size=4),
    )
    def charged_once(order: list[str], lost: set[str], again: list[str]) -> None:
        caller, card = in_room(world)
        caller.waits()
        caller.talk(56)
        for event in [*(event for event in order if event not in lost), *again]:
            assert caller.tell(event).status_code == 200
        settle(world, exchange)
        assert world.outcome()[-1] == ("completed", "0.42")
        assert world.money(card) == ("9.58", "9.58")

    charged_once()
    assert world.at_rest()


@pytest.mark.parametrize("event", EVENTS)
def test_each_signal_alone_is_enough(world: World, exchange: Exchange, event: str) -> None:
    caller, card = in_room(world)
    caller.waits()
    caller.talk(56)
    caller.tell(event)
    if event in ("leave", "end"):
        look(exchange)
    if event in ("join", "answered"):
        settle(world, exchange)
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def test_the_cost_is_told_although_the_dial_does_not_know_it(world: World, exchange: Exchange) -> None:
    caller, _ = in_room(world)
    caller.waits()
    caller.talk(56)
    assert caller.hear(caller.tell("action")).startswith("That call cost forty two cents.")
    assert caller.tell("action").status_code == 200
    assert world.at_rest()


def test_nobody_is_rung_twice(world: World, exchange: Exchange) -> None:
    caller, _ = in_room(world)
    for _ in range(3):
        assert caller.waits().status_code == 200
        world.later(seconds=10)
        look(exchange)
    wanted = exchange.rings
    assert [(ring.to, ring.shows, ring.seconds_max) for ring in wanted] == [(KABUL_E164, GB, 1333)]
    caller.talk(56)
    caller.tell("completed")
    assert world.at_rest()


def test_told_and_found_at_once_somebody_is_rung_once(world: World, exchange: Exchange) -> None:
    caller, _ = in_room(world)
    world.later(seconds=9)
    deeds = [lambda: caller.waits().status_code, lambda: calls.attend(exchange)]
    outcomes = at_once(*deeds, *deeds)
    assert failures(outcomes) == []
    assert len(exchange.rings) == 1


def test_a_caller_of_whom_nobody_told_us_is_rung_for_once(world: World, exchange: Exchange) -> None:
    caller, _ = in_room(world)
    for _ in range(30):
        world.later(seconds=1)
        look(exchange)
    assert len(exchange.rings) == 1
    caller.waits()
    assert len(exchange.rings) == 1
    caller.talk(56)
    caller.tell("completed")
    assert world.at_rest()


def test_what_the_provider_refuses_to_ring_has_failed_and_the_caller_hears_so(
    world: World, exchange: Exchange
) -> None:
    caller, card = in_room(world)
    exchange.answer = exchange.refuse
    assert caller.waits().status_code == 200
    assert world.outcome() == [("failed", "0.00")]
    assert exchange.closed == [ROOM]
    said = caller.hear(caller.tell("action"))
    assert said.startswith("Sorry, that call did not go through. You were not charged.")
    assert world.money(card) == ("10.00", "10.00")
    assert world.at_rest()


def rings_silently(caller: InRoom) -> Callable[[Ring], str]:
    """It rings, and the answer gets lost on its way to us."""

    def ring(wanted: Ring) -> str:
        caller._rings(wanted)
        raise CarrierUnreachable("too late")

    return ring


def does_nothing(wanted: Ring) -> str:
    raise CarrierUnreachable("too late")


def test_a_leg_that_rings_without_our_knowing_is_found_in_the_room(world: World, exchange: Exchange) -> None:
    caller, _ = in_room(world)
    exchange.answer = rings_silently(caller)
    caller.waits()
    assert world.calls()[0].sid is None
    world.later(seconds=11)
    look(exchange)
    assert world.calls()[0].sid == caller.child.sid
    caller.talk(56)
    caller.tell("completed")
    assert (len(exchange.rings), world.outcome()) == (1, [("completed", "0.42")])
    assert world.at_rest()


def test_a_leg_that_talked_without_our_knowing_is_found_by_its_number(
    world: World, exchange: Exchange
) -> None:
    """Every signal of it is lost, and the room is over."""
    caller, _ = in_room(world)
    exchange.answer = rings_silently(caller)
    caller.waits()
    caller.talk(56)
    for _ in range(3):
        look(exchange)
        world.later(seconds=61)
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def test_a_ring_that_never_was_ends_the_wait_after_two_looks(world: World, exchange: Exchange) -> None:
    caller, _ = in_room(world)
    exchange.answer = does_nothing
    caller.waits()
    world.later(seconds=11)
    look(exchange)
    assert world.outcome() == [("placed", None)]
    world.later(seconds=11)
    look(exchange)
    assert world.outcome() == [("failed", "0.00")]
    assert exchange.closed == [ROOM]
    assert world.at_rest()


def test_killed_between_the_claim_and_the_ring_nobody_is_rung_and_the_wait_ends(
    world: World, exchange: Exchange
) -> None:
    caller, _ = in_room(world)
    with db.transaction():
        assert rooms.claim(int(caller.call), room=ROOM) is not None
    for _ in range(30):
        world.later(seconds=1)
        look(exchange)
    assert (exchange.rings, world.outcome()) == ([], [("failed", "0.00")])
    assert exchange.closed == [ROOM]
    assert world.at_rest()


def test_who_answers_after_the_call_was_given_up_is_sent_away(world: World, exchange: Exchange) -> None:
    caller, card = in_room(world)
    exchange.answer = does_nothing
    caller.waits()
    for _ in range(2):
        world.later(seconds=11)
        look(exchange)
    caller.child.status, caller.child.answered = "in-progress", clock.now()
    world.network.registry.add(caller.child)
    caller.tell("answered")
    assert exchange.ended == [caller.child.sid]
    assert world.money(card) == ("10.00", "10.00")


def test_a_caller_who_hangs_up_before_the_ring_is_not_rung_for(world: World, exchange: Exchange) -> None:
    caller, card = in_room(world)
    caller.hang_up()
    caller.waits()
    look(exchange)
    assert (exchange.rings, world.outcome()) == ([], [("canceled", "0.00")])
    assert world.at_rest()


def test_signals_of_another_leg_or_call_change_nothing(world: World, exchange: Exchange) -> None:
    caller, _ = in_room(world)
    caller.waits()
    stranger = {"CallSid": "CA" + "9" * 32, "CallStatus": "completed", "CallDuration": "5"}
    assert caller.rung(**stranger).status_code == 404
    ended = {"StatusCallbackEvent": "conference-end", "ConferenceSid": ROOM}
    assert world.post("/ivr/room?call=999", ended).status_code == 404
    assert world.outcome() == [("placed", None)]
    plain = ByHand(world, to="+12125550123").place(world.card())
    assert world.post("/ivr/rung?call=2", {**stranger, "CallSid": plain.child.sid}).status_code == 404
    assert world.outcome() == [("placed", None)] * 2


def test_a_call_that_nobody_has_answered_yet_is_ended_with_its_room(world: World, exchange: Exchange) -> None:
    caller, card = in_room(world)
    exchange.answer = rings_silently(caller)
    caller.waits()
    with db.transaction():
        cards.lock(cards.by_serial(card.serial).id, cards.LockReason.OWNER)
    assert protection.end_calls_of_suspended_cards(exchange) == 1
    assert exchange.closed == [ROOM]
    with db.transaction(readonly=True):
        assert [call.room for call in live.live()] == [ROOM]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_prompt_room_name_says_nothing_of_anybody(world: World, exchange: Exchange) -> None:
    caller, _ = in_room(world)
    assert caller.dial is not None
    name = caller.dial.children[0].text
    assert name == rooms.name_of(int(caller.call), caller.parent.sid)
    assert not any(part in name for part in (KABUL_E164[1:], "447700"))
    assert caller.dial.word("timeLimit") == str(7200 + 30 + 5 + 10)


def test_the_last_signal_of_an_unanswered_ring_ends_the_wait(world: World, exchange: Exchange) -> None:
    caller, _ = in_room(world)
    caller.waits()
    caller.is_over("busy")
    caller.tell("completed")
    assert (world.outcome(), exchange.closed) == ([("busy", "0.00")], [ROOM])
    assert caller.hear(caller.tell("action")).startswith("That number is busy.")
    assert world.at_rest()


def test_an_answer_that_nobody_told_us_of_is_asked_for(world: World, exchange: Exchange) -> None:
    """So that the caller is warned all the same."""
    caller, _ = in_room(world, "0.75")
    caller.waits()
    caller.child.status, caller.child.answered = "in-progress", clock.now() + timedelta(seconds=3)
    world.later(seconds=46)
    look(exchange)
    row = world.calls()[0]
    assert (row.status, row.answered_at) == ("answered", caller.child.answered)
