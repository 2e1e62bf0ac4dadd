"""What people who work here want of a listing: that it be called this month, or that no letter go there for a while.

The plan honours the first within the minutes that there are, and says so as its reason; the second keeps letters that
nobody asked for by itself from the program. Either ends by itself, and whoever works on the listing takes it back.
"""

import datetime as dt
from calendar import monthrange
from typing import Literal, get_args

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.clock import day_number
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.intake.do_not_call import may_be_called
from directory.integrity.reach import require_scope
from directory.listings.fields import decode_plain
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.people.models import Network
from directory.people.policy import KEEPERS
from directory.people.queries import names_of
from directory.planning.models import StaffWish

WishKind = Literal["call", "no-letter"]
WISH_KINDS: tuple[WishKind, ...] = get_args(WishKind)
# For how many months a program may be left out of letters.
MONTHS, USUAL_MONTHS = (1, 3, 6, 12), 3
_MONTH_DAYS = 30.5


class WishShown(msgspec.Struct, frozen=True):
    """A wish as those see it who work on the listing: its kind, whose it is, since when, and its last day."""

    kind: WishKind
    by: str
    said: dt.date
    last: dt.date


def want_call(session: Session, listing_id: int, *, by: Actor, now: dt.datetime) -> None:
    """Want a listing to be called this month (of UTC, as the plan has it); the next plan has it.

    Raises:
        NotFoundError: there is no such listing, or ``by`` does not work on it.
        RefusedError: ``by`` may not, it cannot be called, or somebody wants it already.
    """
    listing = _listing(session, listing_id, by)
    if session.get_one(Network, listing.network_id).kind == "practice":
        raise RefusedError("Practice listings are never called.")
    if not may_be_called(session, listing):
        raise RefusedError("They asked not to be called.")
    parts = [one for one in (listing.id, listing.service_id, listing.organization_id) if one is not None]
    lines = session.scalars(
        sa.select(Fact.value).where(Fact.record_id.in_(parts), Fact.field == "phone", Fact.standing == "current")
    )
    if not any(decode_plain(value or "{}").get("kind", "voice") == "voice" for value in lines):
        raise RefusedError("There is no number to call.")
    day = now.astimezone(dt.UTC).date()
    last = day.replace(day=monthrange(day.year, day.month)[1])
    _keep(session, listing, "call", last_on=last.toordinal(), by=by, now=now)


def rest_letters(session: Session, listing_id: int, *, months: int, by: Actor, now: dt.datetime) -> None:
    """Leave a listing out of letters that nobody asks for one by one, for so many months.

    Raises:
        NotFoundError: as ``want_call``.
        RefusedError: ``by`` may not, it is not shown, or it is left out already.
        BadInputError: ``months`` is none of ``MONTHS``.
    """
    if months not in MONTHS:
        raise BadInputError("Say for how many months: 1, 3, 6 or 12.")
    listing = _listing(session, listing_id, by)
    _keep(session, listing, "no-letter", last_on=day_number(now) + round(months * _MONTH_DAYS), by=by, now=now)


def end_staff_wish(session: Session, listing_id: int, kind: str, *, by: Actor, now: dt.datetime) -> None:
    """Take a wish back, one's own or a colleague's.

    Raises:
        NotFoundError: there is no such wish, or ``by`` does not work on the listing.
        RefusedError: ``by`` may not.
    """
    listing = get_record(session, listing_id)
    require_scope(session, listing, by=by)
    if by.role not in KEEPERS:
        raise RefusedError("A coordinator has to do it.")
    wish = session.scalar(_open(day_number(now)).where(StaffWish.listing_id == listing_id, StaffWish.kind == kind))
    if wish is None:
        raise NotFoundError("There is nothing of the kind to take back.")
    session.delete(wish)
    session.flush()
    record(session, [Act("listing.wish-ended", str(listing.public_id), {"wish": kind}, by.id)], now=now)


def staff_wishes_at(session: Session, listing_id: int, *, by: Actor, now: dt.datetime) -> list[WishShown]:
    """The open wishes about a listing, for those who keep it and found it within their scope; none for others."""
    if by.role not in KEEPERS:
        return []
    found = session.scalars(
        _open(day_number(now)).where(StaffWish.listing_id == listing_id).order_by(StaffWish.kind)
    ).all()
    names = names_of(session, {one.by_id for one in found})
    return [
        WishShown(
            "call" if one.kind == "call" else "no-letter", names.get(one.by_id, ""),
            dt.date.fromordinal(one.said_on), dt.date.fromordinal(one.last_on),
        )
        for one in found
    ]  # fmt: skip


def called_for(session: Session, *, day: int) -> dict[int, int]:
    """Listing -> the day number on which somebody here said that it should be called; open ones alone."""
    rows = session.scalars(_open(day).where(StaffWish.kind == "call", StaffWish.said_on <= day))
    return {one.listing_id: one.said_on for one in rows}


def resting_letters(session: Session, *, day: int) -> dict[int, int]:
    """Listing -> the last day number on which no letter goes there by itself."""
    rows = session.scalars(_open(day).where(StaffWish.kind == "no-letter"))
    return {one.listing_id: one.last_on for one in rows}


def answer_call_wish(session: Session, listing_id: int, *, day: int) -> None:
    """Note that a listing was called: what somebody wanted is done."""
    session.execute(
        sa.update(StaffWish)
        .where(StaffWish.listing_id == listing_id, StaffWish.kind == "call", StaffWish.done_on.is_(None))
        .values(done_on=day)
    )


def reopen_call_wish(session: Session, listing_id: int, *, done_on: int) -> None:
    """Want it still: the call of that day was entered by mistake."""
    session.execute(
        sa.update(StaffWish)
        .where(StaffWish.listing_id == listing_id, StaffWish.kind == "call", StaffWish.done_on == done_on)
        .values(done_on=None)
    )


def forget_staff_wishes(session: Session, *, now: dt.datetime) -> int:
    """Forget wishes whose last day is over; return how many."""
    over = sa.delete(StaffWish).where(StaffWish.last_on < day_number(now))
    return len(session.scalars(over.returning(StaffWish.listing_id)).all())


def _open(day: int) -> sa.Select[StaffWish]:
    return sa.select(StaffWish).where(StaffWish.last_on >= day, StaffWish.done_on.is_(None))


def _listing(session: Session, listing_id: int, by: Actor) -> Record:
    listing = get_record(session, listing_id)
    require_scope(session, listing, by=by)
    if by.role not in KEEPERS:
        raise RefusedError("A coordinator has to do it.")
    if listing.kind != "listing" or listing.standing != "listed":
        raise RefusedError("Only a listing that is shown is called and written about.")
    return listing


def _keep(session: Session, listing: Record, kind: WishKind, *, last_on: int, by: Actor, now: dt.datetime) -> None:
    day = day_number(now)
    wish = session.get(StaffWish, (listing.id, kind), populate_existing=True)
    if wish is not None and wish.done_on is None and wish.last_on >= day:
        raise RefusedError(
            "Somebody wants it called this month already."
            if kind == "call"
            else f"It is left out of letters until {dt.date.fromordinal(wish.last_on)} already."
        )
    if wish is None:
        wish = StaffWish(listing_id=listing.id, kind=kind)
        session.add(wish)
    wish.by_id, wish.said_on, wish.last_on, wish.done_on = by.id, day, last_on, None
    session.flush()
    body = {"wish": kind, "until": dt.date.fromordinal(last_on).isoformat()}
    record(session, [Act("listing.wish-noted", str(listing.public_id), body, by.id)], now=now)
