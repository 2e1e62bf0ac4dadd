"""Keys that may be kept. A source's own id of a record is kept for ever, so an id that could be an address is not.

Some sources make ids of addresses ("4815-nw-quincewater-road"). Such a record goes by its name instead, and such a
place by its number among the places of its service. Never by a digest: to anyone with a list of streets, that is the
street.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from directory.listings.place_patterns import STREET_KINDS
from directory.listings.screen import holds_location
from directory.listings.streets import street_name
from directory.values.plain_text import folded
from importers.keeping import parts_of
from importers.record import Reader, Refused, SourceRecord, SourceSite

# An id may be of these shapes by chance; beside a house number they are found all the same.
_MEANS_LITTLE = frozenset({"unit-or-floor", "transit-stop", "postal-code", "beside-something"})
_HOUSE_AND_STREET = re.compile(r"\b[0-9]{1,6}[a-z]? (?:(?:[nsew]|[ns][ew]|[0-9]{1,3}(?:st|nd|rd|th)?) )*[a-z]{3,}\b")
_STREET = re.compile(rf"\b[a-z]{{3,}} (?:{'|'.join(sorted(kind for kind in STREET_KINDS if len(kind) > 2))})\b")
_SEPARATORS = re.compile(r"[^A-Za-z0-9.+]+")
_CAMELS = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OPAQUE = re.compile(r"[0-9a-fA-F-]{16,}|[0-9]+")
_USUAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:|+=@-]{0,63}")
_WORD = re.compile(r"[a-z]{4,}")
_USUAL_WORDS = frozenset(
    {"location", "locations", "site", "sites", "place", "places", "address", "addresses", "service", "services"}
    | {"organization", "organizations", "agency", "program", "programs", "record", "uuid", "hsds"}
)
_LEAST_NAME = 5
_LEAST_DIGITS = 6


@lru_cache(maxsize=10_000)
def could_be_address(identity: str) -> bool:
    """Whether an id, or a name, may say where something is."""
    if _OPAQUE.fullmatch(identity):
        return False
    words = _SEPARATORS.sub(" ", _CAMELS.sub(" ", identity))
    spellings = (identity, words, words.replace(".", " "))
    if any(set(holds_location(spelling)) - _MEANS_LITTLE for spelling in spellings):
        return True
    plain = folded(words)
    return _HOUSE_AND_STREET.search(plain) is not None or _STREET.search(plain) is not None


def is_telling(identity: str, sites: tuple[SourceSite, ...]) -> bool:
    """Whether an id could be an address, or names one of these places, so that nothing may be kept by it."""
    return could_be_address(identity) or _names_place(identity, sites)


def site_key(site: SourceSite, number: int) -> str:
    """The key under which a public place is kept; ``number`` is its place among the places of its service, from 1."""
    identity = site.key.partition(":")[2]
    words = set(_WORD.findall(folded(identity))) - _USUAL_WORDS
    is_plain = _OPAQUE.fullmatch(identity) or (_USUAL_ID.fullmatch(identity) and not words)
    if is_plain and not could_be_address(identity) and not _names_place(identity, (site,)):
        return site.key
    return f"location {number}"


class _Given:
    """The keys that were given so far, by the source's own, and how many records go by one name."""

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self.named: Counter[str] = Counter()


class NeutralKeys:
    """A document whose organizations and services have keys that may be kept."""

    def __init__(self, document: Reader, given: "_Given | None" = None) -> None:
        self.name = document.name
        self._document = document
        self._given = given or _Given()
        self._knows_organizations = False

    def parts(self) -> Iterator[Reader]:
        """See ``Reader``."""
        return (NeutralKeys(part, self._given) for part in parts_of(self._document))

    def organizations(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        return map(self._neutral, self._document.organizations())

    def services(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        self._know_organizations()
        return map(self._neutral, self._document.services())

    def leftovers(self) -> Iterator[Refused]:
        """See ``Reader``."""
        self._know_organizations()
        return map(self._neutral_refusal, self._document.leftovers())

    def not_read(self) -> Mapping[str, int]:
        """See ``Reader``."""
        return self._document.not_read()

    def _know_organizations(self) -> None:
        """Look at all organizations before the first service: one that has a row is called by its key there."""
        if not self._knows_organizations:
            for row in self._document.organizations():
                if isinstance(row, SourceRecord):
                    self._key(row)
            self._knows_organizations = True

    def _neutral(self, row: SourceRecord | Refused) -> SourceRecord | Refused:
        if isinstance(row, Refused):
            return self._neutral_refusal(row)
        return msgspec.structs.replace(row, key=self._key(row), organization_key=self._organization(row))

    def _neutral_refusal(self, refused: Refused) -> Refused:
        if refused.record is None:
            return refused
        record = refused.record
        record = msgspec.structs.replace(record, key=self._key(record), organization_key=self._organization(record))
        return msgspec.structs.replace(refused, key=record.key if refused.key else None, record=record)

    def _organization(self, record: SourceRecord) -> str | None:
        """The key of a service's organization. One that has no row, and no id that may be kept, is not known."""
        key = record.organization_key
        if key is None or key in self._given.keys:
            return key and self._given.keys[key]
        return None if could_be_address(key.partition(":")[2]) else key

    def _key(self, record: SourceRecord) -> str:
        given = self._given.keys
        if record.key not in given:
            identity = record.key.partition(":")[2]
            given[record.key] = self._by_name(record) if is_telling(identity, record.sites) else record.key
        return given[record.key]

    def _by_name(self, record: SourceRecord) -> str:
        name = folded(record.cells.get("name", ""))
        if not name or could_be_address(name) or _names_place(name, record.sites):
            return f"{record.kind} in row {record.position.row}"
        key = f"{record.kind} called {name}"
        named = self._given.named
        named[key] += 1
        return key if named[key] == 1 else f"{key} {named[key]}"


def _names_place(text: str, sites: tuple[SourceSite, ...]) -> bool:
    """Whether a text names the street or building of one of these places, its postal code, or its point."""
    words = folded(text).split()
    joined, digits = "".join(words), "".join(filter(str.isdigit, text))
    for site in sites:
        name = street_name(site.cells.get("address_1", ""))
        postal = site.cells.get("postal_code", "")[:5]
        degrees = ("".join(filter(str.isdigit, site.cells.get(column, ""))) for column in ("latitude", "longitude"))
        if (
            (len(name) >= _LEAST_NAME and name in joined)
            or postal.lower() in words
            or any(len(number) >= _LEAST_DIGITS and number[:_LEAST_DIGITS] in digits for number in degrees)
        ):
            return True
    return False
