"""Letters in which a program is asked whether its listing is right, and calls as they were entered."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, Base, where


class Confirmation(Base):
    """A link that was sent to a program: good once, for seven days, for one listing. Its key is stored nowhere.

    ``digest`` stands for the values that were to be confirmed when the letter was written, ``message_hash`` for the
    Message-ID under which the letter goes out, so that a report of its fate finds it. When it came back,
    ``returned_at`` says so. A row outlives its link, because the next letter depends on it (``rhythm``).
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        Index("ix_confirmation_open", "listing_id", **where("used_at IS NULL")),
        {"sqlite_with_rowid": False},
    )

    key_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    # The e-mail address that the letter went to.
    written_to: Mapped[int] = mapped_column(ForeignKey("fact.id"))
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    message_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    # Who pressed "ask"; None = the clock did (``rounds``).
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    returned_at: Mapped[dt.datetime | None]


class EnteredCall(Base):
    """What somebody entered about a listing after a call, for 90 days: so it can be taken back, and a month added up.

    Listings that were asked about in one call have one row each; those after the first name it in ``first_id``. What
    the entering wrote lies between two ids each (of ``evidence`` and of ``change``), the first of them not included,
    and is that person's. ``task_id`` is the planned call that it ended, which may be planned anew: no foreign key.
    """

    __tablename__ = "entered_call"
    __table_args__ = (
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        Index(None, "by_id", "at"),
        Index(None, "first_id"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int | None] = mapped_column(ForeignKey("entered_call.id", ondelete="CASCADE"))
    listing_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    task_id: Mapped[int | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    outcome: Mapped[str]
    # As the plan expected; what it took is measured by nobody.
    minutes: Mapped[float] = mapped_column(sa.Float())
    evidence_from: Mapped[int]
    evidence_to: Mapped[int]
    change_from: Mapped[int]
    change_to: Mapped[int]
    undone_at: Mapped[dt.datetime | None]
