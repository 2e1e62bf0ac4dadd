"""In a list of programs against violence a street may be where people hide, unless the row says that it is public."""

import pytest

from importers.mapping import load_mapping
from importers.record import SourceRecord
from importers.sheets.in_doubt import lists_other_things_too, speaks_of_people_at_risk
from tests.importers.sheets.grids import grid, services

_HEADER = ("Agency", "Type", "Address", "City", "State", "Zip", "Phone")
_PLACE = ("12 Quincewater Street", "Ocala", "FL", "34470", "352-555-0101")


def _is_withheld(record: SourceRecord) -> bool:
    return any("confidential" in site.traces for site in record.sites)


def _listed(name: str, kind: str = "", *, sheet: str = "DV Programs", street: str = _PLACE[0]) -> SourceRecord:
    rows = [[name, kind, street, *_PLACE[1:]], ["Reed Law Office", "Legal", *_PLACE]]
    return services(grid(_HEADER, *rows, sheet=sheet))[name]


@pytest.mark.parametrize("name", ["Willow", "Women's Center", "The Cottage"])
def test_a_row_of_which_nobody_says_what_it_is_keeps_its_street_to_itself(name: str) -> None:
    record = _listed(name)
    assert _is_withheld(record)
    assert "withheld-in-doubt" in record.rules
    # The list speaks of no violence.
    assert not _is_withheld(_listed(name, sheet="Partners"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Bay Legal Office", ""),
        ("Hope Counseling Center", ""),
        ("Marion County Sheriff", ""),
        ("County Courthouse", ""),
        ("Memorial Hospital", ""),
        ("Willow", "Legal Aid"),
        ("Willow", "Hospital"),
    ],
)
def test_what_is_public_by_its_own_words_stays_public(name: str, kind: str) -> None:
    assert not _is_withheld(_listed(name, kind))


def test_without_a_street_there_is_nothing_to_keep() -> None:
    assert not _is_withheld(_listed("Willow", street=""))
    assert not _is_withheld(_listed("Willow", street="PO Box 7"))


def test_the_name_of_an_organization_says_it_in_any_list() -> None:
    assert _is_withheld(_listed("Safe Steps Domestic Violence Program", sheet="Partners"))


@pytest.mark.parametrize(
    ("title", "is_so"),
    [
        ("DV Programs", True),
        ("DVPrograms2024", True),
        ("Sexual Assault Programs", True),
        ("Domestic violence and legal resources", True),
        ("Programas de violencia domestica", True),
        ("Human Trafficking Legal Services", False),
        ("Substance abuse programs", False),
        ("Partners", False),
    ],
)
def test_titles_speak_of_those_who_flee(title: str, is_so: bool) -> None:
    assert speaks_of_people_at_risk(title) is is_so


def test_a_list_of_shelters_and_services_does_not_make_a_pantry_a_shelter() -> None:
    rows = [
        ["Second Table", "Food Pantry", *_PLACE],
        ["Bea", "", *_PLACE],
        ["Artemis", "DV Shelter", *_PLACE],
    ]
    found = services(grid(_HEADER, *rows, sheet="Shelters and Services"))
    assert [name.name for name in found["Second Table"].names] == ["Food Pantry"]
    assert "Shelters and Services" in [name.name for name in found["Bea"].names]
    assert "Shelters and Services" in [name.name for name in found["Artemis"].names]
    assert not lists_other_things_too(load_mapping(), "Emergency Shelters")
