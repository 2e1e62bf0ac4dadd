"""Verbs that write listings: create, revise, withdraw a location, change a standing.

Every verb ends with its audit entry and notes the records it touched; their cards are rebuilt before the commit.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from directory.audit.service import record as write_audit
from directory.db import insert_rows
from directory.errors import DirectoryError
from directory.listings.changes import Author, Ids, NewFact, OpenChange, applied_act, change_row, fact_row
from directory.listings.disclosure import as_kept
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, SiteDraft, check_facts
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import get_record, listings_of_service

STANDINGS = ("listed", "suspended", "closed", "do-not-list")


class Created(msgspec.Struct, frozen=True):
    """What a draft became.

    Attributes:
        record_id: the organization, or the service.
        organization_id: the organization.
        listings: (source key, listing id) of each place; the service's own key when it has no place.
        facts: (source key that said it, fact id).
    """

    change_id: int
    record_id: int
    organization_id: int
    listings: list[tuple[str, int]]
    facts: list[tuple[str, int]]


def touch(session: Session, *record_ids: int | None) -> None:
    """Note records whose cards must be rebuilt before the commit."""
    session.info["touched"].update(record_id for record_id in record_ids if record_id is not None)


def create(
    session: Session,
    drafts: Sequence[tuple[OrganizationDraft | ServiceDraft, int | None]],
    *,
    network_id: int,
    author: Author,
    now: dt.datetime,
) -> list[Created]:
    """Bring new records into the directory, many at once: one change and one audit entry for each draft.

    Args:
        session: a writing session.
        drafts: with each service the id of its organization's record; with an organization None.
        network_id: the network they belong to.
        author: kind ``import`` or ``edit``, reason, person, run.
        now: the transaction's time.

    Raises:
        MisplacedFactError: a fact cannot stand where a draft puts it.
    """
    ids = _ids_for(session, [draft for draft, _ in drafts])
    changes: list[dict[str, Any]] = []
    records: list[dict[str, Any]] = []
    facts: list[dict[str, Any]] = []
    acts, created = [], []
    for given, organization_id in drafts:
        # Whoever calls: a confidential service is kept only as it may be.
        draft = as_kept(given)
        written = _rows_of(session, draft, organization_id, ids, network_id=network_id)
        subject = written.listings[0][1] if written.listings else written.record_id
        changes.append(change_row(written.change_id, author, subject_id=subject, state="applied", now=now))
        records += written.records
        facts += written.facts
        acts.append(applied_act(written.change_id, written.facts, by=author.by))
        created.append(
            Created(written.change_id, written.record_id, written.organization_id, written.listings, written.said)
        )
        touch(session, *(row["id"] for row in written.records))
    insert_rows(session, Change, changes)
    insert_rows(session, Record, records)
    insert_rows(session, Fact, facts)
    write_audit(session, acts, now=now)
    return created


class _AllIds(msgspec.Struct, frozen=True):
    change: Ids
    record: Ids
    fact: Ids


class _Rows(msgspec.Struct):
    change_id: int
    record_id: int
    organization_id: int
    records: list[dict[str, Any]] = []
    facts: list[dict[str, Any]] = []
    listings: list[tuple[str, int]] = []
    said: list[tuple[str, int]] = []


def _ids_for(session: Session, drafts: Sequence[OrganizationDraft | ServiceDraft]) -> _AllIds:
    records = facts = 0
    for draft in drafts:
        facts += len(draft.facts)
        records += 1
        if isinstance(draft, ServiceDraft):
            records += 2 * len(draft.sites) or 1
            facts += sum(len(site.location) + len(site.listing) for site in draft.sites)
    return _AllIds(Ids(session, Change, len(drafts)), Ids(session, Record, records), Ids(session, Fact, facts))


def _record_row(session: Session, id_: int, kind: str, change_id: int, network_id: int, **more: Any) -> dict[str, Any]:
    empty = {
        "organization_id": None, "service_id": None, "location_id": None, "location_disclosure": "public",
        "published_area": None,
    }  # fmt: skip
    own = {
        "id": id_,
        "public_id": session.info["new_id"](),
        "kind": kind,
        "change_id": change_id,
        "network_id": network_id,
    }
    return empty | own | more


def _rows_of(
    session: Session,
    draft: OrganizationDraft | ServiceDraft,
    organization_id: int | None,
    ids: _AllIds,
    *,
    network_id: int,
) -> _Rows:
    change_id, record_id = ids.change.take(), ids.record.take()
    if isinstance(draft, ServiceDraft) and organization_id is None:
        raise DirectoryError("A service needs its organization first.")
    rows = _Rows(change_id, record_id, organization_id or record_id)

    def say(record: int, kind: Any, drafts: list[FactDraft], key: str) -> None:
        check_facts(drafts, kind)
        for fact in drafts:
            fact_id = ids.fact.take()
            rows.facts.append(fact_row(fact_id, record, kind, fact, standing="current", change_id=change_id))
            rows.said.append((key, fact_id))

    def add(id_: int, kind: str, **more: Any) -> None:
        rows.records.append(_record_row(session, id_, kind, change_id, network_id, **more))

    if isinstance(draft, OrganizationDraft):
        add(record_id, "organization")
        say(record_id, "organization", draft.facts, draft.source_key)
        return rows
    owned = {"organization_id": organization_id, "location_disclosure": draft.location_disclosure}
    add(record_id, "service", published_area=draft.published_area, **owned)
    say(record_id, "service", draft.facts, draft.source_key)
    if not draft.sites:
        listing_id = ids.record.take()
        add(listing_id, "listing", service_id=record_id, **owned)
        rows.listings.append((draft.source_key, listing_id))
    for site in draft.sites:
        location_id, listing_id = ids.record.take(), ids.record.take()
        add(location_id, "location", organization_id=organization_id)
        say(location_id, "location", site.location, site.source_key)
        add(listing_id, "listing", service_id=record_id, location_id=location_id, **owned)
        say(listing_id, "listing", site.listing, site.source_key)
        rows.listings.append((site.source_key, listing_id))
    return rows


def add_site(session: Session, service: Record, site: SiteDraft, *, change: OpenChange) -> tuple[int, list[NewFact]]:
    """Give a public service one more place within an open change; return the listing's id and the facts written.

    A service that had no place keeps its one listing, which gains the place.
    """
    if service.location_disclosure != "public":
        raise DirectoryError("A service whose location is confidential has no place here.")
    check_facts(site.location, "location")
    check_facts(site.listing, "listing")
    homeless = [listing for listing in listings_of_service(session, service.id) if listing.location_id is None]
    location = Record(
        public_id=session.info["new_id"](), kind="location", organization_id=service.organization_id,
        location_disclosure="public", network_id=service.network_id, change_id=change.id,
    )  # fmt: skip
    session.add(location)
    session.flush()
    if homeless:
        listing = homeless[0]
        change.set_record(listing, location_id=location.id)
    else:
        listing = Record(
            public_id=session.info["new_id"](), kind="listing", organization_id=service.organization_id,
            service_id=service.id, location_id=location.id, location_disclosure="public",
            network_id=service.network_id, change_id=change.id,
        )  # fmt: skip
        session.add(listing)
        session.flush()
    written = [change.add(location, fact) for fact in site.location]
    written += [change.add(listing, fact) for fact in site.listing]
    touch(session, listing.id)
    return listing.id, written


def set_standing(
    session: Session, record_id: int, standing: str, *, by: int | None, reason: str, now: dt.datetime
) -> None:
    """Say that people decided a listing, service or organization is listed, suspended, closed or on the do-not-list.

    Anything but ``listed`` is gone from search when the transaction commits.

    Raises:
        DirectoryError: the standing is not one that people set, or the record is merged into another.
        NotFoundError: there is no such record.
    """
    if standing not in STANDINGS:
        raise DirectoryError("That is not a standing a record can be given.")
    record = get_record(session, record_id)
    if record.standing == "merged":
        raise DirectoryError("A merged record has no standing of its own.")
    if record.standing == standing:
        return
    change = OpenChange(session, Author("edit", reason, by), subject_id=record_id, now=now)
    change.set_record(record, standing=standing)
    change.close(verb=f"{record.kind}.{standing}")
    touch(session, record_id)
