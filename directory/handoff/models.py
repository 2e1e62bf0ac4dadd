"""What came of calls: numbers of a week, without anybody in them."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import BIG, Base, one_of
from directory.handoff.policy import ANYBODY, BANDS, MOST_SIGNED, OUTCOMES, REASONS, SIGNED


class OutcomeCount(Base):
    """How many calls to a listing ended one way in one week.

    There is no person, no client, no day and no hour: who is in such a row cannot be read from it. A reason stands with
    ``declined`` alone; empty = not told.
    """

    __tablename__ = "outcome_count"
    __table_args__ = (
        one_of("outcome", *OUTCOMES),
        one_of("reason", "", *REASONS),
        one_of("teller", SIGNED, ANYBODY),
        CheckConstraint(f"reply_band IN ({', '.join(map(str, BANDS))})", name="reply_band_known"),
        CheckConstraint("reason = '' OR outcome = 'declined'", name="reason_of_declined"),
        # Day 1 of all day numbers is a Monday.
        CheckConstraint("week % 7 = 1", name="week_is_a_monday"),
        CheckConstraint(f"n BETWEEN 1 AND {MOST_SIGNED}", name="n_capped"),
        {"sqlite_with_rowid": False},
    )

    listing_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # The day number of the Monday.
    week: Mapped[int] = mapped_column(sa.Integer(), primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    # One of ``policy.BANDS``, in minutes.
    reply_band: Mapped[int] = mapped_column(sa.SmallInteger(), primary_key=True)
    teller: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(sa.SmallInteger())
