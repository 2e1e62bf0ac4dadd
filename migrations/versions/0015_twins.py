"""Twins: a pair that somebody put off, and the day on which it is asked about again.

Revision ID: 0015_twins
Revises: 0014_vetting
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_twins"
down_revision = "0014_vetting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("match_pair", sa.Column("asked_again", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("match_pair", "asked_again")
