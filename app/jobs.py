"""Which jobs ran when, so that a silent worker is noticed."""

from datetime import datetime, timedelta

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock, db
from app.db import Model

LATE = timedelta(minutes=2)  # a worker that has not been seen for so long is gone


class JobRun(Model):
    """When a job was last done."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    done_at: Mapped[datetime]


def done(name: str) -> None:
    """Note that a job has just been done."""
    row = {"name": name, "done_at": clock.now()}
    statement = db.insert(JobRun).values(row)
    db.execute(
        statement.on_conflict_do_update(
            index_elements=[JobRun.name], set_={"done_at": statement.excluded.done_at}
        )
    )


def age(name: str) -> timedelta | None:
    """How long ago a job was done; None if never."""
    last = db.execute(select(func.max(JobRun.done_at)).where(JobRun.name == name)).scalar_one()
    return None if last is None else clock.now() - last
