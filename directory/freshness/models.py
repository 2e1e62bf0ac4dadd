"""Evidence: what calls, sites, look-ups and providers showed about a fact."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, Base, one_of

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
