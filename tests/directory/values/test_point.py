import math
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory.values.point import (
    EARTH_RADIUS_KM,
    chord_squared,
    cover,
    distance_km,
    km_of_chord_squared,
    morton,
    unit_vector,
)

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)
DISTANCES = st.floats(0, 20_100)
MIAMI = (25.7617, -80.1918)
BOSTON = (42.3601, -71.0589)


def beyond(lat: float, lon: float, km: float, bearing: float) -> tuple[float, float]:
    """The point ``km`` away in a direction, by the formula for a sphere."""
    phi, angle = math.radians(lat), km / EARTH_RADIUS_KM
    sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing)
    far = math.asin(max(-1.0, min(1.0, sine)))
    east = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * math.sin(far)
    )
    return math.degrees(far), (lon + math.degrees(east) + 540) % 360 - 180


def is_covered(point: tuple[float, float], ranges: list[tuple[int, int]]) -> bool:
    cell = morton(*point)
    return any(low <= cell <= high for low, high in ranges)


def test_miami_to_boston_is_as_far_as_maps_say() -> None:
    assert distance_km(MIAMI, BOSTON) == pytest.approx(2021, abs=10)
    assert distance_km(MIAMI, MIAMI) == 0
    assert distance_km((0, 0), (0, 180)) == pytest.approx(math.pi * EARTH_RADIUS_KM)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_chords_between_unit_vectors_sort_as_distances(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> None:
    a, b = unit_vector(lat_a, lon_a), unit_vector(lat_b, lon_b)
    chord = sum((x - y) ** 2 for x, y in zip(a, b, strict=True))
    assert chord == pytest.approx(chord_squared(distance_km((lat_a, lon_a), (lat_b, lon_b))), abs=1e-12)


@given(DISTANCES)
def test_a_chord_gives_its_distance_back(km: float) -> None:
    half_way = math.pi * EARTH_RADIUS_KM
    assert km_of_chord_squared(chord_squared(km)) == pytest.approx(min(km, half_way), abs=0.5, rel=1e-9)
    if km < 10_000:
        assert km_of_chord_squared(chord_squared(km)) == pytest.approx(km, abs=1e-6)


def test_a_cell_is_40_bits_and_neighbours_share_their_first_bits() -> None:
    assert morton(-90, -180) == 0
    assert morton(90, 179.999999) == (1 << 40) - 1
    assert morton(10, 180) == morton(10, -180)
    assert morton(25.7617, -80.1918) >> 16 == morton(25.7620, -80.1915) >> 16
    # One step east sets the lowest bit, one step north the next.
    assert (morton(-90, -180 + 360 / 2**20), morton(-90 + 180 / 2**20, -180)) == (1, 2)


@given(LATITUDES, LONGITUDES, DISTANCES, st.floats(0, 2 * math.pi), st.floats(0, 1))
@example(0.0, 180.0, 50.0, math.pi / 2, 0.99)
@example(0.0, -180.0, 50.0, -math.pi / 2, 0.99)
@example(89.9999, 10.0, 5.0, 0.0, 0.99)
@example(-90.0, 0.0, 1.0, 1.0, 1.0)
def test_every_point_within_the_distance_is_covered(
    lat: float, lon: float, km: float, bearing: float, share: float
) -> None:
    point = beyond(lat, lon, km * share, bearing)
    ranges = cover(lat, lon, km)
    assert distance_km((lat, lon), point) > km or is_covered(point, ranges)


@given(LATITUDES, LONGITUDES, DISTANCES, st.integers(4, 24))
def test_ranges_are_few_sorted_and_never_touch(lat: float, lon: float, km: float, most: int) -> None:
    ranges = cover(lat, lon, km, most)
    assert 1 <= len(ranges) <= most
    assert all(low <= high for low, high in ranges)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(ranges))
    assert ranges[0][0] >= 0
    assert ranges[-1][1] < 1 << 40


@given(st.floats(179, 180), st.floats(-70, 70), st.floats(60, 400))
def test_a_circle_across_the_180th_meridian_is_covered_on_both_sides(lon: float, lat: float, km: float) -> None:
    ranges = cover(lat, lon, km)
    for side in (179.9999, -179.9999):
        assert distance_km((lat, lon), (lat, side)) > km or is_covered((lat, side), ranges)
    # and not all the way round
    assert not is_covered((lat, lon - 180), ranges)


@given(st.floats(0, 100), LONGITUDES, LONGITUDES, st.sampled_from([1, -1]))
def test_a_circle_round_a_pole_is_covered_at_every_meridian(km: float, lon: float, other: float, side: int) -> None:
    near_pole = side * (90 - km / 111.2 / 2)
    assert is_covered((side * 89.9999999, other), cover(near_pole, lon, max(km, 1.0)))


def test_a_cover_wastes_little() -> None:
    # Ten thousand points in a grid of 4 degrees round Miami; the box of 40 km holds about 3.6 % of them.
    grid = [(23.76 + i * 0.04, -82.19 + j * 0.04) for i in range(100) for j in range(100)]
    covered = sum(is_covered(point, cover(*MIAMI, 40)) for point in grid[::7])
    assert covered < 0.1 * len(grid[::7])
