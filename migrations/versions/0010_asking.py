"""Asking: letters to programs that the clock writes, which no person asked for.

Revision ID: 0010_asking
Revises: 0009_learning
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_asking"
down_revision = "0009_learning"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _may_be_nobody(is_so=True)


def downgrade() -> None:
    # Letters of the clock are nobody's, and nobody may be made up for them. What was answered to them stays as evidence
    # and in the audit. A link that is open is good no longer, and its program may be asked again sooner.
    op.execute("DELETE FROM confirmation WHERE requested_by IS NULL")
    _may_be_nobody(is_so=False)


def _may_be_nobody(*, is_so: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("confirmation", "requested_by", existing_type=BIG, nullable=is_so)
        return
    # SQLite has to copy the table. Alembic's own way names constraints in any order, and a backup is held against the
    # schema of its version word for word.
    op.drop_index("ix_confirmation_open", "confirmation")
    op.rename_table("confirmation", "confirmation_before")
    op.create_table(
        "confirmation",
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("written_to", BIG, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("message_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("requested_by", BIG, nullable=is_so),
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
    # The columns are the same, in the same order.
    op.execute("INSERT INTO confirmation SELECT * FROM confirmation_before")
    op.drop_table("confirmation_before")
    op.create_index(
        "ix_confirmation_open", "confirmation", ["listing_id"], unique=False, sqlite_where=sa.text("used_at IS NULL")
    )
