"""Forgetting what nobody needs any more: keys after a month, whole numbers after a year."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from app import clock, db
from app.calls.models import OPEN, SHORTENED, Call, Callback, CallerLanguage, Turn, Visit
from app.calls.visits import SEALED

KEYS_KEPT = timedelta(days=30)
SECRETS_KEPT = timedelta(hours=1)  # no request is repeated so late
SECRETS_LOOKED_FOR = timedelta(days=1)  # this is done every hour
NUMBERS_KEPT = timedelta(days=365)  # what the notice on traffic data promises
AT_ONCE = 500


def forget() -> int:
    """Delete the turns of old visits, with the keys that were pressed; answers how many.

    A few at a time, so that nobody who calls meanwhile waits for it: call it again while it finds some.
    """
    old = select(Turn.visit_id).where(Turn.at < clock.now() - KEYS_KEPT).distinct().limit(AT_ONCE)
    return db.execute(delete(Turn).where(Turn.visit_id.in_(old.scalar_subquery()))).rowcount


def forget_secrets() -> int:
    """Delete the answers in which a new PIN was told; answers how many. They were sealed until now."""
    now = clock.now()
    told = Turn.twiml.startswith(SEALED, autoescape=True)
    since = (Turn.at > now - SECRETS_LOOKED_FOR, Turn.at < now - SECRETS_KEPT)
    return db.execute(update(Turn).where(*since, told).values(twiml="")).rowcount


def forget_callers() -> int:
    """Forget which languages were chosen a year ago, and who was rung back; answers how many."""
    old = clock.now() - NUMBERS_KEPT
    languages = delete(CallerLanguage).where(CallerLanguage.at < old)
    callbacks = delete(Callback).where(Callback.asked_at < old)
    return db.execute(languages).rowcount + db.execute(callbacks).rowcount


def shorten() -> int:
    """Cut the numbers of old calls down to the prefix that priced them, and drop who called; says how many.

    Prices, times and seconds stay, for they belong to the books. Call it again while it finds some.
    """
    visits = _old(Visit.id, Visit.started_at, Visit.stir == SHORTENED)
    db.execute(update(Visit).where(Visit.id.in_(visits)).values(caller=None, stir=SHORTENED))
    calls = _old(Call.id, Call.placed_at, Call.dialled == SHORTENED)
    cut = {"number": Call.prefix, "dialled": SHORTENED}
    db.execute(update(Call).where(Call.id.in_(calls), Call.status.not_in(OPEN)).values(cut))
    return len(visits) + len(calls)


def _old(key: Any, moment: Any, is_done: Any) -> list[int]:
    """The oldest that are due: rows age in the order of their ids, and an index knows the last one done."""
    last = db.execute(select(func.max(key)).where(is_done)).scalar_one() or 0
    next_ones = db.execute(
        select(key.label("id"), moment.label("at")).where(key > last).order_by(key).limit(AT_ONCE)
    )
    return [row.id for row in next_ones if row.at < clock.now() - NUMBERS_KEPT]
