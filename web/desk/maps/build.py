"""Make ``shapes.json`` of the npm package us-atlas: ``python -m web.desk.maps.build FOLDER``."""

import sys
from collections.abc import Sequence
from itertools import accumulate
from math import hypot
from pathlib import Path
from typing import Any

import msgspec

from web.desk.maps.shapes import FILE, Shapes

# Points nearer than so many tenths of a pixel to the line without them go; a ring of less than so much area does too.
_TOLERANCE = {"states": 8.0, "counties": 5.0}
_LEAST_AREA = 150.0

Point = tuple[int, int]


def build(folder: Path) -> Shapes:
    """The simplified shapes of the package in a folder."""
    states, counties = (_level(folder, level) for level in ("states", "counties"))
    return Shapes(states=states, counties=counties)


def _level(folder: Path, level: str) -> dict[str, list[list[int]]]:
    found: dict[str, Any] = msgspec.json.decode((folder / f"{level}-albers-10m.json").read_bytes())
    arcs = [_simplified(_decoded(arc, found["transform"]), _TOLERANCE[level]) for arc in found["arcs"]]
    return {shape["id"]: _rings(shape, arcs) for shape in found["objects"][level]["geometries"] if "arcs" in shape}


def _decoded(arc: Sequence[Sequence[int]], transform: dict[str, list[float]]) -> list[Point]:
    """Points of an arc, in tenths of a pixel: TopoJSON holds differences of whole steps."""
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    steps = accumulate(arc, lambda one, other: [one[0] + other[0], one[1] + other[1]])
    return [(round(10 * (x * kx + dx)), round(10 * (y * ky + dy))) for x, y in steps]


def _simplified(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker's: an arc is simplified by itself, so that neighbours keep their common line."""
    if len(points) < 3:
        return list(points)
    first, last = points[0], points[-1]
    far, at = max((_distance(point, first, last), number) for number, point in enumerate(points[1:-1], start=1))
    if far <= tolerance:
        return [first, last]
    return _simplified(points[: at + 1], tolerance)[:-1] + _simplified(points[at:], tolerance)


def _distance(point: Point, first: Point, last: Point) -> float:
    along, up = last[0] - first[0], last[1] - first[1]
    length = hypot(along, up)
    if not length:
        return hypot(point[0] - first[0], point[1] - first[1])
    return abs(along * (first[1] - point[1]) - (first[0] - point[0]) * up) / length


def _rings(shape: dict[str, Any], arcs: Sequence[list[Point]]) -> list[list[int]]:
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    rings = sorted((_ring(ring, arcs) for polygon in polygons for ring in polygon), key=_area, reverse=True)
    return [
        [step for point in ring for step in point] for ring in rings if ring is rings[0] or _area(ring) > _LEAST_AREA
    ]


def _ring(numbers: Sequence[int], arcs: Sequence[list[Point]]) -> list[Point]:
    """A closed line of arcs; a negative number is an arc the other way round."""
    points: list[Point] = []
    for number in numbers:
        part = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += part if not points else part[1:]
    return points[:-1]


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], *ring[:1]], strict=True))) / 2


if __name__ == "__main__":
    FILE.write_bytes(msgspec.json.encode(build(Path(sys.argv[1])), order="deterministic"))
