"""The durable side of the clock: what has to be looked at, who is looking, and how a host wants to be treated."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, Base, one_of, where
from directory.freshness.models import METHODS


class CheckTask(Base):
    """That one fact is looked at by one method, again and again; the row goes when its fact is not current any more.

    Whoever claims it gets ``lease_epoch``, which every claim raises: what is handed in with an older one is dropped.
    ``run_no`` counts looks that were handed in. ``memory`` is JSON of what the method noted to see a difference by:
    digests, an ETag, matched tokens; never a part of a page.
    """

    __tablename__ = "check_task"
    __table_args__ = (
        one_of("method", *METHODS),
        UniqueConstraint("fact_id", "method"),
        CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="lease_is_whole"),
        CheckConstraint("length(memory) <= 1024", name="memory_size"),
        # What is due and free, by age; with what a claim asks besides, so that it reads no row it does not take.
        Index("ix_check_task_free", "due_at", "host", "method", **where("lease_owner IS NULL")),
        Index("ix_check_task_leased", "lease_until", **where("lease_owner IS NOT NULL")),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id", ondelete="CASCADE"))
    method: Mapped[str]
    # The registrable name of whose machine is asked; empty for what needs nobody.
    host: Mapped[str] = mapped_column(default="", server_default="")
    due_at: Mapped[dt.datetime]
    run_no: Mapped[int] = mapped_column(sa.Integer(), default=0, server_default="0")
    lease_owner: Mapped[str | None]
    lease_until: Mapped[dt.datetime | None]
    lease_epoch: Mapped[int] = mapped_column(sa.Integer(), default=0, server_default="0")
    # Looks without information or with an error, one after another.
    attempts: Mapped[int] = mapped_column(sa.Integer(), default=0, server_default="0")
    # The kind of the last error; its message could hold an address.
    last_error: Mapped[str | None]
    memory: Mapped[str | None]


class HostState(Base):
    """When a host may be asked again. ``busy_until`` is the lease of whoever speaks to it now."""

    __tablename__ = "host_state"
    __table_args__ = ({"sqlite_with_rowid": False},)

    host: Mapped[str] = mapped_column(primary_key=True)
    next_ok_at: Mapped[dt.datetime]
    busy_until: Mapped[dt.datetime | None]
    fail_streak: Mapped[int] = mapped_column(sa.Integer(), default=0, server_default="0")
