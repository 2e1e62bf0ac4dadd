"""Whether a place lies where its address says, without a word to anybody."""

import asyncio
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.places.gazetteer import Gazetteer
from verifiers.geocode import geocode
from verifiers.look import Look
from verifiers.subject import Known

MIAMI = (25.7801, -80.2001)
NAPLES = (26.1420, -81.7948)
HOMESTEAD = (25.4687, -80.4776)
GAZETTEER = Gazetteer()
ADDRESS = {"address_1": "742 Evergreen Terrace", "city": "Miami", "state_province": "FL", "postal_code": "33130"}


def look(known: Known) -> Look:
    """One look by the bundled gazetteer."""
    return asyncio.run(geocode(GAZETTEER)(known))  # type: ignore[arg-type]


def address(point: tuple[float, float] | None = MIAMI, *, is_confidential: bool = False, **changed: str) -> Known:
    """An address with a stated point."""
    return Known(1, "address", ADDRESS | changed, point=point, is_confidential=is_confidential)


@pytest.mark.parametrize(
    ("known", "outcome"),
    [
        (address(), "agrees"),
        (address(NAPLES), "apart"),
        # 40 km away: too far for both together, and just what may be for a town or a ZIP alone.
        (address(HOMESTEAD), "apart"),
        (address((25.45, -80.19), postal_code=""), "agrees"),
        (address(NAPLES, postal_code=""), "apart"),
        (address(NAPLES, city=""), "apart"),
        # One of the two fits: a ZIP of Naples with Miami's name is not the point's fault.
        (address(NAPLES, postal_code="34102"), "agrees"),
        # The sign of the longitude is gone.
        (address((25.7801, 80.2001)), "apart"),
        (address((0.0, 0.0)), "apart"),
        # Nothing to compare with.
        (address(None), ""),
        (address(city="", postal_code=""), ""),
        (address(city="Nowhere Whatsoever", postal_code=""), ""),
        (address((95.0, 10.0)), ""),
        (address((float("nan"), 10.0)), ""),
        # "CA" is California here, also where the gazetteer finds the town in Canada.
        (address(NAPLES, city="Toronto", state_province="CA", postal_code=""), ""),
        # One of the rural codes of Canada, which reach over hundreds of kilometres.
        (address((58.5, -117.1), country="CA", city="", state_province="AB", postal_code="T0H 1L0"), ""),
        (Known(1, "point", {"lat": 25.77, "lon": -80.20}, city="Miami", region="FL"), "agrees"),
        (Known(1, "point", {"lat": 25.77, "lon": -81.20}, city="Miami", region="FL"), "apart"),
        (Known(1, "point", {"lat": 25.77, "lon": -81.20, "source": "postal"}, city="Miami", region="FL"), ""),
        (Known(1, "point", {"lat": "north"}, city="Miami", region="FL"), ""),
        (Known(1, "phone", {"number": "+13055550142"}, city="Miami", region="FL", point=MIAMI), ""),
    ],
)  # fmt: skip
def test_a_place_is_where_its_address_says_or_clearly_elsewhere(known: Known, outcome: str) -> None:
    assert look(known) == Look(outcome)


def test_a_point_that_was_taken_from_the_gazetteer_says_nothing() -> None:
    place = GAZETTEER.postal("33130")
    assert place is not None
    assert look(address((place.lat, place.lon))) == Look()


def test_a_confidential_organization_is_never_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("asked")

    for name in ("postal", "candidates", "find"):
        monkeypatch.setattr(Gazetteer, name, refuse)
    assert look(address(NAPLES, is_confidential=True)) == Look()


def test_nothing_of_a_look_leaves_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [
        address(),
        address(NAPLES, postal_code=""),
        address(city="Springfield", state_province="IL", postal_code=""),
    ]

    async def all_of_them() -> list[str]:
        def refuse(*_: object, **__: object) -> None:
            pytest.fail("a socket")

        # The loop itself is made by now, with the pair that wakes it.
        monkeypatch.setattr(socket, "socket", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        return [(await geocode(Gazetteer())(one)).outcome for one in known]

    assert asyncio.run(all_of_them()) == ["agrees", "apart", "apart"]


@given(
    st.fixed_dictionaries(
        {name: st.text(max_size=200) for name in ("city", "state_province", "postal_code", "country")}
    ),
    st.tuples(st.floats(), st.floats()),
)
def test_no_text_and_no_point_is_too_odd_to_be_looked_at(value: dict[str, Any], point: tuple[float, float]) -> None:
    assert look(Known(1, "address", value, point=point)).outcome in {"", "agrees", "apart"}
