"""The directories that come with the program: the real numbers are typed here again, the invented ones are harmless."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec
import pytest

from directory.intake.service import SourceRow
from directory.listings.disclosure import default_disclosure, more_closed, screened
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, check_facts
from directory.listings.fields import FIELDS
from directory.places.areas import area_of
from directory.places.gazetteer import Gazetteer
from directory.values.language import language
from directory.values.phone import grouped, is_practice_number
from directory.vocabulary.terms import BARRIER, KIND, POPULATION, TRAUMA_INFORMED, term, terms
from importers.bundled import build_practice
from importers.bundled.bundle import Bundle, Name, read_bundle
from importers.bundled.invention.metros import METROS
from importers.bundled.invention.towns import TOWNS
from importers.bundled.layout import laid_out
from importers.readers.bundled import rows_of
from tests.conftest import NOW

PRACTICE, STARTER = read_bundle("practice"), read_bundle("starter")
TODAY = NOW.date()
_SCHEMES = {"kind": KIND, "eligibility": POPULATION, "barrier": BARRIER, "house_rule": "house-rule"}
_WEB = re.compile(r"https?://([^/\"\s]+)|[\w.+-]+@([\w.-]+)")


def drafts_of(bundle: Bundle) -> list[OrganizationDraft | ServiceDraft]:
    """What a bundle becomes."""
    return [row.draft for row in rows_of(bundle, today=TODAY) if row.draft is not None]


def facts_of(draft: OrganizationDraft | ServiceDraft) -> list[FactDraft]:
    """Every fact of a draft, those of its sites too."""
    if isinstance(draft, OrganizationDraft):
        return draft.facts
    return [*draft.facts, *chain.from_iterable((*site.location, *site.listing) for site in draft.sites)]


def numbers_in(value: Any) -> Iterator[str]:
    """Every phone number in plain values, however deep."""
    if isinstance(value, dict):
        yield from (part for key, part in value.items() if key == "number")
        value = list(value.values())
    if isinstance(value, list):
        yield from chain.from_iterable(map(numbers_in, value))


def codes(draft: ServiceDraft, field: str) -> set[str]:
    """The slots of a field."""
    return {fact.slot for fact in draft.facts if fact.field == field}


def services(bundle: Bundle) -> list[ServiceDraft]:
    """The services of a bundle."""
    return [draft for draft in drafts_of(bundle) if isinstance(draft, ServiceDraft)]


def file_of(name: Name) -> bytes:
    """The file of a bundle as it ships."""
    return build_practice.FILE.with_name(f"{name}.json").read_bytes()


# Of both


@pytest.mark.parametrize("bundle", [STARTER, PRACTICE], ids=["starter", "practice"])
def test_every_fact_of_a_bundle_stands_where_it_may(bundle: Bundle) -> None:
    drafts = drafts_of(bundle)
    assert len(drafts) > 30
    for draft in drafts:
        if isinstance(draft, OrganizationDraft):
            check_facts(draft.facts, "organization")
            continue
        check_facts(draft.facts, "service")
        for site in draft.sites:
            check_facts(site.location, "location")
            check_facts(site.listing, "listing")


@pytest.mark.parametrize("bundle", [STARTER, PRACTICE], ids=["starter", "practice"])
def test_a_bundle_speaks_the_words_of_the_vocabulary(bundle: Bundle) -> None:
    facts = list(chain.from_iterable(map(facts_of, drafts_of(bundle))))
    for fact in facts:
        if fact.field in _SCHEMES:
            assert term(_SCHEMES[fact.field], fact.slot)
        if fact.field == "language":
            assert fact.slot == f"{fact.value.tag}:{fact.value.how}"
            assert fact.value.tag == "any" or language(fact.value.tag)
        if fact.field == "trauma_informed":
            assert fact.slot.startswith(f"{fact.value.level}:")
        if fact.field == "schedule":
            assert re.fullmatch(r"intake|office|crisis-line|line:\w+", fact.slot)
    assert {fact.field for fact in facts} >= set(_SCHEMES) - {"house_rule", "barrier"}


def test_every_practice_site_lies_at_its_postal_code() -> None:
    sites = [site for draft in services(PRACTICE) for site in draft.sites]
    assert len(sites) > 150
    for site in sites:
        (point,) = (fact.value for fact in site.location if fact.field == "point")
        assert point.source == "postal"


@pytest.mark.parametrize("bundle", [STARTER, PRACTICE], ids=["starter", "practice"])
def test_every_listing_of_a_bundle_can_be_found_somewhere(bundle: Bundle) -> None:
    lost = [
        draft.source_key for draft in services(bundle)
        if not (draft.sites or draft.published_area or codes(draft, "service_area"))
    ]  # fmt: skip
    assert lost == []


def test_the_files_are_written_one_fact_on_a_line() -> None:
    assert file_of("starter") == laid_out(STARTER)
    assert file_of("practice") == laid_out(PRACTICE)


# The practice network


def test_the_practice_network_is_what_its_builder_makes() -> None:
    assert laid_out(build_practice.practice_network()) == file_of("practice")
    assert len(file_of("practice")) < 750_000


def test_every_practice_number_belongs_to_nobody() -> None:
    values = [msgspec.json.decode(fact.value) for fact in PRACTICE.facts()]
    numbers = list(numbers_in(values))
    assert len(numbers) > 400
    assert [number for number in numbers if not is_practice_number(number)] == []
    assert [number for number, times in Counter(numbers).items() if times > 1] == []


def test_every_practice_address_on_the_web_is_an_example() -> None:
    hosts = {host or mail for host, mail in _WEB.findall(file_of("practice").decode())}
    assert len(hosts) > 100
    assert [host for host in hosts if not re.search(r"(^|\.)example\.(org|com|net)$", host)] == []


def test_no_two_practice_organizations_share_a_name() -> None:
    organizations = [draft for draft in drafts_of(PRACTICE) if isinstance(draft, OrganizationDraft)]
    names = [fact.value.text for draft in organizations for fact in draft.facts if fact.field == "name"]
    assert len(set(names)) == len(names) > 150


def test_the_practice_network_shows_every_kind_of_fact() -> None:
    facts = list(chain.from_iterable(map(facts_of, drafts_of(PRACTICE))))
    assert {fact.field for fact in facts} == set(FIELDS)
    assert {fact.shown_to for fact in facts} == {"public", "partner", "coordinator"}
    for field, scheme in _SCHEMES.items():
        said = {fact.slot for fact in facts if fact.field == field}
        parents = {found.parent for found in terms(scheme)}
        assert {found.code for found in terms(scheme)} - said - parents == set(), field
    levels = {fact.value.level for fact in facts if fact.field == "trauma_informed"}
    assert levels == {found.code for found in terms(TRAUMA_INFORMED)} - {"none-known"}
    expiries = [fact.value.expires_on for fact in facts if fact.field == "trauma_informed" and fact.value.expires_on]
    assert min(expiries) < TODAY.isoformat() < max(expiries)


def test_the_practice_network_shows_every_form_of_a_fact() -> None:
    facts = list(chain.from_iterable(map(facts_of, drafts_of(PRACTICE))))
    by_field: dict[str, list[Any]] = defaultdict(list)
    for fact in facts:
        by_field[fact.field].append(fact.value)
    assert {phone.kind for phone in by_field["phone"]} == {"voice", "text", "tty", "whatsapp", "chat", "fax"}
    assert any(phone.ext for phone in by_field["phone"])
    assert {language.how for language in by_field["language"]} == {"staff", "interpreter", "website"}
    assert {taken.how for taken in by_field["eligibility"]} == {"", "exclusive", "welcomes", "does-not-exclude"}
    assert (
        {taken.answer for taken in by_field["eligibility"]} == {"yes", "no"} == {b.answer for b in by_field["barrier"]}
    )
    assert {told.policy for told in by_field["disclosure"]} == {
        "always",
        "mandated-only",
        "never-without-consent",
        "unknown",
    }
    assert {greeting.answers_as for greeting in by_field["greeting"]} >= {"neutral", "names-service", "names-topic"}
    assert {reach.by for reach in by_field["reach"]} == {"road", "ferry", "air", "remote-only"}
    assert {area.extent for area in by_field["service_area"]} == {"nation", "state", "county"}
    weeks = by_field["schedule"]
    assert any(week.days.get("SA", [(1, 1)])[0] == (0, 240) for week in weeks), "over midnight"
    assert any(week.days.get("SU") == [(0, 1440)] for week in weeks), "at any hour"
    assert any(week.closed for week in weeks)
    assert any(week.text and not week.days for week in weeks), "hours that nobody could read"
    assert {draft.location_disclosure for draft in services(PRACTICE)} == {"public", "area_only", "withheld"}


def listings_by_place() -> Counter[str]:
    """How many practice listings each area has, by its key."""
    return Counter(
        draft.source_key.removeprefix("service:").partition("-")[0]
        for draft in services(PRACTICE)
        for _ in range(len(draft.sites) or 1)
    )


def test_the_practice_network_stands_in_twelve_metro_areas_and_sixteen_towns() -> None:
    listings = listings_by_place()
    assert listings.keys() == {area.key for area in (*METROS, *TOWNS.values())}
    assert len(METROS) == 12
    assert len(TOWNS) == 16
    assert min(listings[metro.key] for metro in METROS) >= 20
    assert min(listings[key] for key in TOWNS) >= 3
    assert 360 <= listings.total() <= 400


def test_every_practice_place_is_where_the_gazetteer_has_it() -> None:
    with Gazetteer() as gazetteer:
        for area in (*METROS, *TOWNS.values()):
            found = gazetteer.postal(area.postal[0], area.country)
            assert found is not None
            assert found.region == area.state[3:]
            held = area_of(area.country, None, area.postal[0])
            assert held is not None
            assert held.id == area.area


def test_towns_teach_what_metro_areas_cannot() -> None:
    """People are reached by boat and plane, taken from named states only, come as a crew, and speak rare languages."""
    outside = [draft for draft in services(PRACTICE) if draft.source_key.removeprefix("service:")[:3] in TOWNS]
    by_field = Counter(fact.field for draft in outside for fact in draft.facts)
    assert by_field["accepts_from"] >= 15
    assert by_field["group_size"] >= 8
    said = {field: set[str]() for field in ("language", "kind", "accepts_from")}
    for field, slots in said.items():
        slots.update(*(codes(draft, field) for draft in outside))
    assert said["language"] >= {"nv:staff", "lkt:staff", "esu:staff", "ch:staff", "sm:staff", "mix:staff", "ht:staff"}
    assert said["kind"] >= {"tribal-program", "tele-sane", "bridge-hotel", "wage-claim", "worker-center"}
    assert said["accepts_from"] >= {"US-AK", "US-MP", "FM", "US"}
    reached = {fact.value.by for draft in outside for fact in draft.facts if fact.field == "reach"}
    assert reached == {"road", "ferry", "air", "remote-only"}
    # Much is not known, as in life.
    assert len([draft for draft in outside if not codes(draft, "disclosure")]) > len(outside) / 2
    assert any(not codes(draft, "language") for draft in outside)


def test_every_metro_area_has_what_a_first_try_asks_for() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for draft in services(PRACTICE):
        metro, kinds = draft.source_key.removeprefix("service:").partition("-")[0], codes(draft, "kind")
        found[metro] |= kinds & {"sane-adult"}
        if "es:staff" in codes(draft, "language"):
            found[metro] |= {f"{kind} in Spanish" for kind in kinds}
    wanted = {"sane-adult", "emergency-shelter in Spanish", "case-management in Spanish"}
    assert [metro.key for metro in METROS if not found[metro.key] >= wanted] == []


def test_no_confidential_practice_listing_says_where_it_is() -> None:
    confidential = [draft for draft in services(PRACTICE) if draft.location_disclosure != "public"]
    assert len(confidential) > 40
    organizations = {draft.organization_key for draft in confidential}
    said = [
        draft
        for draft in drafts_of(PRACTICE)
        if isinstance(draft, OrganizationDraft) and draft.source_key in organizations
    ]
    for facts in [draft.facts for draft in confidential] + [draft.facts for draft in said]:
        for fact in facts:
            assert screened(fact) == fact
            assert not FIELDS[fact.field].dropped_unless_public
            assert fact.field not in {"url", "email"} or fact.shown_to == "coordinator"
    siblings = [draft for draft in services(PRACTICE) if draft.organization_key in organizations]
    assert [draft.source_key for draft in siblings if draft.sites] == []


def test_no_practice_listing_is_more_open_than_its_kind() -> None:
    for draft in services(PRACTICE):
        held = draft.location_disclosure
        assert more_closed(default_disclosure(codes(draft, "kind")), held) == held, draft.source_key


# The starter list

# Typed from the product's table of real public lines, not from the file.
_REAL_LINES = {
    "service:988": ["988", "988"],
    "service:stronghearts": ["1 844 762 8483"],
    "service:ncmec": ["1 800 843 5678"],
    "service:bia-children": ["1 800 633 5155"],
    "service:dol-whd": ["1 866 487 9243"],
    "service:hsi-tips": ["1 866 347 2423", "802 872 6196", "802 872 6199"],
    "service:doj-task-force-line": ["1 888 428 7581"],
    "service:canadian-hotline": ["1 833 900 1010"],
    "service:safelink": ["1 877 785 2020", "711"],
    "service:ma-dcf-line": ["1 800 792 5200"],
    "service:ma-dppc-line": ["1 800 426 9009", "1 888 822 0350"],
    "service:ma-elder-line": ["1 800 922 2275"],
    "service:boston-police-unit": ["617 343 6533"],
    "service:my-life-my-choice": ["617 699 4998"],
    "service:suffolk-ma-seen": ["617 779 2146", "617 779 2145"],
    "service:ma-mova": [],
    "service:iine": [],
    "service:ma-cat-task-force": [],
}


def test_the_starter_list_has_exactly_these_lines() -> None:
    lines = {
        draft.source_key: [grouped(fact.value.number) for fact in draft.facts if fact.field == "phone"]
        for draft in services(STARTER)
    }
    assert lines == _REAL_LINES


def test_every_starter_line_says_where_it_comes_from() -> None:
    silent = [draft.source_key for draft in services(STARTER) if "" not in codes(draft, "alert")]
    assert silent == []


def test_the_starter_list_never_holds_the_pinned_line_or_a_lost_domain() -> None:
    file = file_of("starter")
    assert b"8883737888" not in file
    assert b"233733" not in file
    assert b"fightingexploitation" not in file


def test_lines_of_the_police_and_of_immigration_enforcement_are_kept_apart() -> None:
    kinds = {draft.source_key: codes(draft, "kind") for draft in services(STARTER)}
    assert kinds["service:hsi-tips"] == kinds["service:doj-task-force-line"] == {"tip-line-law-enforcement"}
    assert kinds["service:boston-police-unit"] == {"law-enforcement-unit"}


def test_only_the_line_that_nobody_has_called_is_hidden() -> None:
    hidden = {service.key: service.standing for service in STARTER.services() if service.standing != "listed"}
    assert hidden == {"service:doj-task-force-line": "suspended"}


def test_local_lines_are_those_of_massachusetts() -> None:
    areas = {
        organization.key: {
            fact.slot for service in organization.services for fact in service.facts if fact.field == "service_area"
        }
        for organization in STARTER.organizations
    }
    local = {organization.key for organization in STARTER.organizations if organization.local}
    assert len(local) == 10
    assert set.union(*(areas[key] for key in local)) == {"US-MA", "25025"}
    assert set.union(*(areas[key] for key in set(areas) - local)) == {"US", "CA"}


def test_the_two_counties_named_suffolk_are_told_apart() -> None:
    (row,) = [row for row in rows_of(STARTER, today=TODAY) if row.source_key == "organization:suffolk-ma-cac"]
    assert isinstance(row, SourceRow)
    assert row.draft is not None
    assert row.draft.facts[0].value.text == "Children's Advocacy Center of Suffolk County, Massachusetts"
