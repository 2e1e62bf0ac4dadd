"""Plan: the calls that are to be made, what came of those that were, and what evidence comes to.

Revision ID: 0008_plan
Revises: 0007_fresh
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_plan"
down_revision = "0007_fresh"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Empty until cards are made anew, which an upgrade does right after this.
    op.add_column("belief", sa.Column("gathered", sa.Text(), nullable=True))
    op.create_table(
        "call_task",
        sa.Column("id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("organization_id", BIG, nullable=True),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("planned_on", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), server_default="1", nullable=False),
        sa.Column("minutes", sa.Float(), nullable=False),
        sa.Column("p_wrong", sa.Float(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("claimed_by", BIG, nullable=True),
        sa.Column("claimed_until", AT, nullable=True),
        sa.Column("done_on", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.CheckConstraint("tier IN ('liveness', 'full')", name=op.f("ck_call_task_tier_known")),
        sa.CheckConstraint(
            "kind IN ('queue', 'floor', 'audit', 'report', 'ramp')", name=op.f("ck_call_task_kind_known")
        ),
        sa.CheckConstraint("result IN ('right', 'wrong', 'unreached')", name=op.f("ck_call_task_result_known")),
        sa.CheckConstraint("p_wrong BETWEEN 0 AND 1", name=op.f("ck_call_task_p_wrong_bounded")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_call_task_minutes_positive")),
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name=op.f("ck_call_task_claim_is_whole")),
        sa.CheckConstraint("(done_on IS NULL) = (result IS NULL)", name=op.f("ck_call_task_done_has_result")),
        sa.CheckConstraint("done_on IS NULL OR claimed_by IS NULL", name=op.f("ck_call_task_done_is_free")),
        sa.CheckConstraint("length(why) <= 2048", name=op.f("ck_call_task_why_size")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["record.id"], name=op.f("fk_call_task_listing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["record.id"], name=op.f("fk_call_task_organization_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name=op.f("fk_call_task_claimed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_task")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_call_task_listing_id"), "call_task", ["listing_id"], unique=False)
    opened, done = sa.text("done_on IS NULL"), sa.text("done_on IS NOT NULL")
    op.create_index(
        "uq_call_task_open", "call_task", ["listing_id"], unique=True, sqlite_where=opened, postgresql_where=opened
    )
    op.create_index("ix_call_task_done", "call_task", ["kind", "done_on"], sqlite_where=done, postgresql_where=done)


def downgrade() -> None:
    op.drop_table("call_task")
    op.execute("ALTER TABLE belief DROP COLUMN gathered")
