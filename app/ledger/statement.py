"""What went in and out of a card, newest first, with what it had after each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, literal_column, select, union_all

from app import db, paging
from app.ledger.models import Account, Transfer, TransferKind
from app.money import Money
from app.paging import HEAD, ROWS, Cursor, Page

_CURRENCY = select(Account.currency).where(Account.id == bindparam("account")).scalar_subquery()


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

    One statement that reads `limit` rows from either end of each of two indexes, however long the history.
    """
    asked = {"account": account, "at_most": limit + 1, "cursor": _cursor(at)}
    found = db.execute(_STATEMENTS[_way(at)], asked).all()
    return paging.page([_entry(row) for row in found], at, limit, id_of=lambda entry: entry.id)


def _cursor(at: Cursor) -> int | None:
    return at.after if at.after is not None else at.before


def _way(at: Cursor) -> str:
    if at.after is not None:
        return "newer"
    return "head" if at.before is None else "older"


def _side(is_in: bool, place: Callable[[Select[Any]], Select[Any]]) -> Select[Any]:
    """The transfers that go in, or those that go out."""
    mine, balance = (
        (Transfer.target_id, Transfer.target_balance)
        if is_in
        else (Transfer.source_id, Transfer.source_balance)
    )
    columns: tuple[Any, ...] = (
        Transfer.id,
        Transfer.kind,
        literal_column("1" if is_in else "0").label("is_in"),
        Transfer.amount,
        balance.label("balance"),
        Transfer.reference,
        Transfer.at,
    )
    nearest = (
        place(select(*columns).where(mine == bindparam("account"))).limit(bindparam("at_most")).subquery()
    )
    return select(*nearest.c)


def _both(place: Callable[[Any, Any], Any]) -> Select[Any]:
    sides = [_side(is_in, lambda found: place(found, Transfer.id)) for is_in in (True, False)]
    merged = union_all(*sides).subquery()
    ordered: Select[Any] = place(select(*merged.c, _CURRENCY.label("currency")), merged.c.id)
    return ordered.limit(bindparam("at_most"))


_POINT = bindparam("cursor", type_=BigInteger)
_STATEMENTS = {
    "head": _both(lambda found, id: found.order_by(id.desc())),
    "older": _both(lambda found, id: found.where(id < _POINT).order_by(id.desc())),
    "newer": _both(lambda found, id: found.where(id > _POINT).order_by(id)),
}


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
