"""From facts to parties: what a draft, or a record of the directory, says of who it is and where."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from directory.errors import BadInputError
from directory.listings.disclosure import UNNAMED
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft
from directory.listings.streets import placed_streets
from directory.places.gazetteer import Gazetteer
from directory.values.plain_text import folded
from directory.values.web_address import site_domain
from importers.matching.common import carries_weight, domain_of
from importers.matching.party import Key, Kind, Party, closed

# What is read of a record; the description is cut, for it is only compared.
FIELDS = (
    "name", "alternate_name", "phone", "url", "email", "address", "organization_identifier", "kind", "description",
)  # fmt: skip
_LONGEST_TEXT = 600

# A field, its slot and its value (a struct of ``listings.fields``).
Fact = tuple[str, str, Any]


class Gatherer:
    """Makes parties. ``gazetteer`` tells the county of a postal code."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._postal = lru_cache(maxsize=20_000)(gazetteer.postal)

    def party(
        self,
        key: Key,
        kind: Kind,
        facts: Iterable[Fact],
        *,
        owner: Key | None = None,
        sources: Iterable[str] = (),
        is_confidential: bool = False,
    ) -> Party:
        """The party of a record.

        Args:
            key: of it. A record whose name may not be shown has no names, and is never compared.
            kind: ``organization`` or ``service``.
            facts: its own; then of a service those of its places, of an organization numbers and places of what it
                offers.
            owner: the organization of a service.
            sources: the lists that say it.
            is_confidential: whether it is, or offers, something confidential.
        """
        said: dict[str, list[str]] = {name: [] for name in ("names", "phones", "domains", "identifiers", "kinds")}
        where: dict[str, list[str]] = {name: [] for name in ("streets", "postals", "towns", "counties", "states")}
        description = ""
        for field, slot, value in facts:
            if field in ("name", "alternate_name"):
                # What stands where a name may not be shown is the name of many.
                said["names"] += [value.text] if value.text != UNNAMED else []
            elif field == "phone" and value.kind != "fax" and carries_weight(value.number):
                said["phones"].append(value.number)
            elif field in ("url", "email"):
                said["domains"].append(_domain(field, value.text))
            elif field == "organization_identifier":
                said["identifiers"].append(f"{value.type or slot} {folded(value.identifier)}")
            elif field == "kind":
                said["kinds"].append(slot)
            elif field == "description":
                description = description or folded(value.text[:_LONGEST_TEXT])
            elif field == "address":
                self._place(value, where)
        sets: dict[str, Any] = {
            name: frozenset(filter(None, many)) for name, many in (said | where).items() if name != "names"
        }
        party = Party(
            key,
            kind,
            tuple(dict.fromkeys(said["names"])),
            owner=owner,
            sources=frozenset(sources),
            description=description,
            **sets,
        )
        return closed(party) if is_confidential else party

    def _place(self, address: Any, where: dict[str, list[str]]) -> None:
        postal, town = address.postal_code[:5].lower(), folded(address.city)
        where["streets"] += placed_streets(address.address_1, address.city, address.postal_code)
        where["postals"].append(postal)
        where["towns"].append(town)
        if address.state_province:
            where["states"].append(f"{address.country}-{address.state_province}")
        known = self._postal(address.postal_code, address.country) if address.postal_code else None
        if known is not None and known.county:
            where["counties"].append(known.county)


def _domain(field: str, text: str) -> str:
    try:
        return domain_of(site_domain(text) if field == "url" else text.rpartition("@")[2])
    except BadInputError:
        return ""


def facts_of(drafts: Iterable[FactDraft]) -> list[Fact]:
    """Drafts as facts, those that say who something is."""
    return [(one.field, one.slot, one.value) for one in drafts if one.field in FIELDS]


def without_texts(draft: OrganizationDraft | ServiceDraft) -> OrganizationDraft | ServiceDraft:
    """A draft with nothing left but what says who something is."""
    facts = [one for one in draft.facts if one.field in FIELDS]
    if isinstance(draft, OrganizationDraft):
        return msgspec.structs.replace(draft, facts=facts)
    sites = [
        msgspec.structs.replace(one, location=[fact for fact in one.location if fact.field in FIELDS], listing=[])
        for one in draft.sites
    ]
    return msgspec.structs.replace(draft, facts=facts, sites=sites)


class Drafted:
    """Parties of the rows of one document, from their drafts, before anything is stored."""

    def __init__(self, gatherer: Gatherer, source: str, unnamed: str) -> None:
        """``unnamed`` is the name of organizations that the source does not name."""
        self._gatherer, self._source, self._unnamed = gatherer, source, unnamed
        self._organizations: dict[str, list[Fact]] = {}
        self._closed: set[str] = set()
        self._services: dict[Key, Party] = {}

    def add(self, draft: OrganizationDraft | ServiceDraft) -> None:
        """Take in a row."""
        facts = facts_of(draft.facts)
        if isinstance(draft, OrganizationDraft):
            self._organizations.setdefault(draft.source_key, []).extend(facts)
            if draft.is_closed:
                self._closed.add(draft.source_key)
            return
        facts += [fact for site in draft.sites for fact in facts_of(site.location)]
        is_confidential = draft.location_disclosure != "public"
        owner = draft.organization_key
        if is_confidential:
            self._closed.add(owner)
        self._services[draft.source_key] = self._gatherer.party(
            draft.source_key, "service", facts, owner=owner, sources=(self._source,), is_confidential=is_confidential
        )
        if not is_confidential:
            offered = [fact for fact in facts if fact[0] in ("phone", "address")]
            self._organizations.setdefault(owner, []).extend(offered)

    def organizations(self) -> dict[Key, Party]:
        """The organizations that have a name, by source key."""
        return {key: one for key, one in self._parties().items() if one.names and one.names[0] != self._unnamed}

    def nameless(self) -> frozenset[Key]:
        """The keys of the others: each stands for an organization that its source does not name."""
        return frozenset(self._organizations.keys() - self.organizations().keys())

    def services(self) -> dict[Key, Party]:
        """The services that have a name, by source key."""
        return {key: one for key, one in self._services.items() if one.names}

    def _parties(self) -> dict[Key, Party]:
        return {
            key: self._gatherer.party(
                key, "organization", facts, sources=(self._source,), is_confidential=key in self._closed
            )
            for key, facts in self._organizations.items()
        }
