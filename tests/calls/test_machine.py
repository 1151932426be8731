"""Whatever callers, networks, sweepers and operators do, in any order: money follows a model of twenty lines.

The model knows of each card what it owns and of each call what was kept aside and what it cost. After every
step the books balance, no call lies, and the database says what the model says.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from app import cards, db, ledger
from app.calls import audit
from app.cards import CardStatus, IssuedCard
from app.money import Money
from tests.support.by_hand import ByHand
from tests.support.world import KABUL, World

PER_SECOND, LONGEST, SHORTEST = 7_500, 60, 10
_numbers = count(1)


@dataclass
class Model:
    """What each card owns, may still be held for, and what each call cost (None: it goes on)."""

    balance: list[int] = field(default_factory=list)
    frozen: set[int] = field(default_factory=set)
    calls: list[dict[str, Any]] = field(default_factory=list)

    def held(self, card: int) -> int:
        return sum(call["held"] for call in self.calls if call["card"] == card and call["price"] is None)

    def place(self, card: int) -> int | None:
        seconds = min((self.balance[card] - self.held(card)) // PER_SECOND, LONGEST)
        busy = any(call["card"] == card and call["price"] is None for call in self.calls)
        if busy or card in self.frozen or seconds < SHORTEST:
            return None
        self.calls.append({"card": card, "held": seconds * PER_SECOND, "price": None})
        return len(self.calls) - 1

    def finish(self, call: int, seconds: int) -> None:
        row = self.calls[call]
        if row["price"] is None:
            row["price"] = min(seconds * PER_SECOND, row["held"])
            self.balance[row["card"]] -= row["price"]


@dataclass
class Talk:
    """A caller as the network sees it, and the model's number of the call."""

    caller: ByHand
    card: int
    call: int
    seconds: int = 0


class Telephony(RuleBasedStateMachine):
    """Deeds of callers, network and staff, on the cards and calls that are made here."""

    world: World

    ringing: Bundle[tuple[ByHand, int]] = Bundle("ringing")
    talks: Bundle[Talk] = Bundle("talks")
    ended: Bundle[Talk] = Bundle("ended")

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.cards: list[IssuedCard] = []
        self.before = len(self.world.calls())
        self.told: dict[int, Talk] = {}
        for value in ("1.00", "0.10"):
            self.cards.append(self.world.card(value, batch="machine"))
            self.model.balance.append(Money.parse(value, "USD").micros)
        with db.transaction():
            for card in self.cards:
                cards.limit(card.serial, call_seconds_max=LONGEST)

    @rule(target=ringing, card=st.integers(0, 1), wrong=st.booleans())
    def ring(self, card: int, wrong: bool) -> Any:
        """Somebody rings, may mistype, and enters the PIN; a busy or frozen card ends the visit."""
        caller = ByHand(self.world, caller=f"+4477009{next(_numbers) % 100_000:05}")
        if wrong:
            caller.type("123456789015")
        caller.type(self.cards[card].pin)
        return caller, card

    @rule(target=talks, ringing=consumes(ringing), twice=st.booleans())
    def dial(self, ringing: tuple[ByHand, int], twice: bool) -> Any:
        """The number is dialled, and the request may come again."""
        caller, card = ringing
        if caller.has_ended:
            return Talk(caller, card, -1)
        path = caller.address()
        answer = caller.post(path, {"Digits": KABUL})
        assert not twice or caller.post(path, {"Digits": KABUL}).get_data() == answer.get_data()
        caller.hear(answer)
        placed = self.model.place(card)
        assert (placed is None) == (caller.dial is None), caller.heard
        if caller.dial is not None:
            caller.child.to = caller.dial.children[0].text
            self.world.network.registry.add(caller.child)
        talk = Talk(caller, card, -1 if placed is None else placed)
        self.told[talk.call] = talk
        return talk

    @rule(talk=talks)
    def answer(self, talk: Talk) -> None:
        """The called party picks up."""
        if talk.call >= 0 and not talk.caller.child.is_over:
            talk.caller.is_answered()

    @rule(
        target=ended,
        talk=consumes(talks),
        seconds=st.sampled_from([0, 0, 1, 5, 59, 60, 61, 500]),
        how=st.sampled_from(["completed", "busy", "no-answer", "failed", "canceled"]),
    )
    def end(self, talk: Talk, seconds: int, how: str) -> Any:
        """The dialled leg is over; nobody has been told yet."""
        if talk.call >= 0:
            talk.seconds = seconds if how == "completed" else 0
            talk.caller.is_over(how, seconds=talk.seconds)
        return talk

    @rule(talk=ended, how=st.sampled_from(["child", "action", "parent", "child", "action"]))
    def tell(self, talk: Talk, how: str) -> None:
        """One of the signals arrives: first, late, again, in any order."""
        if talk.call < 0:
            return
        {"child": talk.caller.child_ends, "action": talk.caller.action, "parent": talk.caller.hang_up}[how]()
        if how != "parent":
            self.model.finish(talk.call, talk.seconds)

    @rule(talk=talks)
    def caller_goes(self, talk: Talk) -> None:
        """The caller's own end is told before that of the dialled leg."""
        if talk.call >= 0:
            talk.caller.hang_up()

    @rule(talk=ended)
    def sweep_after(self, talk: Talk) -> None:
        """All signals of a call are lost, and its time is over."""
        self.world.later(seconds=LONGEST + 200)
        self.sweep()

    @rule()
    def sweep(self) -> None:
        """The provider is asked about whatever is due: it knows every end."""
        self.world.sweep()
        self.world.sweep()
        for number, row in enumerate(self.rows()):
            if row.learnt_from == "sweeper":
                self.model.finish(number, self.told[number].seconds)

    @rule(card=st.integers(0, 1), micros=st.integers(1, 5), again=st.booleans())
    def top_up(self, card: int, micros: int, again: bool) -> None:
        """Credit is sold, once, however often it is said."""
        key, amount = f"sale {next(_numbers)}", Money(micros * 100_000, "USD")
        for _ in range(1 + again):
            with db.transaction():
                cards.credit(self.cards[card].serial, amount, key=key)
        self.model.balance[card] += amount.micros

    @rule(card=st.integers(0, 1), freeze=st.booleans())
    def suspend(self, card: int, freeze: bool) -> None:
        """A card is frozen, or set free."""
        status = CardStatus.SUSPENDED if freeze else CardStatus.ACTIVE
        with db.transaction():
            cards.change(self.cards[card].serial, status)
        (self.model.frozen.add if freeze else self.model.frozen.discard)(card)

    def rows(self) -> list[Any]:
        return self.world.calls()[self.before :]

    @invariant()
    def the_books_balance(self) -> None:
        """Every balance, hold and price is proved."""
        with db.transaction(readonly=True):
            assert ledger.audit().faults == []
            assert audit() == []

    @invariant()
    def the_database_says_what_the_model_says(self) -> None:
        """What each card owns and has available, and what each call cost."""
        for number, card in enumerate(self.cards):
            now = self.world.look(card)
            assert now.balance.micros == self.model.balance[number]
            assert now.available.micros == self.model.balance[number] - self.model.held(number)
        assert [row.price for row in self.rows()] == [call["price"] for call in self.model.calls]

    def teardown(self) -> None:
        """In the end every call ends, and nothing stays kept aside."""
        for _ in range(12):
            self.world.later(seconds=LONGEST + 200)
            self.world.sweep()
        self.sweep()
        self.the_database_says_what_the_model_says()


def test_money_follows_the_model(world: World) -> None:
    world.change_settings(pin_failures_per_access_number=100_000, pin_failures_global=1_000_000)
    run_state_machine_as_test(
        type("Machine", (Telephony,), {"world": world}),
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
