"""The first look at a source, in memory: which services are confidential, and what would give their places away.

A place is withheld for every service of its organization (SAFETY L18), so nothing can be kept before all rows were
seen: also those that are malformed, repeated or without a row of their own. In doubt two rows are about one place.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

import msgspec

from directory.listings.disclosure import default_disclosure
from importers.mapping import HsdsMapping
from importers.places_of_rows import Places
from importers.record import Refused, SourceRecord, SourceSite
from importers.shelter_words import is_withheld, says_withheld, shelter_in_text
from importers.site_marks import SiteMarks, marks_of

KIND = "kind-is-confidential"
NAME = "name-says-shelter"
SHELTER_TEXT = "description-says-shelter"
HOUSING_TEXT = "description-says-transitional-housing"
SAYS_SO = "says-confidential"
SHARED = "shares-confidential-site"

_packed = msgspec.msgpack.Encoder().encode
_unpacked = msgspec.msgpack.Decoder(SiteMarks).decode
_EVERYWHERE = ""
_ANYBODY = "*"
_BY_TEXT = {"shelter": SHELTER_TEXT, "transitional-housing": HOUSING_TEXT}


class Confidential(msgspec.Struct, frozen=True):
    """What must not be told.

    Attributes:
        reasons: key of each confidential service, and the names of the reasons.
        organizations: keys of organizations that have one.
        areas: by organization, ids of the areas of its confidential services.
        marks: by organization, what tells its confidential sites; under "" what tells one for every organization,
            under "*" all there are, for services of which nobody says whose they are.
        streets: the same, the words of their streets, as the screen looks for them.
    """

    reasons: Mapping[str, tuple[str, ...]]
    organizations: frozenset[str]
    areas: Mapping[str, frozenset[str]]
    marks: Mapping[str, frozenset[str]]
    streets: Mapping[str, frozenset[str]]

    def streets_of(self, organization: str | None) -> frozenset[str]:
        """The streets that no text of an organization may name; for a service of nobody knows whom, any."""
        return frozenset().union(*(self.streets.get(owner, ()) for owner in _owners(organization)))

    def is_secret_site(self, organization: str | None, site: SourceSite) -> bool:
        """Whether a confidential service that this organization may not give away is at a site."""
        return _tells(self.marks, organization, marks_of(site).told)


def _owners(organization: str | None) -> tuple[str, ...]:
    """Under which names stands what rows of this organization must not tell."""
    return (organization, _EVERYWHERE) if organization else (_ANYBODY,)


def _tells(marks: Mapping[str, AbstractSet[str]], organization: str | None, told: AbstractSet[str]) -> bool:
    return any(not told.isdisjoint(marks.get(owner, ())) for owner in _owners(organization))


class _Seen(msgspec.Struct):
    """What is remembered of a service between the first look and the second.

    Attributes:
        key: of the service.
        organization: whose it says it is; None where it does not say.
        is_sure: whether the row can be trusted in this. Cells of one that is malformed may stand in wrong columns.
        reasons: why it is confidential by itself.
        area: id of the area of its sites.
        sites: the marks of its sites, packed: there may be a hundred thousand services.
    """

    key: str
    organization: str | None
    is_sure: bool
    reasons: tuple[str, ...]
    area: str | None
    sites: tuple[bytes, ...]

    def owner(self) -> str:
        """The organization, or what stands in for it."""
        return self.organization or self.key


class _Secrets:
    """What tells secret sites, by whose rows must not tell it."""

    def __init__(self) -> None:
        self.marks: dict[str, set[str]] = defaultdict(set)
        self.streets: dict[str, set[str]] = defaultdict(set)

    def add(self, service: _Seen, site: SiteMarks, *, is_by_itself: bool) -> None:
        """Add a site of a confidential service; ``is_by_itself`` is False where only another service makes it secret.

        A key of the source means one place, whoever names it, so it is secret for everyone. The street is so only
        where nobody knows whose a service is that is confidential by itself.
        """
        is_everyones = is_by_itself and not (service.organization is not None and service.is_sure)
        around = site.around if is_by_itself else frozenset()
        self.marks[_ANYBODY] |= {site.key} | site.anywhere | around
        self.marks[_EVERYWHERE] |= {site.key} | (site.anywhere | around if is_everyones else frozenset())
        if service.organization is not None:
            self.marks[service.organization] |= site.secret | around
        for owner in filter(None, (_ANYBODY, service.organization)):
            self.streets[owner] |= site.words
        if is_everyones:
            self.streets[_EVERYWHERE] |= site.words

    def hold(self, service: _Seen, site: SiteMarks) -> bool:
        """Whether rows of this service must not tell this site."""
        return _tells(self.marks, service.organization if service.is_sure else None, site.told)


def look_for_confidential(rows: Iterable[SourceRecord | Refused], mapping: HsdsMapping, places: Places) -> Confidential:
    """Look through all services of a source, refused ones too."""
    seen = [service for row in rows if (service := _remember(row, mapping, places)) is not None]
    reasons: dict[str, dict[str, None]] = {}
    for service in seen:
        if service.reasons:
            reasons.setdefault(service.key, {}).update(dict.fromkeys(service.reasons))
    secrets = _Secrets()
    others: list[tuple[_Seen, bytes]] = []
    for service in seen:
        for site in service.sites:
            if service.key in reasons:
                secrets.add(service, _unpacked(site), is_by_itself=True)
            else:
                others.append((service, site))
    public = {service.key for service, _ in _still_public(others, secrets)}
    for service in seen:
        if service.sites and service.key not in reasons and service.key not in public:
            # All its sites are secret, however the row about it spells them.
            reasons[service.key] = {SHARED: None}
    areas: dict[str, set[str]] = defaultdict(set)
    for service in seen:
        if service.key in reasons and service.area is not None:
            areas[service.owner()].add(service.area)
    return Confidential(
        reasons={key: tuple(why) for key, why in reasons.items()},
        organizations=frozenset(service.owner() for service in seen if service.key in reasons),
        areas=_frozen(areas),
        marks=_frozen(secrets.marks),
        streets=_frozen(secrets.streets),
    )


def _remember(row: SourceRecord | Refused, mapping: HsdsMapping, places: Places) -> _Seen | None:
    record = row.record if isinstance(row, Refused) else row
    if record is None or record.kind != "service":
        return None
    area = places.common_area(record.sites)
    return _Seen(
        record.key,
        record.organization_key,
        isinstance(row, SourceRecord) or row.rule in ("duplicate-id", "no-name"),
        tuple(_reasons(record, mapping)),
        area.id if area else None,
        tuple(_packed(marks_of(site)) for site in record.sites),
    )


def _reasons(record: SourceRecord, mapping: HsdsMapping) -> list[str]:
    """Why a service is confidential by what its own row says (SAFETY L16, L19)."""
    reasons = []
    meaning = mapping.meaning(record.names)
    if default_disclosure(meaning.kinds) != "public" or meaning.has_shelter_words:
        reasons.append(KIND)
    names = (record.cells.get("name", ""), record.cells.get("alternate_name", ""))
    if any(mapping.shelter_in_name(name, is_kind_known=meaning.is_known) for name in names):
        reasons.append(NAME)
    if not meaning.is_known and (said := shelter_in_text(record.cells.get("description", ""))):
        reasons.append(_BY_TEXT[said])
    texts = [record.cells.get(column, "") for column in ("description", "application_process")]
    cells: list[str] = []
    for site in record.sites:
        texts += [site.cells.get("description", ""), site.cells.get("transportation", "")]
        cells += [site.cells.get(column, "") for column in ("name", "alternate_name", "address_1", "address_2", "city")]
        cells += site.traces
    if any(map(is_withheld, filter(None, cells))) or any(map(says_withheld, (*names, *texts))):
        reasons.append(SAYS_SO)
    return reasons


def _still_public(sites: list[tuple[_Seen, bytes]], secrets: _Secrets) -> list[tuple[_Seen, bytes]]:
    """The sites that are not secret. Each that is may tell further ones: it has a key, or a spelling, of its own."""
    is_growing = True
    while is_growing:
        kept = []
        for service, packed in sites:
            site = _unpacked(packed)
            if secrets.hold(service, site):
                secrets.add(service, site, is_by_itself=False)
            else:
                kept.append((service, packed))
        is_growing = len(kept) < len(sites)
        sites = kept
    return sites


def _frozen(sets: Mapping[str, AbstractSet[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in sets.items()}
