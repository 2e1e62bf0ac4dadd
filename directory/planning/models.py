"""The calls that are to be made, and what came of those that were: labels that never go; and who asks for one."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, BIG, Base, one_of, where

TIERS = ("liveness", "full")
# Why a call stands in a list: by its worth; because nobody spoke with them for a year; drawn to measure how much is
# wrong; because a reader reported it; because the directory is new.
KINDS = ("queue", "floor", "audit", "report", "ramp")
# What came of it: the listing was right, or was not, or nobody was reached however often it was tried.
RESULTS = ("right", "wrong", "unreached")


class LetterWish(Base):
    """That somebody said "we run this" of a listing, until a letter went out or a call was made. Never who said it.

    A listing has one at most, so that a flood of presses weighs as much as one.
    """

    __tablename__ = "letter_wish"
    __table_args__ = ({"sqlite_with_rowid": False},)

    listing_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    said_on: Mapped[int] = mapped_column(sa.Integer())


class StaffWish(Base):
    """What somebody who works here wants of a listing: a call this month, or no letters for a while.

    ``*_on`` are day numbers; ``done_on`` is when a call answered it.
    """

    __tablename__ = "staff_wish"
    __table_args__ = (
        one_of("kind", "call", "no-letter"),
        CheckConstraint("last_on - said_on BETWEEN 0 AND 366", name="ends"),
        {"sqlite_with_rowid": False},
    )

    listing_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    said_on: Mapped[int] = mapped_column(sa.Integer())
    last_on: Mapped[int] = mapped_column(sa.Integer())
    done_on: Mapped[int | None] = mapped_column(sa.Integer())


class CallTask(Base):
    """That a listing is to be called, or was. A listing has one open call at most; rows stay when they are done.

    ``p_wrong`` is what was believed when the call was drawn, so that what was found can be held against it. A call that
    was drawn to measure keeps its kind, whatever else would have asked for it. ``why`` is JSON of codes and day
    numbers; no value of a fact, no name and no place stands here. Who has claimed a call is forgotten when it is done.
    """

    __tablename__ = "call_task"
    __table_args__ = (
        one_of("tier", *TIERS),
        one_of("kind", *KINDS),
        one_of("result", *RESULTS),
        CheckConstraint("p_wrong BETWEEN 0 AND 1", name="p_wrong_bounded"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="claim_is_whole"),
        CheckConstraint("(done_on IS NULL) = (result IS NULL)", name="done_has_result"),
        CheckConstraint("done_on IS NULL OR claimed_by IS NULL", name="done_is_free"),
        CheckConstraint("length(why) <= 2048", name="why_size"),
        Index("uq_call_task_open", "listing_id", unique=True, **where("done_on IS NULL")),
        Index("ix_call_task_done", "kind", "done_on", **where("done_on IS NOT NULL")),
        Index(None, "listing_id"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    # Whose services are asked about in one call; none where a listing stands alone.
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    tier: Mapped[str]
    kind: Mapped[str]
    planned_on: Mapped[int] = mapped_column(sa.Integer())
    # Its place in the list of that day, from 1 on.
    place: Mapped[int] = mapped_column(sa.Integer(), default=1, server_default="1")
    minutes: Mapped[float] = mapped_column(sa.Float())
    p_wrong: Mapped[float] = mapped_column(sa.Float())
    why: Mapped[str]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    claimed_until: Mapped[dt.datetime | None]
    done_on: Mapped[int | None] = mapped_column(sa.Integer())
    result: Mapped[str | None]
