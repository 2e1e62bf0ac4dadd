"""Addresses are mended, points are made plausible, and nothing confidential is placed more finely than its area."""

from collections.abc import Iterator

import pytest

from directory.places.gazetteer import Gazetteer
from importers.places_of_rows import Places
from importers.record import SourceSite


@pytest.fixture(scope="module")
def places() -> Iterator[Places]:
    with Gazetteer() as gazetteer:
        yield Places(gazetteer)


def _cells(**cells: str) -> dict[str, str]:
    return {"address_1": "9 Public Lantern Avenue", **cells}


def test_a_state_that_is_missing_is_taken_from_the_postal_code(places: Places) -> None:
    placed = places.place(_cells(city="Miami", postal_code="33130"))
    assert placed.address.state_province == "FL"
    assert "state-from-postal" in placed.rules


@pytest.mark.parametrize(("written", "rules"), [("FL", []), ("Florida", ["state-tidied"]), ("fl.", ["state-tidied"])])
def test_a_state_is_written_as_its_code(written: str, rules: list[str], places: Places) -> None:
    placed = places.place(_cells(state_province=written, postal_code="33130"))
    assert placed.address.state_province == "FL"
    assert [rule for rule in placed.rules if rule.startswith("state")] == rules


def test_a_state_that_contradicts_its_postal_code_is_asked_about(places: Places) -> None:
    placed = places.place(_cells(state_province="GA", postal_code="33130"))
    assert placed.address.state_province == "GA"
    assert placed.questions[0][0] == "state-and-postal-differ"


@pytest.mark.parametrize(
    ("written", "state", "code", "rule"),
    [("33128-1930", "FL", "33128", "postal-plus-four-cut"), ("2114", "MA", "02114", "postal-zero-restored")],
)
def test_a_postal_code_is_mended(written: str, state: str, code: str, rule: str, places: Places) -> None:
    placed = places.place(_cells(state_province=state, postal_code=written))
    assert placed.address.postal_code == code
    assert rule in placed.rules


def test_the_sources_own_point_is_taken_where_it_is_plausible(places: Places) -> None:
    placed = places.place(_cells(state_province="FL", postal_code="33130", latitude="25.7701", longitude="-80.2002"))
    assert placed.point is not None
    assert (placed.point.lat, placed.point.lon, placed.point.source) == (25.7701, -80.2002, "source")
    assert placed.zone == "America/New_York"


@pytest.mark.parametrize(
    "point", [("40.71", "-74.0"), ("0", "0"), ("-80.2", "25.77"), ("95", "-80"), ("north", "west"), ("nan", "nan")]
)
def test_an_implausible_point_gives_way_to_the_postal_code(point: tuple[str, str], places: Places) -> None:
    cells = _cells(state_province="FL", postal_code="33130", latitude=point[0], longitude=point[1])
    placed = places.place(cells)
    assert placed.point is not None
    assert placed.point.source == "postal"
    assert {"point-implausible", "point-not-readable"} & set(placed.rules)


def test_a_town_places_what_has_no_postal_code(places: Places) -> None:
    placed = places.place(_cells(city="Key West", state_province="FL"))
    assert placed.point is not None
    assert placed.point.source == "city"
    assert "point-from-city" in placed.rules


def test_what_is_nowhere_has_no_point(places: Places) -> None:
    assert places.place({}).point is None
    assert places.place({"state_province": "FL"}).point is None


def test_a_canadian_code_is_recognised_without_its_country(places: Places) -> None:
    placed = places.place(_cells(postal_code="M5V 2T6", city="Toronto", state_province="ON"))
    assert placed.address.country == "CA"
    assert placed.point is not None


def test_an_area_is_as_wide_as_what_is_certain(places: Places) -> None:
    def area(*cells: dict[str, str]) -> str | None:
        found = places.common_area(tuple(SourceSite(str(number), one) for number, one in enumerate(cells)))
        return found.id if found else None

    miami = {"state_province": "FL", "postal_code": "33130"}
    assert area(miami) == area(miami, {"postal_code": "33196"}) == "US-FL-331"
    assert area(miami, {"state_province": "FL", "postal_code": "34101"}) == "US-FL"
    assert area(miami, {}) == "US-FL"
    assert area({"state_province": "GA", "postal_code": "33130"}) == "US-GA"
    assert area(miami, {"state_province": "GA", "postal_code": "30303"}) is None
    assert area({}) is None
    assert area() is None


def test_the_zone_of_an_area_is_that_of_its_town(places: Places) -> None:
    pensacola = places.common_area((SourceSite("1", {"state_province": "FL", "postal_code": "32501"}),))
    assert places.zone_of_area(pensacola) == "America/Chicago"
    assert places.zone_of_area(None) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Florida", "US-FL"),
        ("Miami-Dade County, FL", "12086"),
        ("United States", "US"),
        ("33130", None),
        ("Atlantis", None),
    ],
)
def test_a_service_area_is_a_county_a_state_or_a_country(text: str, code: str | None, places: Places) -> None:
    found = places.service_area(text)
    assert (found[0] if found else None) == code
