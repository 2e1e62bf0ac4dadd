"""Redacted cells become facts; each repair has its name, and each doubt its question."""

from typing import Any

import pytest

from directory.listings.drafts import OrganizationDraft, ServiceDraft, check_facts
from directory.places.areas import area_by_id
from directory.places.gazetteer import Gazetteer
from importers.cleaning import Cleaned, Cleaning
from importers.mapping import TaxonomyName, load_mapping
from importers.places_of_rows import Places
from importers.record import RowPosition, SourceRecord, SourceSite
from importers.redaction import Redacted

_CLEANING = Cleaning(load_mapping(), Places(Gazetteer()))
_SITE = {"address_1": "9 Public Lantern Avenue", "city": "Miami", "state_province": "FL", "postal_code": "33130"}


def _service(*, sites: tuple[dict[str, str], ...] = (_SITE,), **more: Any) -> SourceRecord:
    cells = {"name": "Harbor Office", **more.pop("cells", {})}
    placed = tuple(SourceSite(f"location:{number}", place) for number, place in enumerate(sites))
    names = more.pop("names", (TaxonomyName("Case/Care Management"),))
    return SourceRecord(
        "service", RowPosition("services.csv", 2), "service:1", cells=cells, names=names, sites=placed, **more
    )


def _clean(record: SourceRecord, **redacted: Any) -> Cleaned:
    cleaned = _CLEANING.clean(Redacted(record, **redacted), organization_key="organization:1")
    assert isinstance(cleaned.draft, ServiceDraft)
    check_facts(cleaned.draft.facts, "service")
    for site in cleaned.draft.sites:
        check_facts(site.location, "location")
        check_facts(site.listing, "listing")
    return cleaned


def _values(cleaned: Cleaned, field: str) -> dict[str, Any]:
    return {fact.slot: fact.value for fact in cleaned.draft.facts if fact.field == field}


def _questions(cleaned: Cleaned) -> dict[str, str]:
    return {question.rule: question.text for question in cleaned.questions}


def test_a_plain_service_becomes_a_draft_with_one_site() -> None:
    cleaned = _clean(_service(cells={"description": "We help.", "status": "active"}))
    draft = cleaned.draft
    assert isinstance(draft, ServiceDraft)
    assert [site.source_key for site in draft.sites] == ["service:1 location:0"]
    assert set(_values(cleaned, "kind")) == {"case-management"}
    assert (cleaned.city, cleaned.region, cleaned.postal) == ("Miami", "FL", "33130")
    assert cleaned.rules == ("point-from-postal",)
    assert cleaned.questions == ()


@pytest.mark.parametrize(
    ("written", "url", "rules"),
    [
        ("www.example.org", "https://www.example.org", {"url-scheme-added"}),
        ("http://example.org/a", "http://example.org/a", set()),
        ("https:/example.org", "https://example.org", {"url-tidied"}),
        ("example.org\\\\about", "https://example.org//about", {"url-tidied"}),
        (
            "www.example.org; www.example.com",
            "https://www.example.org",
            {"url-scheme-added", "several-urls-first-kept"},
        ),
    ],
)
def test_a_web_address_is_made_usable(written: str, url: str, rules: set[str]) -> None:
    cleaned = _clean(_service(cells={"url": written}))
    assert _values(cleaned, "url")[""].text == url
    assert rules <= set(cleaned.rules)


def test_a_web_address_that_is_none_becomes_a_question() -> None:
    cleaned = _clean(_service(cells={"url": "ask at the desk", "email": "nobody"}))
    assert _values(cleaned, "url") == _values(cleaned, "email") == {}
    assert {"url-not-readable", "email-not-readable"} <= _questions(cleaned).keys()


@pytest.mark.parametrize(
    ("written", "kept", "standing"),
    [
        ("Active", "active", ""),
        ("inactive", "inactive", "inactive"),
        ("Temporarily Closed", "temporarily closed", "temporarily closed"),
    ],
)
def test_a_status_is_kept_and_one_that_closes_is_noted(written: str, kept: str, standing: str) -> None:
    cleaned = _clean(_service(cells={"status": written}))
    assert _values(cleaned, "status")[""].text == kept
    assert cleaned.standing == standing


def test_a_blank_status_says_nothing_and_a_strange_one_is_asked_about() -> None:
    assert _values(_clean(_service()), "status") == {}
    assert "status-not-known" in _questions(_clean(_service(cells={"status": "perhaps"})))


def test_hours_keep_what_the_source_wrote_and_the_zone_of_the_place() -> None:
    rows = ({"weekday": "Monday", "opens_at": "9:00am", "closes_at": "5:00pm", "original_text": "9-5, Mon"},)
    schedule = _values(_clean(_service(schedules=rows)), "schedule")["office"]
    assert schedule.days == {"MO": [(540, 1020)]}
    assert (schedule.zone, schedule.text) == ("America/New_York", "9-5, Mon")


def test_hours_that_cannot_be_read_are_left_out_with_a_question() -> None:
    rows = ({"weekday": "Monday", "opens_at": "dawn", "closes_at": "dusk", "original_text": "Dawn to dusk"},)
    cleaned = _clean(_service(schedules=rows))
    assert _values(cleaned, "schedule")["office"].text == "Dawn to dusk"
    assert "unreadable-time" in _questions(cleaned)["hours-not-readable"]


def test_around_the_clock_is_understood() -> None:
    rows = ({"weekday": "", "original_text": "24 hours a day, 7 days a week"},)
    cleaned = _clean(_service(schedules=rows, names=(TaxonomyName("Crisis Hotlines"),)))
    assert _values(cleaned, "schedule")["crisis-line"].days["SU"] == [(0, 1440)]


def test_a_kind_that_nobody_knows_is_other_and_a_question() -> None:
    cleaned = _clean(_service(names=()))
    assert set(_values(cleaned, "kind")) == {"other"}
    assert "kind-not-known" in _questions(cleaned)


def test_populations_are_said_to_be_welcome() -> None:
    cleaned = _clean(_service(names=(TaxonomyName("Pregnant Women", is_population=True),)))
    assert {slug: value.how for slug, value in _values(cleaned, "eligibility").items()} == {
        "women": "welcomes",
        "pregnant": "welcomes",
    }


@pytest.mark.parametrize(
    ("low", "high", "age"), [("12", "17", (12, 17)), ("18.0", "", (18, None)), ("", "", None), ("x", "400", None)]
)
def test_ages_are_whole_years(low: str, high: str, age: tuple[int | None, int | None] | None) -> None:
    cells = {name: cell for name, cell in (("minimum_age", low), ("maximum_age", high)) if cell}
    found = _values(_clean(_service(cells=cells)), "age")
    assert (found[""].minimum, found[""].maximum) == age if age else found == {}


@pytest.mark.parametrize(
    ("sites", "codes"),
    [
        ((), {"US"}),
        (({},), {"US"}),
        (({"state_province": "FL"},), {"US-FL"}),
        (({"state_province": "Florida", "city": "Nowhereville"},), {"US-FL"}),
    ],
)
def test_what_has_no_place_serves_the_widest_that_is_stated(sites: tuple[dict[str, str], ...], codes: set[str]) -> None:
    cleaned = _clean(_service(sites=sites))
    assert isinstance(cleaned.draft, ServiceDraft)
    assert cleaned.draft.sites == []
    assert set(_values(cleaned, "service_area")) == codes
    assert "place-not-stated" in cleaned.rules


def test_stated_service_areas_are_kept_and_strange_ones_asked_about() -> None:
    cleaned = _clean(_service(service_areas=("Florida", "Miami-Dade County, FL", "everywhere")))
    assert set(_values(cleaned, "service_area")) == {"US-FL", "12086"}
    assert "everywhere" in _questions(cleaned)["service-area-not-known"]


def test_nothing_confidential_is_repeated_in_a_question() -> None:
    record = _service(
        sites=(), cells={"url": "see the door"}, phones=({"number": "ring twice"},), languages=("the usual ones",)
    )
    area = area_by_id("US-FL-331")
    cleaned = _clean(record, disclosure="area_only", area=area, is_closed=True, is_accessible=True)
    assert {"url-not-readable", "phone-not-readable", "language-not-known"} <= _questions(cleaned).keys()
    assert not any(word in repr(cleaned.questions) for word in ("door", "twice", "usual"))
    assert cleaned.phones_unparsed == ()
    assert cleaned.city is cleaned.region is cleaned.postal is None
    assert _values(cleaned, "barrier")["accessible"].answer == "yes"


def test_web_addresses_of_what_is_closed_are_for_coordinators() -> None:
    record = _service(sites=(), cells={"url": "example.org", "email": "a@example.org"})
    cleaned = _clean(record, disclosure="withheld", is_closed=True)
    assert {fact.shown_to for fact in cleaned.draft.facts if fact.field in ("url", "email")} == {"coordinator"}


def test_access_is_a_barrier_of_the_place() -> None:
    cleaned = _clean(_service(sites=({**_SITE, "accessibility": "Handicap accessible"},)))
    assert isinstance(cleaned.draft, ServiceDraft)
    assert [fact.slot for fact in cleaned.draft.sites[0].listing if fact.field == "barrier"] == ["accessible"]
    partly = _clean(_service(sites=({**_SITE, "accessibility": "Not wheelchair accessible"},)))
    assert isinstance(partly.draft, ServiceDraft)
    assert partly.draft.sites[0].listing == []


def test_a_text_that_is_too_long_is_cut() -> None:
    cleaned = _clean(_service(cells={"description": "word " * 4_000}))
    assert len(_values(cleaned, "description")[""].text) <= 8_000
    assert "text-cut" in cleaned.rules


def test_an_organization_keeps_its_lines_and_its_number() -> None:
    record = SourceRecord(
        "organization",
        RowPosition("organizations.csv", 2),
        "organization:1",
        cells={"name": "Harbor Aid", "tax_id": "59-1234567"},
        phones=({"number": "305-555-0142"},),
    )
    cleaned = _CLEANING.clean(Redacted(record))
    assert isinstance(cleaned.draft, OrganizationDraft)
    check_facts(cleaned.draft.facts, "organization")
    assert _values(cleaned, "organization_identifier")["tax-id"].identifier == "59-1234567"
    assert _values(cleaned, "phone")["voice"].number == "+13055550142"


@pytest.mark.parametrize(
    ("name", "reasons", "kind"),
    [
        ("Harbor Safe Haven", (), "shelter"),
        ("Harbor Transitional Homes", (), "transitional-housing"),
        ("Harbor Aid", ("description-says-shelter",), "shelter"),
        ("Harbor Aid", ("description-says-transitional-housing",), "transitional-housing"),
        ("Harbor Aid", (), "other"),
    ],
)
def test_a_service_of_no_known_kind_is_what_its_words_say(name: str, reasons: tuple[str, ...], kind: str) -> None:
    cleaned = _clean(_service(cells={"name": name}, names=()), rules=reasons)
    assert set(_values(cleaned, "kind")) == {kind}
    assert "kind-not-known" in _questions(cleaned)


def test_a_shelter_by_its_name_is_found_as_one_whatever_else_it_gives() -> None:
    record = _service(
        sites=(), cells={"name": "Domestic Abuse Shelter of the Keys"}, names=(TaxonomyName("Food Pantries"),)
    )
    cleaned = _clean(record, is_closed=True, disclosure="withheld")
    assert set(_values(cleaned, "kind")) == {"shelter", "food"}
    assert "shelter-in-name" in cleaned.rules
    # Where nothing is withheld, other code has looked at the name and found that it shelters nobody.
    assert set(_values(_clean(record), "kind")) == {"food"}


@pytest.mark.parametrize(
    ("name", "kinds"),
    [("Harbor Rape Treatment Center", {"sane", "trauma-therapy"}), ("Live Well Therapy", {"trauma-therapy"})],
)
def test_treatment_after_an_assault_is_an_exam_only_where_the_service_says_so(name: str, kinds: set[str]) -> None:
    cleaned = _clean(_service(cells={"name": name}, names=(TaxonomyName("Sexual Assault Treatment"),)))
    assert set(_values(cleaned, "kind")) == kinds
