"""Every state of the menu that can be reached, left by every key, by silence and by hanging up.

States are found by walking: from each one every deed is tried on a call of its own, and what it leads to is
walked in its turn, until nothing new is found.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app import db
from app.calls import access_numbers
from app.calls.models import Turn, Visit
from app.cards import IssuedCard, vouchers
from app.money import Money
from ivr.flow import STEPS
from ivr.simulator import Phone, answers, busy
from ivr.simulator.signals import State
from ivr.simulator.transcript import Event
from tests.payments.shop import Shop
from tests.support.paypal import StandIn
from tests.support.site import Site, Someone
from tests.support.world import GB, KABUL, World

A = "TN-Validation-Passed-A"
SILENT, HANG_UP, PIN, WRONG, NUMBER, VOUCHER = "silence", "hangs up", "PIN", "wrong PIN", "number", "voucher"
DEEDS = (*"0123456789*#", "0#", SILENT, HANG_UP, PIN, WRONG, NUMBER, VOUCHER)
SILENCES_MAX = 14  # after so many the call is over, wherever it stood
WORDS_PER_SECOND = 2.6
SECONDS_MAX = 11.0  # of any one thing that is said
PIN_SECONDS_MAX = 15.0  # a new PIN is read twice, slowly
NOT_WALKED = {"connect"}  # steps that have a walk of their own

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@dataclass
class Talk:
    """One call on its way."""

    world: World
    card: IssuedCard | Someone
    phone: Phone

    @property
    def state(self) -> str:
        """Where the talk stands: which step waits, how often it has asked, or what goes on."""
        if self.phone.state in (State.RINGING, State.TALKING):
            return "in a call"
        if self.phone.ended:
            return "over"
        with db.transaction(readonly=True):
            last = select(Turn.step, Turn.tries).join(Visit).where(Visit.sid == self.phone.sid)
            row = db.execute(last.order_by(Turn.number.desc()).limit(1)).one()
        return f"{row.step.partition(':')[0]} {row.tries}"

    def do(self, deed: str) -> None:
        """What the caller does."""
        if self.phone.state in (State.RINGING, State.TALKING):
            self.phone.hang_up() if deed == HANG_UP else self.phone.finish_dial()
        elif deed == SILENT:
            self.phone.stay_silent()
        elif deed == HANG_UP:
            self.phone.hang_up()
        else:
            self.phone.press(self._keys(deed))

    def _keys(self, deed: str) -> str:
        if deed == VOUCHER:
            with db.transaction():
                return f"{vouchers.make(1, Money.parse('5.00', 'USD'), batch='walk')[0].code}#"
        keys = {PIN: self.card.pin, WRONG: "0" * len(self.card.pin), NUMBER: f"{KABUL}#"}
        return keys.get(deed, deed)


Begin = Callable[[World, int], Talk]


def stranger(world: World, at: int) -> Talk:
    """A phone that nobody has registered."""
    card = world.card("10.00")
    return Talk(world, card, world.ring(caller=_phone(at), stir=A, callee=answers(30)))


def registered(world: World, at: int) -> Talk:
    """A phone that opens its card."""
    card = world.card("10.00")
    world.register(card, _phone(at))
    return Talk(world, card, world.ring(caller=_phone(at), stir=A, callee=busy()))


def poor(world: World, at: int) -> Talk:
    """A card whose credit is too short for a call."""
    card = world.card("0.01")
    world.register(card, _phone(at))
    return Talk(world, card, world.ring(caller=_phone(at), stir=A))


def polyglot(world: World, at: int) -> Talk:
    """An access number that speaks several languages."""
    with db.transaction():
        access_numbers.change(GB, languages=["en-GB", "en-US"])
    return stranger(world, at)


def withheld(world: World, at: int) -> Talk:
    """Nobody knows who rings."""
    card = world.card("10.00")
    return Talk(world, card, world.ring(caller="anonymous", callee=answers(5)))


def _phone(at: int) -> str:
    return f"+4477009{at:05}"


def test_every_state_has_a_way_on_and_none_asks_for_ever(site: Site, standin: StandIn) -> None:
    world, shop = site.world, Shop(site, standin)
    world.change_settings(
        pin_failures_per_caller=100, pin_failures_per_access_number=10**6, pin_failures_global=10**6
    )
    walker = Walker(world)
    walker.walk(stranger)
    walker.walk(registered, ("0#", "0", "3"))  # who came without a PIN must know the old one to get a new one
    walker.walk(poor, (NUMBER,))
    walker.walk(withheld)
    payer = shop.customer()
    shop.allow_by_phone(payer)
    walker.walk(lambda world, at: Talk(world, payer, world.ring(caller="anonymous")), (PIN, "0#", "2"))
    walker.walk(polyglot)  # the last one, for it changes the access number
    steps = {state.partition(" ")[0] for state in walker.found} - {"in", "over"}
    assert steps == STEPS.keys() - NOT_WALKED, "a step that nobody comes to, or one that nobody knows"
    assert world.balanced()


class Walker:
    """Finds every state, and tries every deed in it."""

    def __init__(self, world: World) -> None:
        self.world, self.found, self.talks = world, set[str](), 0

    def walk(self, begin: Begin, *ways: tuple[str, ...]) -> None:
        """All that can be reached from one kind of call, and by these ways, and was not found before."""
        waiting: deque[tuple[str, ...]] = deque([(), *ways])
        while waiting:
            deeds = waiting.popleft()
            talk = self._talk(begin, deeds)
            if talk.state in self.found:
                talk.phone.hang_up()
                continue
            self.found.add(talk.state)
            waiting.extend((*deeds, deed) for deed in _worth_trying(talk.state))
            self._let_it_end(talk, deeds)

    def _talk(self, begin: Begin, deeds: tuple[str, ...]) -> Talk:
        self.talks += 1
        talk = begin(self.world, self.talks)
        had = self.world.money(talk.card)
        may_cost = talk.state == "in a call"
        for deed in deeds:
            talk.do(deed)
            may_cost |= talk.state == "in a call" or deed == VOUCHER
        _check_words(talk, deeds)
        assert may_cost or self.world.money(talk.card) == had, f"{deeds} moved money:\n{talk.phone.story()}"
        return talk

    def _let_it_end(self, talk: Talk, deeds: tuple[str, ...]) -> None:
        """Whoever says nothing more is let go, and nothing is kept aside for them."""
        for _ in range(SILENCES_MAX):
            if talk.state == "over":
                break
            talk.do(SILENT)
        assert talk.state == "over", f"{deeds} asks for ever:\n{talk.phone.story()}"
        self.world.network.deliver()
        balance, available = self.world.money(talk.card)
        assert balance == available, f"{deeds} keeps money aside"


def _worth_trying(state: str) -> tuple[str, ...]:
    """Every key, where it is asked for the first time; later the answer of a step is the same."""
    if state == "over":
        return ()
    return DEEDS if state.endswith(" 0") else (*"0*#", SILENT, HANG_UP, PIN, WRONG, NUMBER)


def _check_words(talk: Talk, deeds: tuple[str, ...]) -> None:
    """Nothing that is said is too long, and nobody is left without a word."""
    said: list[str] = []
    for event in (*talk.phone.transcript, Event(0, "server", "", {})):
        if event.who == "voice":
            said.append(event.text)
        elif event.who == "server":
            seconds = len(" ".join(said).split()) / WORDS_PER_SECOND
            limit = PIN_SECONDS_MAX if "new PIN is" in " ".join(said) else SECONDS_MAX
            assert seconds <= limit, f"{seconds:.1f} s: {said}"
            said = []
    assert not talk.phone.problems, f"{deeds}:\n{talk.phone.story()}"
    silent = [event for event in talk.phone.transcript if event.who == "voice"]
    assert silent, f"{deeds}: not a word"
