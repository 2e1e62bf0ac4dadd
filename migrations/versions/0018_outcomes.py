"""Outcomes: how many calls to a listing ended one way in one week.

Revision ID: 0018_outcomes
Revises: 0017_staff_wishes
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_outcomes"
down_revision = "0017_staff_wishes"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "outcome_count",
        sa.Column("listing_id", BIG, autoincrement=False, nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reply_band", sa.SmallInteger(), nullable=False),
        sa.Column("teller", sa.Text(), nullable=False),
        sa.Column("n", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('answered', 'voicemail', 'disconnected', 'full', 'declined', 'accepted')",
            name=op.f("ck_outcome_count_outcome_known"),
        ),
        sa.CheckConstraint(
            "reason IN ('', 'children', 'gender', 'language', 'documents', 'area', 'distance', 'substance-use',"
            " 'safety', 'waiting-list', 'not-our-scope', 'other')",
            name=op.f("ck_outcome_count_reason_known"),
        ),
        sa.CheckConstraint("teller IN ('signed', 'anybody')", name=op.f("ck_outcome_count_teller_known")),
        sa.CheckConstraint("reply_band IN (0, 20, 60, 240, 241)", name=op.f("ck_outcome_count_reply_band_known")),
        sa.CheckConstraint("reason = '' OR outcome = 'declined'", name=op.f("ck_outcome_count_reason_of_declined")),
        sa.CheckConstraint("week % 7 = 1", name=op.f("ck_outcome_count_week_is_a_monday")),
        sa.CheckConstraint("n BETWEEN 1 AND 30", name=op.f("ck_outcome_count_n_capped")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["record.id"], name=op.f("fk_outcome_count_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "listing_id", "week", "outcome", "reason", "reply_band", "teller", name=op.f("pk_outcome_count")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("outcome_count")
