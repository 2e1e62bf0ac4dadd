"""Where a record belongs, whose work it is, and whether its family of records is verified."""

from collections.abc import Collection, Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.errors import NotFoundError
from directory.freshness.models import Evidence
from directory.integrity.protection import is_protected
from directory.listings.fields import decode_plain
from directory.listings.models import ChangeItem, ChangeProof, Fact, Record
from directory.listings.queries import current_facts, get_record, joined_ids
from directory.people.actor import Actor
from directory.people.models import Network
from directory.people.policy import may_act_on


class Verified(msgspec.Struct, frozen=True):
    """Families of records in which a call, a person or a provider confirmed something sensitive."""

    services: frozenset[int]
    organizations: frozenset[int]

    def holds(self, record: Record) -> bool:
        """Whether a record belongs to one of them."""
        if record.kind == "organization":
            return record.id in self.organizations
        return (record.service_id if record.kind == "listing" else record.id) in self.services


def service_of(session: Session, record: Record) -> int | None:
    """The service that a record is part of; None for an organization."""
    if record.kind == "organization":
        return None
    if record.kind == "location":
        there = sa.select(Record.service_id).where(Record.location_id == record.id)
        return session.scalar(there.order_by(Record.id).limit(1))
    return record.service_id if record.kind == "listing" else record.id


def verified_families(session: Session, organization_ids: Iterable[int | None]) -> Verified:
    """The verified families among these organizations and all that they offer.

    Records that were merged are one family: else a feed could change, at what was merged into a verified listing, a
    number that people read on that.
    """
    wanted = sorted(joined_ids(session, organization_ids))
    services: set[int] = set()
    organizations: set[int] = set()
    for portion in in_portions(wanted):
        rows = session.execute(
            sa.select(Record, Fact.field, Fact.slot)
            .join(Fact, Fact.record_id == Record.id)
            .where(
                sa.or_(Record.id.in_(portion), Record.organization_id.in_(portion)),
                # The number of a line that died stands for its listing until a successor is confirmed: whoever proved
                # it dead may not be the one who says what comes next (SAFETY I2).
                sa.or_(Fact.standing == "current", proven_dead()),
                sa.exists().where(Evidence.fact_id == Fact.id, Evidence.log2_odds < 0),
            )
        )
        for record, field, slot in rows:
            if not is_protected(field, slot):
                continue
            organizations.add(record.organization_id or record.id)
            service = service_of(session, record)
            if service is not None:
                services.add(service)
    return Verified(frozenset(joined_ids(session, services)), frozenset(joined_ids(session, organizations)))


def proven_dead() -> sa.ColumnElement[bool]:
    """That a fact is a number which ended because its line was proven dead."""
    proof = (
        sa.select(ChangeItem.change_id)
        .join(ChangeProof, ChangeProof.change_id == ChangeItem.change_id)
        .where(ChangeItem.entity == "fact", ChangeItem.entity_id == Fact.id, ChangeProof.key == "dead-line")
    )
    return sa.and_(Fact.field == "phone", Fact.standing == "past", proof.exists())


def is_verified(session: Session, record: Record) -> bool:
    """Whether the family of one record is verified."""
    found = verified_families(session, [record.organization_id or record.id])
    service = service_of(session, record)
    return record.id in found.organizations if service is None else service in found.services


def family(session: Session, record: Record) -> list[Record]:
    """The records behind a listing's page: a service with its listings and their places, and its organization."""
    service_id = service_of(session, record)
    if service_id is None:
        return [record]
    service = get_record(session, service_id)
    listings = list(session.scalars(sa.select(Record).where(Record.service_id == service_id).order_by(Record.id)))
    places = [get_record(session, one.location_id) for one in listings if one.location_id is not None]
    return [
        service,
        *listings,
        *places,
        *([get_record(session, service.organization_id)] if service.organization_id else []),
    ]


# The fields whose facts say where something is or works.
AREA_FIELDS = ("service_area", "address")


def areas_of(facts: Collection[Fact], record: Record, country: str = "US") -> set[str]:
    """Codes of where something is or works: the published area, areas it serves, the state of its address."""
    areas = {record.published_area} if record.published_area else set()
    for fact in facts:
        if fact.field == "service_area":
            areas.add(fact.slot)
        elif fact.field == "address" and fact.value:
            value = decode_plain(fact.value)
            if value.get("state_province"):
                areas.add(f"{value.get('country', country)}-{value['state_province']}")
    return areas


def works_on_all(by: Actor) -> bool:
    """Whether every record lies within what somebody works on."""
    # A neighbour never signs in here: it only signs what it was asked about.
    return by.role in {"admin", "neighbour"}


def is_in_scope(session: Session, record: Record, *, by: Actor) -> bool:
    """Whether a record lies within what somebody works on; of many at once: ``in_scope.which_in_scope``."""
    if works_on_all(by):
        return True
    network = session.get_one(Network, record.network_id).key
    organization = str(get_record(session, record.organization_id or record.id).public_id)
    if may_act_on(by, network=network, areas=(), organization=organization):
        return True
    if not any(kind == "area" for kind, _ in by.scopes):
        return False
    # Where something is or works is asked last: that has to be read from all of its facts.
    records = family(session, record)
    facts = current_facts(session, [one.id for one in records])
    areas = {area for one in records for area in areas_of(facts[one.id], one)}
    return may_act_on(by, network=network, areas=areas, organization=organization)


def require_scope(session: Session, record: Record, *, by: Actor) -> None:
    """Raise ``NotFoundError`` for what somebody does not work on: they may not know whether it is there."""
    if not is_in_scope(session, record, by=by):
        raise NotFoundError("There is no such record.")
