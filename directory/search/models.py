"""Postings: ordinary rows, the same on both databases, written in the transaction that changes a listing.

``search_key`` is read by (term, cell). Terms: 0 every place; 1+b kind of bit b; 10000+country; 11000+state or province;
20000+county (FIPS); 200000+confidential area; +1000000 for confidential listings. In terms of places the cell is a
40-bit Morton number; in terms of areas it is 1+b of a kind, or 0 for any. Terms from 1000 on are kept free. There are
none for languages: a listing that states no language is asked about, not left out, so a language never leads a search.
"""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, BIG, Base

# Words are sought by ranges of their first letters, so they stand in the order of their bytes on either database.
_WORD = Text().with_variant(Text(collation="C"), "postgresql")


class Week(Base):
    """A week of opening with its dated closures, once per distinct one; ``digest`` is of both and the zone."""

    __tablename__ = "week"
    __table_args__ = (Index(None, "zone"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    zone: Mapped[str]
    digest: Mapped[bytes] = mapped_column(unique=True)


class WeekSpan(Base):
    """Minutes of the local week from Monday 00:00, ``start`` included and ``stop`` not, never over a midnight.

    ``part`` tells the schedules of one week apart: an office may be closed on a day on which the line is answered.
    """

    __tablename__ = "week_span"
    __table_args__: Any = ({"sqlite_with_rowid": False},)

    week_id: Mapped[int] = mapped_column(ForeignKey("week.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stop: Mapped[int]


class WeekClosed(Base):
    """A day (number) on which a part of a week does not hold."""

    __tablename__ = "week_closed"
    __table_args__: Any = ({"sqlite_with_rowid": False},)

    week_id: Mapped[int] = mapped_column(ForeignKey("week.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class OriginSet(Base):
    """Where people may come from, once per distinct set: as ``postings.origin_codes`` writes it."""

    __tablename__ = "origin_set"
    __table_args__ = (AUTOINCREMENT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    codes: Mapped[str] = mapped_column(unique=True)


class SearchKey(Base):
    """One posting of one listing. Only what anyone may find has postings; areas have no point (SAFETY L5).

    ``service`` is the record of the service, which is shown once however many places it has. ``tie`` orders equal
    scores: the first 31 bits of the listing's public id, or of a keyed hash of it when the listing is confidential, so
    that the order of records, which nobody outside may learn, decides nothing (SAFETY L8). ``x``, ``y``, ``z`` are as
    ``values.point.earth_vector`` has them. ``area`` is the number of a confidential listing's published area, else 0.
    Of weeks and sets of origins 0 says that nothing is stated.
    """

    __tablename__ = "search_key"
    __table_args__ = (
        CheckConstraint("(term < 10000) = (x IS NOT NULL)", name="area_has_no_point"),
        CheckConstraint("(x IS NULL) = (y IS NULL) AND (x IS NULL) = (z IS NULL)", name="whole_point"),
        Index(None, "sid"),
        {"sqlite_with_rowid": False},
    )

    term: Mapped[int] = mapped_column(Integer(), primary_key=True, autoincrement=False)
    cell: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    sid: Mapped[int] = mapped_column(
        BIG, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    service: Mapped[int]
    tie: Mapped[int] = mapped_column(Integer())
    x: Mapped[float | None]
    y: Mapped[float | None]
    z: Mapped[float | None]
    flags: Mapped[int] = mapped_column(BigInteger())
    k0: Mapped[int] = mapped_column(BigInteger())
    k1: Mapped[int] = mapped_column(BigInteger())
    yes: Mapped[int] = mapped_column(BigInteger())
    no: Mapped[int] = mapped_column(BigInteger())
    l0: Mapped[int] = mapped_column(BigInteger())
    l1: Mapped[int] = mapped_column(BigInteger())
    l2: Mapped[int] = mapped_column(BigInteger())
    l3: Mapped[int] = mapped_column(BigInteger())
    open_week: Mapped[int] = mapped_column(Integer())
    intake_week: Mapped[int] = mapped_column(Integer())
    fresh_until: Mapped[int] = mapped_column(Integer())
    origins: Mapped[int] = mapped_column(Integer())
    area: Mapped[int] = mapped_column(Integer())


class SearchText(Base):
    """The words a listing can be found by, folded: those of its names, and all of them.

    The index over them is the database's own (FTS5; tsvector with GIN).
    """

    __tablename__ = "search_text"

    sid: Mapped[int] = mapped_column(
        BIG, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    names: Mapped[str]
    words: Mapped[str]


class SearchWord(Base):
    """Every word that stands in ``search_text``, for those who know only its beginning."""

    __tablename__ = "search_word"
    __table_args__: Any = ({"sqlite_with_rowid": False},)

    word: Mapped[str] = mapped_column(_WORD, primary_key=True)


class SearchTypo(Base):
    """A word, and the word without one of its letters: two spellings with one mistake between them share one."""

    __tablename__ = "search_typo"
    __table_args__: Any = ({"sqlite_with_rowid": False},)

    key: Mapped[str] = mapped_column(_WORD, primary_key=True)
    word: Mapped[str] = mapped_column(
        _WORD, ForeignKey("search_word.word", ondelete="CASCADE"), primary_key=True, index=True
    )


class SearchBuild(Base):
    """One row: of which version the postings are, and how far a rebuilding has come (a record's id)."""

    __tablename__ = "search_build"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    cursor: Mapped[int] = mapped_column(BIG)
