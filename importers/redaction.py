"""Redaction: what may not be kept leaves a source record here, in memory, before anything is stored, hashed or said.

A confidential service keeps no site: no street, unit, postal code, point, place name, directions, free words about
access. Its texts and its organization's lose every sentence that could place it, and rules are named while texts are
not (SAFETY L1, L7, L9, L18, L19). What comes out depends on a confidential place through its area alone.
"""

import re
from collections.abc import Collection, Iterable

import msgspec

from directory.listings.disclosure import UNNAMED
from directory.listings.drafts import LocationDisclosure
from directory.listings.screen import Screened, screen, without_mentions
from directory.places.areas import Area, area_by_id
from importers.confidential import SHARED, Confidential
from importers.keys import site_key
from importers.places_of_rows import Places
from importers.record import WORDED, Cells, Refused, SourceContact, SourceRecord, SourceSite

REMOVED = "telling-sentence-removed"
SITE_DROPPED = "confidential-site-dropped"
NAME_TELLS = "name-tells-place"
_BESIDE = "beside-something"

# All that is kept of a confidential service, and of an organization that has one.
_SERVICE_CELLS = (
    "name", "alternate_name", "description", "url", "email", "status", "alert", "interpretation_services",
    "application_process", "fees", "fees_description", "eligibility_description", "minimum_age", "maximum_age",
)  # fmt: skip
_ORGANIZATION_CELLS = ("name", "alternate_name", "description", "url", "email")
_PHONE_CELLS = ("number", "extension", "type", "language", "description", "department")
_SCHEDULE_CELLS = (
    "weekday", "opens_at", "closes_at", "original_text", "freq", "byday", "interval", "valid_from", "valid_to",
    "dtstart", "until", "count", "wkst", "bymonthday", "byweekno", "byyearday", "timezone", "description", "notes",
    "attending_type", "closed", "start_date", "end_date",
)  # fmt: skip
_WEB_CELLS = ("url", "email")

_ACCESSIBLE = re.compile(r"\b(?:accessible|wheelchair|handicap|step[- ]free|ramp|ada compliant)\b", re.IGNORECASE)
_NOT_ACCESSIBLE = re.compile(r"\b(?:not|no|inaccessible|limited|partial(?:ly)?)\b", re.IGNORECASE)
_POSTAL_CODE = re.compile(r"(?<![\w-])(?:\d{5}|[A-Z]\d[A-Z])(?![\w-])", re.ASCII)
_BETWEEN_WORDS_OF_LINKS = re.compile(r"[-_/+.=&?@]|%20")
_NUMBER_AND_WORD = re.compile(r"(?<=[0-9])(?=[A-Za-z])")


class Redacted(msgspec.Struct, frozen=True):
    """A record from which nothing has to be withheld any more.

    Attributes:
        record: as it may be kept. A confidential service has no sites.
        disclosure: of a service; of an organization always public.
        area: the published area, exactly when ``area_only``.
        is_closed: a confidential service, or an organization that has one: its web addresses are for coordinators, and
            nothing may repeat its cells.
        is_accessible: whether its place is said to be, which is a word of the vocabulary and places nothing.
        rules: what was done.
    """

    record: SourceRecord
    disclosure: LocationDisclosure = "public"
    area: Area | None = None
    is_closed: bool = False
    is_accessible: bool = False
    rules: tuple[str, ...] = ()


class Redaction:
    """Redacts the records of one source."""

    def __init__(self, confidential: Confidential, places: Places) -> None:
        self._confidential = confidential
        self._places = places

    def redact(self, record: SourceRecord) -> Redacted | Refused:
        """Take out of a record what may not be kept; refuse it where its very name tells a place."""
        if record.kind == "organization":
            return self._organization(record)
        if record.key in self._confidential.reasons:
            return self._confidential_service(record)
        return self._public_service(record)

    def is_closed(self, refused: Refused) -> bool:
        """Whether a refused row is about something confidential, so that nothing of it may be shown."""
        key = refused.record.key if refused.record else refused.key
        return key in self._confidential.reasons or key in self._confidential.organizations

    def area_of(self, record: SourceRecord) -> tuple[LocationDisclosure, Area | None]:
        """What is published of a confidential service's place: the area of its sites, or nothing."""
        area = self._places.common_area(record.sites)
        return ("area_only", area) if area is not None else ("withheld", None)

    def _organization(self, record: SourceRecord) -> Redacted:
        streets = self._confidential.streets_of(record.key)
        if record.key not in self._confidential.organizations:
            screening = _Screening(streets, everything=False)
            return Redacted(screening.whole(record), rules=screening.rules())
        areas = [area_by_id(area) for area in sorted(self._confidential.areas.get(record.key, ()))]
        screening = _Screening(streets, everything=True, areas=[area for area in areas if area is not None])
        # Official numbers join to registries that hold addresses (SAFETY L7).
        closed = screening.whole(msgspec.structs.replace(_keep(record, _ORGANIZATION_CELLS), identifiers=(), notes={}))
        rules = screening.rules()
        if screening.tells(record.cells.get("name", "")):
            # Its services must still find it, so it stays without its name.
            closed = msgspec.structs.replace(closed, cells={**closed.cells, "name": UNNAMED})
            rules = (*rules, NAME_TELLS)
        return Redacted(closed, is_closed=True, rules=rules)

    def _confidential_service(self, record: SourceRecord) -> Redacted | Refused:
        disclosure, area = self.area_of(record)
        streets = self._confidential.streets_of(record.organization_key)
        screening = _Screening(streets, everything=True, areas=[area] if area else [])
        if screening.tells(record.cells.get("name", "")):
            reason = "The name would tell where the place is; give the service another name."
            return Refused(record.position, "quarantined", NAME_TELLS, reason, record.key, record)
        access = [site.cells.get("accessibility", "") for site in record.sites]
        closed = msgspec.structs.replace(
            _keep(record, _SERVICE_CELLS),
            phones=(*record.phones, *(phone for site in record.sites for phone in site.phones)),
            schedules=record.schedules or tuple(row for site in record.sites for row in site.schedules),
            contacts=(*record.contacts, *(contact for site in record.sites for contact in site.contacts)),
            sites=(),
            dropped=0,
            notes={},
        )
        return Redacted(
            screening.whole(closed),
            disclosure,
            area,
            is_closed=True,
            is_accessible=any(says_accessible(text) for text in access),
            rules=(*self._confidential.reasons[record.key], *screening.rules()),
        )

    def _public_service(self, record: SourceRecord) -> Redacted | Refused:
        organization = record.organization_key
        screening = _Screening(self._confidential.streets_of(organization), everything=False)
        if screening.tells(record.cells.get("name", "")):
            reason = "The name tells a place that the organization keeps confidential."
            return Refused(record.position, "quarantined", NAME_TELLS, reason, record.key, record)
        kept = tuple(
            msgspec.structs.replace(site, key=site_key(site, number))
            for number, site in enumerate(record.sites, 1)
            if not self._confidential.is_secret_site(organization, site)
        )
        dropped = (SHARED, SITE_DROPPED) if len(kept) < len(record.sites) else ()
        whole = screening.whole(msgspec.structs.replace(record, sites=kept))
        return Redacted(whole, rules=(*dropped, *screening.rules()))


def says_accessible(text: str) -> bool:
    """Whether words about access say without reserve that people who use a wheelchair get in."""
    return _ACCESSIBLE.search(text) is not None and _NOT_ACCESSIBLE.search(text) is None


class _Screening:
    """Screens all texts of one record, and remembers only whether anything was taken out."""

    def __init__(self, streets: frozenset[str], *, everything: bool, areas: Iterable[Area] = ()) -> None:
        self._streets = streets
        self._everything = everything
        self._prefixes = _postal_prefixes(areas)
        self._has_removed = False

    def rules(self) -> tuple[str, ...]:
        """One name whatever was found: which pattern a secret broke is a trace of it too."""
        return (REMOVED,) if self._has_removed else ()

    def tells(self, text: str) -> bool:
        """Whether a name would tell a place.

        Every word of a name is written large, so that words beside a large one say nothing of what is near.
        """
        found = set(self._screened(text).rules) - {_BESIDE}
        return bool(found or self._screened(text.lower()).rules)

    def whole(self, record: SourceRecord) -> SourceRecord:
        """The record with every text screened."""
        return msgspec.structs.replace(
            record,
            cells=self._cells(record.cells, spare=("name",)),
            phones=tuple(self._cells(_only(phone, _PHONE_CELLS), spare=("number",)) for phone in record.phones),
            schedules=tuple(self._cells(_only(row, _SCHEDULE_CELLS)) for row in record.schedules),
            languages=self._lines(record.languages),
            eligibility=self._lines(record.eligibility),
            service_areas=self._lines(record.service_areas),
            sites=tuple(self._site(site) for site in record.sites),
            urls=tuple(row for row in map(self._cells, record.urls) if "url" in row),
            required_documents=self._lines(record.required_documents),
            cost_options=tuple(filter(None, map(self._cells, record.cost_options))),
            funding=self._lines(record.funding),
            contacts=self._contacts(record.contacts),
            attributes=tuple(map(self._attribute, record.attributes)),
            notes=self._cells(record.notes),
        )

    def _attribute(self, cells: Cells) -> Cells:
        """A term with what is said of it; an answer is no text, and stays."""
        return self._cells(cells, spare=("taxonomy", "code", "link_type")) if cells["taxonomy"] in WORDED else cells

    def _contacts(self, contacts: Iterable[SourceContact]) -> tuple[SourceContact, ...]:
        kept = []
        for contact in contacts:
            phones = tuple(self._cells(_only(phone, _PHONE_CELLS), spare=("number",)) for phone in contact.phones)
            cells = self._cells(contact.cells)
            if cells or phones:
                kept.append(SourceContact(cells, phones))
        return tuple(kept)

    def _site(self, site: SourceSite) -> SourceSite:
        return msgspec.structs.replace(
            site,
            # Its own street is public, or the site would not be here.
            cells=self._cells(site.cells, spare=("address_1", "city", "state_province", "postal_code", "country")),
            phones=tuple(self._cells(_only(phone, _PHONE_CELLS), spare=("number",)) for phone in site.phones),
            schedules=tuple(self._cells(_only(row, _SCHEDULE_CELLS)) for row in site.schedules),
            contacts=self._contacts(site.contacts),
            offer=self._cells(site.offer),
            service_areas=self._lines(site.service_areas),
            traces=(),
        )

    def _cells(self, cells: Cells, spare: Collection[str] = ()) -> dict[str, str]:
        kept = {}
        for name, cell in cells.items():
            text = cell if name in spare else self._link(cell) if name in _WEB_CELLS else self._text(cell)
            if text:
                kept[name] = text
        return kept

    def _lines(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(filter(None, map(self._text, texts)))

    def _text(self, text: str) -> str:
        screened = self._screened(text)
        self._has_removed = self._has_removed or bool(screened.rules)
        return screened.text

    def _link(self, link: str) -> str:
        """A web address whole, or nothing: streets and points hide in them too."""
        words = _BETWEEN_WORDS_OF_LINKS.sub(" ", link)
        if any(self._screened(spelling).rules for spelling in (link, words, _NUMBER_AND_WORD.sub(" ", words))):
            self._has_removed = True
            return ""
        return link

    def _screened(self, text: str) -> Screened:
        if not self._everything:
            return without_mentions(text, self._streets) if self._streets else Screened(text, ())
        # Any postal code of the area goes, whether or not it is the place's own: that must not be told apart.
        codes = {code.lower() for code in _POSTAL_CODE.findall(text) if code.startswith(self._prefixes)}
        return screen(text, secrets=self._streets | codes)


def _postal_prefixes(areas: Iterable[Area]) -> tuple[str, ...]:
    """The beginnings of all postal codes in these areas; of every code where an area is as wide as a state."""
    areas = list(areas)
    if not areas or not all(area.codes for area in areas):
        return ("",)
    return tuple(sorted({code for area in areas for code in area.codes}))


def _keep(record: SourceRecord, columns: Collection[str]) -> SourceRecord:
    return msgspec.structs.replace(record, cells=_only(record.cells, columns))


def _only(cells: Cells, columns: Collection[str]) -> dict[str, str]:
    return {name: cell for name, cell in cells.items() if name in columns}
