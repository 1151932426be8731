"""The audit names the row that lies, and nothing else."""

import pytest

from app import db, ledger
from tests.ledger.books import faults, hold, release, sell, settle, sql
from tests.ledger.conftest import Opener


@pytest.fixture
def books(open_card: Opener) -> dict[str, int]:
    """A card with everything that can happen to one, and a bystander."""
    card, bystander = open_card(50), open_card(7)
    sell(card, 2)
    paid, freed = hold(card, 4), hold(card, 5)
    settle(paid, 3)
    release(freed)
    return {"card": card, "bystander": bystander, "paid": paid, "freed": freed, "open": hold(card, 6)}


def named() -> list[tuple[int, str]]:
    return [(fault.account, fault.what) for fault in faults()]


def test_honest_books_balance_and_are_counted(books: dict[str, int]) -> None:
    with db.transaction(readonly=True):
        found = ledger.audit()
    assert found.balanced
    assert (found.accounts, found.transfers, found.open_holds) == (10, 4, 1)


def test_empty_books_balance(database: str) -> None:
    with db.transaction(readonly=True):
        assert ledger.audit().balanced


def test_a_false_balance_is_named_with_what_it_should_be(books: dict[str, int]) -> None:
    sql("UPDATE accounts SET balance = balance + 1 WHERE id = :card", card=books["card"])
    (fault,) = faults()
    assert (fault.account, fault.what) == (books["card"], "balance")
    assert (fault.says, fault.proved) == ("0.00005", "0.000049")


def test_a_card_that_never_got_its_money_is_named(books: dict[str, int]) -> None:
    sql("INSERT INTO accounts (kind, currency, balance) VALUES ('card', 'USD', 1)")
    (fault,) = faults()
    assert (fault.what, fault.says, fault.proved) == ("balance", "0.000001", "0.00")


def test_a_false_held_amount_is_named(books: dict[str, int]) -> None:
    sql("UPDATE accounts SET held = held - 1 WHERE id = :card", card=books["card"])
    assert named() == [(books["card"], "held")]


def test_a_false_count_of_holds_is_named(books: dict[str, int]) -> None:
    sql("UPDATE accounts SET open_holds = 2 WHERE id = :card", card=books["card"])
    assert named() == [(books["card"], "held")]


def test_a_changed_hold_is_named_by_its_account(books: dict[str, int]) -> None:
    sql("UPDATE holds SET amount = amount + 1 WHERE id = :open", open=books["open"])
    assert named() == [(books["card"], "held")]


def test_a_deleted_hold_is_named_by_its_account(books: dict[str, int]) -> None:
    sql("DELETE FROM holds WHERE id = :open", open=books["open"])
    assert named() == [(books["card"], "held")]


def test_a_hold_closed_behind_our_back_is_named(books: dict[str, int]) -> None:
    sql("UPDATE holds SET status = 'released', closed_at = opened_at WHERE id = :open", open=books["open"])
    assert named() == [(books["card"], "held")]


def test_a_paid_hold_opened_again_is_named_twice(books: dict[str, int]) -> None:
    sql("UPDATE holds SET status = 'open', closed_at = NULL WHERE id = :paid", paid=books["paid"])
    account, payment = named()
    assert account == (books["card"], "held")
    assert payment[1].startswith("payment ")


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE holds SET status = 'released' WHERE id = :paid",
        "UPDATE holds SET account_id = :bystander WHERE id = :paid",
        "UPDATE holds SET amount = 2 WHERE id = :paid",
        "DELETE FROM holds WHERE id = :paid",
    ],
)
def test_a_payment_without_its_settled_hold_is_named(books: dict[str, int], lie: str) -> None:
    sql(lie, **{name: id for name, id in books.items() if f":{name}" in lie})
    ((account, what),) = named()
    assert account == books["card"]
    assert what.startswith("payment ")


def test_a_forged_transfer_is_named_at_both_ends(books: dict[str, int]) -> None:
    forged = """INSERT INTO transfers (key, kind, source_id, target_id, amount, reference, at)
        SELECT 'forged', kind, :card, :bystander, 1, reference, at FROM transfers LIMIT 1"""
    sql(forged, card=books["card"], bystander=books["bystander"])
    assert named() == [(books["card"], "balance"), (books["bystander"], "balance")]


def test_two_currencies_in_one_transfer_are_named(books: dict[str, int]) -> None:
    sql("UPDATE accounts SET currency = 'EUR' WHERE id = :card", card=books["card"])
    found = faults()
    assert {fault.account for fault in found if fault.says == "EUR"} == {books["card"]}
    assert {fault.what.split()[0] for fault in found} == {"transfer"}
