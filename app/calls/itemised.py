"""The calls of a card one by one, with all that its owner needs to see why each cost what it cost."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, String, bindparam, cast, literal, literal_column, select, tuple_

from app import db, numbers, paging
from app.calls import models
from app.calls.endings import rate_of
from app.calls.models import OPEN, AccessNumber, Call, CallKind, CallStatus
from app.calls.wanted import CONDITIONS, EVERYTHING, Wanted
from app.db import Moment
from app.errors import UnknownCall
from app.ledger.models import Hold, Transfer
from app.money import Money
from app.paging import HEAD, ROWS, Cursor, Page
from app.rating import Rate

FREEPHONE = "Freephone"
TO_YOU = "Our call to you"


@dataclass(frozen=True, slots=True)
class Item:
    """One call. Of a freephone number, it says that and not which.

    While the call goes on, `seconds`, `cost` and what follows from them are not known yet; `balance_after` is
    empty also for a call that cost nothing.
    """

    id: int
    status: CallStatus
    placed_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    caller: str
    access_number: str
    destination: str
    number: str
    dialled: str
    seconds: int | None
    billed_seconds: int | None
    rate: Rate
    fee: Money | None
    cost: Money | None
    balance_after: Money | None
    kept_aside: Money
    seconds_max: int
    # we rang the caller: this is that leg, and `number` their own phone
    to_caller: bool

    @property
    def is_open(self) -> bool:
        """Whether its end is yet to come, or yet to be found out."""
        return self.status in OPEN

    @property
    def per_minute(self) -> Money:
        """The price of a minute that was fixed when it was placed."""
        return Money(self.rate.per_minute, self.rate.currency)

    @property
    def is_freephone(self) -> bool:
        """Whether its number is nobody's business."""
        return not self.number


def search(card: int, wanted: Wanted = EVERYTHING, at: Cursor = HEAD, *, limit: int = ROWS) -> Page[Item]:
    """A page of the calls of a card that are wanted, newest first; a call that begins meanwhile moves none.

    One statement for the cursor and one for the page. A page may hold fewer than `limit` calls though there
    are older ones.
    """
    if wanted.is_hopeless:
        return Page([], None, None)
    asked = wanted.asked()
    statement = _found(_way(at), tuple(asked), limit + 1)
    asked |= {"card": card}
    if at != HEAD:
        seen = at.before if at.after is None else at.after
        # found first: an index is entered at a moment that is known, not at one that is asked for
        when = db.execute(_PLACED_AT, {"card": card, "seen": seen}).scalar_one_or_none()
        if when is None:
            return Page([], None, None)
        asked |= {"seen": seen, "when": when}
    page = paging.page(db.execute(statement, asked).all(), at, limit, id_of=lambda row: row.id)
    items = [_item(row) for row in page.rows]
    # whoever looks for digits must not find out by them which helpline was called
    return page.with_rows([item for item in items if not (wanted.number and item.is_freephone)])


def one(card: int, call: int) -> Item:
    """A call of this card. Raises UnknownCall, also for one of another card."""
    row = db.execute(_one(), {"card": card, "call": call}).one_or_none()
    if row is None:
        raise UnknownCall(f"there is no call {call} of this card")
    return _item(row)


def called(card: int, calls: list[int]) -> dict[int, str]:
    """Where some calls of this card went, as words, by their ids."""
    if not calls:
        return {}
    mine = (Call.id.in_(calls), Call.card_id == card)
    found = db.execute(select(Call.id, Call.kind, Call.number, Call.destination).where(*mine))
    return {row.id: _where(row) for row in found}


_PLACED_AT = select(Call.placed_at).where(
    Call.id == bindparam("seen", type_=BigInteger), Call.card_id == bindparam("card", type_=BigInteger)
)


def _way(at: Cursor) -> str:
    if at.after is not None:
        return "newer"
    return "head" if at.before is None else "older"


@cache
def _found(way: str, names: tuple[str, ...], at_most: int) -> Any:
    """The calls from a cursor on, in the order of an index: time first, since filters ask for times.

    The number of rows is part of the statement, so that it is planned for few.
    """
    order = (Call.card_id, Call.placed_at, Call.id)
    asked = [CONDITIONS[name] for name in names]
    some = select(Call.__table__).where(*_bounds(way, names), *asked).limit(literal_column(str(at_most)))
    if way == "newer":
        return _with_all(some.order_by(*order), newest_first=False)
    return _with_all(some.order_by(*(column.desc() for column in order)))


def _bounds(way: str, names: tuple[str, ...]) -> tuple[Any, ...]:
    """Where the reading of the index begins and ends: within one card, its times and the cursor.

    The card is asked for as a range of one: were it an equation, the database, which plans for a card like
    most, might sort all the calls of a busy one. The cursor stands beside that range and not in place of one
    of its ends: else the database thinks of many calls, and sorts them by another index.
    """
    card = bindparam("card", type_=BigInteger)
    time = tuple_(Call.card_id, Call.placed_at)
    lower, upper = Call.card_id >= card, Call.card_id <= card
    if "since" in names:
        lower = time >= tuple_(card, bindparam("since", type_=Moment))
    if "until" in names:
        upper = time < tuple_(card, bindparam("until", type_=Moment))
    seen, when = bindparam("seen", type_=BigInteger), bindparam("when", type_=Moment)
    place, cursor = tuple_(Call.card_id, Call.placed_at, Call.id), tuple_(card, when, seen)
    if way == "head":
        return lower, upper
    return lower, upper, place > cursor if way == "newer" else place < cursor


@cache
def _one() -> Any:
    mine = (Call.id == bindparam("call"), Call.card_id == bindparam("card"))
    return _with_all(select(Call.__table__).where(*mine))


def _with_all(calls: Select[Any], *, newest_first: bool = True) -> Select[Any]:
    """Calls with their ends, their money kept aside and what was left after them."""
    call = calls.subquery("call")
    paid = literal("hold:") + cast(call.c.hold_id, String)
    order = (call.c.placed_at.desc(), call.c.id.desc()) if newest_first else (call.c.placed_at, call.c.id)
    return (
        select(
            call,
            models.Visit.caller,
            AccessNumber.number.label("access_number"),
            Hold.amount.label("kept_aside"),
            Transfer.source_balance.label("balance_after"),
        )
        .join(models.Visit, models.Visit.id == call.c.visit_id)
        .join(AccessNumber, AccessNumber.id == models.Visit.access_number_id)
        .join(Hold, Hold.id == call.c.hold_id)
        .outerjoin(Transfer, Transfer.key == paid)
        .order_by(*order)
    )


def _item(row: Any) -> Item:
    hidden = numbers.is_freephone(row.number)
    rate = rate_of(row)
    return Item(
        id=row.id,
        status=CallStatus(row.status),
        placed_at=row.placed_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        caller=row.caller or "",
        access_number=row.access_number,
        destination=FREEPHONE if hidden else row.destination,
        number="" if hidden else row.number,
        dialled="" if hidden else row.dialled,
        seconds=row.seconds,
        billed_seconds=row.billed_seconds,
        rate=replace(rate, prefix="", destination="Freephone numbers") if hidden else rate,
        fee=_money(row, row.connection_fee if row.billed_seconds else 0) if row.price is not None else None,
        cost=_money(row, row.price),
        balance_after=_money(row, row.balance_after),
        kept_aside=Money(row.kept_aside, row.currency),
        seconds_max=row.seconds_max,
        to_caller=row.kind == CallKind.CALLBACK,
    )


def _where(row: Any) -> str:
    if row.kind == CallKind.CALLBACK:
        return TO_YOU
    return FREEPHONE if numbers.is_freephone(row.number) else str(row.destination)


def _money(row: Any, micros: int | None) -> Money | None:
    return None if micros is None else Money(micros, row.currency)
