"""What is known about facts: evidence of calls, sites, look-ups and providers; and what readers report to be wrong."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, BIG, Base, one_of
from directory.freshness.policy import MOST_REPORTS_A_DAY, REPORT_REASONS

METHODS = (
    "call", "callback", "provider", "website", "corroboration", "geocode", "lookup", "mx", "feed", "report", "handoff",
    "peer", "import",
)  # fmt: skip


class Evidence(Base):
    """One observation of one fact. The database refuses UPDATE and DELETE.

    ``log2_odds`` says how strongly it speaks for the fact being *wrong*: negative supports it.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        one_of("method", *METHODS),
        CheckConstraint("log2_odds BETWEEN -6 AND 6", name="log2_odds_bounded"),
        Index(None, "fact_id", "observed_at"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id"))
    method: Mapped[str]
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    lineage: Mapped[str | None]
    signature: Mapped[bytes | None]
    outcome: Mapped[str]
    log2_odds: Mapped[int] = mapped_column(sa.SmallInteger())
    observed_at: Mapped[dt.datetime]
    run_key: Mapped[str] = mapped_column(unique=True)
    actor_role: Mapped[str | None]
    # The import that observed it: if that is undone, it was never said.
    run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))


class ReportCount(Base):
    """How often readers said on one day that something about a listing is wrong.

    There is no trace of a reader: no person, no address, no time of day, and never more than a few a day, so that
    neither a busy ward nor a flood shows.
    """

    __tablename__ = "report_count"
    __table_args__ = (
        one_of("reason", *REPORT_REASONS),
        CheckConstraint(f"n BETWEEN 1 AND {MOST_REPORTS_A_DAY}", name="n_capped"),
        {"sqlite_with_rowid": False},
    )

    listing_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[int] = mapped_column(sa.Integer(), primary_key=True)
    n: Mapped[int] = mapped_column(sa.SmallInteger())


class Testimony(Base):
    """Which of the people who work here stands behind a piece of evidence, so that two callers are two people."""

    __tablename__ = "testimony"
    __table_args__ = ({"sqlite_with_rowid": False},)

    evidence_id: Mapped[int] = mapped_column(BIG, ForeignKey("evidence.id"), primary_key=True, autoincrement=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class WithdrawnEvidence(Base):
    """That evidence does not count any more, because whoever noted it took it back. It stays, and so does this."""

    __tablename__ = "withdrawn_evidence"
    __table_args__ = ({"sqlite_with_rowid": False},)

    evidence_id: Mapped[int] = mapped_column(BIG, ForeignKey("evidence.id"), primary_key=True, autoincrement=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class Belief(Base):
    """What evidence lets us believe of a listing; made from it, and made anew to the same bytes.

    Nothing here depends on today: ``due_on`` and ``stale_on`` are the day numbers from which on a call is due, and from
    which on readers are warned, if nothing else is heard until then. ``state`` is what evidence alone says.
    """

    __tablename__ = "belief"
    __table_args__ = (one_of("state", "unverified", "verified", "unreachable"), Index(None, "due_on"))

    listing_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[str]
    # The day number of the last word of a person or the provider.
    confirmed_on: Mapped[int | None] = mapped_column(sa.Integer())
    due_on: Mapped[int] = mapped_column(sa.Integer())
    stale_on: Mapped[int] = mapped_column(sa.Integer())
    # JSON: codes and dates of what speaks for and against it.
    reasons: Mapped[str]
    model_version: Mapped[int] = mapped_column(sa.Integer())
    # JSON of ``gathered.Gathered``: what the evidence comes to, from which the chances of any day follow.
    gathered: Mapped[str | None]


class Lesson(Base):
    """Figures of belief that calls taught and somebody accepted; the last row holds, earlier ones stay."""

    __tablename__ = "lesson"
    __table_args__ = (CheckConstraint("length(figures) <= 32768", name="figures_size"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    # JSON of ``learnt.Learnt``: all that differs from the reviewed figures.
    figures: Mapped[str]
    # How many calls told about them.
    calls: Mapped[int] = mapped_column(sa.Integer())
    accepted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[dt.datetime]
