"""Letters in which a program is asked whether its listing is right."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, where


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
