"""The tables of the ledger."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, String, event, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Amount, Id, Micros, Model


class AccountKind(StrEnum):
    """What an account is for. All but CARD and DEBT are house accounts, one per currency."""

    CARD = "card"
    DEBT = "debt"  # what the owner of one card owes us: what it has given out less what came back
    CARD_SALES = "card_sales"
    CALL_REVENUE = "call_revenue"
    PROMOTIONS = "promotions"
    PAYPAL_CLEARING = "paypal_clearing"  # what PayPal has taken for us: it gives out what is credited
    PAYPAL_FEES = "paypal_fees"
    VAT = "vat"  # what is due to the tax office
    BAD_DEBT = "bad_debt"
    BREAKAGE = "breakage"


HOUSE = tuple(kind for kind in AccountKind if kind not in {AccountKind.CARD, AccountKind.DEBT})


class TransferKind(StrEnum):
    """Why money moved."""

    ISSUE = "issue"
    CREDIT = "credit"
    CALL = "call"
    TOP_UP = "top_up"
    FEE = "fee"
    VAT = "vat"
    REFUND = "refund"
    REVERSAL = "reversal"
    DEBT = "debt"  # a card pays back what its owner owes
    WRITE_OFF = "write_off"
    VOUCHER = "voucher"


class HoldStatus(StrEnum):
    """OPEN, and then exactly one of the others."""

    OPEN = "open"
    SETTLED = "settled"
    RELEASED = "released"
    EXPIRED = "expired"


class Account(Model):
    """Money only: no names, no numbers."""

    __tablename__ = "accounts"

    id: Mapped[Id]
    # an AccountKind
    kind: Mapped[str] = mapped_column(String(20))
    # ISO 4217
    currency: Mapped[str] = mapped_column(String(3))
    # what a card owns; house accounts keep no running balance, so that no row becomes a queue for all calls
    balance: Mapped[int | None] = mapped_column(Micros)
    # the part of the balance that open holds keep aside
    held: Mapped[Amount] = mapped_column(Micros, server_default=text("0"))
    # how many holds are open
    open_holds: Mapped[int] = mapped_column(server_default=text("0"))
    # of a debt: the card account whose debt it is
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    __table_args__ = (
        CheckConstraint("held >= 0 AND open_holds >= 0", name="held_is_never_negative"),
        CheckConstraint("balance >= held", name="card_never_in_debt"),
        CheckConstraint("(kind = 'card') = (balance IS NOT NULL)", name="only_cards_keep_a_running_balance"),
        CheckConstraint("(kind = 'debt') = (owner_id IS NOT NULL)", name="a_debt_has_an_owner"),
        Index(
            "uq_accounts_house",
            "kind",
            "currency",
            unique=True,
            sqlite_where=text("kind <> 'card' AND kind <> 'debt'"),
            postgresql_where=text("kind <> 'card' AND kind <> 'debt'"),
        ),
        Index(
            "uq_accounts_debt",
            "owner_id",
            unique=True,
            sqlite_where=text("owner_id IS NOT NULL"),
            postgresql_where=text("owner_id IS NOT NULL"),
        ),
    )


class Transfer(Model):
    """Money that moved. Never changed and never deleted: a mistake is mended by another transfer."""

    __tablename__ = "transfers"

    id: Mapped[Id]
    # says what the movement is, so that it happens once
    key: Mapped[str] = mapped_column(String(100), unique=True)
    # a TransferKind
    kind: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    amount: Mapped[Amount]
    # what a card had right after, for its statement; empty for house accounts
    source_balance: Mapped[int | None] = mapped_column(Micros)
    target_balance: Mapped[int | None] = mapped_column(Micros)
    # what a person reads: a serial, a call, a receipt
    reference: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("amount > 0", name="a_transfer_moves_something"),
        CheckConstraint("source_id <> target_id", name="money_moves_between_two_accounts"),
        # a statement is read from its end
        Index("ix_transfers_source", "source_id", "id"),
        Index("ix_transfers_target", "target_id", "id"),
    )


class Hold(Model):
    """Credit kept aside while a call goes on."""

    __tablename__ = "holds"

    id: Mapped[Id]
    # the call's, never the number dialled
    key: Mapped[str] = mapped_column(String(100), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    amount: Mapped[Amount]
    # a HoldStatus
    status: Mapped[str] = mapped_column(String(10))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("amount >= 0", name="a_hold_keeps_something_aside"),
        CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="a_hold_ends_exactly_once"),
        Index(
            "ix_holds_open",
            "account_id",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )


IMMUTABLE = {
    "sqlite": [
        f"""CREATE TRIGGER transfers_are_never_{what}d BEFORE {verb} ON transfers
        BEGIN SELECT RAISE(ABORT, 'transfers are never {what}d'); END"""
        for verb, what in (("UPDATE", "change"), ("DELETE", "delete"))
    ],
    "postgresql": [
        """CREATE FUNCTION transfers_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'transfers are never changed or deleted'; END $$""",
        """CREATE TRIGGER transfers_are_final BEFORE UPDATE OR DELETE ON transfers
        FOR EACH ROW EXECUTE FUNCTION transfers_are_final()""",
        """CREATE TRIGGER transfers_are_never_emptied BEFORE TRUNCATE ON transfers
        FOR EACH STATEMENT EXECUTE FUNCTION transfers_are_final()""",
    ],
}

for _dialect, _statements in IMMUTABLE.items():
    for _statement in _statements:
        _ddl = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(Transfer.__table__, "after_create", _ddl.execute_if(dialect=_dialect))
