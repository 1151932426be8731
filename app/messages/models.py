"""The tables of messages."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model


class MailStatus(StrEnum):
    """WAITING until SENT, or DEAD after too many tries; KEPT in a demo without a mail server."""

    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"
    DEAD = "dead"


class Mail(Model):
    """A mail on its way: written in the transaction of what it reports, sent afterwards."""

    __tablename__ = "mails"

    id: Mapped[Id]
    # says what it reports, so that it is written once
    key: Mapped[str] = mapped_column(String(120), unique=True)
    # which letter it is, as in receipt
    letter: Mapped[str] = mapped_column(String(40))
    # whose it is, for their list of messages; empty for others
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    # sealed, since links in it open doors
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    # what to attach, made when it is sent, as in receipt:17; empty: nothing
    attachment: Mapped[str] = mapped_column(String(80), server_default=sql("''"))
    # a MailStatus
    status: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime]
    # when to try next
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default=sql("0"))
    # what the mail server said last
    said: Mapped[str] = mapped_column(String(200), server_default=sql("''"))
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_mails_due",
            "due_at",
            sqlite_where=sql("status = 'waiting'"),
            postgresql_where=sql("status = 'waiting'"),
        ),
    )
