"""Verbs of evidence and reports. Evidence is added and never changed; a report is counted and decides nothing."""

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.clock import day_number
from directory.db import in_portions, insert_rows
from directory.errors import BadInputError, NotFoundError, UnknownTermError
from directory.freshness import models
from directory.freshness.belief import Belief
from directory.freshness.models import Evidence
from directory.freshness.parameters import weight_of
from directory.freshness.policy import HANDOFF_OUTCOMES, MOST_REPORTS_A_DAY, REPORT_REASONS
from directory.listings.models import Fact, Record
from directory.listings.service import touch

_COUNT_REPORT = sa.text(
    "INSERT INTO report_count (listing_id, reason, day, n) VALUES (:listing_id, :reason, :day, 1)"
    " ON CONFLICT (listing_id, reason, day) DO UPDATE SET n = report_count.n + 1 WHERE report_count.n < :most"
    " RETURNING n"
)


def add_evidence(
    session: Session,
    fact_id: int,
    *,
    method: str,
    outcome: str,
    log2_odds: int,
    observed_at: dt.datetime,
    run_key: str,
    source_id: int | None = None,
    actor_role: str | None = None,
    lineage: str | None = None,
    signature: bytes | None = None,
) -> bool:
    """Record one observation of a fact; its card is rebuilt before the commit.

    Args:
        session: a writing session.
        fact_id: the fact that was looked at.
        method: one of ``models.METHODS``.
        outcome: the method's outcome code.
        log2_odds: -6..6; negative supports the fact.
        observed_at: when it was seen.
        run_key: names the observation; the same key twice writes one row.
        source_id: where it came from, if a source.
        actor_role: the role of the person who looked, never who it was.
        lineage: where it comes from in the end, so that one look that is told twice counts once.
        signature: with which a neighbour signed it.

    Returns:
        Whether a row was written (False: this observation was there already).

    Raises:
        NotFoundError: there is no such fact.
    """
    fact = session.get(Fact, fact_id)
    if fact is None:
        raise NotFoundError("There is no such fact.")
    if session.scalar(sa.select(Evidence.id).where(Evidence.run_key == run_key)) is not None:
        return False
    session.add(
        Evidence(
            fact_id=fact_id, method=method, outcome=outcome, log2_odds=log2_odds, observed_at=observed_at,
            run_key=run_key, source_id=source_id, actor_role=actor_role, lineage=lineage, signature=signature,
        )
    )  # fmt: skip
    session.flush()
    touch(session, fact.record_id)
    return True


def note_handoff(session: Session, listing_id: int, *, outcome: str, week: dt.date, now: dt.datetime) -> bool:
    """Note what a referral to a listing came to: evidence about the line that takes referrals, once for each week.

    Who was referred, by whom, on which day and at what time is told to nobody here: of all referrals of a week that
    ended the same way one row is written, with the week's Monday as its day.

    Args:
        session: a writing session.
        listing_id: the record of the listing.
        outcome: one of ``policy.HANDOFF_OUTCOMES``.
        week: any day of the week.
        now: the transaction's time.

    Returns:
        Whether a row was written (False: it was there already).

    Raises:
        NotFoundError: there is no such listing, or it has no number.
        UnknownTermError: there is no such outcome.
        BadInputError: the week has not begun.
    """
    if outcome not in HANDOFF_OUTCOMES:
        raise UnknownTermError("There is no such outcome.")
    monday = week - dt.timedelta(days=week.weekday())
    if monday > now.date():
        raise BadInputError("That week has not begun.")
    line = referral_line(session, listing_id)
    return add_evidence(
        session, line.id, method="handoff", outcome=outcome, log2_odds=weight_of("handoff", outcome),
        observed_at=dt.datetime.combine(monday, dt.time(), dt.UTC), run_key=f"handoff:{outcome}:{listing_id}:{monday}",
    )  # fmt: skip


def referral_line(session: Session, listing_id: int) -> Fact:
    """The number of a listing that takes referrals: its own before its service's, a voice line before any other.

    Raises:
        NotFoundError: there is no such listing, or it has no number.
    """
    listing = session.get(Record, listing_id)
    if listing is None or listing.kind != "listing":
        raise NotFoundError("There is no such listing.")
    phones = session.scalars(
        sa.select(Fact)
        .where(Fact.record_id.in_((listing.id, listing.service_id)), Fact.field == "phone", Fact.standing == "current")
        .order_by(Fact.id)
    ).all()
    if not phones:
        raise NotFoundError("There is no number that could have taken a referral.")
    return min(phones, key=lambda fact: (fact.record_id != listing.id, fact.slot != "voice", fact.id))


def count_report(session: Session, listing_id: int, *, reason: str, now: dt.datetime) -> None:
    """Count that a reader found something about a listing to be wrong, so that its card says so.

    It labels and never hides, suspends or reorders anything: only what a person finds out by calling does that. Beyond
    ``policy.MOST_REPORTS_A_DAY`` for one reason on one day nothing changes, and whoever reports cannot tell.

    Args:
        session: a writing session.
        listing_id: the record of a listing that anyone may find (``cards.queries.findable_listing``).
        reason: one of ``policy.REPORT_REASONS``.
        now: the transaction's time; only its day (UTC) is kept.

    Raises:
        UnknownTermError: there is no such reason.
    """
    if reason not in REPORT_REASONS:
        raise UnknownTermError("There is no such reason.")
    counted = session.scalar(
        _COUNT_REPORT,
        {"listing_id": listing_id, "reason": reason, "day": day_number(now), "most": MOST_REPORTS_A_DAY},
    )
    if counted is not None:
        touch(session, listing_id)


def write_beliefs(session: Session, beliefs: Mapping[int, Belief], *, of: Iterable[int]) -> None:
    """Write what is believed of listings; those in ``of`` that have no belief lose theirs.

    The hook before a commit calls this with what evidence says then, so that no writer of evidence can forget it.
    """
    for portion in in_portions(sorted({*of, *beliefs})):
        session.execute(sa.delete(models.Belief).where(models.Belief.listing_id.in_(portion)))
    rows = [
        {
            "listing_id": listing_id, "state": one.state, "confirmed_on": one.confirmed_on, "due_on": one.due_on,
            "stale_on": one.stale_on, "reasons": msgspec.json.encode(one.reasons).decode(),
            "model_version": one.model_version,
            "gathered": msgspec.json.encode(one.gathered).decode() if one.gathered is not None else None,
        }
        for listing_id, one in sorted(beliefs.items())
    ]  # fmt: skip
    insert_rows(session, models.Belief, rows)
