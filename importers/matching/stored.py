"""Parties of records that the directory holds, read a portion at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.db import in_portions
from directory.listings.fields import Text, decode_value, encode_value
from directory.listings.models import Change, Record
from directory.listings.models import Fact as FactRow
from directory.sources.models import ImportRun, SourceRecord
from importers.matching.gathering import FIELDS, Fact, Gatherer
from importers.matching.party import Party

_PORTION = 1_000


def new_records(session: Session, run_id: int, kind: str) -> list[int]:
    """The organizations or services that a run brought, and that are listed.

    With what runs of the same source brought before it that were stopped: nobody has looked at that yet.
    """
    source = sa.select(ImportRun.source_id).where(ImportRun.id == run_id).scalar_subquery()
    applied = sa.select(sa.func.coalesce(sa.func.max(ImportRun.id), 0)).where(
        ImportRun.source_id == source, ImportRun.state == "applied", ImportRun.id < run_id
    )
    runs = session.scalars(
        sa.select(ImportRun.id).where(
            ImportRun.source_id == source, ImportRun.id > applied.scalar_subquery(), ImportRun.id <= run_id
        )
    ).all()
    return list(
        session.scalars(
            sa.select(Record.id)
            .join(Change, Change.id == Record.change_id)
            .where(Change.run_id.in_(runs), Record.kind == kind, Record.standing == "listed")
            .order_by(Record.id)
        )
    )


def every_organization(session: Session, network_id: int) -> list[int]:
    """All organizations of a network that are listed."""
    return list(
        session.scalars(
            sa.select(Record.id)
            .where(Record.kind == "organization", Record.standing == "listed", Record.network_id == network_id)
            .order_by(Record.id)
        )
    )


def services_of(session: Session, organization_ids: Collection[int]) -> list[int]:
    """The listed services of some organizations."""
    found: list[int] = []
    for portion in in_portions(sorted(organization_ids)):
        found += session.scalars(
            sa.select(Record.id).where(
                Record.organization_id.in_(portion), Record.kind == "service", Record.standing == "listed"
            )
        )
    return sorted(found)


def owners_of(session: Session, service_ids: Collection[int]) -> dict[int, int]:
    """Service -> the organization that it belongs to, or that this one was merged into."""
    owner = aliased(Record)
    found: dict[int, int] = {}
    for portion in in_portions(sorted(service_ids)):
        rows = session.execute(
            sa.select(Record.id, sa.func.coalesce(owner.merged_into, owner.id))
            .join(owner, owner.id == Record.organization_id)
            .where(Record.id.in_(portion))
        )
        found.update((service, organization) for service, organization in rows)
    return found


def survivors_of(session: Session, record_ids: Collection[int]) -> dict[int, int]:
    """Record -> what it was merged into, or itself."""
    found: dict[int, int] = {}
    for portion in in_portions(sorted(record_ids)):
        rows = session.execute(
            sa.select(Record.id, sa.func.coalesce(Record.merged_into, Record.id)).where(Record.id.in_(portion))
        )
        found.update((record, survivor) for record, survivor in rows)
    return found


def unnamed_organizations(session: Session, organization_ids: Collection[int], unnamed: str) -> set[int]:
    """Those of these organizations that go by the name of what a source does not name."""
    found: set[int] = set()
    for portion in in_portions(sorted(organization_ids)):
        found.update(
            session.scalars(
                sa.select(FactRow.record_id).where(
                    FactRow.record_id.in_(portion), FactRow.field == "name", FactRow.standing == "current",
                    FactRow.value == encode_value(Text(unnamed)),
                )
            )
        )  # fmt: skip
    return found


def read_organizations(session: Session, ids: Iterable[int], gatherer: Gatherer) -> Iterator[Party]:
    """The parties of organizations, with numbers and places of what they offer; those without a name are left out."""
    for portion in in_portions(sorted(ids), _PORTION):
        facts = _facts(session, portion)
        closed: set[int] = set()
        offered: dict[int, list[int]] = defaultdict(list)
        rows = session.execute(
            sa.select(Record.organization_id, Record.id, Record.location_id, Record.location_disclosure).where(
                Record.organization_id.in_(portion), Record.kind.in_(("service", "listing"))
            )
        )
        for owner, record_id, place, disclosure in rows:
            if disclosure != "public":
                closed.add(owner or 0)
            offered[owner or 0] += [record_id] if place is None else [record_id, place]
        theirs = _facts(session, sorted({one for many in offered.values() for one in many}), ("phone", "address"))
        sources = _sources(session, portion)
        for one in portion:
            said = [*facts[one], *(fact for record_id in offered[one] for fact in theirs[record_id])]
            party = gatherer.party(one, "organization", said, sources=sources[one], is_confidential=one in closed)
            if party.names:
                yield party


def read_services(session: Session, ids: Iterable[int], gatherer: Gatherer) -> Iterator[Party]:
    """The parties of services, with numbers and addresses of their places; those without a name are left out.

    Their owner is the organization that goes on, where theirs was merged.
    """
    for portion in in_portions(sorted(ids), _PORTION):
        owner = aliased(Record)
        services = session.execute(
            sa.select(Record.id, Record.location_disclosure, sa.func.coalesce(owner.merged_into, owner.id))
            .join(owner, owner.id == Record.organization_id)
            .where(Record.id.in_(portion))
        ).all()
        places: dict[int, list[int]] = defaultdict(list)
        rows = session.execute(
            sa.select(Record.service_id, Record.location_id).where(
                Record.service_id.in_(portion), Record.location_id.is_not(None)
            )
        )
        for service, place in rows:
            places[service or 0].append(place or 0)
        facts = _facts(session, [*portion, *(one for many in places.values() for one in many)])
        sources = _sources(session, portion)
        for one, disclosure, owned_by in services:
            said = [*facts[one], *(fact for place in places[one] for fact in facts[place])]
            party = gatherer.party(
                one,
                "service",
                said,
                owner=owned_by,
                sources=sources[one],
                is_confidential=disclosure != "public",
            )
            if party.names:
                yield party


def _facts(session: Session, record_ids: Sequence[int], fields: Sequence[str] = FIELDS) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    for portion in in_portions(sorted(record_ids)):
        rows = session.execute(
            sa.select(FactRow.record_id, FactRow.field, FactRow.slot, FactRow.value)
            .where(FactRow.record_id.in_(portion), FactRow.standing == "current", FactRow.field.in_(fields))
            .order_by(FactRow.id)
        )
        for record_id, field, slot, value in rows:
            found[record_id].append((field, slot, _value(field, value or "{}")))
    return found


def _value(field: str, stored: str) -> Any:
    return None if field == "kind" else decode_value(field, stored)


def _sources(session: Session, record_ids: Sequence[int]) -> dict[int, set[str]]:
    """The sources of each record and of what was merged into it."""
    found: dict[int, set[str]] = defaultdict(set)
    own = sa.select(SourceRecord.record_id, SourceRecord.source_id).where(SourceRecord.record_id.in_(record_ids))
    absorbed = (
        sa.select(Record.merged_into, SourceRecord.source_id)
        .join(SourceRecord, SourceRecord.record_id == Record.id)
        .where(Record.merged_into.in_(record_ids))
    )
    for query in (own, absorbed):
        for record_id, source in session.execute(query):
            found[record_id or 0].add(str(source))
    return found
