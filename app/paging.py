"""Pages of a long list that grows at its head, each found by a row that was seen and not by a number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Other = TypeVar("Other")

ROWS = 50


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page stands: with the rows older than `before`, or newer than `after`; else at the head."""

    before: int | None = None
    after: int | None = None


HEAD = Cursor()


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, newest first, and the ids by which to ask for what is newer and older; None: there is none."""

    rows: list[Row]
    newer: int | None
    older: int | None

    def with_rows(self, rows: list[Other]) -> "Page[Other]":
        """The same place in the list, with other things on it."""
        return Page(rows, self.newer, self.older)


def page(found: Sequence[Row], at: Cursor, limit: int, *, id_of: Callable[[Any], int]) -> Page[Row]:
    """The page at a cursor, of the up to `limit` + 1 rows that were found nearest to it, nearest first."""
    rows, more = list(found[:limit]), len(found) > limit
    if at.after is not None:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    has_newer = more if at.after is not None else at.before is not None
    has_older = more if at.after is None else True
    return Page(rows, id_of(rows[0]) if has_newer else None, id_of(rows[-1]) if has_older else None)
