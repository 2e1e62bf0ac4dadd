"""Protocols: what two organizations agreed about referring people to each other.

Revision ID: 0019_protocols
Revises: 0018_outcomes
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_protocols"
down_revision = "0018_outcomes"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "protocol",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", BIG, nullable=False),
        sa.Column("to_id", BIG, nullable=False),
        sa.Column("signed_on", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("respond_minutes", sa.Integer(), nullable=False),
        sa.Column("review_on", sa.Integer(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("written_on", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Integer(), nullable=True),
        sa.Column("doubted_by", BIG, nullable=True),
        sa.Column("doubted_on", sa.Integer(), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_protocol_between_two")),
        sa.CheckConstraint("length(steps) BETWEEN 1 AND 2247", name=op.f("ck_protocol_steps_size")),
        sa.CheckConstraint("length(reference) BETWEEN 1 AND 120", name=op.f("ck_protocol_reference_size")),
        sa.CheckConstraint("respond_minutes BETWEEN 1 AND 10080", name=op.f("ck_protocol_answers_in_a_week")),
        sa.CheckConstraint("review_on > signed_on", name=op.f("ck_protocol_reviewed_later")),
        sa.CheckConstraint("ended_on >= written_on", name=op.f("ck_protocol_ends_later")),
        sa.CheckConstraint("(doubted_on IS NULL) = (doubted_by IS NULL)", name=op.f("ck_protocol_doubt_is_whole")),
        sa.ForeignKeyConstraint(["from_id"], ["record.id"], name=op.f("fk_protocol_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["record.id"], name=op.f("fk_protocol_to_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_protocol_by_id")),
        sa.ForeignKeyConstraint(["doubted_by"], ["person.id"], name=op.f("fk_protocol_doubted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol")),
        sa.UniqueConstraint("public_id", name=op.f("uq_protocol_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_protocol_to_id"), "protocol", ["to_id"], unique=False)
    now = sa.text("ended_on IS NULL")
    op.create_index(
        "uq_protocol_current", "protocol", ["from_id", "to_id"], unique=True, sqlite_where=now, postgresql_where=now
    )


def downgrade() -> None:
    # What was agreed lies on paper.
    op.drop_table("protocol")
