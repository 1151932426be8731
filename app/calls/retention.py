"""Forgetting what nobody needs any more."""

from datetime import timedelta

from sqlalchemy import delete

from app import clock, db
from app.calls.models import Turn

KEYS_KEPT = timedelta(days=30)


def forget() -> int:
    """Delete the turns of old visits, with the keys that were pressed; answers how many."""
    return db.execute(delete(Turn).where(Turn.at < clock.now() - KEYS_KEPT)).rowcount
