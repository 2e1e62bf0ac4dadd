"""The records that somebody works on, as one question to the database.

The list of the desk (``directory.worklist``) reads the same off its own rows.
"""

from typing import Any, TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from directory.listings.models import Fact, Record
from directory.people.actor import Actor
from directory.people.models import Network

Columns = TypeVarTuple("Columns")


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
