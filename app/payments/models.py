"""The tables of payments: what customers bought, what became of it, and what the provider told us."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Amount, Id, Model


class TopUpStatus(StrEnum):
    """Where a top-up stands. CREDITED may follow any other: the provider's word is final."""

    CREATED = "created"  # written down; the provider may not know it yet
    WAITING = "waiting"  # for the buyer's approval
    CAPTURING = "capturing"  # approved; the money is being asked for
    PENDING = "pending"  # the provider waits for the money: nothing is credited
    CREDITED = "credited"
    DECLINED = "declined"  # the buyer's bank or the provider said no
    REFUSED = "refused"  # by us, before any money was taken
    CANCELLED = "cancelled"  # by the buyer
    EXPIRED = "expired"
    REVIEW = "review"  # something does not match: a person has to look


OPEN = (TopUpStatus.CREATED, TopUpStatus.WAITING, TopUpStatus.CAPTURING, TopUpStatus.PENDING)


IN_FLIGHT = (*OPEN, TopUpStatus.REVIEW)
_IN_FLIGHT = "automatic AND status IN ('created', 'waiting', 'capturing', 'pending', 'review')"


class TopUp(Model):
    """A customer's purchase of credit."""

    __tablename__ = "top_ups"

    id: Mapped[Id]
    # random; the provider keeps it as custom_id, and our URLs name it
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    # of the form that was sent: the same form twice makes one top-up
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"))
    amount: Mapped[Amount]
    currency: Mapped[str] = mapped_column(String(3))
    # charged from a saved payment method, without the buyer's coming to the provider
    automatic: Mapped[bool]
    # by a key of the phone, not by rule
    by_phone: Mapped[bool] = mapped_column(server_default=text("false"))
    # the buyer agreed that the payment method is saved
    saves_method: Mapped[bool]
    # live or sandbox: never mixed
    environment: Mapped[str] = mapped_column(String(10))
    # a TopUpStatus
    status: Mapped[str] = mapped_column(String(10))
    # why, in the provider's or our word
    reason: Mapped[str] = mapped_column(String(100), server_default=text("''"))
    # the provider's ids, once known
    order_ref: Mapped[str | None] = mapped_column(String(64), unique=True)
    capture_ref: Mapped[str | None] = mapped_column(String(64), unique=True)
    approve_url: Mapped[str] = mapped_column(String(500), server_default=text("''"))
    payer_ref: Mapped[str | None] = mapped_column(String(64), index=True)
    payer_verified: Mapped[bool | None]
    payer_country: Mapped[str | None] = mapped_column(String(2))
    seller_protection: Mapped[str] = mapped_column(String(30), server_default=text("''"))
    made_at: Mapped[datetime]
    credited_at: Mapped[datetime | None]
    # when to ask the provider next, and how often that was done
    ask_at: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(server_default=text("0"))
    # how often the buyer's way to pay was declined: each try after that is a new request to the provider
    declines: Mapped[int] = mapped_column(server_default=text("0"))
    # until then one worker has it in hand
    busy_until: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("amount > 0", name="a_top_up_is_for_something"),
        CheckConstraint("(status = 'credited') = (credited_at IS NOT NULL)", name="credited_once_and_when"),
        Index("ix_top_ups_customer", "customer_id", "id"),
        Index(
            "ix_top_ups_to_ask_about",
            "ask_at",
            sqlite_where=text("ask_at IS NOT NULL"),
            postgresql_where=text("ask_at IS NOT NULL"),
        ),
        Index(
            "uq_top_ups_automatic_in_flight",
            "card_id",
            unique=True,
            sqlite_where=text(_IN_FLIGHT),
            postgresql_where=text(_IN_FLIGHT),
        ),
    )


class Refund(Model):
    """Money that went back to the payer: by our will, or by force (a reversal)."""

    __tablename__ = "refunds"

    id: Mapped[Id]
    # the provider's id of the refund
    ref: Mapped[str] = mapped_column(String(64), unique=True)
    top_up_id: Mapped[int] = mapped_column(ForeignKey("top_ups.id"), index=True)
    # by force, not by our will
    reversal: Mapped[bool]
    amount: Mapped[Amount]
    # what the card gave back; the rest became its owner's debt
    from_card: Mapped[Amount]
    at: Mapped[datetime]


class Dispute(Model):
    """A payer complained at the provider: money is kept aside until it is decided."""

    __tablename__ = "disputes"

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(64), unique=True)
    top_up_id: Mapped[int] = mapped_column(ForeignKey("top_ups.id"), index=True)
    reason: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(60), server_default=text("''"))
    amount: Mapped[Amount]
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("holds.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Review(Model):
    """Something about a payment that a person has to look at."""

    __tablename__ = "reviews"

    id: Mapped[Id]
    # says what it is about, so that it is listed once
    key: Mapped[str] = mapped_column(String(120), unique=True)
    top_up_id: Mapped[int | None] = mapped_column(ForeignKey("top_ups.id"), index=True)
    # one clear sentence
    what: Mapped[str] = mapped_column(String(300))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # what was found, and by whom
    verdict: Mapped[str] = mapped_column(String(300), server_default=text("''"))


class EventStatus(StrEnum):
    """NEW until it is DONE, or DEAD after too many tries."""

    NEW = "new"
    DONE = "done"
    DEAD = "dead"


class Event(Model):
    """A notification of the provider, kept as it came and worked on afterwards: it is only a hint."""

    __tablename__ = "payment_events"

    # the provider's id of the event
    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    # as in PAYMENT.CAPTURE.COMPLETED
    kind: Mapped[str] = mapped_column(String(80))
    # the body as it was signed; sealed, since it names payers and the tokens of their payment methods
    body: Mapped[str] = mapped_column(Text)
    # an EventStatus
    status: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    # what went wrong last
    said: Mapped[str] = mapped_column(String(200), server_default=text("''"))

    __table_args__ = (
        Index(
            "ix_payment_events_due",
            "due_at",
            sqlite_where=text("status = 'new'"),
            postgresql_where=text("status = 'new'"),
        ),
    )


class SavedMethod(Model):
    """A payment method that the provider keeps for us."""

    __tablename__ = "saved_methods"

    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), primary_key=True, autoincrement=False)
    # the provider's token, sealed, and a digest to find it by
    token: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    # whose it is, as the provider's page showed it, masked
    shown: Mapped[str] = mapped_column(String(80))
    saved_at: Mapped[datetime]


class AutoTopUp(Model):
    """A customer's rule: when the balance falls below this, buy so much, at most so much a month."""

    __tablename__ = "auto_top_ups"

    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    is_on: Mapped[bool] = mapped_column(index=True)
    threshold: Mapped[Amount]
    amount: Mapped[Amount]
    monthly_cap: Mapped[Amount]
    # declined in a row
    declines: Mapped[int] = mapped_column(server_default=text("0"))
    # not before then, after a decline
    rests_until: Mapped[datetime | None]
    # why it stopped by itself; empty while it did not
    stopped: Mapped[str] = mapped_column(String(60), server_default=text("''"))
    # the month, as in 2026-11, whose cap the customer was told of
    cap_told: Mapped[str] = mapped_column(String(7), server_default=text("''"))
    changed_at: Mapped[datetime]


class ReceiptNumber(Model):
    """The last number of a series: taken in the transaction of its receipt, so that none is ever missing."""

    __tablename__ = "receipt_numbers"

    series: Mapped[str] = mapped_column(String(10), primary_key=True)
    last: Mapped[int]


class Receipt(Model):
    """What a tax office wants to see of a top-up or of its refund. Never changed."""

    __tablename__ = "receipts"

    id: Mapped[Id]
    # gapless in its series
    series: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    top_up_id: Mapped[int] = mapped_column(ForeignKey("top_ups.id"), index=True)
    # of a credit note: what it gives back
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refunds.id"), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    net: Mapped[Amount]
    vat: Mapped[Amount]
    gross: Mapped[Amount]
    # as in 20 or 8.1
    vat_percent: Mapped[str] = mapped_column(String(6))
    # who sold and who bought, as they were then; lines
    seller: Mapped[str] = mapped_column(Text)
    vat_number: Mapped[str] = mapped_column(String(40))
    buyer: Mapped[str] = mapped_column(String(254))
    # how it was paid, as in PayPal, and the provider's id of the money
    method: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("net + vat = gross", name="net_and_vat_make_gross"),
        Index("uq_receipts_number", "series", "number", unique=True),
        Index("ix_receipts_customer", "customer_id", "id"),
        Index(
            "uq_receipts_top_up",
            "top_up_id",
            unique=True,
            sqlite_where=text("refund_id IS NULL"),
            postgresql_where=text("refund_id IS NULL"),
        ),
    )
