"""Notes: what people who work here leave at a listing for each other, until its last day.

Revision ID: 0015_notes
Revises: 0014_vetting
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_notes"
down_revision = "0014_vetting"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("written_on", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 280", name=op.f("ck_note_text_size")),
        sa.CheckConstraint("last_on - written_on BETWEEN 1 AND 90", name=op.f("ck_note_ends_soon")),
        sa.ForeignKeyConstraint(["listing_id"], ["record.id"], name=op.f("fk_note_listing_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_note_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_note_listing_id"), "note", ["listing_id"], unique=False)
    op.create_index(op.f("ix_note_last_on"), "note", ["last_on"], unique=False)


def downgrade() -> None:
    # What people wrote for each other for some days has no other place.
    op.drop_table("note")
