"""The first look at a source, in memory: which services are confidential, and what would give their places away.

A place is withheld for every service of its organization (SAFETY L18), so nothing can be kept before all rows were
seen: also those that are malformed, repeated or without a row of their own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from directory.listings.disclosure import default_disclosure
from directory.listings.screen import street_words
from directory.values.plain_text import folded
from importers.mapping import HsdsMapping
from importers.places_of_rows import Places
from importers.record import Refused, SourceRecord, SourceSite

KIND = "kind-is-confidential"
NAME = "name-says-shelter"
SAYS_SO = "says-confidential"
SHARED = "shares-confidential-site"

# Of an address or the name of a place ...
_WITHHELD_CELL = re.compile(
    r"\b(?:confidential|undisclosed|withheld|unlisted|not disclosed|not published|confidencial)\b"
)
# ... and of a sentence about a place.
_WITHHELD_TEXT = re.compile(
    r"\b(?:confidential|undisclosed|secret|unlisted|unpublished) (?:shelter )?(?:location|address|site)s?\b"
    r"|\b(?:location|address|site)s? (?:is|are|of the shelter is|of the house is) (?:kept |strictly |completely )?"
    r"(?:confidential|undisclosed|secret|withheld|not (?:disclosed|published|given|shared))\b"
    r"|\b(?:ubicacion|direccion) (?:es )?confidencial\b"
)
_EVERYWHERE = ""
_LEAST_PHRASE = 6


class Confidential(msgspec.Struct, frozen=True):
    """What must not be told.

    Attributes:
        reasons: key of each confidential service, and the names of the reasons.
        organizations: keys of organizations that have one.
        areas: by organization, ids of the areas of its confidential services.
        marks: by organization, what tells its confidential sites; under "" those of nobody knows whom.
        streets: by organization, the words of their streets, as the screen looks for them.
    """

    reasons: Mapping[str, tuple[str, ...]]
    organizations: frozenset[str]
    areas: Mapping[str, frozenset[str]]
    marks: Mapping[str, frozenset[str]]
    streets: Mapping[str, frozenset[str]]

    def streets_of(self, organization: str | None) -> frozenset[str]:
        """The streets that no text of an organization may name."""
        return self.streets.get(organization or _EVERYWHERE, frozenset()) | self.streets.get(_EVERYWHERE, frozenset())

    def is_secret_site(self, organization: str | None, site: SourceSite) -> bool:
        """Whether a confidential service of the same organization is at a site."""
        own = self.marks.get(organization or _EVERYWHERE, frozenset()) | self.marks.get(_EVERYWHERE, frozenset())
        return not own.isdisjoint(site_marks(site))


class _Seen(msgspec.Struct):
    """What is remembered of a service between the first look and the second.

    ``organization`` is "" where it is not certain, and ``said`` what the row seems to say.
    """

    key: str
    organization: str
    said: str
    reasons: list[str]
    area: str | None
    sites: list[tuple[frozenset[str], frozenset[str]]]


def look_for_confidential(rows: Iterable[SourceRecord | Refused], mapping: HsdsMapping, places: Places) -> Confidential:
    """Look through all services of a source, refused ones too."""
    seen = [service for row in rows if (service := _remember(row, mapping, places)) is not None]
    reasons: dict[str, dict[str, None]] = {}
    for service in seen:
        if service.reasons:
            reasons.setdefault(service.key, {}).update(dict.fromkeys(service.reasons))
    marks: dict[str, set[str]] = defaultdict(set)
    for service in seen:
        if service.key in reasons:
            marks[service.organization].update(*(site_marks for site_marks, _ in service.sites))
    _spread(seen, reasons, marks)
    return _gather(seen, reasons, marks)


def site_marks(site: SourceSite) -> frozenset[str]:
    """What two rows about one site have in common: its key, its street with the ZIP or town, its point."""
    cells = site.cells
    marks = {site.key}
    street = cells.get("address_1", "")
    if street and not _WITHHELD_CELL.search(folded(street)):
        words = street_words(street) or folded(street)
        town = cells.get("postal_code", "")[:5] or folded(cells.get("city", ""))
        marks.add(f"{words} | {town}")
    try:
        lat, lon = float(cells["latitude"]), float(cells["longitude"])
    except (KeyError, ValueError):
        return frozenset(marks)
    if lat or lon:
        marks.add(f"{lat:.4f},{lon:.4f}")
    return frozenset(marks)


def _remember(row: SourceRecord | Refused, mapping: HsdsMapping, places: Places) -> _Seen | None:
    record = row.record if isinstance(row, Refused) else row
    if record is None or record.kind != "service":
        return None
    # Cells of a row that is malformed or missing may name a wrong organization, so its place is secret for all.
    is_sure = isinstance(row, SourceRecord) or row.rule in ("duplicate-id", "no-name")
    said = record.organization_key or record.key
    area = places.common_area(record.sites)
    return _Seen(
        record.key,
        said if is_sure else _EVERYWHERE,
        said,
        _reasons(record, mapping),
        area.id if area else None,
        [(site_marks(site), _words(site)) for site in record.sites],
    )


def _reasons(record: SourceRecord, mapping: HsdsMapping) -> list[str]:
    reasons = []
    meaning = mapping.meaning(record.names)
    if default_disclosure(meaning.kinds) != "public":
        reasons.append(KIND)
    if mapping.has_shelter_words(record.cells.get("name", "")):
        reasons.append(NAME)
    texts = [
        record.cells.get(column, "") for column in ("name", "alternate_name", "description", "application_process")
    ]
    cells: list[str] = []
    for site in record.sites:
        texts += [site.cells.get("description", ""), site.cells.get("transportation", "")]
        cells += [site.cells.get(column, "") for column in ("name", "alternate_name", "address_1", "address_2", "city")]
        cells += site.traces
    if any(_WITHHELD_CELL.search(folded(cell)) for cell in cells if cell) or any(
        _WITHHELD_TEXT.search(folded(text)) for text in texts if "onfiden" in text or _WITHHELD_HINT.search(text)
    ):
        reasons.append(SAYS_SO)
    return reasons


_WITHHELD_HINT = re.compile(r"confiden|disclos|secret|withheld|unlisted|publish|not given|not shared", re.IGNORECASE)


def _words(site: SourceSite) -> frozenset[str]:
    """Phrases that name the street of a site: house number and name, or the whole line where there is no number."""
    found = set()
    for line in (site.cells.get("address_1", ""), site.cells.get("address_2", ""), *site.traces):
        if street := street_words(line):
            found.add(street)
    first = folded(site.cells.get("address_1", ""))
    if first and not street_words(first) and " " in first and len(first) >= _LEAST_PHRASE:
        found.add(first)
    return frozenset(phrase for phrase in found if not _WITHHELD_CELL.search(phrase))


def _spread(seen: list[_Seen], reasons: dict[str, dict[str, None]], marks: dict[str, set[str]]) -> None:
    """A service all of whose sites are secret is confidential too, however the row about it spells the place."""
    is_growing = True
    while is_growing:
        is_growing = False
        for service in seen:
            if service.key in reasons or not service.sites:
                continue
            secret = marks[service.organization] | marks[_EVERYWHERE]
            if all(not own.isdisjoint(secret) for own, _ in service.sites):
                reasons[service.key] = {SHARED: None}
                marks[service.organization].update(*(own for own, _ in service.sites))
                is_growing = True


def _gather(
    seen: list[_Seen], reasons: Mapping[str, Mapping[str, None]], marks: Mapping[str, set[str]]
) -> Confidential:
    streets: dict[str, set[str]] = defaultdict(set)
    areas: dict[str, set[str]] = defaultdict(set)
    everywhere = marks.get(_EVERYWHERE, set())
    for service in seen:
        secret = marks.get(service.organization, set()) | everywhere
        for own, words in service.sites:
            if service.key in reasons or not own.isdisjoint(secret):
                streets[service.organization] |= words
        if service.key in reasons and service.area is not None:
            areas[service.said].add(service.area)
    return Confidential(
        reasons={key: tuple(why) for key, why in reasons.items()},
        organizations=frozenset(service.said for service in seen if service.key in reasons),
        areas={organization: frozenset(ids) for organization, ids in areas.items()},
        marks={organization: frozenset(own) for organization, own in marks.items()},
        streets={organization: frozenset(words) for organization, words in streets.items()},
    )
