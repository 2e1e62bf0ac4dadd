"""What waits to be sent, and what the clock did last."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, Base, where


class Outbox(Base):
    """A letter that is due: to whom, which letter, and what is filled in (ids, dates, addresses of the desk)."""

    __tablename__ = "outbox"
    __table_args__ = (sa.Index("ix_outbox_due", "due_at", **where("sent_at IS NULL")), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    template: Mapped[str]
    fields: Mapped[str]
    due_at: Mapped[dt.datetime]
    attempts: Mapped[int] = mapped_column(sa.Integer(), default=0, server_default="0")
    sent_at: Mapped[dt.datetime | None]


class Job(Base):
    """What time makes necessary: when it was done last, and whether it failed since."""

    __tablename__ = "job"
    __table_args__ = ({"sqlite_with_rowid": False},)

    name: Mapped[str] = mapped_column(primary_key=True)
    last_ok_at: Mapped[dt.datetime | None]
    last_error: Mapped[str | None]
