"""Packs for wards: the number of each, until when it is good, and which numbers stand in it.

Revision ID: 0020_packs
Revises: 0019_protocols
"""

import sqlalchemy as sa
from alembic import op

revision = "0020_packs"
down_revision = "0019_protocols"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pack",
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Integer(), nullable=False),
        sa.Column("good_until", sa.Integer(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.CheckConstraint("length(serial) = 9", name=op.f("ck_pack_serial_length")),
        sa.CheckConstraint("good_until - made_on BETWEEN 0 AND 90", name=op.f("ck_pack_ends")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_pack")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pack_number",
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("listing_id", BIG, autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("is_placed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["serial"], ["pack.serial"], name=op.f("fk_pack_number_serial"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("serial", "listing_id", "number", name=op.f("pk_pack_number")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("pack_number")
    op.drop_table("pack")
