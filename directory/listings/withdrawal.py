"""Withdraw a location: a service becomes confidential, and nothing of its place stays behind (SAFETY L17, L18)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.queries import last_seq, subjects
from directory.audit.service import Act
from directory.audit.service import record as write_audit
from directory.db import Database
from directory.listings.changes import Author, OpenChange
from directory.listings.disclosure import UNNAMED, WEB_FIELDS, closed_facts, more_closed, without_secrets
from directory.listings.drafts import FactDraft, LocationDisclosure
from directory.listings.fields import FIELDS, decode_value
from directory.listings.models import Fact, Record
from directory.listings.queries import (
    current_facts,
    get_record,
    joined_ids,
    listings_of_service,
    services_of_organization,
)
from directory.listings.service import touch
from directory.listings.streets import street_spellings

WITHDRAWN = "location.withdrawn"
SCRUBBED = "location.scrubbed"
BACKED_UP = "backup.made"


class Withdrawal(msgspec.Struct, frozen=True):
    """What was withdrawn.

    Attributes:
        services: that became confidential.
        purged: how many facts were emptied.
        said_again: of those, (emptied fact, fact that says what is left of it); evidence hangs on the emptied one.
    """

    services: tuple[int, ...]
    purged: int
    said_again: tuple[tuple[int, int], ...] = ()


def withdraw_location(
    session: Session,
    service_id: int,
    *,
    disclosure: LocationDisclosure,
    area: str | None,
    author: Author,
    now: dt.datetime,
) -> Withdrawal:
    """Make a service confidential and delete its places, their history, and every text that could place it.

    Services of the same organization at the same site become confidential with it, and so does what is merged with it:
    records that are one are as confidential as the most confidential of them. The database is scrubbed after the
    commit (``finish_withdrawals``). It cannot be undone: what was purged is gone. Backups made before still hold it
    (``backups_to_destroy``).

    Args:
        session: a writing session.
        service_id: the service.
        disclosure: ``area_only`` with its ``area``, or ``withheld`` with None; never less than what it is now.
        area: id of the confidential area.
        author: who, and why.
        now: the transaction's time.
    """
    service = get_record(session, service_id)
    change = OpenChange(session, author, subject_id=service_id, now=now)
    together = _together(session, service)
    secrets = _streets(session, together)
    purged = 0
    for one in together:
        held: LocationDisclosure = one.location_disclosure  # type: ignore[assignment]
        policy = more_closed(disclosure, held)
        kept_area = (one.published_area or area) if policy == "area_only" else None
        purged += _close_service(session, one, policy, kept_area, secrets, change=change)
    purged += _clean_organization(session, service, secrets, change=change)
    change.close(verb=WITHDRAWN)
    session.info["has_withdrawn"] = True
    touch(session, *joined_ids(session, [service.organization_id]))
    return Withdrawal(tuple(one.id for one in together), purged, tuple(change.said_again))


def withdraw_texts(
    session: Session, organization: Record, said: Iterable[FactDraft], *, author: Author, now: dt.datetime
) -> int:
    """Delete what was said of an organization before it had something confidential, and is not said any more.

    Its own texts, names and addresses on the web may place what became confidential, though it is none of its services
    that is held here. A confirmed value stays until somebody decides about it, but for a name that may not be shown.

    Args:
        session: a writing session.
        organization: the organization.
        said: what may be said of it now, already redacted.
        author: who, and why.
        now: the transaction's time.

    Returns:
        How many facts were emptied; the database is scrubbed after the commit if any were.
    """
    kept = {(fact.field, fact.slot): fact for fact in said}
    outdated = [fact for fact in _stated(session, organization) if _may_place(fact, kept.get((fact.field, fact.slot)))]
    if outdated:
        change = OpenChange(session, author, subject_id=organization.id, now=now)
        for fact in outdated:
            change.purge(fact)
        change.close(verb=WITHDRAWN)
        session.info["has_withdrawn"] = True
        session.expire_all()
        touch(session, organization.id)
    return len(outdated)


def _may_place(fact: Fact, said: FactDraft | None) -> bool:
    field = FIELDS[fact.field]
    if not (field.is_text or fact.field == "name" or fact.field in WEB_FIELDS):
        return False
    if fact.standing != "current":
        return True
    if said is not None and said.stored == fact.value:
        return False
    is_unnamed = fact.field == "name" and said is not None and said.value.text == UNNAMED
    return is_unnamed or not field.is_sensitive


def is_finished(session: Session) -> bool:
    """Whether no withdrawn place can be left in free pages or in the database's log."""
    return last_seq(session, SCRUBBED) >= last_seq(session, WITHDRAWN)


def finish_withdrawals(database: Database) -> bool:
    """Scrub the database if something was withdrawn since it was scrubbed last; return whether all is done.

    The audit chain remembers what is open, so a process that dies between the commit and the scrub, or a reader that
    holds on to an older state, only delays it: the next command, and a running site every hour, try again.
    """
    with database.reading() as session:
        if is_finished(session):
            return True
        up_to = last_seq(session, WITHDRAWN)
    if not database.scrub():
        return False
    with database.transaction() as session:
        write_audit(session, [Act(SCRUBBED, str(up_to), {})], now=session.info["now"])
    return True


def backups_to_destroy(session: Session) -> list[str]:
    """Names of backups made before the last withdrawal: they may hold a place that is secret now."""
    return subjects(session, BACKED_UP, before=last_seq(session, WITHDRAWN))


def _places(session: Session, service: Record) -> list[int]:
    return [one.location_id for one in listings_of_service(session, service.id) if one.location_id is not None]


def _site_keys(facts: Iterable[Fact]) -> set[str]:
    """What two services of one organization at one site have in common: the street however written, or the point."""
    keys: set[str] = set()
    for fact in facts:
        value: Any = decode_value(fact.field, fact.value or "{}") if fact.value else None
        if fact.field == "address" and value and value.address_1:
            keys |= street_spellings(value.address_1) or {value.address_1}
        if fact.field == "point" and value and value.source == "source":
            keys.add(f"{value.lat:.4f} {value.lon:.4f}")
    return keys


def _together(session: Session, service: Record) -> list[Record]:
    """The service first, then what is merged with it, and the other services at the sites of them."""
    merged = joined_ids(session, [service.id]) - {service.id}
    found = {one.id: one for one in (service, *(get_record(session, other) for other in sorted(merged)))}
    for one in list(found.values()):
        found |= {other.id: other for other in _at_the_same_site(session, one) if other.id not in found}
    return list(found.values())


def _at_the_same_site(session: Session, service: Record) -> list[Record]:
    """Other services of the organization at a site that is being withdrawn (SAFETY L18)."""
    facts = current_facts(session, _places(session, service))
    keys = {key for place in facts.values() for key in _site_keys(place)}
    if not keys or service.organization_id is None:
        return []
    together = []
    for other in _of_organization(session, service.organization_id):
        if other.id != service.id and other.location_disclosure == "public":
            elsewhere = current_facts(session, _places(session, other))
            if any(keys & _site_keys(place) for place in elsewhere.values()):
                together.append(other)
    return together


def _streets(session: Session, services: Iterable[Record]) -> frozenset[str]:
    """House numbers and streets of these services' places, to find them in the organization's texts."""
    places = [place for service in services for place in _places(session, service)]
    return frozenset(
        street
        for facts in current_facts(session, places).values()
        for fact in facts
        if fact.field == "address" and fact.value
        for street in street_spellings(decode_value("address", fact.value).address_1)
    )


def _close_service(
    session: Session,
    service: Record,
    policy: LocationDisclosure,
    area: str | None,
    secrets: frozenset[str],
    *,
    change: OpenChange,
) -> int:
    listings = listings_of_service(session, service.id)
    purged = 0
    for number, listing in enumerate(listings):
        if listing.location_id is not None:
            purged += _purge_all(session, [listing.location_id], change=change)
            place = get_record(session, listing.location_id)
            # The link is emptied without a note of what it was: an undo must not find the way back.
            change.item("record", listing.id, None, op="purge")
            session.execute(sa.update(Record).where(Record.id == listing.id).values(location_id=None))
            is_merged = {"merged_into": None} if place.standing == "merged" else {}
            change.set_record(place, standing="closed", **is_merged)
        if number and listing.standing == "listed":
            # How many sites there were is nobody's business: one listing goes on.
            change.set_record(listing, standing="closed")
    change.set_record(service, location_disclosure=policy, published_area=area)
    session.expire_all()
    for record in (service, *listings):
        purged += _clean_texts(session, record, secrets, change=change)
        touch(session, record.id)
    return purged


def _purge_all(session: Session, record_ids: list[int], *, change: OpenChange) -> int:
    facts = session.scalars(sa.select(Fact).where(Fact.record_id.in_(record_ids), Fact.standing != "purged")).all()
    for fact in facts:
        change.purge(fact)
    return len(facts)


def _clean_texts(session: Session, record: Record, secrets: frozenset[str], *, change: OpenChange) -> int:
    """Purge every fact of a record, past ones too, that could place it; say again what may be said."""
    purged = 0
    for fact in _stated(session, record):
        kept = closed_facts([_draft(fact)], secrets)
        if kept and kept[0].stored == fact.value:
            if kept[0].shown_to != fact.tier and fact.standing == "current":
                # Purged, not ended: one person may always close, and a verified value ends by two only.
                change.say_again(fact, record, kept[0])
            continue
        _purge(fact, record, kept[0] if kept else None, change=change)
        purged += 1
    return purged


def _purge(fact: Fact, record: Record, kept: FactDraft | None, *, change: OpenChange) -> None:
    """Empty a fact; what is left of a current one is said again."""
    if kept is not None and fact.standing == "current":
        change.say_again(fact, record, kept)
    else:
        change.purge(fact)


def _clean_organization(session: Session, service: Record, secrets: frozenset[str], *, change: OpenChange) -> int:
    if service.organization_id is None:
        return 0
    purged = 0
    for organization in sorted(joined_ids(session, [service.organization_id])):
        purged += _clean_texts(session, get_record(session, organization), secrets, change=change)
    # Other services of the organization may name the street in passing.
    for other in _of_organization(session, service.organization_id):
        if other.location_disclosure == "public" and secrets:
            purged += _purge_mentions(session, other, secrets, change=change)
    return purged


def _of_organization(session: Session, organization_id: int) -> list[Record]:
    """The services of an organization and of those merged with it."""
    joined = sorted(joined_ids(session, [organization_id]))
    return [service for one in joined for service in services_of_organization(session, one)]


def _purge_mentions(session: Session, record: Record, secrets: frozenset[str], *, change: OpenChange) -> int:
    purged = 0
    for fact in _stated(session, record):
        kept = without_secrets(_draft(fact), secrets)
        if kept is None or kept.stored != fact.value:
            _purge(fact, record, kept, change=change)
            touch(session, record.id)
            purged += 1
    return purged


def _stated(session: Session, record: Record) -> list[Fact]:
    """All facts of a record that still hold a value, past and proposed ones too."""
    return list(
        session.scalars(sa.select(Fact).where(Fact.record_id == record.id, Fact.value.is_not(None)).order_by(Fact.id))
    )


def _draft(fact: Fact) -> FactDraft:
    tier: Any = fact.tier
    return FactDraft(
        fact.field, decode_value(fact.field, fact.value or "{}"), slot=fact.slot, tier=tier, match_key=fact.match_key
    )
