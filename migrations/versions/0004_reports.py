"""Reports: how often readers said that something about a listing is wrong.

Revision ID: 0004_reports
Revises: 0003_whole_question
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_reports"
down_revision = "0003_whole_question"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "report_count",
        sa.Column("listing_id", BIG, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("n", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("n BETWEEN 1 AND 3", name=op.f("ck_report_count_n_capped")),
        sa.CheckConstraint(
            "reason IN ('wrong-number', 'no-answer', 'closed', 'moved', 'wrong-hours', 'turned-away')",
            name=op.f("ck_report_count_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["record.id"], name=op.f("fk_report_count_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listing_id", "reason", "day", name=op.f("pk_report_count")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("report_count")
