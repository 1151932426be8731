"""What went in and out of a card, newest first, with what it had after each."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, literal_column, select, tuple_, union_all

from app import db, paging
from app.ledger.models import Account, Transfer, TransferKind
from app.money import Money
from app.paging import HEAD, ROWS, Cursor, Page

_PAST_EVERY_ID = 2**63 - 1
_ACCOUNT = bindparam("account", type_=BigInteger)
_CURRENCY = select(Account.currency).where(Account.id == _ACCOUNT).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of a card's money, and what the card had right after."""

    id: int
    kind: TransferKind
    is_in: bool
    amount: Money
    balance: Money
    reference: str
    at: datetime


def statement(account: int, at: Cursor = HEAD, *, limit: int = ROWS) -> Page[Entry]:
    """A page of a card's transfers, the newest first.

    One statement that reads `limit` rows from either of two indexes, however long the history.
    """
    asked = {"account": account, "cursor": _cursor(at)}
    found = db.execute(_statement(at.after is not None, limit + 1), asked).all()
    return paging.page([_entry(row) for row in found], at, limit, id_of=lambda entry: entry.id)


def _cursor(at: Cursor) -> int:
    if at.after is not None:
        return at.after
    return _PAST_EVERY_ID if at.before is None else at.before


@cache
def _statement(newer: bool, at_most: int) -> Select[Any]:
    """What went in and what went out. The number of rows is part of it, so that it is planned for few."""
    merged = union_all(*(_side(is_in, newer, at_most) for is_in in (True, False))).subquery()
    order = merged.c.id if newer else merged.c.id.desc()
    found = select(*merged.c, _CURRENCY.label("currency")).order_by(order)
    return found.limit(literal_column(str(at_most)))


def _side(is_in: bool, newer: bool, at_most: int) -> Select[Any]:
    """The transfers of one direction, in the order of their own index.

    The account is asked for as a range of one: were it an equation, the database might think of reading all
    transfers from their end instead, until it has met enough of an account that has been quiet for years.
    """
    mine = Transfer.target_id if is_in else Transfer.source_id
    place = tuple_(_ACCOUNT, bindparam("cursor", type_=BigInteger))
    columns: tuple[Any, ...] = (
        Transfer.id,
        Transfer.kind,
        literal_column("1" if is_in else "0").label("is_in"),
        Transfer.amount,
        (Transfer.target_balance if is_in else Transfer.source_balance).label("balance"),
        Transfer.reference,
        Transfer.at,
    )
    if newer:
        near = select(*columns).where(tuple_(mine, Transfer.id) > place, mine <= _ACCOUNT)
        near = near.order_by(mine, Transfer.id)
    else:
        near = select(*columns).where(tuple_(mine, Transfer.id) < place, mine >= _ACCOUNT)
        near = near.order_by(mine.desc(), Transfer.id.desc())
    return select(*near.limit(literal_column(str(at_most))).subquery().c)


def _entry(row: Any) -> Entry:
    return Entry(
        id=row.id,
        kind=TransferKind(row.kind),
        is_in=bool(row.is_in),
        amount=Money(row.amount, row.currency),
        balance=Money(row.balance, row.currency),
        reference=row.reference,
        at=row.at,
    )
