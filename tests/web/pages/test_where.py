"""Places that people type, as the field they type them into means them."""

from collections.abc import Iterator

import pytest

from directory.places.gazetteer import Gazetteer
from web.pages.where import Places, UnclearPlaceError


@pytest.fixture(scope="module")
def places() -> Iterator[Places]:
    """Places as a deployment in Florida means them."""
    with Gazetteer() as gazetteer:
        yield Places(gazetteer, country="US", region="FL")


@pytest.mark.parametrize(
    ("typed", "area"),
    [
        ("Texas", "US-TX"), ("tx", "US-TX"), ("New York", "US-NY"), ("Washington", "US-WA"), ("Georgia", "US-GA"),
        ("Puerto Rico", "US-PR"), ("Mexico", "MX"), ("México", "MX"), ("Honduras", "HN"), ("Ontario", "CA-ON"),
        ("Jalisco", "MX-JAL"), ("Houston, TX", "48201"), ("77002", "48201"), ("Miami-Dade County", "12086"),
        ("Toronto", "CA-ON"), ("", ""),
    ],
)  # fmt: skip
def test_where_somebody_comes_from_is_a_state_or_country_before_anything_else(
    places: Places, typed: str, area: str
) -> None:
    assert places.origin(typed, field="f") == area


@pytest.mark.parametrize("typed", ["Portland", "Mexico", "Washington", "Kingston"])
def test_each_of_several_places_can_be_written_so_that_it_is_found(places: Places, typed: str) -> None:
    with pytest.raises(UnclearPlaceError) as unclear:
        places.anywhere(typed, field="c")
    assert unclear.value.field == "c"
    assert len(unclear.value.candidates) > 1
    for place in unclear.value.candidates:
        text = places.written(place)
        assert text is not None, place.label
        found = places.anywhere(text, field="c")
        assert found is not None
        assert (found.lat, found.lon, found.kind) == (place.lat, place.lon, place.kind)


def test_what_is_nearby_is_looked_for_at_home_and_what_may_be_far_is_asked_about(places: Places) -> None:
    """To keep away from the wrong Springfield would be worse than one question more."""
    near = places.nearby("Springfield", field="a")
    assert near is not None
    assert near.region == "FL"
    for find in (places.anywhere, places.origin):
        with pytest.raises(UnclearPlaceError):
            find("Springfield", field="c")


def test_what_is_no_place_is_unclear_and_not_repeated(places: Places) -> None:
    for find in (places.nearby, places.anywhere, places.origin):
        with pytest.raises(UnclearPlaceError) as unclear:
            find("Atlantis Nowhere", field="f")
        assert (unclear.value.field, tuple(unclear.value.candidates)) == ("f", ())
        assert "Atlantis" not in str(unclear.value)


def test_an_empty_field_is_nowhere(places: Places) -> None:
    assert places.nearby("", field="a") is None
    assert places.anywhere("", field="c") is None
