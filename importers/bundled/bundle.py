"""The form of a bundled directory: JSON close to the drafts it becomes, one fact on a line, made to be reviewed.

Days in a bundle stand in relation to the day on which it is first loaded: evidence by ``days_ago``, a date inside a
value as ``"@-40"`` or ``"@+300"``. So a practice network does not grow old on the shelf.
"""

import datetime as dt
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any, Literal

import msgspec

from directory.listings.drafts import LocationDisclosure
from directory.listings.fields import FIELDS, Tier

Standing = Literal["listed", "suspended", "closed"]
Name = Literal["starter", "practice"]

_DAY = re.compile(rb'"@([+-][0-9]{1,4})"')


class BundledFact(msgspec.Struct, frozen=True, array_like=True):
    """A fact: ``[field, slot, value]``, with a tier only where it is not the field's own."""

    field: str
    slot: str
    value: msgspec.Raw
    tier: Tier | None = None

    def read(self, today: dt.date) -> Any:
        """Its value as the field's struct, days put in relation to ``today``; ``KeyError`` or ``msgspec`` errors."""
        return msgspec.json.decode(
            _DAY.sub(lambda found: _day(found, today), bytes(self.value)), type=FIELDS[self.field].value
        )


class Observation(msgspec.Struct, frozen=True, array_like=True):
    """What somebody or something found about a fact: ``[field, slot, method, outcome, days_ago]``."""

    field: str
    slot: str
    method: str
    outcome: str
    days_ago: int


class BundledSite(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A place of a public service. Its point is not written down: it is that of its postal code."""

    key: str
    location: list[BundledFact]
    listing: list[BundledFact] = []
    evidence: list[Observation] = []


class BundledService(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A service. ``standing`` other than ``listed`` is set when it is first loaded, with its ``reason``."""

    key: str
    facts: list[BundledFact]
    disclosure: LocationDisclosure = "public"
    area: str | None = None
    sites: list[BundledSite] = []
    evidence: list[Observation] = []
    standing: Standing = "listed"
    reason: str = ""


class BundledOrganization(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An organization with its services. ``local`` ones are of use in one state only."""

    key: str
    facts: list[BundledFact]
    services: list[BundledService]
    local: bool = False


class BundleSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the bundle is named among the sources: ``owner`` is what readers see."""

    key: str
    owner: str
    licence: str
    trust: str


class BundleNetwork(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A network of its own; ``practice`` marks each of its cards."""

    key: str
    name: str
    kind: Literal["working", "practice"]


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole bundled directory.

    Attributes:
        about: what it is.
        dated: when it was put together.
        source: its name among the sources.
        network: where its listings belong; None = to the working network, like any import.
        organizations: what it holds.
    """

    about: str
    dated: dt.date
    source: BundleSource
    network: BundleNetwork | None
    organizations: list[BundledOrganization]

    def services(self) -> Iterator[BundledService]:
        """Every service."""
        for organization in self.organizations:
            yield from organization.services

    def facts(self) -> Iterator[BundledFact]:
        """Every fact of every record."""
        for organization in self.organizations:
            yield from organization.facts
        for service in self.services():
            yield from service.facts
            for site in service.sites:
                yield from site.location
                yield from site.listing


def read_bundle(name: Name) -> Bundle:
    """A bundled directory of this version of the program."""
    return msgspec.json.decode(resources.files("importers.bundled").joinpath(f"{name}.json").read_bytes(), type=Bundle)


def _day(found: re.Match[bytes], today: dt.date) -> bytes:
    return f'"{today + dt.timedelta(days=int(found[1]))}"'.encode()
