"""Staff wishes: listings that somebody here wants called this month, or left out of letters for a while.

Revision ID: 0017_staff_wishes
Revises: 0016_twins
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_staff_wishes"
down_revision = "0016_twins"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "staff_wish",
        sa.Column("listing_id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("said_on", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('call', 'no-letter')", name=op.f("ck_staff_wish_kind_known")),
        sa.CheckConstraint("last_on - said_on BETWEEN 0 AND 366", name=op.f("ck_staff_wish_ends")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["record.id"], name=op.f("fk_staff_wish_listing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_staff_wish_by_id")),
        sa.PrimaryKeyConstraint("listing_id", "kind", name=op.f("pk_staff_wish")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("staff_wish")
