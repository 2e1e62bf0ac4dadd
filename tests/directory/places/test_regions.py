import hashlib

import pytest

from directory.places.regions import (
    countries,
    country,
    country_number,
    find_country,
    find_region,
    region,
    regions,
    state_number,
)


def test_numbers_are_unique_and_never_change() -> None:
    states = "".join(f"{part.number} {part.country}-{part.code}\n" for part in regions())
    nations = "".join(f"{nation.number} {nation.code}\n" for nation in countries())
    assert len({part.number for part in regions()}) == len(regions())
    assert len({nation.number for nation in countries()}) == len(countries())
    # If this fails: one was added (record the new digest) or changed (do not, search terms are made of them).
    assert hashlib.sha256((states + nations).encode()).hexdigest()[:16] == "59f68bcaf1c42748"


def test_numbers_fit_between_the_other_search_terms() -> None:
    assert all(0 < part.number < 9_000 for part in regions())
    assert all(0 < nation.number < 1_000 for nation in countries())


def test_numbers_are_those_of_the_statistical_offices() -> None:
    assert state_number("FL") == 12
    assert state_number("PR") == 72
    assert state_number("ON", "CA") == 135
    assert country_number("US") == 840
    assert country_number("CA") == 124
    assert state_number("ON") is None
    assert country_number("XX") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fl", "FL"),
        ("Florida", "FL"),
        (" FLORIDA ", "FL"),
        ("Fla.", "FL"),
        ("D.C.", "DC"),
        ("Carolina del Norte", "NC"),
        ("U.S. Virgin Islands", "VI"),
        ("CNMI", "MP"),
    ],
)
def test_states_are_understood_however_they_are_written(text: str, code: str) -> None:
    assert find_region(text) == region(code)


def test_a_province_is_looked_for_in_its_country() -> None:
    assert find_region("Québec", "CA") == region("QC", "CA")
    assert find_region("Québec") is None


def test_countries_are_understood_by_code_and_name() -> None:
    for text in ("US", "USA", "U.S.A.", "united states", "Estados Unidos"):
        assert find_country(text) == country("US")
    assert find_country("México") == country("MX")


def test_territories_are_regions_and_no_countries() -> None:
    for code in ("AS", "GU", "MP", "PR", "VI"):
        assert find_country(code) is None
        assert region(code) is not None


def test_the_fifty_states_the_district_the_territories_and_the_provinces_are_there() -> None:
    assert sum(part.country == "US" for part in regions()) == 56
    assert sum(part.country == "CA" for part in regions()) == 13
    assert sum(part.country == "MX" for part in regions()) == 32
