"""Which confidential areas a circle touches or holds, without looking at every postal code."""

import sys
from array import array
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import product
from math import floor, inf, sqrt
from typing import NamedTuple

from directory.places.areas import area_by_number, coarser
from directory.values.point import chord_squared, unit_vector

# Points are kept as 32-bit numbers, which are right to half a metre; nobody is left out of a circle by less than that.
_SLACK_KM = 0.001
# So many points at most are looked at one by one; more are a circle of their own first.
_FEW_POINTS = 12
# Areas are sought in cubes, so many of which are as long as the Earth's radius: about 200 km each.
_CUBES = 32
# An area larger than this lies in no cube and is always looked at; a circle larger than this looks at every area.
_LARGE = 0.1


class _Cluster(NamedTuple):
    """Points that lie together: a circle around them, and they themselves or the clusters they fall into."""

    x: float
    y: float
    z: float
    reach: float
    points: tuple[tuple[float, float, float], ...]
    parts: tuple["_Cluster", ...]


class _Area:
    """An area: a circle around it, and its points, which are put in order when somebody first asks from near it."""

    def __init__(
        self, number: int, numbers: frozenset[int], circle: tuple[float, float, float, float], stored: bytes
    ) -> None:
        self.number = number
        self.numbers = numbers
        self.circle = circle
        self._stored = stored

    @cached_property
    def cluster(self) -> _Cluster:
        points = array("f", self._stored)
        if sys.byteorder == "big":
            points.byteswap()
        vectors = list(zip(points[0::3], points[1::3], points[2::3], strict=True))
        return _Cluster(*self.circle, (), tuple(_clusters(vectors)))


class AreaCircles:
    """For each area: a circle around all its points, the points, and the numbers of the areas that hold it."""

    def __init__(self, rows: Iterable[tuple[int, float, float, float, float, bytes]]) -> None:
        """``rows`` are number, middle (a unit vector), reach (a chord), points (unit vectors, little-endian floats)."""
        self._cubes: dict[tuple[int, int, int], list[_Area]] = {}
        self._areas: list[_Area] = []
        self._large: list[_Area] = []
        self._parts: dict[int, set[int]] = {}
        for number, x, y, z, reach, stored in rows:
            area = area_by_number(number)
            numbers = {number, *(wider.number for wider in coarser(area))} if area else {number}
            for one in numbers:
                self._parts.setdefault(one, set()).add(number)
            found = _Area(number, frozenset(numbers), (x, y, z, reach), stored)
            self._areas.append(found)
            if reach > _LARGE:
                self._large.append(found)
                continue
            for cube in _cubes(x, y, z, reach):
                self._cubes.setdefault(cube, []).append(found)

    def touched_by(self, lat: float, lon: float, km: float) -> frozenset[int]:
        """Numbers of the areas, fine and coarse, with at least one point within ``km`` of a point."""
        x, y, z = unit_vector(lat, lon)
        radius = sqrt(chord_squared(km + _SLACK_KM))
        touched: set[int] = set()
        for area in self._around(x, y, z, radius):
            if touched.issuperset(area.numbers):
                continue
            nearest, farthest = _reach(area.circle, x, y, z)
            if farthest <= radius or (nearest <= radius and _is_touched(area.cluster, x, y, z, radius)):
                touched |= area.numbers
        return frozenset(touched)

    def held_by(self, lat: float, lon: float, km: float) -> frozenset[int]:
        """Numbers of the areas, fine and coarse, with every point within ``km`` of a point."""
        x, y, z = unit_vector(lat, lon)
        radius = sqrt(chord_squared(max(km - _SLACK_KM, 0.0)))
        held = set()
        for area in self._around(x, y, z, radius):
            nearest, farthest = _reach(area.circle, x, y, z)
            if farthest <= radius or (nearest <= radius and _farthest(area.cluster, x, y, z, radius) <= radius):
                held.add(area.number)
        return frozenset(number for number, parts in self._parts.items() if parts and held.issuperset(parts))

    def _around(self, x: float, y: float, z: float, radius: float) -> Iterable[_Area]:
        """The areas that may have something in a circle, each once."""
        if radius > _LARGE:
            return self._areas
        found = [area for cube in _cubes(x, y, z, radius) for area in self._cubes.get(cube, ())]
        return {area.number: area for area in (*found, *self._large)}.values()


def _reach(circle: tuple[float, float, float, float], x: float, y: float, z: float) -> tuple[float, float]:
    """How near and how far the points in a circle can be from a point."""
    a, b, c, reach = circle
    apart = sqrt((a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2)
    return apart - reach, apart + reach


def _cubes(x: float, y: float, z: float, reach: float) -> Iterator[tuple[int, int, int]]:
    """The cubes that a ball around a point touches, and some more."""
    sides = [range(floor((middle - reach) * _CUBES), floor((middle + reach) * _CUBES) + 1) for middle in (x, y, z)]
    yield from product(*sides)


def _clusters(points: list[tuple[float, float, float]]) -> Iterator[_Cluster]:
    """Cut points in two halves along their longest side until there are few."""
    if len(points) <= _FEW_POINTS:
        yield _cluster(points, ())
        return
    sides = [max(point[axis] for point in points) - min(point[axis] for point in points) for axis in range(3)]
    axis = sides.index(max(sides))
    points = sorted(points, key=lambda point: point[axis])
    for half in (points[: len(points) // 2], points[len(points) // 2 :]):
        yield _cluster(half, tuple(_clusters(half))) if len(half) > _FEW_POINTS else _cluster(half, ())


def _cluster(points: list[tuple[float, float, float]], parts: tuple[_Cluster, ...]) -> _Cluster:
    a, b, c = (sum(point[axis] for point in points) / max(len(points), 1) for axis in range(3))
    reach = max((sqrt((u - a) ** 2 + (v - b) ** 2 + (w - c) ** 2) for u, v, w in points), default=-inf)
    return _Cluster(a, b, c, reach, () if parts else tuple(points), parts)


def _is_touched(cluster: _Cluster, x: float, y: float, z: float, radius: float) -> bool:
    a, b, c, reach, points, parts = cluster
    apart = sqrt((a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2)
    if apart - reach > radius:
        return False
    if apart + reach <= radius:
        return True
    if parts:
        return any(_is_touched(part, x, y, z, radius) for part in parts)
    limit = radius * radius
    return any((u - x) ** 2 + (v - y) ** 2 + (w - z) ** 2 <= limit for u, v, w in points)


def _farthest(cluster: _Cluster, x: float, y: float, z: float, radius: float) -> float:
    """How far the farthest point is, or something beyond ``radius`` where one is."""
    a, b, c, reach, points, parts = cluster
    apart = sqrt((a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2)
    if apart + reach <= radius:
        return apart + reach
    if apart - reach > radius:
        return inf
    if parts:
        return max(_farthest(part, x, y, z, radius) for part in parts)
    return max((sqrt((u - x) ** 2 + (v - y) ** 2 + (w - z) ** 2) for u, v, w in points), default=0.0)
