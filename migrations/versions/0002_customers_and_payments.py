"""Customers, their payments and mails; vouchers, debts, and why a card is suspended."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment_events",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("said", sa.String(length=200), server_default=sa.text("('')"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_events")),
    )
    with op.batch_alter_table("payment_events", schema=None) as batch_op:
        batch_op.create_index(
            "ix_payment_events_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("status = 'new'"),
            postgresql_where=sa.text("status = 'new'"),
        )

    op.create_table(
        "receipt_numbers",
        sa.Column("series", sa.String(length=10), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_receipt_numbers")),
    )
    op.create_table(
        "throttles",
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject", name=op.f("pk_throttles")),
    )
    with op.batch_alter_table("throttles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_throttles_since"), ["since"], unique=False)

    op.create_table(
        "voucher_batches",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("issued", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_batches")),
        sa.UniqueConstraint("name", name=op.f("uq_voucher_batches_name")),
    )
    op.create_table(
        "card_locks",
        sa.Column(
            "card_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_locks_card_id")),
        sa.PrimaryKeyConstraint("card_id", "reason", name=op.f("pk_card_locks")),
    )
    op.create_table(
        "customers",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("user_name", sa.String(length=40), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("low_balance", sa.BigInteger(), nullable=True),
        sa.Column("low_balance_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(card_id IS NULL) = (confirmed_at IS NULL)", name=op.f("who_is_confirmed_has_a_card")
        ),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_customers_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("card_id", name=op.f("uq_customers_card_id")),
        sa.UniqueConstraint("email_key", name=op.f("uq_customers_email_key")),
        sa.UniqueConstraint("user_name", name=op.f("uq_customers_user_name")),
    )
    op.create_table(
        "phone_codes",
        sa.Column(
            "card_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_phone_codes_card_id")),
        sa.PrimaryKeyConstraint("card_id", name=op.f("pk_phone_codes")),
    )
    op.create_table(
        "saved_methods",
        sa.Column(
            "card_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=80), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_saved_methods_card_id")),
        sa.PrimaryKeyConstraint("card_id", name=op.f("pk_saved_methods")),
    )
    with op.batch_alter_table("saved_methods", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_methods_digest"), ["digest"], unique=False)

    op.create_table(
        "speed_dials",
        sa.Column(
            "card_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.CheckConstraint("slot BETWEEN 1 AND 99", name=op.f("a_speed_dial_is_one_or_two_keys")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_speed_dials_card_id")),
        sa.PrimaryKeyConstraint("card_id", "slot", name=op.f("pk_speed_dials")),
    )
    op.create_table(
        "vouchers",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("serial", sa.String(length=20), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(card_id IS NULL) = (redeemed_at IS NULL)", name=op.f("a_voucher_goes_to_somebody")
        ),
        sa.CheckConstraint(
            "redeemed_at IS NULL OR voided_at IS NULL", name=op.f("a_void_voucher_is_not_redeemed")
        ),
        sa.CheckConstraint("value > 0", name=op.f("a_voucher_is_worth_something")),
        sa.ForeignKeyConstraint(["batch_id"], ["voucher_batches.id"], name=op.f("fk_vouchers_batch_id")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_vouchers_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("hash", name=op.f("uq_vouchers_hash")),
        sa.UniqueConstraint("serial", name=op.f("uq_vouchers_serial")),
    )
    with op.batch_alter_table("vouchers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vouchers_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_vouchers_card_id"), ["card_id"], unique=False)

    op.create_table(
        "auto_top_ups",
        sa.Column(
            "card_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("monthly_cap", sa.BigInteger(), nullable=False),
        sa.Column("declines", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped", sa.String(length=60), server_default=sa.text("('')"), nullable=False),
        sa.Column("cap_told", sa.String(length=7), server_default=sa.text("('')"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_auto_top_ups_card_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_auto_top_ups_customer_id")),
        sa.PrimaryKeyConstraint("card_id", name=op.f("pk_auto_top_ups")),
    )
    with op.batch_alter_table("auto_top_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auto_top_ups_is_on"), ["is_on"], unique=False)

    op.create_table(
        "consents",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_consents_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "links",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_links_customer_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_links")),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "mails",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("letter", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("to", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("attachment", sa.String(length=80), server_default=sa.text("('')"), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("said", sa.String(length=200), server_default=sa.text("('')"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_mails_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("key", name=op.f("uq_mails_key")),
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mails_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_mails_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )

    op.create_table(
        "sign_ins",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_sign_ins_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token", name=op.f("uq_sign_ins_token")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index("ix_sign_ins_customer", ["customer_id", "id"], unique=False)

    op.create_table(
        "top_ups",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("saves_method", sa.Boolean(), nullable=False),
        sa.Column("environment", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=100), server_default=sa.text("('')"), nullable=False),
        sa.Column("order_ref", sa.String(length=64), nullable=True),
        sa.Column("capture_ref", sa.String(length=64), nullable=True),
        sa.Column("approve_url", sa.String(length=500), server_default=sa.text("('')"), nullable=False),
        sa.Column("payer_ref", sa.String(length=64), nullable=True),
        sa.Column("payer_verified", sa.Boolean(), nullable=True),
        sa.Column("payer_country", sa.String(length=2), nullable=True),
        sa.Column("seller_protection", sa.String(length=30), server_default=sa.text("('')"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("credited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("declines", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'credited') = (credited_at IS NOT NULL)", name=op.f("credited_once_and_when")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("a_top_up_is_for_something")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_top_ups_card_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_top_ups_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_top_ups")),
        sa.UniqueConstraint("capture_ref", name=op.f("uq_top_ups_capture_ref")),
        sa.UniqueConstraint("nonce", name=op.f("uq_top_ups_nonce")),
        sa.UniqueConstraint("order_ref", name=op.f("uq_top_ups_order_ref")),
        sa.UniqueConstraint("ref", name=op.f("uq_top_ups_ref")),
    )
    with op.batch_alter_table("top_ups", schema=None) as batch_op:
        batch_op.create_index("ix_top_ups_customer", ["customer_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_top_ups_payer_ref"), ["payer_ref"], unique=False)
        batch_op.create_index(
            "ix_top_ups_to_ask_about",
            ["ask_at"],
            unique=False,
            sqlite_where=sa.text("ask_at IS NOT NULL"),
            postgresql_where=sa.text("ask_at IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_top_ups_automatic_in_flight",
            ["card_id"],
            unique=True,
            sqlite_where=sa.text(
                "automatic AND status IN ('created', 'waiting', 'capturing', 'pending', 'review')"
            ),
            postgresql_where=sa.text(
                "automatic AND status IN ('created', 'waiting', 'capturing', 'pending', 'review')"
            ),
        )

    op.create_table(
        "disputes",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("top_up_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=60), server_default=sa.text("('')"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_disputes_hold_id")),
        sa.ForeignKeyConstraint(["top_up_id"], ["top_ups.id"], name=op.f("fk_disputes_top_up_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("ref", name=op.f("uq_disputes_ref")),
    )
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disputes_top_up_id"), ["top_up_id"], unique=False)

    op.create_table(
        "refunds",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("top_up_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reversal", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("from_card", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["top_up_id"], ["top_ups.id"], name=op.f("fk_refunds_top_up_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("ref", name=op.f("uq_refunds_ref")),
    )
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refunds_top_up_id"), ["top_up_id"], unique=False)

    op.create_table(
        "reviews",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("top_up_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=300), server_default=sa.text("('')"), nullable=False),
        sa.ForeignKeyConstraint(["top_up_id"], ["top_ups.id"], name=op.f("fk_reviews_top_up_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("key", name=op.f("uq_reviews_key")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviews_top_up_id"), ["top_up_id"], unique=False)

    op.create_table(
        "receipts",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("series", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("top_up_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("vat_percent", sa.String(length=6), nullable=False),
        sa.Column("seller", sa.Text(), nullable=False),
        sa.Column("vat_number", sa.String(length=40), nullable=False),
        sa.Column("buyer", sa.String(length=254), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("net + vat = gross", name=op.f("net_and_vat_make_gross")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_receipts_customer_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_receipts_refund_id")),
        sa.ForeignKeyConstraint(["top_up_id"], ["top_ups.id"], name=op.f("fk_receipts_top_up_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_receipts_refund_id")),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index("ix_receipts_customer", ["customer_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_receipts_top_up_id"), ["top_up_id"], unique=False)
        batch_op.create_index("uq_receipts_number", ["series", "number"], unique=True)
        batch_op.create_index(
            "uq_receipts_top_up",
            ["top_up_id"],
            unique=True,
            sqlite_where=sa.text("refund_id IS NULL"),
            postgresql_where=sa.text("refund_id IS NULL"),
        )

    _shortened()
    _debts()
    _house_accounts()
    _locks_of_suspended_cards()
    with op.batch_alter_table("phones", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("label", sa.String(length=40), server_default=sa.text("('')"), nullable=False)
        )

    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transfers_source_id"))
        batch_op.drop_index(batch_op.f("ix_transfers_target_id"))
        batch_op.create_index("ix_transfers_source", ["source_id", "id"], unique=False)
        batch_op.create_index("ix_transfers_target", ["target_id", "id"], unique=False)

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index("ix_calls_day", ["card_id", "placed_at", "id", "price"], unique=False)


def downgrade() -> None:
    """Going back would lose payments: restore the backup that was taken before."""
    raise NotImplementedError("restore the backup from before the upgrade: going back would lose payments")


NOT_OF_THE_HOUSE = "kind <> 'card' AND kind <> 'debt'"
HAS_AN_OWNER = "(kind = 'debt') = (owner_id IS NOT NULL)"
NEW_HOUSE_ACCOUNTS = ("paypal_clearing", "paypal_fees", "vat", "bad_debt", "breakage")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _shortened() -> None:
    """What was forgotten after a year is found again by an index of its own."""
    for table, column in (("visits", "stir"), ("calls", "dialled")):
        which = sa.text(f"{column} = '*'")
        op.create_index(f"ix_{table}_shortened", table, ["id"], sqlite_where=which, postgresql_where=which)


def _debts() -> None:
    """An account may be what the owner of a card owes."""
    if _is_sqlite():  # making the table anew would break what refers to it
        op.execute(
            "ALTER TABLE accounts ADD COLUMN owner_id INTEGER"
            " CONSTRAINT fk_accounts_owner_id REFERENCES accounts (id)"
            f" CONSTRAINT a_debt_has_an_owner CHECK ({HAS_AN_OWNER})"
        )
    else:
        op.add_column("accounts", sa.Column("owner_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key("fk_accounts_owner_id", "accounts", "accounts", ["owner_id"], ["id"])
        op.create_check_constraint(op.f("a_debt_has_an_owner"), "accounts", HAS_AN_OWNER)
    _unique("uq_accounts_debt", ["owner_id"], "owner_id IS NOT NULL")
    op.drop_index("uq_accounts_house", "accounts")
    _unique("uq_accounts_house", ["kind", "currency"], NOT_OF_THE_HOUSE)


def _unique(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name, "accounts", columns, unique=True, sqlite_where=condition, postgresql_where=condition
    )


def _house_accounts() -> None:
    """What was opened per currency before lacks the new accounts of the house."""
    for kind in NEW_HOUSE_ACCOUNTS:
        op.execute(
            f"INSERT INTO accounts (kind, currency) SELECT '{kind}', currency FROM accounts"  # noqa: S608
            " WHERE kind = 'call_revenue'"
        )


def _locks_of_suspended_cards() -> None:
    """Cards that were suspended so far were suspended by staff."""
    op.execute(
        "INSERT INTO card_locks (card_id, reason, at)"
        " SELECT id, 'staff', CURRENT_TIMESTAMP FROM cards WHERE status = 'suspended'"
    )
