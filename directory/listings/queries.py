"""Reads of records and facts."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.errors import NotFoundError
from directory.listings.models import Fact, Record


def get_record(session: Session, record_id: int) -> Record:
    """The record with this internal id; raises ``NotFoundError``."""
    record = session.get(Record, record_id, populate_existing=True)
    if record is None:
        raise NotFoundError("There is no such record.")
    return record


def find_record(session: Session, public_id: str, *, kind: str) -> Record:
    """The record of this kind with this public id; raises ``NotFoundError`` (also when the id is not one)."""
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        raise NotFoundError("There is no such record.") from None
    record = session.scalar(sa.select(Record).where(Record.public_id == wanted, Record.kind == kind))
    if record is None:
        raise NotFoundError("There is no such record.")
    return record


def current_facts(
    session: Session, record_ids: Iterable[int], *, fields: Collection[str] = ()
) -> dict[int, list[Fact]]:
    """Current facts by record, in the order they were written; ``fields``: of these alone."""
    found: dict[int, list[Fact]] = defaultdict(list)
    for portion in in_portions(sorted(set(record_ids))):
        query = sa.select(Fact).where(Fact.record_id.in_(portion), Fact.standing == "current").order_by(Fact.id)
        for fact in session.scalars(query.where(Fact.field.in_(fields)) if fields else query):
            found[fact.record_id].append(fact)
    return found


def listings_of_service(session: Session, service_id: int) -> list[Record]:
    """The listings of a service, oldest first."""
    return list(
        session.scalars(
            sa.select(Record).where(Record.service_id == service_id, Record.kind == "listing").order_by(Record.id)
        )
    )


def services_of_organization(session: Session, organization_id: int) -> list[Record]:
    """The services of an organization, oldest first."""
    return list(
        session.scalars(
            sa.select(Record)
            .where(Record.organization_id == organization_id, Record.kind == "service")
            .order_by(Record.id)
        )
    )


def joined_ids(session: Session, record_ids: Iterable[int | None]) -> set[int]:
    """These records, what they were merged into, and whatever else was merged into that."""
    found: set[int] = set()
    for portion in in_portions(sorted({one for one in record_ids if one is not None})):
        roots = set(
            session.scalars(sa.select(sa.func.coalesce(Record.merged_into, Record.id)).where(Record.id.in_(portion)))
        )
        found |= roots
        found.update(session.scalars(sa.select(Record.id).where(Record.merged_into.in_(roots))))
    return found


def survivor_of(session: Session, record_id: int | None) -> int | None:
    """The record that this one was merged into; itself, if it was not merged."""
    return session.scalar(sa.select(sa.func.coalesce(Record.merged_into, Record.id)).where(Record.id == record_id))


def survivors_of(session: Session, record_ids: Iterable[int]) -> dict[int, int]:
    """Each of these records with the one that it was merged into; with itself, if it was not merged."""
    found: dict[int, int] = {}
    for portion in in_portions(sorted(set(record_ids))):
        rows = sa.select(Record.id, sa.func.coalesce(Record.merged_into, Record.id)).where(Record.id.in_(portion))
        found.update((record_id, survivor) for record_id, survivor in session.execute(rows))
    return found
