"""What a row says besides prefix and destination: the price, how it is counted, and from when."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from app.rating import cells
from app.rating.cells import BadRow

BLOCKED = "blocked"  # in a price column: not sold


class Terms(NamedTuple):
    """The terms as the table keeps them."""

    effective_from: date
    per_minute: int
    connection_fee: int
    first_increment: int
    increment: int
    grace: int
    blocked: bool


def understood(cell: Mapping[str, str], *, currency: str, decimal_comma: bool) -> Terms:
    """Read the cells of one row, by the meaning of their columns; what is not there is empty.

    Raises BadRow.
    """
    said = cell.get("currency", "")
    if said and said.upper() != currency:
        raise BadRow(f"the price is in {said[:20]!r}, the deck in {currency}")
    per_minute, blocked = _price(cell, decimal_comma)
    fee = _amount(cell.get("connection_fee") or "0", "connection fee", decimal_comma)
    first, further = cells.increments(cell.get("first_increment", ""), cell.get("increment", ""))
    grace = cells.seconds(cell.get("grace", ""), "grace", default=0, least=0)
    day = cells.day(cell.get("effective_from", ""))
    return Terms(day, per_minute, fee, first, further, grace, blocked)


def _price(cell: Mapping[str, str], decimal_comma: bool) -> tuple[int, bool]:
    text, further = cell["per_minute"], cell.get("further_per_minute", "")
    blocked = text.casefold() == BLOCKED or cells.flag(cell.get("blocked", ""))
    if blocked and text.casefold() in ("", BLOCKED):
        return 0, True

    price = _amount(text, "price", decimal_comma)
    if blocked or not further:
        return price, blocked
    if further.casefold() == BLOCKED or _amount(further, "further price", decimal_comma) != price:
        raise BadRow(f"the first minute is {text}, further ones {further[:20]}: a rate has one price")
    return price, False


def _amount(text: str, what: str, decimal_comma: bool) -> int:
    return cells.price(text.replace(",", ".") if decimal_comma and "." not in text else text, what)
