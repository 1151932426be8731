"""Which mails are there: written with what they report, read again by customers and staff."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update

from app import clock, db
from app.messages import addresses, rendering
from app.messages.letters import Letter
from app.messages.letters.wording import line
from app.messages.models import Mail, MailStatus
from app.sealing import digest, seal, unseal

KEY_LENGTH_MAX = 120
KEPT = timedelta(days=730)
FORGOTTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Noted:
    """A mail without its body."""

    id: int
    letter: str
    customer_id: int | None
    to: str
    subject: str
    status: MailStatus
    made_at: datetime
    due_at: datetime
    sent_at: datetime | None
    tries: int
    said: str  # by the mail server, last


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail with its body."""

    mail: Noted
    text: str
    html: str


def write(letter: Letter, *, to: str, key: str, customer: int | None = None, attachment: str = "") -> None:
    """Write a mail in the open transaction; it leaves after the commit, or never when there is none.

    Written once per key. `attachment` is "kind:id", made at sending time by whom `attach` named. An address
    that cannot be one makes a dead mail, never an error: what is reported must not fail because of it.
    """
    now, possible = clock.now(), addresses.is_address(to)
    row = {
        "key": key if len(key) <= KEY_LENGTH_MAX else digest("key of a mail", key),
        "letter": letter.name,
        "customer_id": customer,
        "to": line(to)[: addresses.LENGTH_MAX],
        "subject": rendering.subject_of(letter),
        "text": seal(rendering.as_text(letter)),
        "html": seal(rendering.as_html(letter)),
        "attachment": attachment or letter.attachment,
        "status": MailStatus.WAITING if possible else MailStatus.DEAD,
        "said": "" if possible else "this is no address",
        "made_at": now,
        "due_at": now,
    }
    db.execute(db.insert(Mail).values(row).on_conflict_do_nothing(index_elements=[Mail.key]))


def pretend(letter: Letter) -> None:
    """Write a letter to nobody and tear it up, so that an unknown name takes as long as a known one."""
    with db.connection().begin_nested() as torn:
        write(letter, to="nobody@example.org", key=f"nobody:{secrets.token_hex(16)}")
        torn.rollback()


def dead() -> list[Noted]:
    """The mails that were given up, newest first."""
    return _noted(Mail.status == MailStatus.DEAD)


def newest(limit: int = 100) -> list[Noted]:
    """The newest mails, whatever became of them."""
    return _noted(limit=limit)


def of_customer(customer: int, limit: int = 100) -> list[Noted]:
    """What we wrote to a customer, newest first."""
    return _noted(Mail.customer_id == customer, limit=limit)


def read(mail: int) -> Opened | None:
    """Open a mail; None if there is none. Raises NotSealedByUs after SECRET_KEY was lost."""
    found = db.execute(select(*_NOTED, Mail.text, Mail.html).where(Mail.id == mail)).one_or_none()
    return Opened(_of(found), unseal(found.text), unseal(found.html)) if found else None


def revive(mail: int) -> bool:
    """Let a dead mail try again from the start, now; False when there is no such dead mail."""
    again = {"status": MailStatus.WAITING, "due_at": clock.now(), "tries": 0}
    return (
        db.execute(update(Mail).where(Mail.id == mail, Mail.status == MailStatus.DEAD).values(again)).rowcount
        > 0
    )


def forget() -> int:
    """Delete copies that are older than two years, a few at a time; answers how many."""
    old = Mail.status != MailStatus.WAITING, Mail.made_at < clock.now() - KEPT
    few = select(Mail.id).where(*old).limit(FORGOTTEN_AT_ONCE).scalar_subquery()
    return db.execute(delete(Mail).where(Mail.id.in_(few))).rowcount


_NOTED = (
    Mail.id,
    Mail.letter,
    Mail.customer_id,
    Mail.to,
    Mail.subject,
    Mail.status,
    Mail.made_at,
    Mail.due_at,
    Mail.sent_at,
    Mail.tries,
    Mail.said,
)


def _noted(*which: ColumnElement[bool], limit: int = 1000) -> list[Noted]:
    found = db.execute(select(*_NOTED).where(*which).order_by(Mail.id.desc()).limit(limit))
    return [_of(row) for row in found]


def _of(row: Row[Any]) -> Noted:
    values = {column.key: row[number] for number, column in enumerate(_NOTED)}
    return Noted(**{**values, "status": MailStatus(values["status"])})
