"""Forgetting what is no longer needed. What money moved is kept for six years and is not touched here."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from app import clock, db, throttle
from app.customers.models import Link, PhoneCode, SignIn
from app.payments.models import Event, EventStatus

AT_ONCE = 1_000
LINKS = timedelta(days=7)  # after they have expired
PHONE_CODES = timedelta(days=1)
NOTIFICATIONS = timedelta(days=60)
SIGN_INS = timedelta(days=90)  # with their network addresses, after they have ended


def forget() -> int:
    """Delete a batch of what is too old; answers how much that was. Safe to repeat until it is nothing."""
    now = clock.now()
    is_over = SignIn.ended_at.is_not(None) | SignIn.token.is_(None)
    old = (
        (Link.token, Link.expires_at < now - LINKS),
        (PhoneCode.card_id, PhoneCode.expires_at < now - PHONE_CODES),
        (Event.id, (Event.status == EventStatus.DONE) & (Event.received_at < now - NOTIFICATIONS)),
        (SignIn.id, is_over & (SignIn.seen_at < now - SIGN_INS)),
    )
    return sum(_delete(key, which) for key, which in old) + throttle.forget()


def _delete(key: Any, which: Any) -> int:
    """Delete some rows, so that no statement runs for long."""
    some = select(key).where(which).limit(AT_ONCE)
    return int(db.execute(delete(key.class_).where(key.in_(some))).rowcount)
