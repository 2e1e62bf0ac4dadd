"""Contact stops: organizations that let others see whom to ask for, and stopped at once.

Revision ID: 0021_contact_stops
Revises: 0020_packs
"""

import sqlalchemy as sa
from alembic import op

revision = "0021_contact_stops"
down_revision = "0020_packs"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "contact_stop",
        sa.Column("organization_id", BIG, autoincrement=False, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("stopped_on", sa.Integer(), nullable=False),
        sa.Column("before_change", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["record.id"], name=op.f("fk_contact_stop_organization_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_contact_stop_by_id")),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_contact_stop")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("contact_stop")
