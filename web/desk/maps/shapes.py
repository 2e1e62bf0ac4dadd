"""The shapes of states and counties as paths of SVG. Where they come from stands in ``NOTICE.md``."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from directory.places.regions import state_of_number

FILE = Path(__file__).with_name("shapes.json")
_EDGE = 20


class Shapes(msgspec.Struct, frozen=True):
    """Number of the Census Bureau -> rings, each x, y, x, y ... in tenths of a pixel of a map of 975 x 610."""

    states: dict[str, list[list[int]]]
    counties: dict[str, list[list[int]]]


class Drawn(msgspec.Struct, frozen=True):
    """Paths by the code of their area (``US-FL`` or ``12086``), and the box that they lie in."""

    box: str
    paths: dict[str, str]


@lru_cache(maxsize=60)
def drawn(region: str) -> Drawn:
    """The states where ``region`` is empty, else the counties of a state (``US-FL``); without paths for another."""
    shapes = _shapes()
    if not region:
        chosen = {f"US-{state_of_number(int(number))}": rings for number, rings in shapes.states.items()}
    else:
        chosen = {
            number: rings
            for number, rings in shapes.counties.items()
            if f"US-{state_of_number(int(number[:2]))}" == region
        }
    return Drawn(_box(ring for rings in chosen.values() for ring in rings), {
        code: "".join(map(_path, rings)) for code, rings in chosen.items()
    })  # fmt: skip


@lru_cache(maxsize=1)
def _shapes() -> Shapes:
    return msgspec.json.decode(FILE.read_bytes(), type=Shapes)


def _path(ring: list[int]) -> str:
    x, y, *rest = ring
    points = " ".join(f"{a},{b}" for a, b in zip(rest[::2], rest[1::2], strict=True))
    return f"M{x},{y}L{points}Z"


def _box(rings: Iterable[list[int]]) -> str:
    points = [(x, y) for ring in rings for x, y in zip(ring[::2], ring[1::2], strict=True)]
    if not points:
        return "0 0 1 1"
    left, top = (min(point[axis] for point in points) - _EDGE for axis in (0, 1))
    wide, high = (max(point[axis] for point in points) + _EDGE - start for axis, start in ((0, left), (1, top)))
    return f"{left} {top} {wide} {high}"
