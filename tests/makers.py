"""Arrange with the verbs people use: small listings that a test can say something about."""

import datetime as dt

from sqlalchemy.orm import Session

from directory.bootstrap import working_network
from directory.freshness.models import Evidence
from directory.freshness.parameters import weight_of
from directory.freshness.service import add_evidence
from directory.listings.changes import Author
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, SiteDraft
from directory.listings.fields import (
    Address,
    Eligibility,
    Language,
    Phone,
    Point,
    Schedule,
    ServiceArea,
    TermValue,
    Text,
    TraumaInformed,
)
from directory.listings.models import Fact
from directory.listings.service import Created, create, touch

AUTHOR = Author("edit", "a test arranges it")
MIAMI = (25.7683, -80.2014)
STREET = "742 Evergreen Terrace"


def text(field: str, words: str) -> FactDraft:
    """A text fact."""
    return FactDraft(field, Text(words))


def phone(number: str = "+13055550142", slot: str = "voice") -> FactDraft:
    """A voice line."""
    return FactDraft("phone", Phone(number), slot=slot, match_key=number)


def kind(code: str) -> FactDraft:
    """A kind of service."""
    return FactDraft("kind", TermValue(), slot=code)


def speaks(tag: str, how: str = "staff") -> FactDraft:
    """A language."""
    return FactDraft("language", Language(tag, how=how), slot=f"{tag}:{how}")  # type: ignore[arg-type]


def takes(code: str, how: str = "welcomes") -> FactDraft:
    """A population that is taken."""
    return FactDraft("eligibility", Eligibility("yes", how=how), slot=code)  # type: ignore[arg-type]


def refuses(code: str) -> FactDraft:
    """A population that is stated not to be taken."""
    return FactDraft("eligibility", Eligibility("no"), slot=code)


def opens(days: dict[str, list[tuple[int, int]]], slot: str = "office", zone: str = "America/New_York") -> FactDraft:
    """Opening times."""
    return FactDraft("schedule", Schedule(zone=zone, days=days), slot=slot)


def trained(level: str = "assessed", expires_on: str = "") -> FactDraft:
    """Evidence of trauma-informed practice."""
    value = TraumaInformed(level, by="Practice Institute", on="2026-01-15", expires_on=expires_on)  # type: ignore[arg-type]
    return FactDraft("trauma_informed", value, slot=f"{level}:practice-institute")


def serves(code: str, extent: str = "state") -> FactDraft:
    """An area that is served as a whole."""
    return FactDraft("service_area", ServiceArea(extent), slot=code)  # type: ignore[arg-type]


def site(key: str = "site:1", *, street: str = STREET, point: tuple[float, float] = MIAMI) -> SiteDraft:
    """A place in Miami."""
    address = Address(address_1=street, city="Miami", state_province="FL", postal_code="33130")
    return SiteDraft(key, [FactDraft("address", address), FactDraft("point", Point(point[0], point[1], "source"))])


def make_organization(session: Session, name: str = "Practice House", *facts: FactDraft) -> int:
    """An organization; its id."""
    draft = OrganizationDraft("organization:1", [text("name", name), *facts])
    return _create(session, draft, None).record_id


def make_service(
    session: Session,
    *facts: FactDraft,
    name: str = "Practice Service",
    organization_id: int | None = None,
    sites: list[SiteDraft] | None = None,
    area: str | None = None,
) -> Created:
    """A service with a voice line: public at ``sites``, or confidential in ``area``."""
    organization_id = organization_id or make_organization(session)
    said = [text("name", name), *facts]
    if not any(fact.field == "phone" for fact in facts):
        said.append(phone())
    draft = ServiceDraft(
        "service:1", "organization:1", said, "area_only" if area else "public", area, [] if area else (sites or [])
    )
    return _create(session, draft, organization_id)


def _create(session: Session, draft: OrganizationDraft | ServiceDraft, organization_id: int | None) -> Created:
    network = working_network(session)
    now: dt.datetime = session.info["now"]
    return create(session, [(draft, organization_id)], network_id=network.id, author=AUTHOR, now=now)[0]


def observe(
    session: Session, fact_id: int, method: str, outcome: str, *, days_ago: float = 1, lineage: str | None = None
) -> None:
    """Evidence as a verifier, a feed or a person leaves it, with the weight of the table."""
    at: dt.datetime = session.info["now"] - dt.timedelta(days=days_ago)
    session.add(
        Evidence(
            fact_id=fact_id, method=method, outcome=outcome, log2_odds=weight_of(method, outcome), observed_at=at,
            run_key=f"{method}:{outcome}:{fact_id}:{days_ago}:{lineage}", lineage=lineage,
        )
    )  # fmt: skip
    session.flush()
    touch(session, session.get_one(Fact, fact_id).record_id)


def confirm(session: Session, fact_id: int, *, days_ago: int = 1, log2_odds: int = -5, key: str = "") -> None:
    """Evidence of a call about a fact."""
    at: dt.datetime = session.info["now"] - dt.timedelta(days=days_ago)
    add_evidence(
        session, fact_id, method="call", outcome="answered", log2_odds=log2_odds, observed_at=at,
        run_key=key or f"call:{fact_id}:{days_ago}:{log2_odds}",
    )  # fmt: skip
