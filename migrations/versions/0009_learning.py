"""Learning: figures of belief that calls taught and a person accepted.

Revision ID: 0009_learning
Revises: 0008_plan
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_learning"
down_revision = "0008_plan"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "lesson",
        sa.Column("id", BIG, nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("accepted_by", BIG, nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(figures) <= 32768", name=op.f("ck_lesson_figures_size")),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name=op.f("fk_lesson_accepted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("lesson")
