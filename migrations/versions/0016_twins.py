"""Twins: a pair that somebody put off, and the day on which it is asked about again.

Revision ID: 0016_twins
Revises: 0015_notes
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_twins"
down_revision = "0015_notes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("match_pair", sa.Column("put_off_until", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("match_pair", "put_off_until")
