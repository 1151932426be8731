"""Money moves between two accounts, once, and what moved is never rewritten."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app import db, ledger
from app.errors import KeyReused, ShortOfCredit
from app.ledger import AccountKind, TransferKind
from app.ledger.models import Transfer
from app.money import Money
from tests.ledger.books import faults, give_back, hold, release, sell, settle, sql, standing, usd
from tests.ledger.conftest import Opener


def transfers() -> list[Any]:
    with db.transaction(readonly=True):
        return list(db.execute(select(Transfer.__table__).order_by(Transfer.id)))


def test_a_sale_is_written_with_the_balance_it_left(open_card: Opener) -> None:
    card = open_card(3)
    sell(card, 2, key="receipt 7")
    issued, sold = transfers()
    assert (issued.kind, issued.amount, issued.target_balance) == ("issue", 3, 3)
    assert (sold.key, sold.amount, sold.source_balance, sold.target_balance) == ("receipt 7", 2, None, 5)
    assert standing(card) == (5, 5)


def test_one_key_moves_money_once(open_card: Opener) -> None:
    card = open_card(3)
    assert sell(card, 2, key="receipt 7") == sell(card, 2, key="receipt 7")
    assert standing(card) == (5, 5)
    assert len(transfers()) == 2


@pytest.mark.parametrize("micros", [1, 3])
def test_a_key_stands_for_one_amount(open_card: Opener, micros: int) -> None:
    card = open_card(3)
    sell(card, 2, key="receipt 7")
    with pytest.raises(KeyReused, match="receipt 7"):
        sell(card, micros, key="receipt 7")
    assert standing(card) == (5, 5)


def test_a_key_stands_for_one_pair_of_accounts(open_card: Opener) -> None:
    one, other = open_card(3), open_card(3)
    sell(one, 2, key="receipt 7")
    with pytest.raises(KeyReused):
        sell(other, 2, key="receipt 7")
    with pytest.raises(KeyReused):
        give_back(one, 2, key="receipt 7")
    assert (standing(one), standing(other)) == ((5, 5), (3, 3))


def test_a_card_gives_no_more_than_it_has(open_card: Opener) -> None:
    card = open_card(3)
    with pytest.raises(ShortOfCredit):
        give_back(card, 4)
    give_back(card, 3)
    assert standing(card) == (0, 0)
    assert not faults()


def test_money_moves_from_card_to_card(open_card: Opener) -> None:
    one, other = open_card(3), open_card(1)
    with db.transaction():
        said = {"kind": TransferKind.CREDIT, "key": "k", "reference": "r"}
        ledger.move(usd(2), source=one, target=other, **said)  # type: ignore[arg-type]
    assert (standing(one), standing(other)) == ((1, 1), (3, 3))
    last = transfers()[-1]
    assert (last.source_balance, last.target_balance) == (1, 3)
    assert not faults()


def test_money_stays_in_its_currency(open_card: Opener) -> None:
    card = open_card(3)
    with db.transaction():
        ledger.open_house("EUR")
    with pytest.raises(AssertionError, match="currency"), db.transaction():
        house = ledger.house(AccountKind.CARD_SALES, "EUR")
        said = {"kind": TransferKind.CREDIT, "key": "k", "reference": "r"}
        ledger.move(Money(1, "EUR"), source=house, target=card, **said)  # type: ignore[arg-type]
    assert standing(card) == (3, 3)


@pytest.mark.parametrize("micros", [0, -1])
def test_a_transfer_moves_something(open_card: Opener, micros: int) -> None:
    card = open_card(3)
    with pytest.raises(AssertionError, match="moves something"):
        sell(card, micros)


def test_a_settled_hold_and_a_transfer_tell_the_same(open_card: Opener) -> None:
    card = open_card(5)
    held = hold(card, 4)
    settle(held, 3)
    settle(held, 3)
    release(hold(card, 1))
    paid = transfers()[1:]
    assert [(row.key, row.kind, row.amount, row.source_balance) for row in paid] == [
        (f"hold:{held}", "call", 3, 2)
    ]


def test_a_fault_in_the_same_transaction_undoes_the_movement(open_card: Opener) -> None:
    card = open_card(5)
    with pytest.raises(RuntimeError), db.transaction():
        ledger.hold(card, usd(1), key="k", at_most=1)
        house = ledger.house(AccountKind.CARD_SALES, "USD")
        said = {"kind": TransferKind.CREDIT, "key": "s", "reference": "r"}
        ledger.move(usd(2), source=house, target=card, **said)  # type: ignore[arg-type]
        raise RuntimeError("the lights go out")
    assert standing(card) == (5, 5)
    assert not faults()


def test_the_house_has_each_account_once_in_each_currency(open_card: Opener) -> None:
    open_card(1)
    with db.transaction():
        ledger.open_house("USD")
        ledger.open_house("USD")
        kinds = db.execute(text("SELECT kind FROM accounts WHERE currency = 'USD' ORDER BY kind")).scalars()
        assert list(kinds) == sorted(set(AccountKind) - {AccountKind.DEBT})
    with pytest.raises(IntegrityError):
        sql("INSERT INTO accounts (kind, currency) VALUES ('promotions', 'USD')")


FORBIDDEN = {
    "a change of the amount": "UPDATE transfers SET amount = 1",
    "a change of what only people read": "UPDATE transfers SET reference = 'nobody'",
    "one row deleted": "DELETE FROM transfers WHERE id = (SELECT min(id) FROM transfers)",
    "all rows deleted": "DELETE FROM transfers",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_what_moved_is_never_rewritten(open_card: Opener, statement: str) -> None:
    open_card(3)
    before = transfers()
    with pytest.raises(DBAPIError, match="transfers are never"):
        sql(statement)
    assert transfers() == before


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_moved_is_not_replaced_either(open_card: Opener) -> None:
    open_card(3)
    before = transfers()
    with pytest.raises(DBAPIError, match="transfers are never"):
        sql("""INSERT OR REPLACE INTO transfers (id, key, kind, source_id, target_id, amount, reference, at)
            SELECT id, key, kind, source_id, target_id, 1, reference, at FROM transfers""")
    assert transfers() == before


@pytest.mark.parametrize("engine_name", ["postgresql"])
@pytest.mark.parametrize("statement", ["TRUNCATE transfers", "TRUNCATE accounts CASCADE"])
def test_the_table_is_never_emptied(open_card: Opener, statement: str) -> None:
    open_card(3)
    with pytest.raises(DBAPIError, match="transfers are never"):
        sql(statement)
    assert len(transfers()) == 1


@pytest.mark.parametrize(
    ("amount", "target", "name"),
    [
        (0, "target_id", "a_transfer_moves_something"),
        (-1, "target_id", "a_transfer_moves_something"),
        (1, "source_id", "money_moves_between_two_accounts"),
    ],
)
def test_the_database_itself_refuses(open_card: Opener, amount: int, target: str, name: str) -> None:
    open_card(3)
    statement = f"""INSERT INTO transfers (key, kind, source_id, target_id, amount, reference, at)
        SELECT 'forged', kind, source_id, {target}, :amount, reference, at FROM transfers"""  # noqa: S608
    with pytest.raises(IntegrityError, match=name):
        sql(statement, amount=amount)
