"""Forgetting what nobody needs any more."""

from datetime import timedelta

from sqlalchemy import delete, select

from app import clock, db
from app.calls.models import Turn

KEYS_KEPT = timedelta(days=30)
AT_ONCE = 500


def forget() -> int:
    """Delete the turns of old visits, with the keys that were pressed; answers how many.

    A few at a time, so that nobody who calls meanwhile waits for it: call it again while it finds some.
    """
    old = select(Turn.visit_id).where(Turn.at < clock.now() - KEYS_KEPT).distinct().limit(AT_ONCE)
    return db.execute(delete(Turn).where(Turn.visit_id.in_(old.scalar_subquery()))).rowcount
