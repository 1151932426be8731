"""Whatever happens in the same millisecond, no penny is spent twice."""

from collections import Counter
from functools import partial

from app import db, ledger
from app.errors import HoldClosed, KeyReused, ShortOfCredit, TooManyHolds
from app.ledger import TransferKind
from tests.ledger.books import faults, give_back, hold, release, sell, settle, standing, usd
from tests.ledger.conftest import Opener
from tests.support.threads import at_once, failures

THREADS = 100


def kinds(outcomes: list[object]) -> Counter[str]:
    return Counter(type(outcome).__name__ if isinstance(outcome, Exception) else "ok" for outcome in outcomes)


def test_a_hundred_holds_at_once_keep_no_more_than_there_is(open_card: Opener) -> None:
    card = open_card(50)
    outcomes = at_once(*[partial(hold, card, 3, at_most=1000) for _ in range(THREADS)])
    assert kinds(list(outcomes)) == {"ok": 16, ShortOfCredit.__name__: 84}
    assert standing(card) == (50, 2)
    assert not faults()


def test_a_hundred_holds_at_once_are_no_more_than_a_card_may_have(open_card: Opener) -> None:
    card = open_card(1000)
    outcomes = at_once(*[partial(hold, card, 1, at_most=2) for _ in range(THREADS)])
    assert kinds(list(outcomes)) == {"ok": 2, TooManyHolds.__name__: 98}
    assert standing(card) == (1000, 998)
    assert not faults()


def test_one_key_at_once_keeps_aside_once(open_card: Opener) -> None:
    card = open_card(100)
    outcomes = at_once(*[partial(hold, card, 2, key="call 1") for _ in range(20)])
    assert kinds(list(outcomes)) == {"ok": 1, KeyReused.__name__: 19}
    assert standing(card) == (100, 98)
    assert not faults()


def test_settling_at_once_charges_once(open_card: Opener) -> None:
    card = open_card(5)
    held = hold(card, 4)
    outcomes = at_once(*[partial(settle, held, 3) for _ in range(20)])
    assert not failures(outcomes)
    assert len(set(map(str, outcomes))) == 1
    assert standing(card) == (2, 2)
    assert not faults()


def test_of_settling_and_releasing_at_once_exactly_one_wins(open_card: Opener) -> None:
    winners = set()
    for _ in range(10):
        card = open_card(5)
        held = hold(card, 4)
        paid, *rest = at_once(
            partial(settle, held, 3), partial(release, held), partial(settle, held, 3), partial(release, held)
        )
        settled = not isinstance(paid, Exception)
        assert [isinstance(outcome, HoldClosed) for outcome in rest] == [settled, not settled, settled]
        assert standing(card) == ((2, 2) if settled else (5, 5))
        winners.add(settled)
    assert winners
    assert not faults()


def test_one_sale_at_once_is_credited_once(open_card: Opener) -> None:
    card = open_card(1)
    outcomes = at_once(*[partial(sell, card, 4, key="receipt 7") for _ in range(20)])
    assert not failures(outcomes)
    assert len(set(outcomes)) == 1
    assert standing(card) == (5, 5)
    assert not faults()


def test_holds_and_movements_at_once_share_what_there_is(open_card: Opener) -> None:
    card = open_card(10)
    spending = [partial(give_back, card, 1) for _ in range(20)]
    keeping = [partial(hold, card, 1) for _ in range(20)]
    outcomes = at_once(*spending, *keeping)
    assert kinds(list(outcomes)) == {"ok": 10, ShortOfCredit.__name__: 30}
    assert standing(card)[1] == 0
    assert not faults()


def test_two_cards_that_pay_each_other_at_once_never_wait_for_each_other(open_card: Opener) -> None:
    one, other = open_card(500), open_card(500)

    def move(number: int) -> None:
        source, target = (one, other) if number % 2 else (other, one)
        with db.transaction():
            ledger.move(
                usd(1), source=source, target=target, kind=TransferKind.CREDIT, key=f"{number}", reference="r"
            )

    assert not failures(at_once(*[partial(move, number) for number in range(40)]))
    assert (standing(one), standing(other)) == ((500, 500), (500, 500))
    assert not faults()
