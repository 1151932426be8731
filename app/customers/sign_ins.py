"""Sessions: who is signed in where, since when, and how to end that."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from app import clock, db, sealing
from app.customers import profile
from app.customers.models import Customer, SignIn
from app.customers.profile import Profile

IDLE = timedelta(days=30)
LASTS = timedelta(days=90)  # however busy
SEEN_AGAIN_AFTER = timedelta(minutes=1)  # a page is no reason to write
DEVICE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in that has not ended, and whose it is."""

    id: int
    profile: Profile
    seen_at: datetime

    @property
    def is_due(self) -> bool:
        """Whether it should be noted that it was seen again."""
        return self.seen_at < clock.now() - SEEN_AGAIN_AFTER


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the sign-in history. A wrong password is one, too."""

    id: int
    at: datetime
    seen_at: datetime
    address: str
    device: str
    was_right: bool
    is_open: bool


def begin(customer_id: int, *, address: str, device: str) -> str:
    """Start a session; answers its token, which is kept nowhere but in the browser."""
    token = secrets.token_urlsafe(32)
    _record(customer_id, _digest(token), address, device)
    return token


def record_failure(customer_id: int, *, address: str, device: str) -> None:
    """Keep for the customer's eyes that somebody had a wrong password."""
    _record(customer_id, None, address, device)


def find(token: str) -> Session | None:
    """The session of this token and its customer, with one query; None when it has ended or never was."""
    row = db.execute(
        select(SignIn.id, SignIn.seen_at, *profile.COLUMNS)
        .join(Customer, Customer.id == SignIn.customer_id)
        .where(SignIn.token == _digest(token), *_open(), Customer.confirmed_at.is_not(None))
    ).one_or_none()
    return None if row is None else Session(row.id, profile.of(row), row.seen_at)


def touch(session_id: int) -> None:
    """Note that it was seen now."""
    db.execute(update(SignIn).where(SignIn.id == session_id, *_open()).values(seen_at=clock.now()))


def end(token: str) -> None:
    """Sign out. Safe to repeat."""
    _end(SignIn.token == _digest(token))


def end_all(customer_id: int, *, but: int | None = None) -> int:
    """Sign out everywhere, or everywhere but in the session `but`; answers how many were open."""
    others = [SignIn.customer_id == customer_id]
    return _end(*others, SignIn.id != but) if but is not None else _end(*others)


def end_one(customer_id: int, session_id: int) -> bool:
    """Sign out of one session of this customer; answers whether it was open."""
    return _end(SignIn.customer_id == customer_id, SignIn.id == session_id) == 1


def history(customer_id: int, *, most: int = 50) -> Sequence[Entry]:
    """The last sign-ins, good and bad, newest first."""
    rows = db.execute(
        select(SignIn.__table__)
        .where(SignIn.customer_id == customer_id)
        .order_by(SignIn.id.desc())
        .limit(most)
    )
    return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:
    now = clock.now()
    is_open = bool(row.token) and not row.ended_at and row.seen_at > now - IDLE and row.at > now - LASTS
    return Entry(row.id, row.at, row.seen_at, row.address, row.device, row.token is not None, is_open)


def _record(customer_id: int, token: str | None, address: str, device: str) -> None:
    now = clock.now()
    values = {"customer_id": customer_id, "token": token, "at": now, "seen_at": now}
    said = "".join(filter(str.isprintable, device))[:DEVICE_LENGTH]
    db.execute(insert(SignIn).values(**values, address=address[:45], device=said))


def _open() -> tuple[Any, ...]:
    now = clock.now()
    return SignIn.ended_at.is_(None), SignIn.seen_at > now - IDLE, SignIn.at > now - LASTS


def _end(*which: Any) -> int:
    still = (SignIn.ended_at.is_(None), SignIn.token.is_not(None))
    return db.execute(update(SignIn).where(*which, *still).values(ended_at=clock.now())).rowcount


def _digest(token: str) -> str:
    return sealing.digest("session", token)
