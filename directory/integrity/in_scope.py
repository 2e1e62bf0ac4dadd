"""The records that somebody works on: of many, and as one question to the database.

The list of the desk (``directory.worklist``) reads the same off its own rows.
"""

from collections.abc import Collection, Iterable
from typing import Any, TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.db import in_portions
from directory.integrity.reach import AREA_FIELDS, areas_of, works_on_all
from directory.listings.models import Fact, Record
from directory.listings.queries import current_facts
from directory.people.actor import Actor
from directory.people.models import Network
from directory.people.policy import may_act_on

Columns = TypeVarTuple("Columns")
# Whoever wants only the first of many asks about so many at a time.
AT_ONCE = 500


def which_in_scope(session: Session, records: Iterable[Record], *, by: Actor) -> set[int]:
    """The ids of those among these records, of any kind, that lie within what somebody works on.

    What ``reach.is_in_scope`` says of each, with a few questions for many hundreds of them.
    """
    asked = {record.id: record for record in records}
    if works_on_all(by):
        return set(asked)
    found: set[int] = set()
    for portion in in_portions(list(asked.values()), AT_ONCE):
        found |= _of_portion(session, portion, by=by)
    return found


def records_in_scope(by: Actor) -> sa.Select[tuple[int]]:
    """The ids of the services that somebody works on, and of their organizations."""
    service, organization = aliased(Record), aliased(Record)
    found = [
        sa.select(one.id)
        .select_from(Record)
        .join(service, service.id == Record.service_id)
        .join(organization, organization.id == service.organization_id)
        .where(Record.kind == "listing", *([] if by.role == "admin" else [_within(by, service, organization)]))
        for one in (service, organization)
    ]
    both = sa.union(*found).subquery()
    return sa.select(both.c.id)


def narrowed(query: sa.Select[*Columns], listing: Any, *, by: Actor) -> sa.Select[*Columns]:
    """The rows of a query whose listing (a column of its id) lies within what somebody works on."""
    if by.role == "admin":
        return query
    service, organization = aliased(Record), aliased(Record)
    return (
        query.join(Record, Record.id == listing)
        .join(service, service.id == Record.service_id)
        .join(organization, organization.id == service.organization_id)
        .where(_within(by, service, organization))
    )


def _within(by: Actor, service: type[Record], organization: type[Record]) -> sa.ColumnElement[bool]:
    """What ``reach.is_in_scope`` says of one record, for many."""
    ways: list[sa.ColumnElement[bool]] = [sa.false()]
    for kind, key in sorted(by.scopes):
        if kind == "network":
            ways.append(Record.network_id.in_(sa.select(Network.id).where(Network.key == key)))
        elif kind == "organization":
            ways.append(sa.cast(organization.public_id, sa.Text).in_((key, key.replace("-", ""))))
        else:
            ways += _in_area(key, service)
    return sa.or_(*ways)


def _of_portion(session: Session, records: Collection[Record], *, by: Actor) -> set[int]:
    networks = dict(session.execute(sa.select(Network.id, Network.key)).all())
    owners = _records(session, Record.id, {one.organization_id or one.id for one in records})
    organizations = {one.id: str(one.public_id) for one in owners}

    def lies_within(record: Record, areas: Collection[str] = ()) -> bool:
        organization = organizations[record.organization_id or record.id]
        return may_act_on(by, network=networks[record.network_id], areas=areas, organization=organization)

    found = {one.id for one in records if lies_within(one)}
    if not any(kind == "area" for kind, _ in by.scopes):
        return found
    left = [one for one in records if one.id not in found]
    areas = _areas(session, left)
    return found | {one.id for one in left if lies_within(one, areas[one.id])}


def _areas(session: Session, records: Collection[Record]) -> dict[int, set[str]]:
    """Where each of these records is or works with its family, as ``reach.family`` has it."""
    roots = _roots(session, records)
    families: dict[int, set[int]] = {root: {root} for root in roots.values()}
    for one in _records(session, Record.id, families) + _records(session, Record.service_id, families):
        # A place, or an organization, may be part of many families.
        beside = one.organization_id if one.kind == "service" else one.location_id
        families[one.service_id or one.id].update({one.id, beside or one.id})
    parts = {one.id: one for one in _records(session, Record.id, set[int]().union(*families.values()))}
    facts = current_facts(session, parts, fields=AREA_FIELDS)
    areas = {part: areas_of(facts[part], record) for part, record in parts.items()}
    within = {root: set[str]().union(*(areas[part] for part in family)) for root, family in families.items()}
    return {record_id: within[root] for record_id, root in roots.items()}


def _roots(session: Session, records: Collection[Record]) -> dict[int, int]:
    """Each of these records with the service that it is part of, or with itself (``reach.service_of``)."""
    roots = {one.id: one.service_id or one.id for one in records}
    places = [one.id for one in records if one.kind == "location"]
    # The first listing of a place counts, and so it is put down last.
    for listing in sorted(_records(session, Record.location_id, places), key=lambda one: -one.id):
        if listing.location_id is not None and listing.service_id is not None:
            roots[listing.location_id] = listing.service_id
    return roots


def _records(session: Session, column: Any, values: Collection[int]) -> list[Record]:
    """The records that have one of these in a column, as they are by now."""
    found: list[Record] = []
    for portion in in_portions(sorted(values)):
        query = sa.select(Record).where(column.in_(portion))
        found += session.scalars(query.execution_options(populate_existing=True))
    return found


def _in_area(key: str, service: type[Record]) -> list[sa.ColumnElement[bool]]:
    """A service that is or works in an area is there with all its places, as ``reach.family`` has it."""
    one = aliased(Record)
    served = (
        sa.select(sa.func.coalesce(one.service_id, one.id))
        .join(Fact, Fact.record_id == one.id)
        .where(
            Fact.field == "service_area", Fact.standing == "current",
            sa.or_(Fact.slot == key, Fact.slot.like(f"{key}-%")),
        )
    )  # fmt: skip
    ways: list[sa.ColumnElement[bool]] = [
        service.published_area == key,
        service.published_area.like(f"{key}-%"),
        service.id.in_(served),
    ]
    country, _, state = key.partition("-")
    if "-" not in state:
        placed = (
            sa.select(one.service_id)
            .join(Fact, Fact.record_id == one.location_id)
            .where(
                Fact.field == "address", Fact.standing == "current",
                Fact.value.like(f'%"state_province":"{state or "%"}"%'),
                # The country of an address is left out where it is the United States.
                Fact.value.like(f'%"country":"{country}"%') if country != "US" else ~Fact.value.like('%"country":%'),
            )
        )  # fmt: skip
        ways.append(service.id.in_(placed))
    return ways
