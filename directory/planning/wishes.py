"""Programs that say "we run this": they wait for a letter (``confirming.wishes``) or, without a mailbox, for a call."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.clock import day_number
from directory.planning.models import LetterWish

# Whoever pressed and heard nothing presses again.
_KEPT_DAYS = 90
_NOTE = sa.text(
    "INSERT INTO letter_wish (listing_id, said_on) VALUES (:listing_id, :said_on) ON CONFLICT (listing_id) DO NOTHING"
)


def note_wish(session: Session, listing_id: int, *, now: dt.datetime) -> None:
    """Note that somebody says that they run a listing; said again, it changes nothing.

    Args:
        session: a writing session.
        listing_id: the record of a listing that anyone may find (``cards.queries.findable_listing``).
        now: the transaction's time; only its day (UTC) is kept.
    """
    session.execute(_NOTE, {"listing_id": listing_id, "said_on": day_number(now)})


def end_wish(session: Session, listing_id: int) -> None:
    """Forget it: a letter went out, or a call was made."""
    session.execute(sa.delete(LetterWish).where(LetterWish.listing_id == listing_id))


def wishes(session: Session) -> dict[int, int]:
    """Listing -> the day number on which somebody said that they run it."""
    return {one.listing_id: one.said_on for one in session.scalars(sa.select(LetterWish))}


def forget_old_wishes(session: Session, *, now: dt.datetime) -> int:
    """Forget wishes that nobody could answer in time; return how many."""
    old = sa.delete(LetterWish).where(LetterWish.said_on < day_number(now) - _KEPT_DAYS)
    return len(session.scalars(old.returning(LetterWish.listing_id)).all())
