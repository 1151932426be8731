"""Access numbers with a profile each; callbacks, conferences, recordings, SIP, and what callers choose."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "caller_languages",
        sa.Column("caller", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", name=op.f("pk_caller_languages")),
    )
    op.create_table(
        "sip_users",
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_sip_users_card_id")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_sip_users")),
    )
    op.create_index("ix_sip_users_card_id", "sip_users", ["card_id"], unique=False)

    op.create_table(
        "callbacks",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("access_number_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("destination", sa.String(length=16), nullable=True),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("visit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["access_number_id"], ["access_numbers.id"], name=op.f("fk_callbacks_access_number_id")
        ),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_callbacks_card_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_callbacks_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        sa.UniqueConstraint("key", name=op.f("uq_callbacks_key")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_callbacks_visit_id")),
    )
    op.create_index("ix_callbacks_card_id", "callbacks", ["card_id"], unique=False)
    op.create_index(
        "ix_callbacks_wanted",
        "callbacks",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status = 'wanted'"),
        postgresql_where=sa.text("status = 'wanted'"),
    )

    op.create_table(
        "recordings",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delete_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_recordings_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("sid", name=op.f("uq_recordings_sid")),
    )
    op.create_index("ix_recordings_call_id", "recordings", ["call_id"], unique=False)
    op.create_index("ix_recordings_delete_at", "recordings", ["delete_at"], unique=False)
    op.create_index("ix_recordings_made_at", "recordings", ["made_at"], unique=False)

    op.add_column(
        "access_numbers",
        sa.Column("other_languages", sa.String(length=80), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "access_numbers", sa.Column("surcharge", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "access_numbers",
        sa.Column("greeting", sa.String(length=80), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "access_numbers", sa.Column("pinless", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column(
        "access_numbers",
        sa.Column("says_balance", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.add_column(
        "access_numbers",
        sa.Column("says_minutes", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.add_column(
        "access_numbers",
        sa.Column("says_price", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("access_numbers", sa.Column("tries", sa.Integer(), nullable=True))
    op.add_column("access_numbers", sa.Column("wrong_numbers_max", sa.Integer(), nullable=True))
    op.add_column("access_numbers", sa.Column("timeout_pin", sa.Integer(), nullable=True))
    op.add_column("access_numbers", sa.Column("timeout_dest", sa.Integer(), nullable=True))
    op.add_column("access_numbers", sa.Column("timeout_menu", sa.Integer(), nullable=True))
    op.add_column("access_numbers", sa.Column("call_seconds_max", sa.Integer(), nullable=True))
    op.add_column("access_numbers", sa.Column("min_affordable_seconds", sa.Integer(), nullable=True))
    op.add_column(
        "access_numbers",
        sa.Column("shows", sa.String(length=16), server_default=sa.text("'line'"), nullable=False),
    )
    op.add_column(
        "access_numbers", sa.Column("records", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "access_numbers",
        sa.Column("conference", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "access_numbers",
        sa.Column("warns_by", sa.String(length=5), server_default=sa.text("'beep'"), nullable=False),
    )
    op.add_column(
        "access_numbers",
        sa.Column("calls_back", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "access_numbers",
        sa.Column("provider", sa.String(length=12), server_default=sa.text("'twilio'"), nullable=False),
    )
    op.add_column("access_numbers", sa.Column("sip_domain", sa.String(length=80), nullable=True))
    op.create_index("uq_access_numbers_sip_domain", "access_numbers", ["sip_domain"], unique=True)

    op.add_column(
        "calls", sa.Column("kind", sa.String(length=10), server_default=sa.text("'dialled'"), nullable=False)
    )
    op.add_column("calls", sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("calls", sa.Column("room", sa.String(length=64), nullable=True))
    op.add_column("calls", sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "calls", sa.Column("limit_told", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column(
        "calls", sa.Column("recorded", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "calls", sa.Column("announced", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_index(
        "ix_calls_recorded",
        "calls",
        ["id"],
        unique=False,
        sqlite_where=sa.text("recorded = 1"),
        postgresql_where=sa.text("recorded"),
    )
    op.create_index(
        "ix_calls_to_warn",
        "calls",
        ["warn_at"],
        unique=False,
        sqlite_where=sa.text("warn_at IS NOT NULL"),
        postgresql_where=sa.text("warn_at IS NOT NULL"),
    )

    op.add_column("cards", sa.Column("language", sa.String(length=10), nullable=True))
    op.add_column("cards", sa.Column("says_price", sa.Boolean(), nullable=True))
    op.add_column(
        "cards", sa.Column("star_ends_call", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("cards", sa.Column("record_until", sa.DateTime(timezone=True), nullable=True))

    op.add_column("customers", sa.Column("phone_top_up", sa.BigInteger(), nullable=True))
    op.add_column(
        "top_ups", sa.Column("by_phone", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )

    op.add_column("visits", sa.Column("language", sa.String(length=10), nullable=True))
    op.add_column(
        "visits", sa.Column("called_back", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    """Going back would lose recordings and calls of the new kinds: restore the backup taken before."""
    raise NotImplementedError("restore the backup from before the upgrade: going back would lose calls")
