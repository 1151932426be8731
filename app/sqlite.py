"""How SQLite is used: durable, with real transactions, and with its writers in a fair queue."""

import fcntl
import os
from typing import Any

from sqlalchemy import Connection, Engine, event

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # a Dial leaves after the commit: what it says must outlive a power cut
    "busy_timeout=4000",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # or REPLACE would delete a transfer behind the back of its trigger
)


def prepare(engine: Engine) -> None:
    """Let every connection of this engine keep to our rules."""
    event.listen(engine, "connect", _connect)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _leave_queue)
    event.listen(engine, "close", _close)


def _connect(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads and then writes must not find out at the end that it cannot
    reading = connection.get_execution_options().get("readonly")
    if not reading:
        _queue(connection)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _queue(connection: Connection) -> None:
    """Wait in the order of coming: SQLite itself only tries again now and then, and some wait for seconds.

    The kernel frees the place of a process that was killed.
    """
    place = connection.info.get("queue")
    if place is None:
        file = f"{connection.engine.url.database}-queue"
        place = connection.info["queue"] = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(place, fcntl.LOCK_EX)


def _leave_queue(connection: Any, record: Any) -> None:
    if (place := record.info.get("queue")) is not None:
        fcntl.flock(place, fcntl.LOCK_UN)


def _close(connection: Any, record: Any) -> None:
    if (place := record.info.pop("queue", None)) is not None:
        os.close(place)
