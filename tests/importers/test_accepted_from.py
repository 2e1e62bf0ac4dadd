"""From where people are taken is read where it is a condition, and asked about where no area is known."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.places.gazetteer import Gazetteer
from importers.accepted_from import AcceptedFrom, Origin, read_accepted_from
from importers.places_of_rows import Places

_PLACES = Places(Gazetteer())


@cache
def _in_florida(name: str) -> tuple[str, str, str] | None:
    return _PLACES.service_area(f"{name}, FL") or _PLACES.service_area(name)


def _read(text: str, origin: Origin = "application") -> AcceptedFrom:
    return read_accepted_from([(origin, text)], _in_florida)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Residents of Miami-Dade County only", {"12086"}),
        ("Must be a resident of Monroe County.", {"12087"}),
        ("(must reside in Miami Dade County)", {"12086"}),
        ("Broward County residents only", {"12011"}),
        ("Limited to residents of Broward and Monroe Counties", {"12011", "12087"}),
        ("Must live in Florida", {"US-FL"}),
        ("Solo residentes de Florida", {"US-FL"}),
        ("Must live in St. Lucie County", {"12111"}),
    ],
)
def test_a_condition_gives_the_areas(text: str, codes: set[str]) -> None:
    assert set(_read(text).only) == codes


def test_whom_it_happens_to_serve_is_no_condition() -> None:
    read = _read("Serves residents of Miami-Dade, Broward and Monroe counties", "description")
    assert read.only == {}
    assert set(read.served) == {"12086", "12011", "12087"}


@pytest.mark.parametrize(
    "text",
    ["City of Miami residents only", "Must be a resident of Little Havana", "Not limited to residents of Florida"],
)
def test_a_condition_without_a_known_area_is_asked_about(text: str) -> None:
    read = _read(text)
    assert read.only == {}
    assert read.unclear == (text,)


@pytest.mark.parametrize(
    "text", ["Services are free", "Residents of nursing homes", "People live in fear", "Se sirve a St"]
)
def test_other_sentences_say_nothing_of_where(text: str) -> None:
    assert _read(text) == AcceptedFrom()


_SCRAPS = [
    "residents of",
    "must live in",
    "only",
    "Miami-Dade",
    "Broward",
    "and",
    ",",
    "County",
    "St.",
    "not",
    ".",
    "the",
]


@given(st.lists(st.sampled_from([*_SCRAPS, "ST", "Florida", "\n"]), max_size=25).map(" ".join))
def test_areas_are_known_whatever_is_written(text: str) -> None:
    read = _read(text)
    for extent, name in (*read.only.values(), *read.served.values()):
        assert extent in ("county", "state", "nation")
        assert name
