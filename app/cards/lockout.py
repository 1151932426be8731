"""Locking callers out, never cards: a wrong PIN names no card.

An attempt is counted before the PIN is looked up, so that a hundred guesses at once from one phone are not
a hundred free ones. Callers who have never been right share a bucket per access number and one for all; a
caller who has been right before is left out of those, so that an attack does not lock customers out.
Source of the idea: OWASP's device cookies.
"""

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, or_, select, update

from app import clock, config, db
from app.cards.models import PinGuard
from app.errors import CallerLockedOut

CALLER_WINDOW = timedelta(minutes=15)
SHARED_WINDOW = timedelta(hours=1)

_RIGHT = (
    update(PinGuard)
    .where(PinGuard.scope == "caller", PinGuard.subject == bindparam("caller"))
    # only this try is forgiven: own PINs in between must not buy an endless row of guesses
    .values(failures=case((PinGuard.failures > 0, PinGuard.failures - 1), else_=0), right_at=bindparam("now"))
)
# a column for a query: strangers are locked out at this access number, or everywhere
STRANGERS_ARE_LOCKED_OUT = (
    select(PinGuard.scope)
    .where(
        or_(
            (PinGuard.scope == "access_number")
            & (PinGuard.subject == bindparam("access_number"))
            & (PinGuard.failures >= bindparam("access_number_limit")),
            (PinGuard.scope == "everywhere")
            & (PinGuard.subject == "")
            & (PinGuard.failures >= bindparam("everywhere_limit")),
        ),
        PinGuard.since > bindparam("shared_since"),
    )
    .exists()
    .label("strangers_are_locked_out")
)
_CALLER = select(PinGuard.failures, PinGuard.since).where(
    PinGuard.scope == "caller", PinGuard.subject == bindparam("caller")
)


def shared_limits(access_number: str) -> dict[str, Any]:
    """The parameters of STRANGERS_ARE_LOCKED_OUT."""
    settings = config.settings()
    return {
        "access_number": access_number,
        "access_number_limit": settings.pin_failures_per_access_number,
        "everywhere_limit": settings.pin_failures_global,
        "shared_since": clock.now() - SHARED_WINDOW,
    }


def is_locked_out(caller: str | None) -> bool:
    """Whether this caller has to wait before the next PIN."""
    row = db.execute(_CALLER, {"caller": caller}).one_or_none() if caller else None
    return row is not None and caller_is_full(row.failures, row.since)


def caller_is_full(failures: int | None, since: Any) -> bool:
    """Whether so many wrong PINs, counted since then, lock a caller out."""
    if failures is None or failures < config.settings().pin_failures_per_caller:
        return False
    return bool(since > clock.now() - CALLER_WINDOW)


def enter(caller: str | None) -> bool:
    """Count an attempt by this caller; answers whether the caller has been right before.

    Raises CallerLockedOut when the caller has had all tries of this quarter of an hour.
    """
    if caller is None:
        return False
    limit = config.settings().pin_failures_per_caller
    row = _count("caller", caller, limit=limit, window=CALLER_WINDOW)
    if row.failures > limit:
        raise CallerLockedOut("too many wrong PINs from this phone")
    return row.right_at is not None


def wrong(access_number: str, *, trusted: bool) -> None:
    """The PIN was wrong. Raises CallerLockedOut when strangers may not try any more here."""
    settings = config.settings()
    limits = (
        ("access_number", access_number, settings.pin_failures_per_access_number),
        ("everywhere", "", settings.pin_failures_global),
    )
    if trusted:
        return
    rows = [
        (_count(scope, subject, limit=limit, window=SHARED_WINDOW), limit) for scope, subject, limit in limits
    ]
    if any(row.failures > limit for row, limit in rows):
        raise CallerLockedOut("too many wrong PINs from strangers")


def right(caller: str | None) -> None:
    """The PIN was right: this try does not count, and the caller is known from now on."""
    if caller is not None:
        db.execute(_RIGHT, {"caller": caller, "now": clock.now()})


def _count(scope: str, subject: str, *, limit: int, window: timedelta) -> Any:
    now = clock.now()
    counted = {"scope": scope, "subject": subject, "failures": 1, "since": now}
    return db.execute(
        _counting(db.engine().dialect.name), {**counted, "start": now - window, "limit": limit}
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
