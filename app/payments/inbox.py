"""Notifications of the provider: kept once, worked on later, again while that fails, and never lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app import clock, db, sealing
from app.payments.models import Event, EventStatus
from app.payments.provider import Notification

LEASE = timedelta(seconds=60)  # if a worker dies, another takes its events after that
TRIES_MAX = 12
FIRST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(hours=6)
SAID_MAX = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A notification as it came."""

    id: str
    kind: str
    body: str  # sealed, as it is in the table
    tries: int  # this one counted
    received_at: datetime
    said: str  # what went wrong last

    @property
    def raw(self) -> bytes:
        """The body as it was signed. Raises NotSealedByUs after SECRET_KEY was lost."""
        return sealing.unseal(self.body).encode()


def keep(notification: Notification, raw: bytes) -> bool:
    """Keep it for later; answers whether it is new. Safe to repeat: one event is kept once."""
    now = clock.now()
    row = {
        "id": notification.event_ref,
        "kind": notification.kind,
        "body": sealing.seal(raw.decode()),
        "status": EventStatus.NEW,
        "received_at": now,
        "due_at": now,
    }
    statement = db.insert(Event).values(row).on_conflict_do_nothing(index_elements=[Event.id])
    return db.execute(statement.returning(Event.id)).scalar_one_or_none() is not None


def claim(limit: int = 10) -> list[Kept]:
    """Take some of those that are due, so that no other worker has them for a minute; the oldest first."""
    _bury()
    due = (
        select(Event.id)
        .where(Event.status == EventStatus.NEW, Event.due_at <= clock.now())
        .order_by(Event.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = db.execute(
        update(Event)
        .where(Event.id.in_(due.scalar_subquery()))
        .values(due_at=clock.now() + LEASE, tries=Event.tries + 1)
        .returning(*_COLUMNS)
    ).all()
    return sorted((Kept(*tuple(row)) for row in taken), key=lambda kept: (kept.received_at, kept.id))


def done(id: str) -> None:
    """It is worked on. Safe to repeat."""
    _change(id, status=EventStatus.DONE, said="")


def failed(id: str, said: str) -> None:
    """It could not be worked on: it comes again later, longer each time, and is dead after twelve tries."""
    tries = db.execute(select(Event.tries).where(Event.id == id)).scalar_one_or_none()
    if tries is None:
        return
    if tries >= TRIES_MAX:
        _change(id, status=EventStatus.DEAD, said=said[:SAID_MAX])
        return
    rest = min(FIRST_REST * 2 ** (max(tries, 1) - 1), LONGEST_REST)
    _change(id, due_at=clock.now() + rest, said=said[:SAID_MAX])


def dead(limit: int = 100) -> list[Kept]:
    """Those that nobody tries any more, the oldest first: a person has to look."""
    found = select(*_COLUMNS).where(Event.status == EventStatus.DEAD)
    return [Kept(*tuple(row)) for row in db.execute(found.order_by(Event.received_at, Event.id).limit(limit))]


def revive(id: str) -> bool:
    """Try a dead one again, from the beginning; answers whether it was dead."""
    revived = update(Event).where(Event.id == id, Event.status == EventStatus.DEAD)
    values = {"status": EventStatus.NEW, "tries": 0, "due_at": clock.now()}
    return db.execute(revived.values(values)).rowcount == 1


_COLUMNS = (Event.id, Event.kind, Event.body, Event.tries, Event.received_at, Event.said)


def _bury() -> None:
    """Those that killed every worker who tried them, so that nobody lived to say so."""
    killers = update(Event).where(Event.status == EventStatus.NEW, Event.due_at <= clock.now())
    values = {"status": EventStatus.DEAD, "said": "whoever worked on it died"}
    db.execute(killers.where(Event.tries >= TRIES_MAX).values(values))


def _change(id: str, **values: object) -> None:
    db.execute(update(Event).where(Event.id == id, Event.status == EventStatus.NEW).values(**values))
