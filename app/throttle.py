"""Slowing down whoever tries too often: counted in the database, so that all workers count together."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import String, bindparam, case, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app import clock, db
from app.db import Model

KEPT = timedelta(days=2)  # longer than any window


class Throttle(Model):
    """How often somebody has tried something within the present window."""

    __tablename__ = "throttles"

    # what is tried, as in "sign-in by address"
    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    # who tries: an address, a customer, a digest of a name
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    tries: Mapped[int]
    since: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries of one kind in one window."""

    scope: str
    most: int
    window: timedelta

    def count(self, subject: str) -> bool:
        """Count a try before it is made; answers whether it is still one of the allowed ones.

        Counted although it is refused: the door must commit.
        """
        now = clock.now()
        row = {"scope": self.scope, "subject": subject[:80], "tries": 1, "since": now}
        asked = {**row, "start": now - self.window}
        counted: int = db.execute(_counting(db.engine().dialect.name), asked).scalar_one()
        return counted <= self.most

    def is_full(self, subject: str) -> bool:
        """Whether the next try would be refused, without counting one."""
        found = db.execute(_FIND, {"scope": self.scope, "subject": subject[:80]}).one_or_none()
        return found is not None and found.since > clock.now() - self.window and found.tries >= self.most

    def forgive(self, subject: str) -> None:
        """Take one try back: it was right."""
        db.execute(_FORGIVE, {"of": self.scope, "by": subject[:80]})


_FIND = select(Throttle.tries, Throttle.since).where(
    Throttle.scope == bindparam("scope"), Throttle.subject == bindparam("subject")
)
_FORGIVE = (
    update(Throttle)
    .where(Throttle.scope == bindparam("of"), Throttle.subject == bindparam("by"), Throttle.tries > 0)
    .values(tries=Throttle.tries - 1)
)


def forget() -> int:
    """Delete counts whose window is over; answers how many."""
    return db.execute(delete(Throttle).where(Throttle.since < clock.now() - KEPT)).rowcount


@cache
def _counting(dialect: str) -> Any:
    statement = db.insert(Throttle)
    over = Throttle.since <= bindparam("start")
    return statement.on_conflict_do_update(
        index_elements=[Throttle.scope, Throttle.subject],
        set_={
            "tries": case((over, 1), else_=Throttle.tries + 1),
            "since": case((over, statement.excluded.since), else_=Throttle.since),
        },
    ).returning(Throttle.tries)
