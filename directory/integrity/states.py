"""In which state of the table a listing is, read from what is stored."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.freshness.models import Evidence
from directory.freshness.policy import supports, warns
from directory.freshness.queries import last_reports
from directory.integrity.reach import Verified, family, is_verified, proven_dead
from directory.integrity.table import State
from directory.listings.models import Change, Fact, Record


def state_of_record(session: Session, record: Record, *, verified: Verified | None = None) -> State:
    """The state of a record; of an organization, a service or a place as far as it has one of its own.

    ``verified``, where many are asked about: the verified families of their organizations.
    """
    records = family(session, record)
    standings = {
        one.standing for one in records if one.kind != "location" and (one.kind != "listing" or one.id == record.id)
    }
    if record.kind != "listing":
        standings = {record.standing}
    if "do-not-list" in standings:
        return "do-not-list"
    if "closed" in standings:
        return "closed"
    if "suspended" in standings:
        return "hidden"
    if not (is_verified(session, record) if verified is None else verified.holds(record)):
        return "unverified"
    ids = [one.id for one in records if one.kind != "organization" or record.kind == "organization"]
    if session.scalar(sa.select(Change.id).where(Change.subject_id.in_(ids), Change.state == "proposed").limit(1)):
        return "pending"
    return "disputed" if is_disputed(session, ids) else "verified"


def is_disputed(session: Session, record_ids: list[int]) -> bool:
    """Whether a report came, or a call warned, since the number was confirmed last; or its line died and is hidden."""
    rows = session.execute(
        sa.select(Evidence.observed_at, Evidence.log2_odds)
        .join(Fact, Fact.id == Evidence.fact_id)
        .where(Fact.record_id.in_(record_ids), Fact.standing == "current", Fact.field == "phone")
        .order_by(Evidence.observed_at, Evidence.id)
    ).all()
    if not rows and _is_without_number(session, record_ids):
        return True
    confirmed: dt.date | None = None
    warned = False
    for row in rows:
        warned = warns(row.log2_odds) or (warned and not supports(row.log2_odds))
        confirmed = row.observed_at.date() if supports(row.log2_odds) else confirmed
    reported = max(last_reports(session, record_ids).values(), default=None)
    return warned or (reported is not None and (confirmed is None or reported >= confirmed))


def _is_without_number(session: Session, record_ids: list[int]) -> bool:
    of_family = sa.select(Fact.id).where(Fact.record_id.in_(record_ids), Fact.field == "phone")
    return (
        session.scalar(of_family.where(Fact.standing == "current").limit(1)) is None
        and session.scalar(of_family.where(proven_dead()).limit(1)) is not None
    )
