"""A statement shows every movement of a card's money once, and its running balance is the ledger's."""

import pytest

from app import db, ledger
from app.ledger import Entry
from app.paging import HEAD, Cursor, Page
from tests.ledger import books
from tests.ledger.conftest import Opener
from tests.support.counted import counted


def page(account: int, at: Cursor = HEAD, limit: int = 50) -> Page[Entry]:
    with db.transaction(readonly=True):
        return ledger.statement(account, at, limit=limit)


def busy_life(account: int) -> None:
    """Money in, out for calls, and back."""
    for micros in (7, 5, 3):
        books.sell(account, micros * 2)
        books.settle(books.hold(account, micros + 1), micros)
        books.give_back(account, 1)
        books.release(books.hold(account, 1))


def test_the_running_balance_is_the_ledgers(open_card: Opener) -> None:
    account, other = open_card(10), open_card(10)
    busy_life(account)
    busy_life(other)
    entries = page(account).rows
    assert len(entries) == 10
    balance = 0
    for entry in reversed(entries):
        balance += entry.amount.micros if entry.is_in else -entry.amount.micros
        assert entry.balance.micros == balance
    assert entries[0].balance.micros == books.standing(account)[0]
    assert [entry.kind for entry in entries[:3]] == ["credit", "call", "credit"]


@pytest.mark.parametrize("limit", [1, 2, 3, 9, 10, 11])
def test_pages_neither_skip_nor_repeat_while_money_moves(open_card: Opener, limit: int) -> None:
    account = open_card(10)
    busy_life(account)
    whole = [entry.id for entry in page(account).rows]
    found = page(account, limit=limit)
    seen = [entry.id for entry in found.rows]
    while found.older is not None:
        books.sell(account, 1)
        books.give_back(account, 1)
        found = page(account, Cursor(before=found.older), limit)
        seen += [entry.id for entry in found.rows]
    assert seen == whole


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_the_way_back_leads_to_what_is_new(open_card: Opener, limit: int) -> None:
    account = open_card(10)
    busy_life(account)
    oldest = page(account).rows[-1].id
    found: Page[Entry] = Page([], oldest, None)
    seen = [oldest]
    books.sell(account, 1)
    while found.newer is not None:
        found = page(account, Cursor(after=found.newer), limit)
        seen = [entry.id for entry in found.rows] + seen
    assert seen == [entry.id for entry in page(account).rows]


def test_one_statement_reads_a_page(open_card: Opener) -> None:
    account = open_card(10)
    busy_life(account)
    for at in (HEAD, Cursor(before=10**6), Cursor(after=1)):
        with counted() as seen:
            page(account, at)
        assert len(seen) == 1


def test_an_account_without_a_past_has_an_empty_statement(open_card: Opener) -> None:
    assert page(open_card(0)) == Page([], None, None)
