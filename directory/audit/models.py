"""The audit chain: what was done, by whom, in order. Never a value, a location or a search."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import BIG, Base


class AuditEntry(Base):
    """One thing done. ``hash`` = SHA-256(``prev_hash`` + ``body``); the database refuses UPDATE and DELETE."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index(None, "verb", "seq"),)

    seq: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    verb: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    subject: Mapped[str]
    body: Mapped[str]
    prev_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    signature: Mapped[bytes | None]
