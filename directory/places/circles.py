"""Which confidential areas a circle touches, without looking at every postal code."""

import sys
from array import array
from collections.abc import Iterable
from math import sqrt

from directory.places.areas import area_by_number, coarser
from directory.values.point import chord_squared, unit_vector

# Points are kept as 32-bit numbers, which are right to half a metre; nobody is left out of a circle by less than that.
_SLACK_KM = 0.001


class AreaCircles:
    """For each area: a circle around all its points, the points, and the numbers of the areas that hold it."""

    def __init__(self, rows: Iterable[tuple[int, float, float, float, float, bytes]]) -> None:
        """``rows`` are number, middle (a unit vector), reach (a chord), points (unit vectors, little-endian floats)."""
        self._areas = []
        for number, x, y, z, reach, stored in rows:
            points = array("f", stored)
            if sys.byteorder == "big":
                points.byteswap()
            area = area_by_number(number)
            numbers = {number, *(wider.number for wider in coarser(area))} if area else {number}
            self._areas.append((x, y, z, reach, points, frozenset(numbers)))

    def touched_by(self, lat: float, lon: float, km: float) -> frozenset[int]:
        """Numbers of the areas, fine and coarse, with at least one point within ``km`` of a point."""
        x, y, z = unit_vector(lat, lon)
        limit = chord_squared(km + _SLACK_KM)
        radius = sqrt(limit)
        touched: set[int] = set()
        for a, b, c, reach, points, numbers in self._areas:
            apart = sqrt((a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2)
            if apart - reach > radius or touched.issuperset(numbers):
                continue
            if apart + reach <= radius or any(
                (u - x) ** 2 + (v - y) ** 2 + (w - z) ** 2 <= limit
                for u, v, w in zip(points[0::3], points[1::3], points[2::3], strict=True)
            ):
                touched |= numbers
        return frozenset(touched)
