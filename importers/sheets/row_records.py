"""One entry of a sheet as a service, in the words that every reader uses.

Marks of confidentiality only ever raise it: a row that is marked carries a place of which it says that it is withheld,
and the rules for all sources do the rest. Streets that stand elsewhere in a row go along as traces, which are never
kept and only tell what must not be told.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from directory.values.plain_text import folded
from importers.kind_items import items_of
from importers.mapping import HsdsMapping, TaxonomyName
from importers.record import RowPosition, SourceRecord
from importers.sheets.blocks import opened
from importers.sheets.cell_shapes import answer
from importers.sheets.crosses import COUNTY, SCHEMES
from importers.sheets.dates import day_of
from importers.sheets.entries import Entry
from importers.sheets.header_words import status_of
from importers.sheets.in_doubt import is_clearly_public, is_street, lists_other_things_too, speaks_of_people_at_risk
from importers.sheets.row_marks import marks_of_row
from importers.sheets.row_places import areas_served, section_place, sites_of, town_behind, whereabouts
from importers.sheets.row_values import eligibility_of, interpreter_of, languages_of, only_days, phones_of, schedules_of
from importers.sheets.setting import Setting
from importers.shelter_words import shelter_in_text

IN_DOUBT = "withheld-in-doubt"

_LONGEST_NOTE, _MOST_NOTES = 500, 25
_LONGEST_KIND = 90
_TEXTS = {
    "description": "description", "fees": "fees", "application": "application_process",
    "alternate-name": "alternate_name", "eligibility": "eligibility_description", "age-minimum": "minimum_age",
    "age-maximum": "maximum_age",
}  # fmt: skip
_SAID_SHORTLY = ("services", "assistance", "care", "programs")
_SHORT = 2  # words
# Signs behind a name that point to a remark.
_FOOTNOTES = " *\u2020\u2021\u00b9\u00b2\u00b3"


class RowRead(msgspec.Struct, frozen=True):
    """A row as a service, not yet joined with others.

    Attributes:
        record: with the key still empty.
        organization: whose it is, without a town behind the name; empty if nobody says.
        program: its own name; empty if it has none but the organization's.
        ids: of the row and of its organization, as the source has them.
        topic: its kinds as written, which tell two services of one organization apart.
        place: where it is as far as that tells namesakes apart: state, and county or town.
        is_excluded: the source says that it is not to be published.
        also: rows that go on with it.
        people: how many cells named people.
    """

    record: SourceRecord
    organization: str
    program: str
    ids: tuple[str, str]
    topic: str
    place: tuple[str, str]
    is_excluded: bool = False
    also: tuple[RowPosition, ...] = ()
    people: int = 0


def read_entry(entry: Entry, setting: Setting, position: Callable[[int], int]) -> RowRead:
    """Read one entry. ``position`` gives the number of a row as the program shows it."""
    entry = opened(entry)
    topics, county = _sections(entry, setting)
    program = entry.first("program")
    stated = next((text for text in entry.all("organization") if any(map(str.isalpha, text))), "")
    stated, program = stated.rstrip(_FOOTNOTES) or stated, program.rstrip(_FOOTNOTES) or program
    # A program of nobody else's is run by whoever bears its name.
    organization = stated or setting.constants.get("organization", "") or program
    program = "" if folded(program) == folded(organization) else program
    organization, where = town_behind(organization, whereabouts(entry, setting, county), setting)
    kinds, topic, rules, is_public = _kinds(entry, setting, topics)
    marks = marks_of_row(entry, setting.constants, setting.signs)
    if not is_public and not marks.is_withheld and _is_in_doubt(entry, setting, topics, where.places):
        marks = msgspec.structs.replace(marks, is_withheld=True)
        rules = (*rules, IN_DOUBT)
    # The cell of its organization keeps the town behind the name.
    cells, notes = _cells(entry, setting, program or stated or organization or entry.first("site"))
    if topic and "description" not in cells and re.search(r"[;,]", topic):
        cells["description"] = topic
    traces = marks.kept_from(has_street=any("address_1" in place for place in where.places))
    days = [day_of(text, order=setting.dates, today=setting.today) for text in entry.all("verified-on")]
    places = [RowPosition(setting.file, position(row), setting.sheet) for row in (entry.row, *entry.also)]
    record = SourceRecord(
        "service",
        places[0],
        "",
        cells=cells,
        phones=tuple(phones_of(entry)),
        schedules=tuple(schedules_of(entry)),
        languages=tuple(languages_of(entry, setting.constants.get("languages", ""))),
        names=kinds,
        eligibility=tuple(eligibility_of(entry)),
        service_areas=tuple(areas_served(entry, setting, county, where.region)),
        sites=sites_of(entry, where.places, traces),
        urls=tuple({"url": text} for text in entry.all("url")[1:]),
        required_documents=tuple(entry.all("documents")),
        notes=notes,
        verified_on=next(filter(None, days), ""),
        rules=tuple(dict.fromkeys((*entry.rules, *where.rules, *rules))),
    )
    return RowRead(
        record,
        organization,
        program,
        (entry.first("id"), entry.first("organization-id")),
        topic,
        (where.region, folded(county or where.city())),
        marks.is_excluded,
        tuple(places[1:]),
        len(entry.all("person")),
    )


def known_kind(mapping: HsdsMapping, name: str) -> str:
    """The name by which a kind of service is known that people call shortly: "Legal" is "legal services"."""
    spellings = (name, *(f"{name} {more}" for more in _SAID_SHORTLY), f"general {name}")
    words = len(name.split())
    for spelling in spellings if words <= _SHORT else (name,):
        meaning = mapping.meaning([TaxonomyName(spelling)])
        if any(kind != "other" for kind in meaning.kinds):
            return spelling
    return ""


def _sections(entry: Entry, setting: Setting) -> tuple[list[str], str]:
    """The title that says a kind, and the county or state that one is. In a new county only the table's title holds."""
    topics: list[str] = []
    title_of_table: list[str] = []
    county = ""
    state = setting.constants.get("state", "") or entry.first("state")
    for item in entry.sections:
        title = item.text.strip(" :-\u2013\u2014*")
        if place := section_place(title, setting, state):
            county, topics = place, title_of_table
        else:
            topics = [title]
            title_of_table = topics if item.is_title else title_of_table
    return topics, county


def _is_in_doubt(entry: Entry, setting: Setting, sections: Sequence[str], places: Sequence[Mapping[str, str]]) -> bool:
    """Whether a row names a street where people may hide: its list, or its own name, speaks of those who flee."""
    titles = [*entry.all("organization"), *entry.all("program"), *sections, *setting.titles, *entry.all("kinds")]
    has_street = any(is_street(place.get("address_1", "")) for place in places)
    return has_street and any(map(speaks_of_people_at_risk, titles))


def _kinds(
    entry: Entry, setting: Setting, sections: Sequence[str]
) -> tuple[tuple[TaxonomyName, ...], str, tuple[str, ...], bool]:
    """Names of kinds and populations, what the row says of kinds, what was found, and if it is clearly public."""
    mapping = setting.mapping
    written = [*entry.all("kinds"), *filter(None, (setting.constants.get("kinds", ""),))]
    pieces = [piece for text in written for piece in items_of(text)]
    names = [TaxonomyName(known_kind(mapping, piece) or piece) for piece in pieces if 1 < len(piece) <= _LONGEST_KIND]
    crossed = {
        meaning: [one.column.label for one in entry.said if one.column.meaning == meaning and answer(one.text)]
        for meaning in SCHEMES
    }
    names += [TaxonomyName(known_kind(mapping, label) or label) for label in crossed["cross:kind"]]
    people = (*crossed["cross:population"], *crossed["cross:barrier"])
    names += [TaxonomyName(label, is_population=True) for label in people]
    texts = [*entry.all("description"), *written, *entry.all("application"), *entry.all("notes")]
    said = next(filter(None, map(shelter_in_text, texts)), "")
    own = " ".join([*entry.all("organization"), *entry.all("program")])
    is_plain = not (mapping.meaning(names).kinds or said or mapping.shelter_in_name(own, is_kind_known=False))
    is_public = not said and is_clearly_public(mapping, names, own, texts)
    for title in (*sections, *setting.titles):
        # What stands above makes a row more confidential; it says its kind only where nothing else does.
        says_shelter = mapping.shelter_in_name(title, is_kind_known=False)
        if says_shelter and is_public and lists_other_things_too(mapping, title):
            # "Shelters and services": this row is one of the others.
            continue
        if says_shelter or (is_plain and title in sections):
            names.append(TaxonomyName(title))
    for one in entry.said:
        # "Shelter phone" over a number, "Name of shelter" over a name, "Shelter beds" over 12.
        if answer(one.text) is not False and mapping.shelter_in_name(one.column.words):
            names.append(TaxonomyName(one.column.words[:_LONGEST_KIND]))
    rules: tuple[str, ...] = ()
    if said and not mapping.meaning(names).has_shelter_words:
        names.append(TaxonomyName("shelter" if said == "shelter" else "transitional housing"))
        rules = ("shelter-in-text-of-row",)
    return tuple(dict.fromkeys(names)), "; ".join((*written, *crossed["cross:kind"])), rules, is_public


def _cells(entry: Entry, setting: Setting, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Cells of the record itself, and notes: of columns that mean nothing here, of cells that are something else."""
    cells = {"name": name} if name else {}
    notes: dict[str, str] = {}
    for meaning, column in _TEXTS.items():
        if texts := entry.all(meaning):
            cells[column] = "\n".join(dict.fromkeys(texts))
    cells |= {meaning: entry.first(meaning) for meaning in ("url", "email") if entry.first(meaning)}
    if said := interpreter_of(entry):
        cells["interpretation_services"] = said
    for one in entry.said:
        meaning, is_noted = one.column.meaning, one.column.meaning in ("notes", "")
        if meaning == "status":
            known = status_of(one.text)
            cells |= {"status": known} if known else {}
            is_noted = known is None
        elif meaning == "verified-on":
            is_noted = not day_of(one.text, order=setting.dates, today=setting.today)
        elif meaning in SCHEMES or meaning == COUNTY:
            # "With a guardian" where a cross is meant is neither yes nor no.
            is_noted = answer(one.text) is None
        elif meaning.startswith("hours"):
            # Days without times are no hours.
            is_noted = only_days(one.text) or answer(one.text) is True
        if is_noted and len(notes) < _MOST_NOTES:
            notes.setdefault(one.column.header, one.text[:_LONGEST_NOTE])
    return cells, notes
