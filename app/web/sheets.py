"""Long lists as CSV: sent while they are read, and harmless in a spreadsheet."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from flask import Response

from app import db
from app.paging import HEAD, Cursor, Page

AT_ONCE = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" '").startswith(_FORMULA) else text


def sheet(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A download of that name; the rows are asked for while it is sent, outside of any transaction."""
    answer = Response(_lines(head, rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def all_of(some: Callable[[Cursor], Page[Any]]) -> Iterator[Any]:
    """Every row of a list, page after page, each read in a short transaction of its own."""
    at: Cursor | None = HEAD
    while at is not None:
        with db.transaction(readonly=True):
            page = some(at)
        yield from page.rows
        at = None if page.older is None else Cursor(before=page.older)


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(head)
    for number, row in enumerate(rows, 1):
        writer.writerow([neutral(cell) for cell in row])
        if number % AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
