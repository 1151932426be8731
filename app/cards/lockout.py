"""Locking callers out, never cards: a wrong PIN names no card.

An attempt is counted before the PIN is looked up, so that a hundred guesses at once from one phone are not
a hundred free ones. Besides its own count every failure counts for a crowd: withheld callers and strangers,
each per access number and everywhere, and callers who have been right before. A crowd that has had too many
is locked out, so that many phones are no better than one; of the known ones whoever is right at the first
try still gets in, so that an attack does not lock customers out. Source: OWASP's device cookies.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, delete, or_, select, update

from app import clock, config, db
from app.cards.models import PinGuard
from app.errors import CallerLockedOut

WINDOW = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=90)
EVERYWHERE = "everywhere"

_RIGHT = (
    update(PinGuard)
    .where(PinGuard.scope == "caller", PinGuard.subject == bindparam("caller"))
    # only this try is forgiven: own PINs in between must not buy an endless row of guesses
    .values(failures=case((PinGuard.failures > 0, PinGuard.failures - 1), else_=0), right_at=bindparam("now"))
)
# a column for a query: the crowd that this caller belongs to is locked out
CROWD_IS_LOCKED_OUT = (
    select(PinGuard.scope)
    .where(
        PinGuard.scope == bindparam("crowd"),
        or_(
            (PinGuard.subject == bindparam("access_number"))
            & (PinGuard.failures >= bindparam("access_number_limit")),
            (PinGuard.subject == EVERYWHERE) & (PinGuard.failures >= bindparam("everywhere_limit")),
        ),
        PinGuard.since > bindparam("crowd_since"),
    )
    .exists()
    .label("crowd_is_locked_out")
)


class Attempt:
    """One try of one caller at one access number."""

    def __init__(self, caller: str | None, access_number: str) -> None:
        self.caller, self.access_number = caller, access_number
        self.crowd, self.is_first = "withheld", True

    def enter(self) -> None:
        """Count it. Raises CallerLockedOut when the caller has had all tries of this quarter of an hour."""
        if self.caller is None:
            return
        limit = config.settings().pin_failures_per_caller
        row = _count("caller", self.caller, limit=limit)
        known = row.right_at is not None and row.right_at > clock.now() - KNOWN_FOR
        self.crowd, self.is_first = "known" if known else "stranger", row.failures == 1
        if row.failures > limit:
            raise CallerLockedOut("too many wrong PINs from this phone")

    def crowd_limits(self) -> dict[str, Any]:
        """The parameters of CROWD_IS_LOCKED_OUT."""
        settings = config.settings()
        return {
            "crowd": self.crowd,
            "access_number": self.access_number,
            "access_number_limit": settings.pin_failures_per_access_number,
            "everywhere_limit": settings.pin_failures_global,
            "crowd_since": clock.now() - WINDOW,
        }

    def is_excused(self) -> bool:
        """Whether a lock of the crowd leaves this try alone."""
        return self.crowd == "known" and self.is_first

    def is_locked_with(self, row: Any) -> bool:
        """Whether a row with CROWD_IS_LOCKED_OUT keeps this try out."""
        return bool(row.crowd_is_locked_out) and not self.is_excused()

    def wrong(self) -> None:
        """The PIN was wrong. Raises CallerLockedOut when the crowd may not try any more here."""
        settings = config.settings()
        limits = {
            self.access_number: settings.pin_failures_per_access_number,
            EVERYWHERE: settings.pin_failures_global,
        }
        rows = [(_count(self.crowd, subject, limit=limit), limit) for subject, limit in limits.items()]
        if any(row.failures > limit for row, limit in rows) and not self.is_excused():
            raise CallerLockedOut("too many wrong PINs from callers like this")

    def right(self) -> None:
        """The PIN was right: this try does not count, and the caller is known from now on."""
        if self.caller is not None:
            db.execute(_RIGHT, {"caller": self.caller, "now": clock.now()})


def caller_is_full(failures: int | None, since: datetime) -> bool:
    """Whether so many wrong PINs, counted since then, lock a caller out."""
    if failures is None or failures < config.settings().pin_failures_per_caller:
        return False
    return since > clock.now() - WINDOW


def forget_guesses() -> int:
    """Delete what is counted of callers who have never been right, or not for long; answers how many."""
    now = clock.now()
    unknown = PinGuard.right_at.is_(None) | (PinGuard.right_at < now - KNOWN_FOR)
    return db.execute(delete(PinGuard).where(PinGuard.since < now - WINDOW, unknown)).rowcount


def _count(scope: str, subject: str, *, limit: int) -> Any:
    now = clock.now()
    counted = {"scope": scope, "subject": subject, "failures": 1, "since": now}
    return db.execute(
        _counting(db.engine().dialect.name), {**counted, "start": now - WINDOW, "limit": limit}
    ).one()


@cache
def _counting(dialect: str) -> Any:
    """One statement that counts, begins a new window when the old one is over, and starts the pause."""
    statement = db.insert(PinGuard)
    over = PinGuard.since <= bindparam("start")
    # the pause is counted from the try that fills a caller's window
    filled = (PinGuard.failures + 1 == bindparam("limit")) & (PinGuard.scope == "caller")
    return statement.on_conflict_do_update(
        index_elements=[PinGuard.scope, PinGuard.subject],
        set_={
            "failures": case((over, 1), else_=PinGuard.failures + 1),
            "since": case((over | filled, statement.excluded.since), else_=PinGuard.since),
        },
    ).returning(PinGuard.failures, PinGuard.right_at)
