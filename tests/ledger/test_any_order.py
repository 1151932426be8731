"""Whatever is done to a card, in any order, the books follow a model of a few lines."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import HoldClosed, KeyReused, LedgerError, ShortOfCredit, TooManyHolds
from tests.ledger import books
from tests.ledger.conftest import Opener

small = st.integers(1, 5)
deeds = st.one_of(
    st.tuples(st.just("hold"), small, st.integers(1, 3)),
    st.tuples(st.just("settle"), st.integers(0, 6), st.integers(0, 3)),
    st.tuples(st.just("release"), st.just(0), st.integers(0, 3)),
    st.tuples(st.sampled_from(["sell", "give back"]), small, st.integers(0, 3)),
    st.tuples(st.just("hold again"), small, st.integers(0, 3)),
)


@dataclass
class Model:
    """What a card has, and its holds: amount and how each ended."""

    balance: int
    holds: list[tuple[int, str]] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    @property
    def held(self) -> int:
        return sum(amount for amount, ending in self.holds if ending == "open")

    def hold(self, card: int, amount: int, at_most: int, name: str) -> None:
        refused: type[LedgerError] | None = None
        if sum(ending == "open" for _, ending in self.holds) >= at_most:
            refused = TooManyHolds
        elif amount > self.balance - self.held:
            refused = ShortOfCredit
        if refused:
            with pytest.raises(refused):
                books.hold(card, amount, at_most=at_most, key=f"{name} {len(self.ids)}")
            return
        self.ids.append(books.hold(card, amount, at_most=at_most, key=f"{name} {len(self.ids)}"))
        self.holds.append((amount, "open"))

    def end(self, which: int, ending: str, price: int) -> None:
        amount, before = self.holds[which]
        if before not in ("open", ending):
            with pytest.raises(HoldClosed):
                self.act(which, ending, price)
            return
        charge = self.act(which, ending, price)
        if before == "open":
            assert charge == min(price, amount)
            self.balance -= charge
            self.holds[which] = (amount, ending)

    def act(self, which: int, ending: str, price: int) -> int:
        id = self.ids[which]
        return (books.settle(id, price) if ending == "settled" else books.release(id)).charge.micros


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 9), script=st.lists(deeds, max_size=10))
def test_a_card_follows_the_model(open_card: Opener, start: int, script: list[tuple[str, int, int]]) -> None:
    card, model = open_card(start), Model(start)
    for number, (deed, amount, choice) in enumerate(script):
        if deed == "hold":
            model.hold(card, amount, choice, f"card {card}")
        elif deed == "sell":
            books.sell(card, amount, key=f"card {card} deed {number}")
            model.balance += amount
        elif deed == "give back" and amount <= model.balance - model.held:
            books.give_back(card, amount, key=f"card {card} deed {number}")
            model.balance -= amount
        elif deed == "give back":
            with pytest.raises(ShortOfCredit):
                books.give_back(card, amount)
        elif model.ids and deed == "hold again" and amount <= model.balance - model.held:
            with pytest.raises(KeyReused):
                books.hold(card, amount, key=f"card {card} 0")
        elif model.ids and deed in ("settle", "release"):
            ending = {"settle": "settled", "release": "released"}[deed]
            model.end(choice % len(model.ids), ending, amount)
        assert books.standing(card) == (model.balance, model.balance - model.held)
    assert not books.faults()
