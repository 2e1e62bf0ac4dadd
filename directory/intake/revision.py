"""A source says something else about what it described before.

Unconfirmed values follow the source; confirmed ones stay and the new value waits for people (SAFETY I3, I7). What the
source no longer says keeps standing, with a note that its trace is gone. What is closed here, or not to be listed, is
not touched at all, unless it is to become more confidential.
"""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.intake.carrying import carry_evidence
from directory.intake.deciding import Decided
from directory.intake.following import Follower
from directory.intake.guard import Guard
from directory.intake.plan import Difference
from directory.listings.changes import Author
from directory.listings.drafts import OPENNESS, LocationDisclosure, OrganizationDraft, ServiceDraft, SiteDraft
from directory.listings.models import Record
from directory.listings.queries import current_facts, get_record, listings_of_service
from directory.listings.service import add_site, touch
from directory.listings.withdrawal import Withdrawal, withdraw_location, withdraw_texts
from directory.sources.models import ImportRun, SourceRecord
from directory.sources.service import forget_rows
from directory.vetting.queries import is_kept_away_by_vetting

# Standings that people gave, and no source takes back.
OUT = frozenset({"closed", "do-not-list"})


class Revision(msgspec.Struct, frozen=True):
    """What a changed row brought: value by value, whether a location was withdrawn, and whether it is closed here.

    ``is_partial``: something of it is not decided, and has to be looked at another time.
    """

    differences: tuple[Difference, ...] = ()
    withdrawn: bool = False
    is_out: bool = False
    is_partial: bool = False


def revise(
    session: Session,
    record: Record,
    draft: OrganizationDraft | ServiceDraft,
    seen: SourceRecord,
    *,
    guard: Guard,
    run: ImportRun,
    author: Author,
    now: dt.datetime,
    decided: Decided | None = None,
) -> Revision:
    """Bring what a source now says about an organization or service into the directory.

    Args:
        session: a writing session.
        record: the organization or service that the row described before.
        draft: what the row says now, already as closed as what is held.
        seen: the row's own source record.
        guard: of the batch that the row is in.
        run: the run that reads it.
        author: of the changes.
        now: the transaction's time.
        decided: what people said of the values beforehand. That something becomes confidential waits for nobody.
    """
    withdrawn = _close(session, record, draft, author=author, now=now)
    if is_out(session, record):
        return Revision(withdrawn=withdrawn, is_out=True)
    follower = Follower(session, record, draft, guard=guard, run=run, author=author, decided=decided, now=now)
    follower.follow(record, draft.facts, seen)
    if isinstance(draft, ServiceDraft):
        for site in draft.sites:
            _revise_site(session, record, site, follower)
        _lose_sites(session, record, draft, follower)
    follower.close()
    touch(session, record.id)
    return Revision(tuple(follower.differences), withdrawn, is_partial=follower.is_partial)


def is_out(session: Session, record: Record) -> bool:
    """Whether people closed a record, what it belongs to, or every listing of it; or vetting keeps it away."""
    if record.standing in OUT or is_kept_away_by_vetting(session, [record.id, record.organization_id]):
        return True
    if record.kind != "service":
        return False
    listings = [one.standing for one in listings_of_service(session, record.id)]
    return get_record(session, record.organization_id or 0).standing in OUT or (
        bool(listings) and all(standing in OUT for standing in listings)
    )


def _close(
    session: Session, record: Record, draft: OrganizationDraft | ServiceDraft, *, author: Author, now: dt.datetime
) -> bool:
    """Make a record as confidential as its source says now; return whether anything was withdrawn."""
    if isinstance(draft, OrganizationDraft):
        if draft.is_closed and withdraw_texts(session, record, draft.facts, author=author, now=now):
            forget_rows(session, {record.id})
            return True
        return False
    held: Any = record.location_disclosure
    if OPENNESS.index(draft.location_disclosure) <= OPENNESS.index(held):
        return False
    withdrawal = withdraw_location(
        session, record.id, disclosure=draft.location_disclosure, area=draft.published_area, author=author, now=now
    )
    carry_evidence(session, withdrawal.said_again)
    session.refresh(record)
    return True


def withdraw(
    session: Session,
    service_id: int,
    *,
    disclosure: LocationDisclosure,
    area: str | None,
    author: Author,
    now: dt.datetime,
) -> Withdrawal:
    """Make a service confidential (see ``listings.withdrawal``), and forget what rows about its records once said."""
    withdrawal = withdraw_location(session, service_id, disclosure=disclosure, area=area, author=author, now=now)
    carry_evidence(session, withdrawal.said_again)
    about: set[int] = set()
    for withdrawn_id in withdrawal.services:
        about |= {withdrawn_id, *(listing.id for listing in listings_of_service(session, withdrawn_id))}
    about.add(get_record(session, service_id).organization_id or service_id)
    forget_rows(session, about)
    session.expire_all()
    return withdrawal


def _revise_site(session: Session, service: Record, site: SiteDraft, follower: Follower) -> None:
    run = follower.run
    seen = session.scalar(
        sa.select(SourceRecord).where(
            SourceRecord.source_id == run.source_id, SourceRecord.source_key == site.source_key
        )
    )
    listing = session.get(Record, seen.record_id) if seen is not None and seen.record_id is not None else None
    if listing is not None and listing.standing in OUT:
        return
    if seen is None or listing is None or listing.location_id is None:
        _add_site(session, service, site, seen, follower)
        return
    seen.seen_at, seen.run_id = follower.now, run.id
    place = session.get_one(Record, listing.location_id)
    follower.follow(place, site.location, seen)
    follower.follow(listing, site.listing, seen)
    touch(session, listing.id)


def _add_site(
    session: Session, service: Record, site: SiteDraft, seen: SourceRecord | None, follower: Follower
) -> None:
    site = follower.wanted(site)
    if not site.location and not site.listing:
        return
    change, now, run = follower.applied, follower.now, follower.run
    of_place = [fact for fact in site.location if follower.waits(fact)]
    of_listing = [fact for fact in site.listing if follower.waits(fact)]
    shown = SiteDraft(
        site.source_key,
        [fact for fact in site.location if fact not in of_place],
        [fact for fact in site.listing if fact not in of_listing],
    )
    listing_id, written = add_site(session, service, shown, change=change)
    if seen is None:
        seen = SourceRecord(
            source_id=run.source_id, source_key=site.source_key, outcome="accepted", seen_at=now, run_id=run.id
        )
        session.add(seen)
    seen.record_id, seen.change_id = listing_id, change.id
    session.flush()
    for fact in written:
        follower.claim(fact.id, seen, is_new=True)
    follower.added([*shown.location, *shown.listing], row=site.source_key)
    listing = get_record(session, listing_id)
    for draft in of_listing:
        follower.propose(listing, None, draft, seen)
    for draft in of_place:
        follower.propose(get_record(session, listing.location_id or 0), None, draft, seen)


def _lose_sites(session: Session, service: Record, draft: ServiceDraft, follower: Follower) -> None:
    """Mark what is said of places of a public service that its row no longer names."""
    if service.location_disclosure != "public":
        return
    named = {draft.source_key, *(site.source_key for site in draft.sites)}
    rows = session.execute(
        sa.select(SourceRecord, Record)
        .join(Record, Record.id == SourceRecord.record_id)
        .where(
            SourceRecord.source_id == follower.run.source_id,
            Record.service_id == service.id,
            Record.standing == "listed",
        )
        .order_by(SourceRecord.id)
    ).all()
    for seen, listing in rows:
        if seen.source_key not in named:
            records = [listing.id, *([listing.location_id] if listing.location_id is not None else [])]
            held = current_facts(session, records)
            follower.lose([fact for record_id in records for fact in held[record_id]], seen)
            touch(session, listing.id)
