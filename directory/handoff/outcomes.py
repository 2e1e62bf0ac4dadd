"""Verbs that count what came of a call, and the one rule of whom they are believed.

Who is signed in, works on the listing and does not speak for it is believed: that is evidence about the number, and
readers see what it sums up to. Anybody else is counted for the report of unmet needs and for nothing else: whoever taps
on the public page can neither vouch for a listing nor speak against it (SAFETY I6, C3). Nobody is noted with either,
so nobody can take one back.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import queue_writers
from directory.errors import BadInputError, NotFoundError, RefusedError, UnknownTermError
from directory.freshness.models import Belief, Evidence
from directory.freshness.observations import OF_PEOPLE
from directory.freshness.policy import supports, warns
from directory.freshness.queries import still_counts
from directory.freshness.service import note_handoff, referral_line
from directory.handoff.models import OutcomeCount
from directory.handoff.policy import (
    ANYBODY,
    BANDS,
    EVIDENCE,
    KEPT_DAYS,
    MOST_OF_ANYBODY,
    MOST_SIGNED,
    OUTCOMES,
    REASONS,
    SIGNED,
    monday_of,
)
from directory.integrity.reach import require_scope
from directory.listings.models import Record
from directory.listings.queries import get_record, joined_ids
from directory.people.actor import Actor
from directory.people.policy import KEEPERS

# What a tap may prolong: whoever taps is noted nowhere, so once a year somebody calls who is.
_ASKED_WITHIN = dt.timedelta(days=365)
_MOST = {SIGNED: MOST_SIGNED, ANYBODY: MOST_OF_ANYBODY}
_COUNT = sa.text(
    "INSERT INTO outcome_count (listing_id, week, outcome, reason, reply_band, teller, n)"
    " VALUES (:listing_id, :week, :outcome, :reason, :reply_band, :teller, 1)"
    " ON CONFLICT (listing_id, week, outcome, reason, reply_band, teller) DO UPDATE SET n = outcome_count.n + 1"
)


def tell(
    session: Session,
    listing_id: int,
    *,
    outcome: str,
    by: Actor,
    now: dt.datetime,
    reason: str = "",
    reply_band: int = 0,
) -> None:
    """Count what came of a call that somebody who is signed in made this week.

    It is evidence about the number too, once for each week and outcome, where people confirmed it within a year and
    nobody found it wrong since: so it keeps a number fresh, and neither makes one confirmed nor a dead one live.
    Beyond ``policy.MOST_SIGNED`` nothing changes.

    Args:
        session: a writing session.
        listing_id: the record of the listing.
        outcome: one of ``policy.OUTCOMES``.
        by: who called; it is kept nowhere.
        now: the transaction's time, of which only the week is kept.
        reason: one of ``policy.REASONS`` where it was declined; empty = not told.
        reply_band: one of ``policy.BANDS``.

    Raises:
        NotFoundError: there is no such listing, or ``by`` does not work on it.
        RefusedError: ``by`` may not, or speaks for the listing.
        UnknownTermError: a code is none.
        BadInputError: a reason stands with something else than ``declined``.
    """
    _check(outcome, reason, reply_band)
    listing = get_record(session, listing_id)
    if listing.kind != "listing":
        raise NotFoundError("There is no such listing.")
    require_scope(session, listing, by=by)
    if by.role not in KEEPERS | {"partner"}:
        raise RefusedError("A partner or a coordinator has to do it.")
    if speaks_for(session, listing, by=by):
        raise RefusedError("This is a listing of your own organization. How calls to it went, others have to tell.")
    _count(session, listing.id, outcome, reason, reply_band, teller=SIGNED, now=now)
    belief = session.get(Belief, listing.id)
    if belief is None or belief.state != "verified" or not _was_called(session, listing.id, now=now):
        return
    note_handoff(session, listing.id, outcome=EVIDENCE[outcome], week=now.date(), now=now)


def tap(session: Session, listing_id: int, *, outcome: str, now: dt.datetime) -> None:
    """Count what anybody taps about a listing that anybody may find; nothing that readers see changes.

    Beyond ``policy.MOST_OF_ANYBODY`` taps for a listing in a week nothing changes, and whoever taps cannot tell.

    Raises:
        UnknownTermError: there is no such outcome.
    """
    _check(outcome, "", 0)
    _count(session, listing_id, outcome, "", 0, teller=ANYBODY, now=now)


def tap_reason(session: Session, listing_id: int, *, reason: str, now: dt.datetime) -> None:
    """Say of one tap of this week that somebody declined what was missing; nothing where there is none left.

    Raises:
        UnknownTermError: there is no such reason.
    """
    if not reason:
        raise UnknownTermError("There is no such reason.")
    _check("declined", reason, 0)
    queue_writers(session)
    untold = {
        "listing_id": listing_id, "week": monday_of(now.date()), "outcome": "declined", "reason": "",
        "reply_band": 0, "teller": ANYBODY,
    }  # fmt: skip
    row = session.get(OutcomeCount, tuple(untold.values()), populate_existing=True)
    if row is None:
        return
    if row.n > 1:
        row.n -= 1
    else:
        session.delete(row)
    session.flush()
    session.execute(_COUNT, untold | {"reason": reason})


def speaks_for(session: Session, listing: Record, *, by: Actor) -> bool:
    """Whether a listing is one of somebody's own organization, or of one that they work for here."""
    organizations = joined_ids(session, [listing.organization_id])
    if by.organization_id in organizations:
        return True
    theirs = [key for kind, key in by.scopes if kind == "organization"]
    names = session.scalars(sa.select(Record.public_id).where(Record.id.in_(organizations)))
    return any(str(name) in theirs for name in names) if theirs else False


def forget_old_outcomes(session: Session, *, now: dt.datetime) -> int:
    """Forget weeks that began more than twelve months ago; return how many rows."""
    oldest = now.date().toordinal() - KEPT_DAYS
    over = sa.delete(OutcomeCount).where(OutcomeCount.week < oldest)
    return len(session.scalars(over.returning(OutcomeCount.listing_id)).all())


def _was_called(session: Session, listing_id: int, *, now: dt.datetime) -> bool:
    """Whether people who asked confirmed the line within a year, and nothing warns of it since."""
    try:
        line = referral_line(session, listing_id)
    except NotFoundError:
        # The number ended meanwhile: then there is nothing to speak about.
        return False
    heard = session.execute(
        sa.select(Evidence.method, Evidence.log2_odds, Evidence.observed_at)
        .where(Evidence.fact_id == line.id, still_counts())
        .order_by(Evidence.observed_at, Evidence.id)
    )
    asked: dt.datetime | None = None
    for method, odds, at in heard:
        if warns(odds):
            asked = None
        elif supports(odds) and method in OF_PEOPLE and method != "handoff":
            asked = at
    return asked is not None and now - asked <= _ASKED_WITHIN


def _check(outcome: str, reason: str, reply_band: int) -> None:
    if outcome not in OUTCOMES or reply_band not in BANDS or (reason and reason not in REASONS):
        raise UnknownTermError("There is no such answer.")
    if reason and outcome != "declined":
        raise BadInputError("What was missing belongs to a no.")


def _count(
    session: Session, listing_id: int, outcome: str, reason: str, reply_band: int, *, teller: str, now: dt.datetime
) -> None:
    week = monday_of(now.date())
    queue_writers(session)
    counted = session.scalar(
        sa.select(sa.func.sum(OutcomeCount.n)).where(
            OutcomeCount.listing_id == listing_id, OutcomeCount.week == week, OutcomeCount.teller == teller
        )
    )
    if (counted or 0) < _MOST[teller]:
        values = {
            "listing_id": listing_id, "week": week, "outcome": outcome, "reason": reason, "reply_band": reply_band,
            "teller": teller,
        }  # fmt: skip
        session.execute(_COUNT, values)
