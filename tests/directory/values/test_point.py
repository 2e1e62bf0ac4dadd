"""Points, distances and cells: examples that a map can confirm, and properties that hold everywhere on the Earth."""

import math
from itertools import pairwise

import pytest
from geopy.distance import geodesic
from hypothesis import example, given
from hypothesis import strategies as st

from directory.values.point import (
    CELL_BITS,
    EARTH_RADIUS_KM,
    chord_squared,
    cover,
    distance_km,
    earth_vector,
    km_of_chord_squared,
    morton,
)

Point = tuple[float, float]

MIAMI = (25.7617, -80.1918)
BOSTON = (42.3601, -71.0589)
HALF_WAY_ROUND_KM = math.pi * EARTH_RADIUS_KM
ROW, COLUMN = 180 / 2**CELL_BITS, 360 / 2**CELL_BITS  # height and width of a cell, in degrees

# Where covers could go wrong is drawn as often as everywhere else: poles, equator, the 180th meridian, edges of cells.
LATITUDES = st.one_of(
    st.floats(-90, 90),
    st.sampled_from([-90.0, -89.999999, -1e-9, 0.0, 1e-9, 45.0, 89.999999, 90.0]),
    st.integers(0, 2**CELL_BITS).map(lambda row: -90 + row * ROW),
)
LONGITUDES = st.one_of(
    st.floats(-180, 180),
    st.sampled_from([-180.0, -179.999999, -1e-9, 0.0, 1e-9, 179.999999, 180.0]),
    st.integers(0, 2**CELL_BITS).map(lambda column: -180 + column * COLUMN),
)
POINTS = st.tuples(LATITUDES, LONGITUDES)
BEARINGS = st.one_of(st.floats(0, 2 * math.pi), st.integers(0, 8).map(lambda eighth: eighth * math.pi / 4))
# Tiny, usual and huge; as many of each.
DISTANCES = st.one_of(st.floats(0, 0.01), st.floats(0.01, 500), st.floats(500, 20_100))
EVERY_22_5_DEGREES = [-90 + 22.5 * n for n in range(9)]


def beyond(point: Point, km: float, bearing: float) -> Point:
    """A point about ``km`` away in a direction, by the formula for a sphere."""
    phi, angle = math.radians(point[0]), km / EARTH_RADIUS_KM
    sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing)
    far = math.asin(max(-1.0, min(1.0, sine)))
    east = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * math.sin(far)
    )
    return math.degrees(far), (point[1] + math.degrees(east) + 540) % 360 - 180


def is_covered(point: Point, ranges: list[tuple[int, int]]) -> bool:
    cell = morton(*point)
    return any(low <= cell <= high for low, high in ranges)


# ---------------------------------------------------------------- distances


def test_miami_to_boston_is_as_far_as_maps_say() -> None:
    assert distance_km(MIAMI, BOSTON) == pytest.approx(2021, abs=5)
    assert distance_km(MIAMI, MIAMI) == 0


@pytest.mark.parametrize("latitude", EVERY_22_5_DEGREES)
@given(
    st.sampled_from([-180.0, -179.999, -80.0, 0.0, 13.0, 179.999, 180.0]),
    st.floats(0, 360),
    # 10 m to 5,000 km, no order of magnitude more often than another.
    st.floats(-2, math.log10(5_000)).map(lambda exponent: 10**exponent),
)
@example(180.0, 90.0, 0.01)
@example(180.0, 90.0, 5_000.0)
@example(-180.0, 270.0, 5_000.0)
@example(0.0, 0.0, 5_000.0)
@example(0.0, 180.0, 5_000.0)
def test_a_distance_is_within_half_a_percent_of_the_geodesic(
    latitude: float, longitude: float, bearing: float, km: float
) -> None:
    start = latitude, longitude
    end = geodesic(kilometers=km).destination(start, bearing)
    assert distance_km(start, (end.latitude, end.longitude)) == pytest.approx(km, rel=0.005)
    assert distance_km((end.latitude, end.longitude), start) == pytest.approx(km, rel=0.005)


@given(POINTS, st.floats(0, 360), st.floats(0.01, 200))
def test_in_the_reach_of_a_journey_a_distance_is_right_to_a_hundredth_of_a_percent(
    start: Point, bearing: float, km: float
) -> None:
    end = geodesic(kilometers=km).destination(start, bearing)
    assert distance_km(start, (end.latitude, end.longitude)) == pytest.approx(km, rel=1e-4)


@given(POINTS, POINTS)
def test_no_two_points_are_farther_apart_than_half_way_round(a: Point, b: Point) -> None:
    assert 0 <= distance_km(a, b) <= HALF_WAY_ROUND_KM
    assert distance_km(a, b) == distance_km(b, a)


@given(LATITUDES, LATITUDES, LONGITUDES, st.floats(0, 180))
def test_points_as_far_to_the_east_as_to_the_west_are_a_tie(
    latitude: float, other: float, longitude: float, away: float
) -> None:
    east = distance_km((latitude, longitude), (other, longitude + away))
    west = distance_km((latitude, longitude), (other, longitude - away))
    # Near the other side of the Earth a chord says little about the way round.
    assert east == pytest.approx(west, abs=1e-6 if east < 19_000 else 1.0)


@given(POINTS, POINTS)
def test_a_meridian_has_one_place_whether_it_is_written_east_or_west(a: Point, b: Point) -> None:
    round_the_earth = (b[0], b[1] + 360 if b[1] < 0 else b[1] - 360)
    assert distance_km(a, round_the_earth) == pytest.approx(distance_km(a, b), abs=1.0, rel=1e-6)


@given(POINTS, POINTS)
def test_the_chord_between_vectors_gives_the_distance(a: Point, b: Point) -> None:
    chord = sum((x - y) ** 2 for x, y in zip(earth_vector(*a), earth_vector(*b), strict=True))
    assert km_of_chord_squared(chord) == pytest.approx(distance_km(a, b), abs=1e-6)


@given(DISTANCES)
def test_a_chord_gives_its_distance_back(km: float) -> None:
    assert km_of_chord_squared(chord_squared(km)) == pytest.approx(min(km, HALF_WAY_ROUND_KM), abs=0.5, rel=1e-9)
    if km < 10_000:
        assert km_of_chord_squared(chord_squared(km)) == pytest.approx(km, abs=1e-6)


@given(DISTANCES, DISTANCES)
def test_a_longer_distance_never_has_a_shorter_chord(a: float, b: float) -> None:
    short, long = sorted([a, b])
    assert chord_squared(short) <= chord_squared(long)


# ---------------------------------------------------------------- cells


def test_a_cell_is_40_bits_and_neighbours_share_their_first_bits() -> None:
    assert morton(-90, -180) == 0
    assert morton(90, 179.999999) == (1 << 40) - 1
    assert morton(10, 180) == morton(10, -180)
    assert morton(25.7617, -80.1918) >> 16 == morton(25.7620, -80.1915) >> 16
    # One step east sets the lowest bit, one step north the next.
    assert (morton(-90, -180 + COLUMN), morton(-90 + ROW, -180)) == (1, 2)


@given(POINTS)
def test_every_point_has_a_cell_and_the_180th_meridian_only_one(point: Point) -> None:
    assert 0 <= morton(*point) < 1 << 2 * CELL_BITS
    assert morton(point[0], 180.0) == morton(point[0], -180.0)


@given(st.integers(0, 2**CELL_BITS - 1), st.integers(0, 2**CELL_BITS - 1))
def test_cells_differ_and_order_by_rows_and_columns_bit_by_bit(row: int, column: int) -> None:
    cell = morton(-90 + (row + 0.5) * ROW, -180 + (column + 0.5) * COLUMN)
    bits = f"{cell:040b}"
    assert (int(bits[0::2], 2), int(bits[1::2], 2)) == (row, column)


# ---------------------------------------------------------------- covers


@given(POINTS, DISTANCES, BEARINGS)
@example((0.0, 180.0), 50.0, math.pi / 2)
@example((0.0, -180.0), 50.0, 3 * math.pi / 2)
@example((0.0, 0.0), 40.0, 0.0)
@example((0.0, 0.0), 40.0, math.pi)
@example((60.0, 10.0), 400.0, math.pi / 2)
@example((89.9999, 10.0), 5.0, 0.0)
@example((-90.0, 0.0), 1.0, 1.0)
@example((90.0, 0.0), 20_100.0, 1.0)
def test_a_point_on_the_edge_of_a_circle_is_covered(center: Point, km: float, bearing: float) -> None:
    point = beyond(center, km, bearing)
    # The smallest circle that holds the point: no rounding may lose it.
    assert is_covered(point, cover(*center, distance_km(center, point)))


@given(POINTS, DISTANCES, BEARINGS, st.floats(0, 1), st.integers(1, 24))
def test_every_point_within_the_distance_is_covered_by_however_few_ranges(
    center: Point, km: float, bearing: float, share: float, most: int
) -> None:
    point = beyond(center, km * share, bearing)
    assert distance_km(center, point) > km or is_covered(point, cover(*center, km, most))


@given(POINTS, POINTS)
# Through the Earth from near pole to near pole: its middle is nearer than anywhere else, so the chord is shorter.
@example((80.0, 0.0), (-67.625, 0.0))
@example((-89.9, 10.0), (60.0, -170.0))
def test_a_circle_as_large_as_two_points_are_apart_covers_both(a: Point, b: Point) -> None:
    km = distance_km(a, b)
    assert is_covered(b, cover(*a, km))
    assert is_covered(a, cover(*b, km))


@given(POINTS, st.integers(1, 24))
def test_a_circle_of_no_size_covers_its_own_point_and_one_of_the_whole_earth_every_point(
    point: Point, most: int
) -> None:
    assert is_covered(point, cover(*point, 0.0, most))
    for pole_or_side in ((90.0, 0.0), (-90.0, 0.0), (-point[0], point[1] + 180), (0.0, 180.0)):
        assert is_covered(pole_or_side, cover(*point, 20_100.0, most))


@given(POINTS, DISTANCES, st.integers(1, 24))
def test_ranges_are_few_sorted_and_never_touch(center: Point, km: float, most: int) -> None:
    ranges = cover(*center, km, most)
    assert 1 <= len(ranges) <= most
    assert all(low <= high for low, high in ranges)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(ranges))
    assert ranges[0][0] >= 0
    assert ranges[-1][1] < 1 << 2 * CELL_BITS


@given(st.floats(179, 180), st.floats(-70, 70), st.floats(60, 400))
def test_a_circle_across_the_180th_meridian_is_covered_on_both_sides(lon: float, lat: float, km: float) -> None:
    for center in ((lat, lon), (lat, -lon)):
        ranges = cover(*center, km)
        for side in (179.9999, 180.0, -179.9999):
            assert distance_km(center, (lat, side)) > km or is_covered((lat, side), ranges)
        # and not all the way round
        assert not is_covered((lat, center[1] - 180), ranges)


@given(st.floats(0, 100), LONGITUDES, LONGITUDES, st.sampled_from([1, -1]))
def test_a_circle_round_a_pole_is_covered_at_every_meridian(km: float, lon: float, other: float, side: int) -> None:
    near_pole = side * (90 - km / 111.2 / 2)
    assert is_covered((side * 89.9999999, other), cover(near_pole, lon, max(km, 1.0)))


def test_a_cover_wastes_little() -> None:
    # Ten thousand points in a grid of 4 degrees round Miami; the box of 40 km holds about 3.6 % of them.
    grid = [(23.76 + i * 0.04, -82.19 + j * 0.04) for i in range(100) for j in range(100)]
    covered = sum(is_covered(point, cover(*MIAMI, 40)) for point in grid[::7])
    assert covered < 0.1 * len(grid[::7])
