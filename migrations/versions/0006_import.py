"""Import: how a source is read and what may be done with it, which run waits for people, which records are one.

Revision ID: 0006_import
Revises: 0005_trust
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_import"
down_revision = "0005_trust"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

# Columns that existing tables get: (table, name, SQL of type and constraint). Both databases can add and drop them so.
_COLUMNS = (
    ("source", "mapping", "TEXT"),
    (
        "source",
        "sharing",
        """TEXT NOT NULL DEFAULT 'not-stated' CONSTRAINT ck_source_sharing_known
        CHECK (sharing IN ('free', 'attribution', 'share-alike', 'none', 'not-stated'))""",
    ),
    ("source", "paused", "BOOLEAN NOT NULL DEFAULT {no}"),
    ("import_run", "holds", "TEXT NOT NULL DEFAULT ''"),
    ("import_run", "released_by", "{big} REFERENCES person (id)"),
    ("import_run", "digest", "{bytes}"),
    ("source_record", "gone_at", "{at}"),
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    types = {
        "big": "INTEGER" if is_sqlite else "BIGINT",
        "bytes": "BLOB" if is_sqlite else "BYTEA",
        "no": "0" if is_sqlite else "false",
        "at": "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE",
    }
    for table, name, sql in _COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {sql.format(**types)}")
    _matching()


def _matching() -> None:
    op.create_table(
        "match_pair",
        sa.Column("id", BIG, nullable=False),
        sa.Column("left_id", BIG, nullable=False),
        sa.Column("right_id", BIG, nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.CheckConstraint("verdict IN ('review', 'same', 'different')", name=op.f("ck_match_pair_verdict_known")),
        sa.CheckConstraint("left_id < right_id", name=op.f("ck_match_pair_in_order")),
        sa.CheckConstraint("score BETWEEN 0 AND 1000", name=op.f("ck_match_pair_score_bounded")),
        sa.ForeignKeyConstraint(["left_id"], ["record.id"], name=op.f("fk_match_pair_left_id")),
        sa.ForeignKeyConstraint(["right_id"], ["record.id"], name=op.f("fk_match_pair_right_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_match_pair_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_pair")),
        sa.UniqueConstraint("left_id", "right_id", name=op.f("uq_match_pair_left_id_right_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_match_pair_right_id"), "match_pair", ["right_id"], unique=False)


def downgrade() -> None:
    op.drop_table("match_pair")
    for table, name, _ in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
