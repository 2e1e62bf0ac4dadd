"""Finding: cards, weeks, postings and the text that listings are found by.

Revision ID: 0002_finding
Revises: 0001_ground
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_finding"
down_revision = "0001_ground"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# FTS5 reads the words from search_text; the writer tells it what comes and goes.
SQLITE_TEXT_INDEX = """CREATE VIRTUAL TABLE search_text_index USING fts5(
    words, content='search_text', content_rowid='sid', tokenize='unicode61 remove_diacritics 2')"""
POSTGRESQL_TEXT_INDEX = "CREATE INDEX ix_search_text_words ON search_text USING gin (to_tsvector('simple', words))"


def upgrade() -> None:
    op.create_table(
        "card",
        sa.Column("record_id", BIG, autoincrement=False, nullable=False),
        sa.Column("brief", sa.LargeBinary(), nullable=True),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("partner", sa.LargeBinary(), nullable=True),
        sa.Column("coordinator", sa.LargeBinary(), nullable=True),
        sa.Column("refresh_on", BIG, nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_card_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_card")),
    )

    op.create_table(
        "week",
        sa.Column("id", BIG, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("mo", sa.BigInteger(), nullable=False),
        sa.Column("tu", sa.BigInteger(), nullable=False),
        sa.Column("we", sa.BigInteger(), nullable=False),
        sa.Column("th", sa.BigInteger(), nullable=False),
        sa.Column("fr", sa.BigInteger(), nullable=False),
        sa.Column("sa", sa.BigInteger(), nullable=False),
        sa.Column("su", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_week")),
        sa.UniqueConstraint("zone", "mo", "tu", "we", "th", "fr", "sa", "su", name="uq_week_zone_days"),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "search_key",
        sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cell", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sid", BIG, autoincrement=False, nullable=False),
        sa.Column("service", BIG, nullable=False),
        sa.Column("tie", sa.Integer(), nullable=False),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.Column("z", sa.Double(), nullable=True),
        sa.Column("flags", sa.BigInteger(), nullable=False),
        sa.Column("k0", sa.BigInteger(), nullable=False),
        sa.Column("k1", sa.BigInteger(), nullable=False),
        sa.Column("yes", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("l0", sa.BigInteger(), nullable=False),
        sa.Column("l1", sa.BigInteger(), nullable=False),
        sa.Column("l2", sa.BigInteger(), nullable=False),
        sa.Column("l3", sa.BigInteger(), nullable=False),
        sa.Column("open_week", sa.Integer(), nullable=False),
        sa.Column("intake_week", sa.Integer(), nullable=False),
        sa.Column("fresh_until", sa.Integer(), nullable=False),
        sa.CheckConstraint("(term < 10000) = (x IS NOT NULL)", name=op.f("ck_search_key_area_has_no_point")),
        sa.CheckConstraint(
            "(x IS NULL) = (y IS NULL) AND (x IS NULL) = (z IS NULL)", name=op.f("ck_search_key_whole_point")
        ),
        sa.ForeignKeyConstraint(["sid"], ["record.id"], name=op.f("fk_search_key_sid"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("term", "cell", "sid", name=op.f("pk_search_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_key_sid"), "search_key", ["sid"], unique=False)

    op.create_table(
        "search_text",
        sa.Column("sid", BIG, autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sid"], ["record.id"], name=op.f("fk_search_text_sid"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_search_text")),
    )

    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.get_bind().exec_driver_sql(SQLITE_TEXT_INDEX if is_sqlite else POSTGRESQL_TEXT_INDEX)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_text_index")
    op.drop_table("search_text")
    op.drop_table("search_key")
    op.drop_table("week")
    op.drop_table("card")
