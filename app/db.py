"""The database: one transaction at a time, opened by a door, on SQLite or PostgreSQL.

Statements run on the connection of the transaction that is open, so no function passes one around.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Engine,
    Executable,
    Identity,
    Integer,
    MetaData,
    TypeDecorator,
    create_engine,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, mapped_column

from app import sqlite
from app.errors import KeyReused

T = TypeVar("T")

# better a fault in time than silence
_POSTGRES = {"connect_timeout": 4, "options": "-c lock_timeout=4000 -c jit=off"}

TRIES = 4  # of one unit of work, when the database was restarting or two requests met
PATIENCE = 3.0  # seconds after which work is not tried again: the provider gives up after 15

_engine: Engine | None = None
_current: ContextVar[Connection | None] = ContextVar("transaction", default=None)


class Micros(TypeDecorator[int]):
    """A column of money: BIGINT millionths, refusing whatever is not a whole number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: object) -> int | None:
        """Let whole numbers in, and nothing that merely looks like one."""
        assert value is None or type(value) is int, f"money is whole millionths, not {value!r}"
        return value


class Moment(TypeDecorator[datetime]):
    """A point in time, in UTC on both engines and never without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        """Refuse a time that does not say its zone."""
        if value is None:
            return None
        assert value.tzinfo is not None, f"{value} has no zone"
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        """SQLite forgets the zone; put it back."""
        return value if value is None or value.tzinfo is not None else value.replace(tzinfo=UTC)


Id = Annotated[
    int,
    mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
]
Amount = Annotated[int, mapped_column(Micros)]


class Model(DeclarativeBase):
    """What all tables share: names for their constraints, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment}


def bind(url: str, *, connections: int = 8) -> Engine:
    """Make `url` the database of this process."""
    global _engine
    if _engine is not None:
        _engine.dispose()
    _engine = _made(url, connections)
    return _engine


@lru_cache(maxsize=8)
def _made(url: str, connections: int) -> Engine:
    """An engine, which keeps the statements that it has compiled: who binds a database again has them."""
    lite = url.startswith("sqlite")
    made = create_engine(
        url,
        hide_parameters=True,
        pool_size=connections,
        max_overflow=10 if lite else 0,
        pool_use_lifo=True,  # few warm connections, whose statements the database has planned already
        connect_args={} if lite else _POSTGRES,
    )
    if lite:
        sqlite.prepare(made)
    return made


def engine() -> Engine:
    """The database of this process."""
    assert _engine is not None, "no database is bound"
    return _engine


def after_fork() -> None:
    """Forget the connections that a forked worker shares with its parent."""
    if _engine is not None:
        _engine.dispose(close=False)


@contextmanager
def transaction(*, readonly: bool = False) -> Iterator[Connection]:
    """All or nothing: what happens inside is committed at the end, or undone by an exception.

    A read-only one sees one moment of the database and never waits for a writer.
    """
    assert _current.get() is None, "a door opens one transaction; nothing below it opens another"
    with engine().connect() as opened:
        own = _reading(opened) if readonly else opened
        token = _current.set(own)
        try:
            with own.begin():
                yield own
        finally:
            _current.reset(token)


def attempt(work: Callable[[], T]) -> T:
    """Do `work` in a transaction of its own, again when the database was away or two requests met.

    Only for work that is safe to repeat: it may have been committed although its answer was lost.
    """
    until = time.monotonic() + PATIENCE
    for remaining in reversed(range(TRIES)):
        try:
            with transaction():
                return work()
        except (DBAPIError, KeyReused) as error:
            if not remaining or time.monotonic() > until or not _passing(error):
                raise
            time.sleep(0.05 * 3 ** (TRIES - remaining - 1))
    raise AssertionError("unreachable")


def execute(
    statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> CursorResult[Any]:
    """Run one statement in the open transaction."""
    return connection().execute(statement, parameters)


def connection() -> Connection:
    """The connection of the open transaction."""
    current = _current.get()
    assert current is not None, "no transaction is open: the door opens it"
    return current


def insert(model: type[Model]) -> postgresql.Insert | sqlite_dialect.Insert:
    """An INSERT that knows ON CONFLICT, in the words of the bound database."""
    make: Any = sqlite_dialect.insert if engine().dialect.name == "sqlite" else postgresql.insert
    statement: postgresql.Insert | sqlite_dialect.Insert = make(model.__table__)
    return statement


def _passing(error: DBAPIError | KeyReused) -> bool:
    """Tell a fault that passes (restart, deadlock, the same request twice at once) from one that stays."""
    if isinstance(error, IntegrityError | KeyReused | OperationalError) or error.connection_invalidated:
        return True
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01", "57P01", "57P02", "57P03"}


def _reading(connection: Connection) -> Connection:
    if engine().dialect.name == "sqlite":
        return connection.execution_options(readonly=True)
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
