"""What a reader, a form or a bundled file wants the directory to say: drafts that verbs turn into records and facts.

A draft of a service that is not public has no sites at all; there is no field in which its place could stand.
"""

from typing import Any, Literal

import msgspec

from directory.listings.fields import FIELDS, RecordKind, Text, Tier, encode_value

LocationDisclosure = Literal["public", "area_only", "withheld"]
# From the most open to the most closed: an import may only move to the right (SAFETY I7).
OPENNESS: tuple[LocationDisclosure, ...] = ("public", "area_only", "withheld")


class FactDraft(msgspec.Struct, frozen=True):
    """One value to be said. ``tier`` None means the field's own; ``match_key`` finds the same thing elsewhere."""

    field: str
    value: Any
    slot: str = ""
    tier: Tier | None = None
    match_key: str | None = None

    @property
    def shown_to(self) -> Tier:
        """The lowest tier that sees it."""
        return self.tier or FIELDS[self.field].tier

    @property
    def stored(self) -> str:
        """The value as it is stored."""
        return encode_value(self.value)


class OrganizationDraft(msgspec.Struct, frozen=True, tag="organization"):
    """An organization as one source row describes it.

    ``is_closed``: it has something confidential, and nothing that was said of it before may go on placing that.
    """

    source_key: str
    facts: list[FactDraft]
    is_closed: bool = False


class SiteDraft(msgspec.Struct, frozen=True):
    """One place at which a service is offered: facts of the place and facts of the service there."""

    source_key: str
    location: list[FactDraft]
    listing: list[FactDraft] = []


class ServiceDraft(msgspec.Struct, frozen=True, tag="service"):
    """A service as one source row describes it.

    Attributes:
        source_key: the source's key of the row, such as ``service:136``.
        organization_key: the source key of its organization; the organization comes first.
        facts: of the service.
        location_disclosure: ``public``, ``area_only`` or ``withheld``.
        published_area: id of the confidential area, exactly when ``area_only``.
        sites: places, only when ``public``; none means that the service has no place of its own (a hotline).
    """

    source_key: str
    organization_key: str
    facts: list[FactDraft]
    location_disclosure: LocationDisclosure = "public"
    published_area: str | None = None
    sites: list[SiteDraft] = []

    def __post_init__(self) -> None:
        """Refuse a draft that says more about a place than its disclosure allows."""
        if self.location_disclosure != "public" and self.sites:
            msg = "a service that is not public has no sites"
            raise ValueError(msg)
        if (self.location_disclosure == "area_only") != (self.published_area is not None):
            msg = "a published area belongs to area_only, and only to it"
            raise ValueError(msg)


class MisplacedFactError(ValueError):
    """A draft puts a field on a kind of record where it cannot stand."""


def check_facts(facts: list[FactDraft], kind: RecordKind) -> None:
    """Raise ``MisplacedFactError`` or ``KeyError`` if a fact cannot stand on this kind of record, or stands twice."""
    seen: set[tuple[str, str]] = set()
    for fact in facts:
        value = FIELDS[fact.field].value
        # Plain text is the shortest of all that has more parts than its text.
        fits = isinstance(fact.value, value) or (type(fact.value) is Text and issubclass(value, Text))
        if kind not in FIELDS[fact.field].records or not fits:
            raise MisplacedFactError(f"{fact.field} cannot stand on a {kind}, or has another kind of value")
        if (fact.field, fact.slot) in seen:
            raise MisplacedFactError(f"{fact.field} stands twice in one slot")
        seen.add((fact.field, fact.slot))
