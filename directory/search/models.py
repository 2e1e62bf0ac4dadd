"""Postings: ordinary rows, the same on both databases, written in the transaction that changes a listing.

``search_key`` is read by (term, cell). Terms: 0 every place; 1+b kind of bit b; 10000+country; 11000+state or province;
20000+county (FIPS); 200000+confidential area; +1000000 for confidential listings. In terms of places the cell is a
40-bit Morton number; in terms of areas it is 1+b of a kind, or 0 for any. Terms from 1000 on are kept free. There are
none for languages: a listing that states no language is asked about, not left out, so a language never leads a search.
"""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, BIG, Base

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


class Week(Base):
    """A week of opening, 48 half hours a day, once per distinct week."""

    __tablename__ = "week"
    __table_args__ = (UniqueConstraint("zone", *DAYS, name="uq_week_zone_days"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    zone: Mapped[str]
    mo: Mapped[int] = mapped_column(BigInteger())
    tu: Mapped[int] = mapped_column(BigInteger())
    we: Mapped[int] = mapped_column(BigInteger())
    th: Mapped[int] = mapped_column(BigInteger())
    fr: Mapped[int] = mapped_column(BigInteger())
    sa: Mapped[int] = mapped_column(BigInteger())
    su: Mapped[int] = mapped_column(BigInteger())


class SearchKey(Base):
    """One posting of one listing. Only what anyone may find has postings; areas have no point (SAFETY L5).

    ``service`` is the record of the service, which is shown once however many places it has. ``tie`` orders equal
    scores: the first 31 bits of the listing's public id, or of a keyed hash of it when the listing is confidential, so
    that the order of records, which nobody outside may learn, decides nothing (SAFETY L8).
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


class SearchText(Base):
    """The words a listing can be found by. The index over them is the database's own (FTS5; tsvector with GIN)."""

    __tablename__ = "search_text"

    sid: Mapped[int] = mapped_column(
        BIG, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    words: Mapped[str]
