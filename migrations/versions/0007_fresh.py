"""Fresh: what is believed of a listing, what has to be looked at, how hosts want to be treated, and asking by letter.

Revision ID: 0007_fresh
Revises: 0006_import
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_fresh"
down_revision = "0006_import"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

_METHODS = (
    "'call', 'callback', 'provider', 'website', 'corroboration', 'geocode', 'lookup', 'mx', 'feed', 'report',"
    " 'handoff', 'peer', 'import'"
)


def upgrade() -> None:
    big = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE evidence ADD COLUMN run_id {big} REFERENCES import_run (id)")
    op.create_table(
        "belief",
        sa.Column("listing_id", BIG, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Integer(), nullable=False),
        sa.Column("stale_on", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('unverified', 'verified', 'unreachable')", name=op.f("ck_belief_state_known")),
        sa.ForeignKeyConstraint(["listing_id"], ["record.id"], name=op.f("fk_belief_listing_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_belief")),
    )
    op.create_index(op.f("ix_belief_due_on"), "belief", ["due_on"], unique=False)
    op.create_table(
        "check_task",
        sa.Column("id", BIG, nullable=False),
        sa.Column("fact_id", BIG, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), server_default="", nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("run_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", AT, nullable=True),
        sa.Column("lease_epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("memory", sa.Text(), nullable=True),
        sa.CheckConstraint(f"method IN ({_METHODS})", name=op.f("ck_check_task_method_known")),
        sa.CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name=op.f("ck_check_task_lease_is_whole")),
        sa.CheckConstraint("length(memory) <= 1024", name=op.f("ck_check_task_memory_size")),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_check_task_fact_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_task")),
        sa.UniqueConstraint("fact_id", "method", name=op.f("uq_check_task_fact_id_method")),
        sqlite_autoincrement=True,
    )
    free, leased = sa.text("lease_owner IS NULL"), sa.text("lease_owner IS NOT NULL")
    op.create_index(
        "ix_check_task_free", "check_task", ["due_at", "host", "method"], sqlite_where=free, postgresql_where=free
    )
    op.create_index("ix_check_task_leased", "check_task", ["lease_until"], sqlite_where=leased, postgresql_where=leased)
    op.create_table(
        "host_state",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("next_ok_at", AT, nullable=False),
        sa.Column("busy_until", AT, nullable=True),
        sa.Column("fail_streak", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host_state")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "confirmation",
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("written_to", BIG, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("message_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("requested_by", BIG, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.Column("returned_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["record.id"], name=op.f("fk_confirmation_listing_id")),
        sa.ForeignKeyConstraint(["written_to"], ["fact.id"], name=op.f("fk_confirmation_written_to")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_confirmation_requested_by")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_confirmation")),
        sa.UniqueConstraint("message_hash", name=op.f("uq_confirmation_message_hash")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_confirmation_open",
        "confirmation",
        ["listing_id"],
        unique=False,
        sqlite_where=sa.text("used_at IS NULL"),
        postgresql_where=sa.text("used_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("confirmation")
    op.drop_table("host_state")
    op.drop_table("check_task")
    op.drop_table("belief")
    op.execute("ALTER TABLE evidence DROP COLUMN run_id")
