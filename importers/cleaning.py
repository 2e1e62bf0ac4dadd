"""From redacted cells to facts. Every repair has a name, and what cannot be repaired becomes a question.

Nothing here knows which document a record came from, and nothing confidential reaches it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from directory.clock import utc_now
from directory.listings.disclosure import default_disclosure
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, SiteDraft
from directory.listings.fields import Barrier, Identifier, ServiceArea, Text, Tier
from directory.values.plain_text import folded, one_line, plain
from directory.values.web_address import site_domain
from importers.address_cells import MendedAddress, mend_address
from importers.confidential import HOUSING_TEXT, SHELTER_TEXT
from importers.facts_from_words import FactsFromWords, WordReading
from importers.hours_cells import read_hours
from importers.language_cells import read_languages
from importers.mapping import HsdsMapping, Meaning
from importers.phone_cells import PhonesRead, read_phones
from importers.phone_text import WORDS
from importers.places_of_rows import Placed, Places
from importers.record import Cells, SourceSite
from importers.redaction import Redacted, says_accessible
from importers.shelter_words import Sheltering
from importers.structured_facts import Structured, joined, offer_facts, place_facts, record_facts, with_own_kinds
from importers.web_cells import read_web

NOT_STATED = "(organization not stated by the source)"
PLACE_NOT_STATED = "place-not-stated"

_LONGEST_NAME = 200
_LONGEST_TEXT = 8_000
_LONGEST_QUOTE = 80
_STATUSES = frozenset({"active", "inactive", "defunct", "temporarily closed"})
_IDENTIFIERS = {"tax_id": "tax-id"}


class Question(msgspec.Struct, frozen=True):
    """What somebody should look at: a field, the name of the rule, and a sentence."""

    field: str
    rule: str
    text: str


class Cleaned(msgspec.Struct, frozen=True):
    """A record as a draft, with what the report says of it.

    Attributes:
        draft: what is stored.
        rules: repairs, in the order in which they were made.
        questions: for people.
        phones_unparsed: what holds no number; empty where nothing may be repeated.
        standing: the status that the source gives, where it is not active.
        notes: cells of columns that mean nothing here.
        verified_on: day on which the source says that it looked at it last; empty if it does not say.
        is_closed: nothing of the row may be repeated.
        city, region, postal: of the first site; None where nothing may be said.
    """

    draft: OrganizationDraft | ServiceDraft
    rules: tuple[str, ...]
    questions: tuple[Question, ...]
    phones_unparsed: tuple[str, ...] = ()
    standing: str = ""
    notes: Cells = {}
    verified_on: str = ""
    is_closed: bool = False
    city: str | None = None
    region: str | None = None
    postal: str | None = None


class Cleaning:
    """Cleans the records of one source."""

    def __init__(self, mapping: HsdsMapping, places: Places, *, today: dt.date | None = None) -> None:
        """``today`` dates closures that are told without a year; the day that it is where it is left out."""
        self._mapping = mapping
        self._places = places
        self._today = today or utc_now().date()
        self._words = WordReading(places)

    def clean(self, redacted: Redacted, *, organization_key: str = "") -> Cleaned:
        """Make a draft of a redacted record. ``organization_key`` is a service's organization, stored before."""
        work = _Work(redacted, self._mapping, self._places, self._words, self._today)
        if redacted.record.kind == "organization":
            return work.organization()
        return work.service(organization_key)


class _Work:
    """One record being cleaned."""

    def __init__(
        self, redacted: Redacted, mapping: HsdsMapping, places: Places, words: WordReading, today: dt.date
    ) -> None:
        self._today = today
        self._redacted = redacted
        self._record = redacted.record
        self._mapping = mapping
        self._places = places
        self._words = words
        self._rules: dict[str, None] = dict.fromkeys((*redacted.record.rules, *redacted.rules))
        if redacted.record.dropped:
            self._rules["unknown-columns-dropped"] = None
        self._questions: list[Question] = []
        self._unparsed: list[str] = []
        self._has_area = False

    def organization(self) -> Cleaned:
        facts = self._texts("alternate_name", "description") + self._web()
        facts += self._phones(self._record.phones, self._places.home, "phone")
        for column, slot in _IDENTIFIERS.items():
            if column in self._record.cells:
                identifier = Identifier(one_line(self._record.cells[column], 64))
                facts.append(FactDraft("organization_identifier", identifier, slot))
        facts = joined(facts, self._structured(self._places.home))
        draft = OrganizationDraft(self._record.key, [self._name(), *facts], is_closed=self._redacted.is_closed)
        return Cleaned(
            draft,
            self._named_rules(),
            tuple(self._questions),
            self._quotable(),
            notes=self._record.notes,
            verified_on=self._record.verified_on,
            is_closed=self._redacted.is_closed,
        )

    def service(self, organization_key: str) -> Cleaned:
        record, redacted = self._record, self._redacted
        placed = [(site, self._place(site.cells)) for site in record.sites]
        kept = [(site, place) for site, place in placed if place.point is not None or _has_address(place)]
        has_point = any(place.point is not None for _, place in placed)
        if kept and len(kept) < len(placed):
            self._rules["site-without-address-left-out"] = None
        country = next((place.address.country for _, place in placed), None)
        zone = self._zone([place for _, place in placed])
        said = self._said(next((place.address.state_province for _, place in placed), ""))
        facts = [
            self._name(),
            *self._texts("alternate_name", "description", "application_process", "alert"),
            *self._web(),
        ]
        facts += self._fees_and_eligibility()
        facts += self._phones(record.phones, country or self._country(), "phone")
        facts += self._languages()
        facts += self._hours(record.schedules, zone, country or self._country(), is_hotline=said.kinds == ("hotline",))
        facts += [*said.facts, *self._status()]
        facts += self._served(placed if not has_point else [], said.served)
        facts = joined(facts, self._structured(country or self._country()))
        self._has_area = any(fact.field == "service_area" for fact in facts)
        sites = [self._site(site, place, own_hours=not record.schedules) for site, place in kept]
        first = kept[0][1].address if kept else None
        draft = ServiceDraft(
            record.key,
            organization_key,
            facts,
            redacted.disclosure,
            redacted.area.id if redacted.area and redacted.disclosure == "area_only" else None,
            sites,
        )
        return Cleaned(
            draft,
            self._named_rules(),
            tuple(self._questions),
            self._quotable(),
            standing=self._standing(),
            notes=self._record.notes,
            verified_on=self._record.verified_on,
            is_closed=self._redacted.is_closed,
            city=(first.city or None) if first else None,
            region=(first.state_province or None) if first else None,
            postal=(first.postal_code or None) if first else None,
        )

    # What a record says of itself

    def _name(self) -> FactDraft:
        name = one_line(self._record.cells["name"], _LONGEST_NAME)
        return FactDraft("name", Text(name), match_key=folded(name))

    def _texts(self, *columns: str) -> list[FactDraft]:
        texts = {column: self._cut(self._record.cells.get(column, "")) for column in columns}
        return [FactDraft(column, Text(text)) for column, text in texts.items() if text]

    def _fees_and_eligibility(self) -> list[FactDraft]:
        cells = self._record.cells
        fees = cells.get("fees_description") or cells.get("fees", "")
        eligibility = "\n".join(filter(None, (cells.get("eligibility_description", ""), *self._record.eligibility)))
        pairs = (("fees_description", fees), ("eligibility_description", eligibility))
        return [FactDraft(field, Text(self._cut(text))) for field, text in pairs if text]

    def _cut(self, text: str) -> str:
        if len(text) > _LONGEST_TEXT:
            self._rules["text-cut"] = None
        return plain(text, _LONGEST_TEXT) if len(text) > _LONGEST_TEXT else text

    def _web(self) -> list[FactDraft]:
        """Site and mailbox; those of anything confidential are for coordinators (SAFETY L10)."""
        tier: Tier | None = "coordinator" if self._redacted.is_closed else None
        read = read_web(self._record.cells.get("url", ""), self._record.cells.get("email", ""))
        self._rules |= dict.fromkeys(read.rules)
        for field, written in read.unreadable:
            self._ask(field, f"{field}-not-readable", "This cannot be used as an address", written)
        facts = []
        if read.url:
            facts.append(FactDraft("url", Text(read.url), tier=tier, match_key=site_domain(read.url)))
        if read.email:
            facts.append(FactDraft("email", Text(read.email), tier=tier, match_key=read.email))
        return facts

    def _phones(self, rows: Iterable[Cells], country: str, field: str) -> list[FactDraft]:
        read: PhonesRead = read_phones(rows, country=country, aliases=self._mapping.languages)
        self._rules |= dict.fromkeys(read.rules)
        for part, reason in zip(read.unparsed, read.reasons, strict=True):
            self._unparsed.append(part)
            # Words beside a number that was read are no number that cannot be dialled.
            is_beside = reason == WORDS and not any(map(str.isdigit, part))
            if not is_beside:
                self._ask(field, "phone-not-readable", "No number in this can be dialled", part)
            else:
                self._ask(field, WORDS, "Words beside a number are not understood, and not kept", part)
        return [FactDraft("phone", line, slot, match_key=line.number) for slot, line in read.lines]

    def _languages(self) -> list[FactDraft]:
        cells = [*self._record.languages]
        if said := self._record.cells.get("interpretation_services"):
            cells.append(said)
        read = read_languages(cells, aliases=self._mapping.languages)
        self._rules |= dict.fromkeys(read.rules)
        for part in read.unknown:
            self._rules["language-not-known"] = None
            self._ask("language", "language-not-known", "Which language is meant", part)
        return [FactDraft("language", value, slot) for slot, value in read.facts]

    def _hours(self, rows: Iterable[Cells], zone: str | None, country: str, *, is_hotline: bool) -> list[FactDraft]:
        """Schedules by slot. Rows about holidays say when the others do not hold."""
        rows = list(rows)
        read = read_hours(
            [row for row in rows if "closed" not in row],
            holidays=[row for row in rows if "closed" in row],
            zone=zone,
            is_hotline=is_hotline,
            today=self._today,
            country=country,
        )
        self._rules |= dict.fromkeys(read.rules)
        for question in read.questions:
            self._ask("schedule", question.rule, question.text, question.quoted)
        cut = [(slot, msgspec.structs.replace(value, text=self._cut(value.text))) for slot, value in read.facts]
        return [FactDraft("schedule", value, slot) for slot, value in cut]

    def _said(self, region: str) -> FactsFromWords:
        """What names, cells and words say of the service; ``region`` is the state that it is in."""
        area = self._redacted.area
        meaning = with_own_kinds(self._mapping.meaning(self._record.names), self._record)
        sheltering = self._sheltering(meaning)
        said = self._words.read(self._redacted, meaning, sheltering, area.region if area else region)
        self._rules |= dict.fromkeys(said.rules)
        for asked in said.asked:
            self._ask(asked.field, asked.rule, asked.text, asked.quoted)
        return said

    def _sheltering(self, meaning: Meaning) -> Sheltering:
        """What a service is whose words alone say that it shelters people (SAFETY L19), beside what its kinds mean."""
        kinds = meaning.kinds
        if kinds and (default_disclosure(kinds) != "public" or not self._redacted.is_closed):
            return ""
        if said := self._mapping.shelter_in_name(self._record.cells["name"], is_kind_known=bool(kinds)):
            return said
        if meaning.is_known:
            return ""
        reasons = self._redacted.rules
        return "shelter" if SHELTER_TEXT in reasons else "transitional-housing" if HOUSING_TEXT in reasons else ""

    def _status(self) -> list[FactDraft]:
        written = self._record.cells.get("status", "")
        status = " ".join(written.lower().replace("_", " ").split())
        if status in _STATUSES:
            return [FactDraft("status", Text(status))]
        if status:
            self._ask("status", "status-not-known", "This is no status that is known here", written)
        return []

    def _standing(self) -> str:
        status = " ".join(self._record.cells.get("status", "").lower().replace("_", " ").split())
        return status if status in _STATUSES - {"active"} else ""

    # Where it is

    def _country(self) -> str:
        return self._redacted.area.country if self._redacted.area else self._places.home

    def _zone(self, placed: Iterable[Placed]) -> str | None:
        """The zone of its places if they share one; of a confidential service, that of its area."""
        if self._redacted.disclosure != "public":
            return self._places.zone_of_area(self._redacted.area)
        zones = {place.zone for place in placed if place.zone}
        return zones.pop() if len(zones) == 1 else None

    def _place(self, cells: Cells) -> Placed:
        """Where a site is, its address mended first. A post-office box is near its post office, and nowhere exactly."""
        mended: MendedAddress = mend_address(cells, home=self._places.home)
        kept = {
            name: cell
            for name, cell in mended.cells.items()
            if not (mended.is_mailbox and name in ("latitude", "longitude"))
        }
        placed = self._places.place(kept)
        self._rules |= dict.fromkeys(mended.rules)
        for rule, text in mended.questions:
            self._questions.append(Question("address", rule, text))
        if mended.is_mailbox:
            self._questions.append(Question("address", "post-office-box", "Mail goes there. Where do people go?"))
        return placed

    def _served(self, placed: list[tuple[SourceSite, Placed]], said: Mapping[str, ServiceArea]) -> list[FactDraft]:
        """Areas that it says it serves; for a public service without a place, the widest that can be said."""
        areas: dict[str, ServiceArea] = {}
        for text in self._record.service_areas:
            known = self._places.service_area(text)
            if known is None:
                self._ask("service_area", "service-area-not-known", "Which county, state or country is meant", text)
            elif self._redacted.disclosure != "withheld" or known[1] != "county":
                code, extent, name = known
                areas[code] = ServiceArea(extent, name)  # type: ignore[arg-type]
        has_no_place = bool(placed) or not self._record.sites
        if self._redacted.disclosure == "public" and not areas and has_no_place and said:
            areas |= said
            self._rules["service-area-from-words"] = None
        if self._redacted.disclosure == "public" and not areas and has_no_place:
            code, extent = self._widest(placed)
            note = self._cut("\n".join(self._record.service_areas))
            areas[code] = ServiceArea(extent, note=note)  # type: ignore[arg-type]
            self._rules[PLACE_NOT_STATED] = None
            self._questions.append(Question("address", PLACE_NOT_STATED, "Where is this, or whom does it serve?"))
        return [FactDraft("service_area", value, code) for code, value in areas.items()]

    def _widest(self, placed: list[tuple[SourceSite, Placed]]) -> tuple[str, str]:
        for _, place in placed:
            if place.address.state_province:
                return f"{place.address.country}-{place.address.state_province}", "state"
        return next((place.address.country for _, place in placed), self._places.home), "nation"

    def _site(self, site: SourceSite, place: Placed, *, own_hours: bool) -> SiteDraft:
        cells = site.cells
        self._rules |= dict.fromkeys(place.rules)
        self._questions += [Question("address", rule, text) for rule, text in place.questions]
        location = [FactDraft("address", place.address)]
        location += [FactDraft("point", place.point)] if place.point is not None else []
        for column in ("name", "alternate_name", "description", "transportation", "accessibility"):
            text = self._cut(cells.get(column, ""))
            if text and not (column != "name" and text == self._record.cells.get(column)):
                key = folded(text) if column == "name" else None
                location.append(FactDraft(column, Text(one_line(text, _LONGEST_NAME) if key else text), match_key=key))
        location += self._phones(site.phones, place.address.country, "phone")
        listing = (
            [FactDraft("barrier", Barrier("yes"), "accessible")]
            if says_accessible(cells.get("accessibility", ""))
            else []
        )
        if own_hours:
            listing += self._hours(site.schedules, place.zone, place.address.country, is_hotline=False)
        location += self._asked(place_facts(site))
        listing += offer_facts(site, country=place.address.country, aliases=self._mapping.languages)
        listing += self._served_there(site, place)
        return SiteDraft(f"{self._record.key} {site.key}", location, listing)

    def _served_there(self, site: SourceSite, place: Placed) -> list[FactDraft]:
        """Areas that are served from one place alone; where nothing says where it is, the widest that can be said."""
        if place.point is None and not self._has_area:
            code, extent = self._widest([(site, place)])
            return [FactDraft("service_area", ServiceArea(extent), code)]  # type: ignore[arg-type]
        known = (area for text in site.service_areas if (area := self._places.service_area(text)) is not None)
        return [
            FactDraft("service_area", ServiceArea(extent, name), code)  # type: ignore[arg-type]
            for code, (extent, name) in {code: (extent, name) for code, extent, name in known}.items()
        ]

    def _structured(self, country: str) -> list[FactDraft]:
        return self._asked(record_facts(self._redacted, country=country, aliases=self._mapping.languages))

    def _asked(self, structured: Structured) -> list[FactDraft]:
        for field, rule, text, quoted in structured.asked:
            self._ask(field, rule, text, quoted)
        return list(structured.facts)

    # What the report says

    def _ask(self, field: str, rule: str, text: str, quoted: str) -> None:
        """A question, with the words in question only where they may be repeated."""
        self._rules[rule] = None
        is_whole = text.endswith((".", "?"))
        shown = f": {one_line(quoted, _LONGEST_QUOTE)}" if quoted and not self._redacted.is_closed else "."
        self._questions.append(Question(field, rule, text if is_whole else f"{text}{shown}"))

    def _named_rules(self) -> tuple[str, ...]:
        return tuple(self._rules)

    def _quotable(self) -> tuple[str, ...]:
        return () if self._redacted.is_closed else tuple(self._unparsed)


def _has_address(place: Placed) -> bool:
    return bool(place.address.address_1)
