"""The tables of customers: who they are, how they sign in, and what makes their calls quick."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Micros, Model


class LinkPurpose(StrEnum):
    """What a link in a mail may be used for."""

    CONFIRM = "confirm"
    RESET = "reset"


class Customer(Model):
    """A person with a login."""

    __tablename__ = "customers"

    id: Mapped[Id]
    # as it was written, for mails to it
    email: Mapped[str] = mapped_column(String(254))
    # the same in small letters: one person only
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    # small letters; may be used instead of the address
    user_name: Mapped[str | None] = mapped_column(String(40), unique=True)
    # Argon2id
    password_hash: Mapped[str] = mapped_column(String(200))
    # empty until the address is confirmed; then there is a card
    confirmed_at: Mapped[datetime | None]
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"), unique=True)
    # BCP 47, as in en-GB
    language: Mapped[str] = mapped_column(String(10))
    # IANA, as in Europe/London
    time_zone: Mapped[str] = mapped_column(String(40))
    # below this a mail says so, once per top-up; empty: no such mail
    low_balance: Mapped[int | None] = mapped_column(Micros)
    low_balance_told_at: Mapped[datetime | None]
    # what a key of the phone adds from the saved payment method; empty: none does
    phone_top_up: Mapped[int | None] = mapped_column(Micros)
    made_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("(card_id IS NULL) = (confirmed_at IS NULL)", name="who_is_confirmed_has_a_card"),
    )


class Consent(Model):
    """What a customer agreed to or refused, and which words were shown. Never changed: the last counts."""

    __tablename__ = "consents"

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    # terms, traffic data, offers by mail or text message, automatic top-up, top-up by phone
    purpose: Mapped[str] = mapped_column(String(30))
    given: Mapped[bool]
    # which text was shown, as in 2026-11
    version: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    # the network address it came from
    address: Mapped[str] = mapped_column(String(45))


class Link(Model):
    """A link in a mail that does one thing once."""

    __tablename__ = "links"

    # digest of the token
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    # a LinkPurpose
    purpose: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignIn(Model):
    """One sign-in, good or bad; a good one is the session until it ends."""

    __tablename__ = "sign_ins"

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    # digest of the session's token; empty when the password was wrong
    token: Mapped[str | None] = mapped_column(String(64), unique=True)
    at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(45))
    # what the browser says it is, cut short
    device: Mapped[str] = mapped_column(String(120))

    __table_args__ = (Index("ix_sign_ins_customer", "customer_id", "id"),)


class Phone(Model):
    """A registered phone: it opens one card without a PIN when the network vouches for it."""

    __tablename__ = "phones"

    # E.164; one phone opens one card only
    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    # what its owner calls it
    label: Mapped[str] = mapped_column(String(40), server_default=text("''"))
    registered_at: Mapped[datetime]


class PhoneCode(Model):
    """A code that was spoken or sent to a phone, to see that it is in its owner's hand."""

    __tablename__ = "phone_codes"

    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(40))
    # digest of the code
    code: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    # wrong tries so far
    tries: Mapped[int] = mapped_column(server_default=text("0"))


class SpeedDial(Model):
    """A number behind one or two keys."""

    __tablename__ = "speed_dials"

    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), primary_key=True, autoincrement=False)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # E.164
    number: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(40))

    __table_args__ = (CheckConstraint("slot BETWEEN 1 AND 99", name="a_speed_dial_is_one_or_two_keys"),)


class SipUser(Model):
    """A credential of a SIP domain: whoever calls with it calls with this card."""

    __tablename__ = "sip_users"

    # user@domain, in small letters
    address: Mapped[str] = mapped_column(String(120), primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    registered_at: Mapped[datetime]
