"""The map of coverage: how many services of a kind are confirmed in each state or county, drawn and as a table."""

from collections.abc import Callable

import msgspec

from directory.coverage.ground import Ground
from directory.coverage.queries import services_of
from directory.coverage.told import CONFIDENTIAL, CONFIRMED, coverage_told
from directory.truth.queries import Known
from directory.vocabulary import terms
from web.desk.maps.shapes import drawn

# From so many on an area is drawn alike.
_MANY = 3
KEY = (("many", f"{_MANY} or more"), ("two", "2"), ("one", "1"), ("none", "None confirmed"), ("away", "Not looked at"))


class MapArea(msgspec.Struct, frozen=True):
    """An area as it is drawn: ``kind`` decides how, ``said`` is its name with the number."""

    path: str
    kind: str
    said: str


class CoverageMap(msgspec.Struct, frozen=True):
    """A map with what it shows in a sentence, and the same as rows of names and numbers.

    ``kinds`` are those that may be chosen (code and label), ``box`` is SVG's view box,
    ``scale`` how much larger than a pixel its unit is; nothing is drawn without areas.
    """

    kind: str
    kinds: tuple[tuple[str, str], ...]
    told: str
    how: str
    box: str
    scale: float
    areas: tuple[MapArea, ...]
    rows: tuple[tuple[str, int], ...]
    key: tuple[tuple[str, str], ...]


def map_shown(known: Known, ground: Ground, kind: str, name: Callable[[str], str], *, day: int) -> CoverageMap:
    """The map of a kind on a day (its number); raises ``UnknownTermError``."""
    counts = services_of(known, ground, kind, day=day)
    shapes = drawn(ground.region)
    areas = tuple(
        MapArea(path, _drawn_as(counts.get(code)), _said(name(code), counts.get(code)))
        for code, path in sorted(shapes.paths.items())
    )
    rows = sorted(((name(code), number) for code, number in counts.items()), key=lambda row: (-row[1], row[0]))
    drawn_as = {area.kind for area in areas}
    return CoverageMap(
        kind, _kinds(known, kind), coverage_told(counts, ground, name), f"{CONFIRMED} {CONFIDENTIAL}", shapes.box,
        round(float(shapes.box.split()[2]) / 600, 1),
        areas if counts else (), tuple(rows), tuple(one for one in KEY if one[0] in drawn_as),
    )  # fmt: skip


def _drawn_as(number: int | None) -> str:
    if number is None:
        return "away"
    return ("none", "one", "two")[number] if number < _MANY else "many"


def _said(name: str, number: int | None) -> str:
    return f"{name}: {'not looked at' if number is None else number or 'none confirmed'}"


def _kinds(known: Known, chosen: str) -> tuple[tuple[str, str], ...]:
    """The kinds that some listing offers, with those above them, by their labels."""
    offered = {kind for one in known.offered for kind in one.kinds}
    shown = {term.code for term in terms.kinds() if not terms.expand_kind(term.code).isdisjoint(offered)} | {chosen}
    return tuple(sorted(((code, terms.label("kind", code, "en")) for code in shown), key=lambda one: one[1]))
