"""What came of calls, as numbers of a week without anybody in them; what two organizations agreed; packs for wards.

Nothing here is public as it stands, and none of it is about a client.
"""

import uuid

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, BIG, Base, one_of, where
from directory.handoff.policy import ANYBODY, BANDS, MOST_SIGNED, OUTCOMES, REASONS, SIGNED

LONGEST_STEP, MOST_STEPS = 280, 8
LONGEST_REFERENCE = 120


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


class Protocol(Base):
    """One version of an agreement by which an organization refers to another. ``*_on`` are day numbers.

    A version is never rewritten: a change ends it and writes the next, so what was agreed before can be put back. Of
    two organizations one version is current each way. ``steps`` are lines, screened as notes are; ``doubted_by`` is who
    of the two said that this is not what they agreed.
    """

    __tablename__ = "protocol"
    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="between_two"),
        CheckConstraint("length(steps) BETWEEN 1 AND 2247", name="steps_size"),
        CheckConstraint("length(reference) BETWEEN 1 AND 120", name="reference_size"),
        CheckConstraint("respond_minutes BETWEEN 1 AND 10080", name="answers_in_a_week"),
        CheckConstraint("review_on > signed_on", name="reviewed_later"),
        CheckConstraint("ended_on >= written_on", name="ends_later"),
        CheckConstraint("(doubted_on IS NULL) = (doubted_by IS NULL)", name="doubt_is_whole"),
        Index("uq_protocol_current", "from_id", "to_id", unique=True, **where("ended_on IS NULL")),
        Index(None, "to_id"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    signed_on: Mapped[int] = mapped_column(sa.Integer())
    # Where the paper lies.
    reference: Mapped[str]
    steps: Mapped[str]
    respond_minutes: Mapped[int] = mapped_column(sa.Integer())
    review_on: Mapped[int] = mapped_column(sa.Integer())
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_on: Mapped[int] = mapped_column(sa.Integer())
    ended_on: Mapped[int | None] = mapped_column(sa.Integer())
    doubted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    doubted_on: Mapped[int | None] = mapped_column(sa.Integer())


class Pack(Base):
    """A pack. ``made_on`` and ``good_until`` are day numbers; ``languages`` are those that it was written in."""

    __tablename__ = "pack"
    __table_args__ = (
        CheckConstraint("length(serial) = 9", name="serial_length"),
        CheckConstraint("good_until - made_on BETWEEN 0 AND 90", name="ends"),
        {"sqlite_with_rowid": False},
    )

    serial: Mapped[str] = mapped_column(primary_key=True)
    made_on: Mapped[int] = mapped_column(sa.Integer())
    good_until: Mapped[int] = mapped_column(sa.Integer())
    languages: Mapped[str]
    area: Mapped[str]


class PackNumber(Base):
    """A number in a pack, E.164 or a short code, and after a semicolon its extension.

    ``listing_id`` is a record's, which may be gone; 0 for fixed lines. ``is_placed``: its town stands there too.
    """

    __tablename__ = "pack_number"
    __table_args__ = ({"sqlite_with_rowid": False},)

    serial: Mapped[str] = mapped_column(ForeignKey("pack.serial", ondelete="CASCADE"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(primary_key=True)
    is_placed: Mapped[bool]


class ContactStop(Base):
    """That an organization shows nobody outside any more whom to ask for, whatever was let by changes up to one.

    ``stopped_on`` is a day number. What is let by a later change, which two people decide, counts again.
    """

    __tablename__ = "contact_stop"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organization_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stopped_on: Mapped[int] = mapped_column(sa.Integer())
    # No foreign key: only later changes are told from earlier ones by it.
    before_change: Mapped[int]
