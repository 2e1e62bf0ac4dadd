"""Worklist: the lines of the desk's list, and what they are found by.

Revision ID: 0012_worklist
Revises: 0011_wishes
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_worklist"
down_revision = "0011_wishes"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SORTED = ("by_name", "by_organization", "confirmed_on", "due_on")


def upgrade() -> None:
    # It is filled with cards and postings, which this version makes anew.
    op.create_table(
        "work_line",
        sa.Column("listing_id", BIG, autoincrement=False, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", BIG, nullable=False),
        sa.Column("organization_id", BIG, nullable=False),
        sa.Column("location_id", BIG, nullable=True),
        sa.Column("network_id", BIG, nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("is_found", sa.Boolean(), nullable=False),
        sa.Column("is_disputed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Integer(), nullable=False),
        sa.Column("stale_on", sa.Integer(), nullable=False),
        sa.Column("lapses_on", sa.Integer(), nullable=False),
        sa.Column("entered_by", BIG, nullable=True),
        sa.Column("by_name", KEY, nullable=False),
        sa.Column("by_organization", KEY, nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organization", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "standing IN ('listed', 'suspended', 'closed', 'do-not-list', 'merged')",
            name=op.f("ck_work_line_standing_known"),
        ),
        sa.CheckConstraint("state IN ('unverified', 'verified', 'unreachable')", name=op.f("ck_work_line_state_known")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["record.id"], name=op.f("fk_work_line_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_work_line")),
    )
    for column in _SORTED:
        op.create_index(op.f(f"ix_work_line_{column}_public_id"), "work_line", [column, "public_id"])


def downgrade() -> None:
    op.drop_table("work_line")
