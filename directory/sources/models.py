"""Sources: who said what, and when, and which of their records are one.

No raw row is kept, and no digest of anything but a redacted record.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, Base, one_of

# What a licence allows: anything, with the source's name, under the same licence, nothing; or nobody has said.
SHARING = ("free", "attribution", "share-alike", "none", "not-stated")


class Source(Base):
    """Someone outside whose documents we read."""

    __tablename__ = "source"
    __table_args__ = (
        one_of("kind", "feed", "file", "website", "provider", "pinned"),
        one_of("trust", "pinned", "provider", "human", "partner", "feed"),
        one_of("sharing", *SHARING),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    trust: Mapped[str]
    lineage: Mapped[str | None]
    owner: Mapped[str | None]
    licence: Mapped[str | None]
    terms: Mapped[str | None]
    # What its columns and words mean here: the text of a mapping file.
    mapping: Mapped[str | None]
    # What its licence lets an export do with its facts.
    sharing: Mapped[str] = mapped_column(default="not-stated", server_default="not-stated")
    # Nothing of it is read meanwhile.
    paused: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class ImportRun(Base):
    """One reading of a source. ``rows_done`` counts rows; a byte position would depend on what was withheld."""

    __tablename__ = "import_run"
    __table_args__ = (one_of("state", "running", "held", "applied", "undone", "failed"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    reader: Mapped[str]
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    state: Mapped[str]
    rows_done: Mapped[int] = mapped_column(sa.Integer(), default=0, server_default="0")
    totals: Mapped[str | None]
    # Codes of why it waits for people, with blanks between.
    holds: Mapped[str] = mapped_column(default="", server_default="")
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Of a run that waits: 16 bytes of what would come in, after redaction, so that a release is for that alone.
    digest: Mapped[bytes | None] = mapped_column(sa.LargeBinary(16))


class SourceRecord(Base):
    """One row or page of a source, as last seen. ``digest`` is of the redacted record (SAFETY L1, L19)."""

    __tablename__ = "source_record"
    __table_args__ = (
        one_of("outcome", "accepted", "repaired", "quarantined", "rejected"),
        UniqueConstraint("source_id", "source_key"),
        Index(None, "record_id"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    source_key: Mapped[str]
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    digest: Mapped[bytes | None] = mapped_column(sa.LargeBinary(16))
    outcome: Mapped[str]
    rules: Mapped[str | None]
    reason: Mapped[str | None]
    notes: Mapped[str | None]
    seen_at: Mapped[dt.datetime]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    change_id: Mapped[int | None] = mapped_column(ForeignKey("change.id"))
    # Since when a whole run of its source did not have it any more.
    gone_at: Mapped[dt.datetime | None]


class Claim(Base):
    """A live trace: since ``said_at`` this document says this fact; until ``gone_at`` if it has stopped."""

    __tablename__ = "claim"
    __table_args__ = (Index(None, "source_record_id"), {"sqlite_with_rowid": False})

    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id", ondelete="CASCADE"), primary_key=True)
    source_record_id: Mapped[int] = mapped_column(ForeignKey("source_record.id", ondelete="CASCADE"), primary_key=True)
    said_at: Mapped[dt.datetime]
    gone_at: Mapped[dt.datetime | None]


class MatchPair(Base):
    """Two records that may be one, and what was decided: a "different" is remembered, so that nobody is asked twice.

    ``score`` is per mille; ``why`` is JSON: the features that spoke for and against it, never a value.
    """

    __tablename__ = "match_pair"
    __table_args__ = (
        one_of("verdict", "review", "same", "different"),
        CheckConstraint("left_id < right_id", name="in_order"),
        CheckConstraint("score BETWEEN 0 AND 1000", name="score_bounded"),
        UniqueConstraint("left_id", "right_id"),
        Index(None, "right_id"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    left_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    right_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    score: Mapped[int] = mapped_column(sa.SmallInteger())
    why: Mapped[str]
    verdict: Mapped[str]
    found_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    # A day number: nobody is asked before.
    put_off_until: Mapped[int | None] = mapped_column(sa.Integer())
