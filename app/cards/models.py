"""The tables of cards, their PINs, and who has guessed at them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model


class CardStatus(StrEnum):
    """What is stored. USED_UP and EXPIRED are told from the balance and the date, never stored."""

    MADE = "made"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    VOID = "void"
    USED_UP = "used_up"
    EXPIRED = "expired"


class Batch(Model):
    """Cards made together."""

    __tablename__ = "batches"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    # ISO 4217; every card of the batch has it
    currency: Mapped[str] = mapped_column(String(3))
    # how many calls one card may be on at once
    live_calls_max: Mapped[int] = mapped_column(server_default=text("1"))
    # how many cards have been made, so that the next one gets the next serial
    issued: Mapped[int] = mapped_column(server_default=text("0"))
    made_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("live_calls_max > 0", name="a_card_may_be_on_a_call"),)


class Card(Model):
    """What a PIN opens."""

    __tablename__ = "cards"

    id: Mapped[Id]
    # public, with a check digit
    serial: Mapped[str] = mapped_column(String(20), unique=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), unique=True)
    # a CardStatus, but never USED_UP nor EXPIRED
    status: Mapped[str] = mapped_column(String(10))
    # empty: credit does not expire
    expires_at: Mapped[datetime | None]
    # the longest call that this card may make, in seconds; empty: as long as any
    call_seconds_max: Mapped[int | None]
    made_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("call_seconds_max > 0", name="a_capped_call_lasts"),)


class Pin(Model):
    """The secret of a card, as a keyed hash: the table alone opens nothing."""

    __tablename__ = "pins"

    # HMAC-SHA-256 of the PIN under the pepper; dead ones stay, so that no PIN is ever given out twice
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    # which pepper made it
    key_id: Mapped[str] = mapped_column(String(16))
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"))
    # when it stopped to open its card; empty while it does
    died_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_pins_living",
            "card_id",
            unique=True,
            sqlite_where=text("died_at IS NULL"),
            postgresql_where=text("died_at IS NULL"),
        ),
    )


class PinGuard(Model):
    """How often somebody has been wrong: one row per caller, per access number, and one for all."""

    __tablename__ = "pin_guards"

    # caller, access_number or everywhere
    scope: Mapped[str] = mapped_column(String(15), primary_key=True)
    # the caller's or the access number in E.164; empty for everywhere
    subject: Mapped[str] = mapped_column(String(20), primary_key=True)
    # wrong PINs since then
    failures: Mapped[int]
    since: Mapped[datetime]
    # a caller who has once been right is trusted: their slips count against nobody else
    right_at: Mapped[datetime | None]
