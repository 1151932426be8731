"""The tables of cards, their PINs, and who has guessed at them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Amount, Id, Model


class CardStatus(StrEnum):
    """What is stored. USED_UP and EXPIRED are told from the balance and the date, never stored."""

    MADE = "made"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    VOID = "void"
    USED_UP = "used_up"
    EXPIRED = "expired"


class LockReason(StrEnum):
    """Why a card is suspended."""

    OWNER = "owner"  # frozen by whom it belongs to
    STAFF = "staff"
    DEBT = "debt"  # lifted when the debt is paid
    REVERSAL = "reversal"  # a payment was taken back by force: only staff lift it
    DISPUTE = "dispute"  # lifted when it is decided for us


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
    # what its holder has chosen, on the phone or on the web; empty: as the access number says
    language: Mapped[str | None] = mapped_column(String(10))
    says_price: Mapped[bool | None]
    # star ends the call, so that the next one can be dialled
    star_ends_call: Mapped[bool] = mapped_column(server_default=text("false"))
    # its owner wants the next call recorded, if it begins before that
    record_until: Mapped[datetime | None]
    made_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("call_seconds_max > 0", name="a_capped_call_lasts"),)


class CardLock(Model):
    """One reason for which a card is suspended. It is active again when none is left."""

    __tablename__ = "card_locks"

    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), primary_key=True, autoincrement=False)
    # a LockReason
    reason: Mapped[str] = mapped_column(String(10), primary_key=True)
    at: Mapped[datetime]


class VoucherBatch(Model):
    """Vouchers made together."""

    __tablename__ = "voucher_batches"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    # ISO 4217; every voucher of the batch has it
    currency: Mapped[str] = mapped_column(String(3))
    # how many have been made, so that the next one gets the next serial
    issued: Mapped[int] = mapped_column(server_default=text("0"))
    made_at: Mapped[datetime]


class Voucher(Model):
    """A code with value to add to a card, once."""

    __tablename__ = "vouchers"

    id: Mapped[Id]
    # public, for whoever sells it
    serial: Mapped[str] = mapped_column(String(20), unique=True)
    # HMAC-SHA-256 of the code under the pepper: the table alone redeems nothing
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("voucher_batches.id"), index=True)
    value: Mapped[Amount]
    # until then it can be redeemed; empty: for ever
    expires_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    # to whom its value went, and when; both or none
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"), index=True)
    redeemed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("value > 0", name="a_voucher_is_worth_something"),
        CheckConstraint("(card_id IS NULL) = (redeemed_at IS NULL)", name="a_voucher_goes_to_somebody"),
        CheckConstraint("redeemed_at IS NULL OR voided_at IS NULL", name="a_void_voucher_is_not_redeemed"),
    )


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
