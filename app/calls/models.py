"""The tables of visits and calls."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.calls.lines import AccessNumber, CallerLanguage
from app.db import Amount, Id, Micros, Model

__all__ = [
    "AccessNumber",
    "CallerLanguage",
    "Call",
    "CallKind",
    "CallStatus",
    "Callback",
    "CallbackStatus",
    "KnownBy",
    "Recording",
    "Turn",
    "Visit",
]


class CallStatus(StrEnum):
    """What became of a call. The first two are live; UNRESOLVED waits for a person; the others are final."""

    PLACED = "placed"
    ANSWERED = "answered"
    UNRESOLVED = "unresolved"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"


LIVE = (CallStatus.PLACED, CallStatus.ANSWERED)
OPEN = (*LIVE, CallStatus.UNRESOLVED)

SHORTENED = "*"  # stands for what was forgotten after a year


class KnownBy(StrEnum):
    """How a visit's card was opened."""

    PIN = "pin"
    PHONE = "phone"
    SIP = "sip"


class CallKind(StrEnum):
    """Which leg a call is, and how its two ends meet."""

    DIALLED = "dialled"  # by the caller's own line
    CONFERENCE = "conference"  # rung by us into a room where the caller waits
    CALLBACK = "callback"  # the leg to the caller, whom we rang


class CallbackStatus(StrEnum):
    """How far we are in ringing somebody back."""

    WANTED = "wanted"
    RUNG = "rung"  # the provider was asked, once
    FAILED = "failed"


class Visit(Model):
    """A caller on our line: the A leg."""

    __tablename__ = "visits"

    id: Mapped[Id]
    # the provider's id of the leg
    sid: Mapped[str] = mapped_column(String(64), unique=True)
    # E.164; empty when withheld or no number
    caller: Mapped[str | None] = mapped_column(String(16))
    access_number_id: Mapped[int] = mapped_column(ForeignKey("access_numbers.id"))
    # what the network says of the caller ID
    stir: Mapped[str] = mapped_column(String(40))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"))
    # a KnownBy
    known_by: Mapped[str | None] = mapped_column(String(5))
    # the language of the talk; empty: that of the access number
    language: Mapped[str | None] = mapped_column(String(10))
    # we rang the caller: that leg is a call of its own
    called_back: Mapped[bool] = mapped_column(server_default=text("false"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_visits_card", "card_id", "id"),
        Index(
            "ix_visits_shortened",
            "id",
            sqlite_where=text("stir = '*'"),
            postgresql_where=text("stir = '*'"),
        ),
        Index(
            "ix_visits_live",
            "id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class Turn(Model):
    """One request of a visit and our answer, so that the same request again gets the same answer."""

    __tablename__ = "turns"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # the step whose answer we wait for after this
    step: Mapped[str] = mapped_column(String(20))
    # how often that step has been asked in vain
    tries: Mapped[int]
    # what the caller pressed; never a PIN
    heard: Mapped[str] = mapped_column(String(40))
    # what we answered
    twiml: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)


class Call(Model):
    """One destination connected during a visit: the B leg. This row is the CDR."""

    __tablename__ = "calls"

    id: Mapped[Id]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), index=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"))
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"), unique=True)
    # a CallKind
    kind: Mapped[str] = mapped_column(String(10), server_default=text("'dialled'"))
    # the provider's id of the leg, once known
    sid: Mapped[str | None] = mapped_column(String(64))
    # E.164
    number: Mapped[str] = mapped_column(String(16))
    # as it was dialled
    dialled: Mapped[str] = mapped_column(String(40))

    # the rate that priced it, as it was when the call was placed; amounts in millionths
    version_id: Mapped[int]
    prefix: Mapped[str] = mapped_column(String(15))
    destination: Mapped[str] = mapped_column(String(120))
    currency: Mapped[str] = mapped_column(String(3))
    per_minute: Mapped[Amount]
    connection_fee: Mapped[Amount]
    first_increment: Mapped[int]
    increment: Mapped[int]
    grace: Mapped[int]

    # a CallStatus
    status: Mapped[str] = mapped_column(String(10))
    # how long it may last, in seconds: what the hold pays for and the carrier enforces
    seconds_max: Mapped[int]
    # how long it was answered, and what of that is charged
    seconds: Mapped[int | None]
    billed_seconds: Mapped[int | None]
    price: Mapped[int | None] = mapped_column(Micros)
    # which signal told us the end
    learnt_from: Mapped[str | None] = mapped_column(String(10))
    placed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # when to ask the provider about it, and how often that was done in vain
    ask_at: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(server_default=text("0"))
    # when we asked the provider to ring, for those that we ring ourselves
    rung_at: Mapped[datetime | None]
    # the provider's id of the room, once known
    room: Mapped[str | None] = mapped_column(String(64))
    # when to look next whether somebody is to be rung, the caller warned or the time prolonged
    warn_at: Mapped[datetime | None]
    # the provider enforces seconds_max; after a prolongation it has yet to be told
    limit_told: Mapped[bool] = mapped_column(server_default=text("true"))
    # the card's owner wants it recorded, and the called party has been told so
    recorded: Mapped[bool] = mapped_column(server_default=text("false"))
    announced: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint("(price IS NULL) = (ended_at IS NULL)", name="a_call_is_priced_when_it_ends"),
        CheckConstraint("seconds_max > 0", name="no_call_without_a_limit"),
        Index("ix_calls_card", "card_id", "id"),
        Index(
            "ix_calls_shortened",
            "id",
            sqlite_where=text("dialled = '*'"),
            postgresql_where=text("dialled = '*'"),
        ),
        # the calls of some days, and what they cost, are read without their rows
        Index("ix_calls_day", "card_id", "placed_at", "id", "price"),
        Index(
            "ix_calls_sid",
            "sid",
            sqlite_where=text("sid IS NOT NULL"),
            postgresql_where=text("sid IS NOT NULL"),
        ),
        Index(
            "ix_calls_to_ask_about",
            "ask_at",
            sqlite_where=text("ask_at IS NOT NULL"),
            postgresql_where=text("ask_at IS NOT NULL"),
        ),
        Index(
            "ix_calls_recorded",
            "id",
            sqlite_where=text("recorded = 1"),
            postgresql_where=text("recorded"),
        ),
        Index(
            "ix_calls_to_warn",
            "warn_at",
            sqlite_where=text("warn_at IS NOT NULL"),
            postgresql_where=text("warn_at IS NOT NULL"),
        ),
        Index(
            "ix_calls_open",
            "status",
            "id",
            sqlite_where=text("price IS NULL"),
            postgresql_where=text("price IS NULL"),
        ),
    )


class Callback(Model):
    """Somebody who is to be rung back, and perhaps connected at once."""

    __tablename__ = "callbacks"

    id: Mapped[Id]
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    # the registered phone, in E.164
    phone: Mapped[str] = mapped_column(String(16))
    access_number_id: Mapped[int] = mapped_column(ForeignKey("access_numbers.id"))
    # E.164; empty: the caller enters it
    destination: Mapped[str | None] = mapped_column(String(16))
    # what asked for it, once: the provider's id of a call, or the nonce of a form
    key: Mapped[str] = mapped_column(String(80), unique=True)
    # a CallbackStatus
    status: Mapped[str] = mapped_column(String(10))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"), unique=True)
    asked_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "ix_callbacks_wanted",
            "id",
            sqlite_where=text("status = 'wanted'"),
            postgresql_where=text("status = 'wanted'"),
        ),
    )


class Recording(Model):
    """A call that was recorded by the wish of the card's owner; the provider keeps the sound."""

    __tablename__ = "recordings"

    id: Mapped[Id]
    # the provider's id
    sid: Mapped[str] = mapped_column(String(64), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    seconds: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(index=True)
    # when it is to be deleted at the provider; that may be tried again
    delete_at: Mapped[datetime] = mapped_column(index=True)
    deleted_at: Mapped[datetime | None]
