"""The shapes of the map: every state and county of it, closed lines inside its box."""

import re

import pytest

from directory.places.gazetteer import Gazetteer
from web.desk.maps.shapes import drawn


def test_every_state_is_drawn_inside_the_box() -> None:
    found = drawn("")
    assert len(found.paths) == 51
    assert not [code for code in found.paths if not re.fullmatch(r"US-[A-Z]{2}", code)]
    left, top, wide, high = map(int, found.box.split())
    for path in found.paths.values():
        assert re.fullmatch(r"(M-?\d+,-?\d+L(-?\d+,-?\d+ ?){2,}Z)+", path)
        for x, y in re.findall(r"(-?\d+),(-?\d+)", path):
            assert left <= int(x) <= left + wide
            assert top <= int(y) <= top + high


@pytest.mark.parametrize(("state", "counties"), [("FL", 67), ("MA", 14), ("TX", 254)])
def test_the_counties_of_a_state_are_those_of_the_gazetteer(state: str, counties: int) -> None:
    with Gazetteer() as gazetteer:
        assert drawn(f"US-{state}").paths.keys() == gazetteer.counties(state).people.keys()
    assert len(drawn(f"US-{state}").paths) == counties


def test_a_region_without_shapes_is_no_fault() -> None:
    assert drawn("CA-ON").paths == {}
