"""Whole addresses in a cell come apart where that is certain."""

import pytest

from importers.sheets.address_lines import addresses_of

_TOWNS = {("New York", "NY"), ("Miami", "FL"), ("Boston", "MA"), ("West Palm Beach", "FL")}


def _read(text: str, *, state: str = "", country: str = "US") -> list[dict[str, str]]:
    found = addresses_of(text, state=state, country=country, is_town=lambda town, where, _: (town, where) in _TOWNS)
    return [dict(one) for one in found]


@pytest.mark.parametrize(
    ("text", "street", "city", "state", "postal"),
    [
        ("12 Oak St, Miami, FL 33130", "12 Oak St", "Miami", "FL", "33130"),
        ("12 Oak St\nMiami, FL 33130-1234", "12 Oak St", "Miami", "FL", "33130-1234"),
        ("413 E. 120th St. Suite 314 New York, NY 10035", "413 E. 120th St. Suite 314", "New York", "NY", "10035"),
        ("5 Beech Street Boston MA 02108", "5 Beech Street", "Boston", "MA", "02108"),
        ("5 Palm Way West Palm Beach, Florida 33401", "5 Palm Way", "West Palm Beach", "FL", "33401"),
        ("10 Gateway Blvd\nToronto, ON     M3C 3A1", "10 Gateway Blvd", "Toronto", "ON", "M3C 3A1"),
        ("1200, rue des Érables, Montréal (Québec) H2X 1Y4", "1200 rue des Érables", "Montréal", "QC", "H2X 1Y4"),
    ],
)
def test_an_address_in_one_cell_comes_apart(text: str, street: str, city: str, state: str, postal: str) -> None:
    assert [(one["address_1"], one["city"], one["state_province"], one["postal_code"]) for one in _read(text)] == [
        (street, city, state, postal)
    ]


def test_two_places_in_one_cell_are_two() -> None:
    found = _read("12 Oak St, Miami, FL 33130; 5 Beech Street, Boston, MA 02108")
    assert [one["city"] for one in found] == ["Miami", "Boston"]


def test_a_street_alone_stays_a_street() -> None:
    assert _read("40 Orchard View Blvd") == [{"address_1": "40 Orchard View Blvd"}]


def test_a_name_before_the_street_stands_behind_it() -> None:
    found = _read("Lincoln Center, 12 Oak St, Miami, FL 33130")[0]
    assert (found["address_1"], found["address_2"]) == ("12 Oak St", "Lincoln Center")


def test_a_town_without_its_state_is_known_by_the_state_of_the_row() -> None:
    assert _read("12 Oak St Miami", state="FL") == [{"address_1": "12 Oak St", "city": "Miami"}]
