"""Credit is kept aside once, ends exactly once, and never reaches into what is not there."""

import pytest
from sqlalchemy.exc import IntegrityError

from app import db, ledger
from app.errors import HoldClosed, KeyReused, ShortOfCredit, TooManyHolds
from app.ledger import HoldStatus
from app.money import Money
from tests.ledger.books import faults, give_back, hold, release, sell, settle, sql, standing, usd
from tests.ledger.conftest import Opener


def test_a_hold_keeps_aside_and_moves_nothing(open_card: Opener) -> None:
    card = open_card(5)
    hold(card, 3)
    assert standing(card) == (5, 2)


def test_all_that_is_available_may_be_kept_aside(open_card: Opener) -> None:
    card = open_card(5)
    hold(card, 5)
    assert standing(card) == (5, 0)


def test_one_millionth_more_than_available_is_refused_and_nothing_kept(open_card: Opener) -> None:
    card = open_card(5)
    hold(card, 3)
    with pytest.raises(ShortOfCredit, match=r"only 0\.000002 USD available"):
        hold(card, 3)
    assert standing(card) == (5, 2)
    assert not faults()


def test_a_card_has_at_most_so_many_holds_open(open_card: Opener) -> None:
    card = open_card(5)
    first = hold(card, 1, at_most=2)
    hold(card, 1, at_most=2)
    with pytest.raises(TooManyHolds, match="2 holds are open"):
        hold(card, 1, at_most=2)
    release(first)
    hold(card, 1, at_most=2)
    assert standing(card) == (5, 3)


def test_too_many_holds_is_said_before_too_little_credit(open_card: Opener) -> None:
    card = open_card(1)
    hold(card, 1, at_most=1)
    with pytest.raises(TooManyHolds):
        hold(card, 1, at_most=1)


def test_a_key_keeps_money_aside_once(open_card: Opener) -> None:
    card = open_card(5)
    hold(card, 1, key="call 1")
    with pytest.raises(KeyReused, match="call 1"):
        hold(card, 1, key="call 1")
    assert standing(card) == (5, 4)
    assert not faults()


def test_a_key_of_another_card_is_no_better(open_card: Opener) -> None:
    one, other = open_card(5), open_card(5)
    hold(one, 1, key="call 1")
    with pytest.raises(KeyReused):
        hold(other, 1, key="call 1")
    assert standing(other) == (5, 5)


def test_a_hold_of_nothing_is_a_hold(open_card: Opener) -> None:
    """A free destination keeps nothing aside, and is a call all the same."""
    card = open_card(0)
    free = hold(card, 0, at_most=1)
    with pytest.raises(TooManyHolds):
        hold(card, 0, at_most=1)
    assert settle(free, 0).charge == usd(0)
    assert standing(card) == (0, 0)


def test_a_hold_is_in_the_currency_of_its_card(open_card: Opener) -> None:
    card = open_card(5)
    with pytest.raises(AssertionError, match="currency"), db.transaction():
        ledger.hold(card, Money(1, "EUR"), key="euro", at_most=1)
    assert standing(card) == (5, 5)


def test_settling_pays_the_price_and_frees_the_rest(open_card: Opener) -> None:
    card = open_card(5)
    paid = settle(hold(card, 4), 1)
    assert (paid.charge, paid.balance, paid.available) == (usd(1), usd(4), usd(4))
    assert standing(card) == (4, 4)
    assert not faults()


def test_a_late_hang_up_is_our_loss_and_never_more_than_the_hold(open_card: Opener) -> None:
    card = open_card(5)
    assert settle(hold(card, 2), 5).charge == usd(2)
    assert standing(card) == (3, 3)


def test_settling_twice_charges_once_whatever_the_second_price(open_card: Opener) -> None:
    card = open_card(5)
    held = hold(card, 4)
    assert settle(held, 3) == settle(held, 3) == settle(held, 1)
    assert standing(card) == (2, 2)
    assert not faults()


def test_a_price_of_nothing_settles_and_moves_nothing(open_card: Opener) -> None:
    card = open_card(5)
    held = hold(card, 4)
    assert settle(held, 0).charge == settle(held, 0).charge == usd(0)
    assert standing(card) == (5, 5)
    assert not faults()


def test_a_released_hold_gives_everything_back_once(open_card: Opener) -> None:
    card = open_card(5)
    hold(card, 1)
    held = hold(card, 3)
    assert release(held) == release(held)
    assert standing(card) == (5, 4)
    assert not faults()


def test_what_was_released_cannot_be_settled(open_card: Opener) -> None:
    card = open_card(5)
    held = hold(card, 3)
    release(held)
    with pytest.raises(HoldClosed, match="is released"):
        settle(held, 1)
    assert standing(card) == (5, 5)


def test_what_was_settled_cannot_be_released(open_card: Opener) -> None:
    card = open_card(5)
    held = hold(card, 3)
    settle(held, 1)
    with pytest.raises(HoldClosed, match="is settled"):
        release(held)
    assert standing(card) == (4, 4)


def test_an_expired_hold_is_over_for_everybody(open_card: Opener) -> None:
    card = open_card(5)
    held = hold(card, 3)
    with db.transaction():
        ledger.release(held, ending=HoldStatus.EXPIRED)
    with pytest.raises(HoldClosed):
        settle(held, 1)
    with pytest.raises(HoldClosed):
        release(held)
    assert standing(card) == (5, 5)


def test_a_price_in_another_currency_pays_nothing(open_card: Opener) -> None:
    card = open_card(5)
    held = hold(card, 3)
    with pytest.raises(AssertionError, match="currency"), db.transaction():
        ledger.settle(held, Money(1, "EUR"), reference="a call")
    assert standing(card) == (5, 2)


def test_a_top_up_during_a_call_changes_neither_hold_nor_price(open_card: Opener) -> None:
    card = open_card(2)
    held = hold(card, 2)
    sell(card, 5)
    assert standing(card) == (7, 5)
    assert settle(held, 9).charge == usd(2)
    assert standing(card) == (5, 5)


def test_what_is_on_hold_cannot_be_moved_away(open_card: Opener) -> None:
    card = open_card(5)
    hold(card, 4)
    with pytest.raises(ShortOfCredit, match="less than 0.000002 USD"):
        give_back(card, 2)
    give_back(card, 1)
    assert standing(card) == (4, 0)
    assert not faults()


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE accounts SET held = -1 WHERE kind = 'card'", "held_is_never_negative"),
        ("UPDATE accounts SET open_holds = -1 WHERE kind = 'card'", "held_is_never_negative"),
        ("UPDATE accounts SET balance = -1 WHERE kind = 'card'", "card_never_in_debt"),
        ("UPDATE accounts SET held = balance + 1 WHERE kind = 'card'", "card_never_in_debt"),
        ("UPDATE accounts SET balance = NULL WHERE kind = 'card'", "only_cards_keep_a_running_balance"),
        ("UPDATE accounts SET balance = 1 WHERE kind <> 'card'", "only_cards_keep_a_running_balance"),
        ("UPDATE holds SET amount = -1", "a_hold_keeps_something_aside"),
        ("UPDATE holds SET status = 'settled'", "a_hold_ends_exactly_once"),
        ("UPDATE holds SET closed_at = opened_at", "a_hold_ends_exactly_once"),
    ],
)
def test_the_database_itself_refuses(open_card: Opener, statement: str, name: str) -> None:
    hold(open_card(5), 1)
    with pytest.raises(IntegrityError, match=name):
        sql(statement)
