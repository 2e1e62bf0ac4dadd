"""The whole question: exact minutes and closures of weeks, origins, areas; words for beginnings and typing errors.

Postings are made of cards and hold nothing of their own, so they are thrown away here and made again afterwards
(``search_build`` says that this is still to be done).

Revision ID: 0003_whole_question
Revises: 0002_finding
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_whole_question"
down_revision = "0002_finding"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# FTS5 reads the words from search_text; the writer tells it what comes and goes.
SQLITE_TEXT_INDEX = """CREATE VIRTUAL TABLE search_text_index USING fts5(
    words, content='search_text', content_rowid='sid', tokenize='unicode61 remove_diacritics 2')"""
POSTGRESQL_TEXT_INDEX = "CREATE INDEX ix_search_text_words ON search_text USING gin (to_tsvector('simple', words))"

WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _drop_text()
    op.drop_table("search_key")
    op.drop_table("week")

    op.create_table(
        "week",
        sa.Column("id", BIG, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_week")),
        sa.UniqueConstraint("digest", name=op.f("uq_week_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_week_zone"), "week", ["zone"], unique=False)
    op.create_table(
        "week_span",
        sa.Column("week_id", BIG, nullable=False),
        sa.Column("part", BIG, autoincrement=False, nullable=False),
        sa.Column("start", BIG, autoincrement=False, nullable=False),
        sa.Column("stop", BIG, nullable=False),
        sa.ForeignKeyConstraint(["week_id"], ["week.id"], name=op.f("fk_week_span_week_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("week_id", "part", "start", name=op.f("pk_week_span")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "week_closed",
        sa.Column("week_id", BIG, nullable=False),
        sa.Column("part", BIG, autoincrement=False, nullable=False),
        sa.Column("day", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["week_id"], ["week.id"], name=op.f("fk_week_closed_week_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("week_id", "part", "day", name=op.f("pk_week_closed")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "origin_set",
        sa.Column("id", BIG, nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origin_set")),
        sa.UniqueConstraint("codes", name=op.f("uq_origin_set_codes")),
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
        sa.Column("origins", sa.Integer(), nullable=False),
        sa.Column("area", sa.Integer(), nullable=False),
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
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sid"], ["record.id"], name=op.f("fk_search_text_sid"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_search_text")),
    )
    op.get_bind().exec_driver_sql(SQLITE_TEXT_INDEX if _is_sqlite() else POSTGRESQL_TEXT_INDEX)

    op.create_table(
        "search_word",
        sa.Column("word", WORD, nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_word")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_typo",
        sa.Column("key", WORD, nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.ForeignKeyConstraint(["word"], ["search_word.word"], name=op.f("fk_search_typo_word"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "word", name=op.f("pk_search_typo")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_typo_word"), "search_typo", ["word"], unique=False)

    build = op.create_table(
        "search_build",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("cursor", BIG, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_search_build_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_build")),
    )
    op.bulk_insert(build, [{"id": 1, "version": 0, "cursor": 0}])


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _drop_text() -> None:
    if _is_sqlite():
        op.execute("DROP TABLE search_text_index")
    op.drop_table("search_text")


def downgrade() -> None:
    _drop_text()
    for table in ("search_build", "search_typo", "search_word", "search_key", "origin_set"):
        op.drop_table(table)
    for table in ("week_closed", "week_span", "week"):
        op.drop_table(table)

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
    op.get_bind().exec_driver_sql(SQLITE_TEXT_INDEX if _is_sqlite() else POSTGRESQL_TEXT_INDEX)
