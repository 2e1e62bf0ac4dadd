"""What the list of the desk is read from, one narrow row for each listing; and notes that people leave at listings."""

import uuid

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import AUTOINCREMENT, BIG, Base, one_of

# The list stands in the order of its bytes on either database.
_KEY = Text().with_variant(Text(collation="C"), "postgresql")


class WorkLine(Base):
    """One listing as the list of the desk shows and finds it; written by the hook that writes cards, never by a verb.

    A list of 100,000 listings is read, sorted and cut by any of these columns within the blink of an eye, which the
    facts themselves could not be. Nothing here depends on today. Sets of codes stand between blanks (``" US US-FL "``).
    No fact of a place is here but its town, state and area, and no line, site or contact that not everybody sees.

    Attributes:
        standing: the strongest of listing, service and organization.
        by_name: the folded names of service and organization; ``by_organization`` the other way round.
        area: the published area of what is confidential, the area of the postal code of a place; empty if neither.
        areas: codes of where it is or works, each with those that hold it (``integrity.reach.areas_of``).
        is_found: whether anybody can find it.
        is_disputed: as ``integrity.states`` has it.
        state: what evidence says, whatever day it is (``freshness``); the day numbers beside it are 0 where there is
            none. ``lapses_on`` is the first day on which something on it lapses by itself.
        entered_by: who entered it by hand.
        words: folded: names, town, state, area, kinds, hosts of its sites, digits of its lines.
    """

    __tablename__ = "work_line"
    __table_args__ = (
        one_of("standing", "listed", "suspended", "closed", "do-not-list", "merged"),
        one_of("state", "unverified", "verified", "unreachable"),
        Index(None, "by_name", "public_id"),
        Index(None, "by_organization", "public_id"),
        Index(None, "confirmed_on", "public_id"),
        Index(None, "due_on", "public_id"),
    )

    listing_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    public_id: Mapped[uuid.UUID]
    service_id: Mapped[int]
    organization_id: Mapped[int]
    location_id: Mapped[int | None]
    network_id: Mapped[int]
    standing: Mapped[str]
    is_confidential: Mapped[bool]
    is_found: Mapped[bool]
    is_disputed: Mapped[bool]
    state: Mapped[str]
    confirmed_on: Mapped[int] = mapped_column(sa.Integer())
    due_on: Mapped[int] = mapped_column(sa.Integer())
    stale_on: Mapped[int] = mapped_column(sa.Integer())
    lapses_on: Mapped[int] = mapped_column(sa.Integer())
    entered_by: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(_KEY)
    by_organization: Mapped[str] = mapped_column(_KEY)
    area: Mapped[str]
    name: Mapped[str]
    organization: Mapped[str]
    kinds: Mapped[str]
    areas: Mapped[str]
    words: Mapped[str]


class Note(Base):
    """What somebody who works here wrote at a listing for the others: screened, and gone after its last day.

    ``*_on`` are day numbers. No backup holds it, and nothing that is public or exported is made of it.
    """

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint("length(text) BETWEEN 1 AND 280", name="text_size"),
        CheckConstraint("last_on - written_on BETWEEN 1 AND 90", name="ends_soon"),
        Index(None, "listing_id"),
        Index(None, "last_on"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    text: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_on: Mapped[int] = mapped_column(sa.Integer())
    last_on: Mapped[int] = mapped_column(sa.Integer())
