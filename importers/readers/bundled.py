"""Load the directories that come with the program, through the same doors as any other source.

Their rows can be revised by people, by calls and by other sources like any row; loading them again changes nothing that
they said before.
"""

import datetime as dt
from collections.abc import Iterator

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import working_network
from directory.db import Database
from directory.freshness.parameters import weight_of
from directory.freshness.service import add_evidence
from directory.intake.service import SourceRow, StoredRow, store_rows
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, SiteDraft
from directory.listings.fields import Point
from directory.listings.models import Fact
from directory.listings.queries import find_record
from directory.listings.service import set_standing
from directory.people.models import Network
from directory.people.service import command_line_person, ensure_network
from directory.places.gazetteer import Gazetteer
from directory.sources.models import ImportRun, SourceRecord
from directory.sources.service import ensure_source, finish_run, start_run
from directory.values.plain_text import folded
from importers.bundled.bundle import (
    Bundle,
    BundledFact,
    BundledOrganization,
    BundledService,
    BundledSite,
    BundleNetwork,
    read_bundle,
)

# Where the real lines are kept in a directory that is for practice.
_APART = BundleNetwork("public-lines", "Public lines", "working")


class Loaded(msgspec.Struct, frozen=True):
    """What a load brought: listings that were not there before, and observations about them."""

    listings: int = 0
    observations: int = 0


def load_bundled(
    database: Database, *, starter: bool, local: bool, practice: bool, now: dt.datetime, is_for_practice: bool = False
) -> list[Loaded]:
    """Load bundled directories, each in one transaction; those that are there already stay as they are.

    Args:
        database: a migrated database.
        starter: the real public lines of nations.
        local: with ``starter``, also the lines that are of use in one state only.
        practice: the invented network, marked on every card.
        now: the present; days inside a bundle stand in relation to its first load.
        is_for_practice: all of the directory is there to practise: the invented network is the one in which people
            work, so that what they enter and import meets it and is marked like it; the real lines stand apart.

    Returns:
        What each chosen bundle brought, the starter list first.
    """
    chosen = []
    if starter:
        bundle = read_bundle("starter")
        kept = [organization for organization in bundle.organizations if local or not organization.local]
        chosen.append(msgspec.structs.replace(bundle, organizations=kept))
    if practice:
        chosen.append(read_bundle("practice"))
    if is_for_practice:
        with database.transaction() as session:
            home = working_network(session)
            home.name, home.kind = "Practice network", "practice"
        chosen = [msgspec.structs.replace(one, network=None if one.network else _APART) for one in chosen]
    return [_load(database, bundle, now=now) for bundle in chosen]


def rows_of(bundle: Bundle, *, today: dt.date) -> list[SourceRow]:
    """The rows of a bundle as a source gives them: each organization, then its services.

    Raises:
        KeyError: a fact's field does not exist.
        msgspec.ValidationError: a value is not one of its field.
    """
    with Gazetteer() as gazetteer:
        return [row for organization in bundle.organizations for row in _rows(organization, today, gazetteer)]


def _load(database: Database, bundle: Bundle, *, now: dt.datetime) -> Loaded:
    source = bundle.source
    with database.transaction() as session:
        # What is bundled was made for everybody (CC0).
        kept = ensure_source(
            session, key=source.key, kind="file", trust=source.trust, owner=source.owner, licence=source.licence,
            sharing="free",
        )  # fmt: skip
        network = _network(session, bundle)
        by = command_line_person(session, now=now).id
        run = start_run(session, kept, reader="bundled", now=now)
        first_load = session.scalar(sa.select(sa.func.min(ImportRun.started_at)).where(ImportRun.source_id == kept.id))
        rows = rows_of(bundle, today=(first_load or now).date())
        stored = store_rows(session, run, rows, network_id=network.id, by=by, now=now)
        new = {row.source_key: row for row in stored if row.what == "new"}
        services = [service for service in bundle.services() if service.key in new]
        for service in services:
            _stand(session, service, new[service.key], by=by, now=now)
        observations = _observe(session, kept.id, services, now=now)
        listings = sum(len(new[service.key].listings) for service in services)
        totals = {"listings": listings, "observations": observations, "rows": len(rows)}
        finish_run(session, run, state="applied", totals=totals, now=now)
    return Loaded(listings, observations)


def _network(session: Session, bundle: Bundle) -> Network:
    own = bundle.network
    return (
        working_network(session) if own is None else ensure_network(session, key=own.key, name=own.name, kind=own.kind)
    )


def _stand(session: Session, service: BundledService, stored: StoredRow, *, by: int, now: dt.datetime) -> None:
    """Suspend or close what the bundle says is so, in the transaction that brings it: it is never found in between."""
    if service.standing == "listed":
        return
    for listing in stored.listings:
        record = find_record(session, listing, kind="listing")
        set_standing(session, record.id, service.standing, by=by, reason=service.reason, now=now)


def _observe(session: Session, source_id: int, services: list[BundledService], *, now: dt.datetime) -> int:
    observed = [(service.key, observation) for service in services for observation in service.evidence]
    observed += [(site.key, seen) for service in services for site in service.sites for seen in site.evidence]
    if not observed:
        return 0
    said = sa.select(SourceRecord.source_key, Fact.field, Fact.slot, Fact.id).join(
        Fact, Fact.record_id == SourceRecord.record_id
    )
    held = {
        (key, field, slot): fact_id
        for key, field, slot, fact_id in session.execute(
            said.where(SourceRecord.source_id == source_id, Fact.standing == "current")
        )
    }
    return sum(
        add_evidence(
            session,
            held[key, seen.field, seen.slot],
            method=seen.method,
            outcome=seen.outcome,
            log2_odds=weight_of(seen.method, seen.outcome),
            observed_at=now - dt.timedelta(days=seen.days_ago),
            run_key=f"bundled:{source_id}:{key}:{seen.field}:{seen.slot}:{seen.method}:{seen.days_ago}",
            source_id=source_id,
            actor_role="coordinator" if seen.method == "call" else None,
        )
        for key, seen in observed
    )


def _rows(organization: BundledOrganization, today: dt.date, gazetteer: Gazetteer) -> Iterator[SourceRow]:
    yield SourceRow(
        organization.key, OrganizationDraft(organization.key, _drafts(organization.facts, today)), "accepted"
    )
    for service in organization.services:
        draft = ServiceDraft(
            service.key,
            organization.key,
            _drafts(service.facts, today),
            service.disclosure,
            service.area,
            [_site(site, today, gazetteer) for site in service.sites],
        )
        yield SourceRow(service.key, draft, "accepted")


def _site(site: BundledSite, today: dt.date, gazetteer: Gazetteer) -> SiteDraft:
    """A site with the point of its postal code."""
    location = _drafts(site.location, today)
    address = next(fact.value for fact in location if fact.field == "address")
    place = gazetteer.postal(address.postal_code, address.country)
    if place is not None:
        location.append(FactDraft("point", Point(place.lat, place.lon, "postal")))
    return SiteDraft(site.key, location, _drafts(site.listing, today))


def _drafts(facts: list[BundledFact], today: dt.date) -> list[FactDraft]:
    return [_draft(fact, today) for fact in facts]


def _draft(fact: BundledFact, today: dt.date) -> FactDraft:
    value = fact.read(today)
    match fact.field:
        case "phone":
            key = value.number
        case "name":
            key = folded(value.text)
        case "url":
            key = value.text.removeprefix("https://").removeprefix("www.").partition("/")[0]
        case _:
            key = None
    return FactDraft(fact.field, value, fact.slot, fact.tier, key)
