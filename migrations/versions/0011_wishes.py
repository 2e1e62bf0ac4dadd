"""Wishes: programs that say that they run a listing, and wait for a letter or a call.

Revision ID: 0011_wishes
Revises: 0010_asking
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_wishes"
down_revision = "0010_asking"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "letter_wish",
        sa.Column("listing_id", BIG, autoincrement=False, nullable=False),
        sa.Column("said_on", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["record.id"], name=op.f("fk_letter_wish_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_letter_wish")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    # Whoever pressed may press again; nothing else depends on it.
    op.drop_table("letter_wish")
