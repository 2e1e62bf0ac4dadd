"""Taxonomy names and cells come first; words fill what they leave open, and never make anything less confidential."""

from typing import Any

import pytest

from directory.listings.drafts import check_facts
from directory.places.areas import area_by_id
from directory.places.gazetteer import Gazetteer
from importers.facts_from_words import FactsFromWords, WordReading
from importers.mapping import TaxonomyName, load_mapping
from importers.places_of_rows import Places
from importers.record import RowPosition, SourceRecord
from importers.redaction import Redacted
from importers.shelter_words import Sheltering

_READING = WordReading(Places(Gazetteer()))
_MAPPING = load_mapping()
_CASES = (TaxonomyName("Case/Care Management"),)


def _read(
    names: tuple[TaxonomyName, ...] = _CASES, sheltering: Sheltering = "", *, region: str = "FL", **cells: str
) -> FactsFromWords:
    return _said(_record(names, **cells), sheltering, region=region)


def _record(names: tuple[TaxonomyName, ...] = _CASES, **cells: str) -> SourceRecord:
    position = RowPosition("services.csv", 2)
    return SourceRecord("service", position, "service:1", cells={"name": "Harbor", **cells}, names=names)


def _said(record: SourceRecord, sheltering: Sheltering = "", *, region: str = "FL", **redacted: Any) -> FactsFromWords:
    said = _READING.read(Redacted(record, **redacted), _MAPPING.meaning(record.names), sheltering, region)
    check_facts(said.facts, "service")
    return said


def _values(said: FactsFromWords, field: str) -> dict[str, Any]:
    return {fact.slot: fact.value for fact in said.facts if fact.field == field}


def _asked(said: FactsFromWords) -> set[str]:
    return {asked.rule for asked in said.asked}


def test_a_kind_of_the_taxonomy_is_kept_and_words_add_none() -> None:
    assert _read(description="Provides emergency food.").kinds == ("case-management",)


def test_words_say_the_kind_where_no_name_does() -> None:
    said = _read((), description="Provides emergency food to families.")
    assert said.kinds == ("food",)
    assert "kind-from-words" in said.rules
    assert "kind-not-known" not in _asked(said)


def test_too_little_evidence_is_a_question_that_proposes_the_likeliest() -> None:
    said = _read((), description="People who love food meet here.")
    assert said.kinds == ("other",)
    assert [asked.text for asked in said.asked if asked.rule == "kind-not-known"] == [
        "What kind of service is this? Perhaps: Food."
    ]


@pytest.mark.parametrize("sheltering", ["shelter", "transitional-housing"])
def test_what_shelters_people_stays_what_it_is_whatever_else_it_says(sheltering: Sheltering) -> None:
    said = _read((), sheltering, description="Provides emergency food, job placement and legal services.")
    assert said.kinds == (sheltering,)
    assert "kind-from-words" not in said.rules


def test_a_public_place_that_may_shelter_people_is_asked_about() -> None:
    record = _record((), description="Provides job placement and emergency housing for the homeless.")
    assert "perhaps-a-shelter" in _asked(_said(record))
    assert "perhaps-a-shelter" not in _asked(_said(record, disclosure="withheld", is_closed=True))


def test_words_make_a_welcome_exclusive() -> None:
    women = (*_CASES, TaxonomyName("Women", is_population=True))
    assert _values(_read(women, eligibility_description="Women only"), "eligibility")["women"].how == "exclusive"


def test_a_no_against_the_taxonomy_is_neither_yes_nor_no() -> None:
    men = (*_CASES, TaxonomyName("Men", is_population=True))
    said = _read(men, eligibility_description="Males not accepted")
    assert "men" not in _values(said, "eligibility")
    assert "who-contradicts" in _asked(said)


def test_a_stated_yes_of_the_taxonomy_silences_the_doubt_of_a_sentence() -> None:
    men = (*_CASES, TaxonomyName("Men", is_population=True))
    said = _read(men, eligibility_description="Services for men may vary")
    assert _values(said, "eligibility")["men"].answer == "yes"
    assert "who-not-clear" not in _asked(said)


def test_age_cells_come_before_words_and_a_difference_is_asked_about() -> None:
    said = _read(minimum_age="16", eligibility_description="18 and over")
    assert _values(said, "age")[""].minimum == 16
    assert "age-differs" in _asked(said)
    assert _asked(_read(minimum_age="18", eligibility_description="18 and over")) == set()


def test_reversed_age_cells_are_asked_about() -> None:
    said = _read(minimum_age="60", maximum_age="18")
    assert _values(said, "age") == {}
    assert "ages-reversed" in _asked(said)


def test_children_groups_and_origins_become_facts() -> None:
    said = _read(
        eligibility_description="Boys up to 12. Groups of up to 14. Residents of Monroe County only.", region="FL"
    )
    assert _values(said, "children")[""].boys_to == 12
    assert _values(said, "group_size")[""].most == 14
    assert set(_values(said, "accepts_from")) == {"12087"}
    assert set(said.served) == {"12087"}


def test_a_withheld_service_says_no_county() -> None:
    record = _record(eligibility_description="Residents of Monroe County only.")
    assert _values(_said(record, disclosure="withheld", is_closed=True), "accepts_from") == {}
    area = area_by_id("US-FL-330")
    assert area is not None
    shown = _said(record, disclosure="area_only", area=area, is_closed=True)
    assert set(_values(shown, "accepts_from")) == {"12087"}


def test_nothing_is_read_from_words_that_only_people_may_say() -> None:
    said = _read(
        description="Reports to the police only if mandated. Phones are answered neutrally. Remote only. Faith based.",
        application_process="Curfew at 9 pm; house rules apply.",
    )
    assert {fact.field for fact in said.facts} == {"kind"}
