"""What a removal or a do-not-listing needs beside its change, and panels of survivors. Nothing here is public."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import BIG, Base, one_of

# Why something is not to be listed: a closed list, so that no sentence can tell of a person.
REASONS = (
    "asked-by-program", "harm", "ties-to-exploitation", "broke-confidence", "forced-practice", "false-claims",
    "no-licence", "agreement-broken",
)  # fmt: skip
NOTICES = ("letter", "mail", "call", "in-person")
OUTCOMES = ("upheld", "lifted")
CONFLICTS = ("none", "declared-stepped-back")
REPLIES = ("none-wanted", "given")
RESULTS = ("passed", "not-passed")
LONGEST_REPLY = 280


class Exclusion(Base):
    """Why a program was removed or is not to be listed, that it was told, and what came of its appeal.

    One for each change; the change says who proposed and who seconded it. ``*_on`` are day numbers.
    """

    __tablename__ = "exclusion"
    __table_args__ = (
        one_of("reason", *REASONS),
        one_of("notice_how", *NOTICES),
        one_of("appeal_outcome", *OUTCOMES),
        CheckConstraint("(notice_on IS NULL) = (notice_how IS NULL)", name="notice_is_whole"),
        CheckConstraint("appeal_outcome IS NULL OR appeal_on IS NOT NULL", name="decided_was_open"),
        CheckConstraint("(appeal_outcome IS NULL) = (decided_by IS NULL)", name="decision_is_whole"),
        # Whoever said why does not judge the appeal; nor does who proposed or seconded it (the verb).
        CheckConstraint("decided_by <> stated_by", name="decided_by_another"),
        Index(None, "record_id"),
        {"sqlite_with_rowid": False},
    )

    change_id: Mapped[int] = mapped_column(BIG, ForeignKey("change.id"), primary_key=True, autoincrement=False)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    reason: Mapped[str]
    stated_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stated_at: Mapped[dt.datetime]
    notice_on: Mapped[int | None] = mapped_column(sa.Integer())
    notice_how: Mapped[str | None]
    appeal_on: Mapped[int | None] = mapped_column(sa.Integer())
    appeal_outcome: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_on: Mapped[int | None] = mapped_column(sa.Integer())


class ReviewPanel(Base):
    """That survivors reviewed a program: how many, paid, without a name, and what the program answered.

    ``seats`` are codes with blanks between (``A1 B7 C2``): whose they are is written down nowhere here. ``held_on`` is
    a day number; a program has one panel on a day. ``change_id`` proposes what follows of it, once all of it is there.
    """

    __tablename__ = "review_panel"
    __table_args__ = (
        CheckConstraint("paid", name="is_paid"),
        one_of("conflicts", *CONFLICTS),
        one_of("reply", *REPLIES),
        one_of("result", *RESULTS),
        CheckConstraint(f"length(reply_text) <= {LONGEST_REPLY}", name="reply_size"),
        CheckConstraint("reply_text = '' OR reply = 'given'", name="reply_is_given"),
        CheckConstraint("change_id IS NULL OR (reply IS NOT NULL AND result = 'passed')", name="follows_when_whole"),
        CheckConstraint("length(seats) <= 120", name="seats_size"),
        {"sqlite_with_rowid": False},
    )

    organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("record.id"), primary_key=True, autoincrement=False)
    held_on: Mapped[int] = mapped_column(sa.Integer(), primary_key=True, autoincrement=False)
    seats: Mapped[str]
    paid: Mapped[bool]
    conflicts: Mapped[str]
    result: Mapped[str]
    reply: Mapped[str | None]
    reply_text: Mapped[str] = mapped_column(default="", server_default="")
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    change_id: Mapped[int | None] = mapped_column(ForeignKey("change.id"))
