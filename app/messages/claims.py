"""Whose turn is it to send a mail, and what became of the try?

A mail that is claimed is due again after the lease, so that a worker that dies loses none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select, text, update

from app import clock, db
from app.messages.letters.wording import line
from app.messages.models import Mail, MailStatus

LEASE = timedelta(minutes=5)  # longer than a round may take
BACKOFF_MINUTES = (1, 2, 5, 15, 60, 180, 180, 360, 360)
TRIES_MAX = len(BACKOFF_MINUTES) + 1
SAID_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that is ours to send until its lease is over."""

    id: int
    key: str
    letter: str
    to: str
    subject: str
    text: str  # sealed
    html: str  # sealed
    attachment: str
    made_at: datetime
    tries: int  # with this one


_COLUMNS = [getattr(Mail, name) for name in Claimed.__dataclass_fields__]


def claim(limit: int) -> list[Claimed]:
    """Take some of the mails that are due, oldest first, so that no other worker sends them meanwhile."""
    now = clock.now()
    ids = list(db.execute(_due(now).limit(limit)).scalars())
    # counted before it is tried: a mail that kills its worker must not do so for ever
    taken = update(Mail).where(Mail.id.in_(ids)).values(due_at=now + LEASE, tries=Mail.tries + 1)
    rows = db.execute(taken.returning(*_COLUMNS)) if ids else ()
    return sorted((Claimed(*tuple(row)) for row in rows), key=lambda mail: mail.id)


def _due(now: datetime) -> Select[int]:
    # the state is written out, so that a database finds the few that wait by their own index
    waiting = select(Mail.id).where(text("mails.status = 'waiting'"), Mail.due_at <= now)
    return waiting.order_by(Mail.due_at, Mail.id).with_for_update(skip_locked=True)


def sent(mail: Claimed) -> None:
    """The mail server has taken it."""
    values = {"status": MailStatus.SENT, "sent_at": clock.now(), "said": ""}
    db.execute(update(Mail).where(Mail.id == mail.id).values(values))


def put_off(mail: Claimed, said: str) -> None:
    """Try again later, each time after a longer while, or give up after the last try."""
    if mail.tries >= TRIES_MAX:
        give_up(mail, said)
        return
    later = clock.now() + timedelta(minutes=BACKOFF_MINUTES[mail.tries - 1])
    _change(mail, due_at=later, said=line(said)[:SAID_LENGTH_MAX])


def give_up(mail: Claimed, said: str) -> None:
    """Never try again unless somebody says so."""
    _change(mail, status=MailStatus.DEAD, said=line(said)[:SAID_LENGTH_MAX])


def give_back(mails: Sequence[Claimed], until: datetime) -> None:
    """They were not tried after all: due again at `until`, and the try does not count."""
    for mail in mails:
        _change(mail, due_at=until, tries=mail.tries - 1)


def keep() -> None:
    """Nobody will send what waits: keep it to be read."""
    ids = list(db.execute(_due(clock.now())).scalars())
    if ids:
        db.execute(update(Mail).where(Mail.id.in_(ids)).values(status=MailStatus.KEPT))


def _change(mail: Claimed, **values: object) -> None:
    """Change it if it is still ours."""
    ours = Mail.id == mail.id, Mail.status == MailStatus.WAITING, Mail.tries == mail.tries
    db.execute(update(Mail).where(*ours).values(**values))
