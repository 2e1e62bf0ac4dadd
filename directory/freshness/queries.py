"""Reads of what readers reported, of which evidence counts, and of kinds, by which listings go stale alike."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.freshness.models import Evidence, ReportCount, WithdrawnEvidence
from directory.listings.models import Fact
from directory.sources.models import ImportRun


def still_counts() -> sa.ColumnElement[bool]:
    """Whether evidence counts: the import or the person that observed it did not take it back since.

    What guards a listing (``integrity.reach.verified_families``, and the triggers of the database) does not ask:
    whoever takes a call back must not thereby need one person less to change the number.
    """
    undone = sa.select(ImportRun.id).where(ImportRun.state == "undone")
    of_kept_run = sa.or_(Evidence.run_id.is_(None), Evidence.run_id.not_in(undone))
    return sa.and_(of_kept_run, not_withdrawn())


def not_withdrawn() -> sa.ColumnElement[bool]:
    """Whether nobody took a piece of evidence back who had noted it (``confirming.entered.undo_call``)."""
    return ~sa.exists().where(WithdrawnEvidence.evidence_id == Evidence.id)


def last_reports(session: Session, listing_ids: Iterable[int]) -> dict[int, dt.date]:
    """Listing -> the last day (UTC) on which a reader reported it; listings that nobody reported are not in it."""
    found: dict[int, dt.date] = {}
    for portion in in_portions(sorted(set(listing_ids))):
        rows = session.execute(
            sa.select(ReportCount.listing_id, sa.func.max(ReportCount.day))
            .where(ReportCount.listing_id.in_(portion))
            .group_by(ReportCount.listing_id)
        )
        found.update((listing_id, dt.date.fromordinal(day)) for listing_id, day in rows)
    return found


def reported_days(session: Session, listing_ids: Iterable[int]) -> dict[int, list[int]]:
    """Listing -> the day numbers (UTC) on which readers reported it, in order."""
    found: dict[int, list[int]] = {}
    for portion in in_portions(sorted(set(listing_ids))):
        rows = session.execute(
            sa.select(ReportCount.listing_id, ReportCount.day)
            .where(ReportCount.listing_id.in_(portion))
            .distinct()
            .order_by(ReportCount.listing_id, ReportCount.day)
        )
        for listing_id, day in rows:
            found.setdefault(listing_id, []).append(day)
    return found


def kinds_by_record(session: Session) -> dict[int, frozenset[str]]:
    """Slugs by the record that states them."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = session.execute(sa.select(Fact.record_id, Fact.slot).where(Fact.field == "kind", Fact.standing == "current"))
    for record_id, slug in rows:
        found[record_id].add(slug)
    return defaultdict(frozenset, {record_id: frozenset(slugs) for record_id, slugs in found.items()})
