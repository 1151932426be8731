"""Counting the SQL statements that something needs."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from app import db


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run within this block, BEGIN and PRAGMA left out."""
    seen: list[str] = []

    def note(*given: object) -> None:
        statement = str(given[2])
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    engine = db.engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
