"""What two rows about one place have in common, however they are written: its key, its street, its point.

A mark is text that means nothing by itself. What tells a secret place is more than what a row holds: a row that names
the street without the number is about it too, and so is a point beside it.
"""

from collections.abc import Iterator

import msgspec

from directory.listings.streets import building_words, street_name, street_spellings
from directory.values.plain_text import folded
from importers.record import SourceSite
from importers.shelter_words import is_withheld

_LEAST_PHRASE = 6
_NEIGHBOURS = (-1, 0, 1)


class SiteMarks(msgspec.Struct, frozen=True):
    """The marks of one site.

    Attributes:
        key: the source's own key of it, which means the same in every row of the source.
        told: what a row about it tells.
        secret: what another row of the same organization must not tell, if the site is secret.
        anywhere: what no row must tell then: only what is certain, such as a street together with its postal code.
        around: the point of the site and those beside it. Sources copy points from one place to another, so that they
            say less than a street.
        words: phrases that name its street or building, as the screen looks for them in texts.
    """

    key: str
    told: frozenset[str]
    secret: frozenset[str]
    anywhere: frozenset[str]
    around: frozenset[str]
    words: frozenset[str]


def marks_of(site: SourceSite) -> SiteMarks:
    """The marks of a site; an address that only says that it is withheld has none."""
    first = site.cells.get("address_1", "")
    if is_withheld(first):
        first = ""
    numbered = frozenset().union(*(street_spellings(line) for line in _lines(site, first)))
    name = street_name(first)
    has_number = bool(street_spellings(first))
    town = site.cells.get("postal_code", "")[:5] or folded(site.cells.get("city", ""))
    placed = {f"{words} | {town}" for words in numbered or {name or folded(first)} if words}
    told, secret = {site.key, *placed, *numbered}, {site.key, *placed, *numbered}
    if name:
        told.add(f"numbered {name}" if has_number else f"unnumbered {name}")
        # Without its number a street may be meant by every number of it.
        secret |= {f"unnumbered {name}"} if has_number else {f"unnumbered {name}", f"numbered {name}"}
    points = list(_points(site))
    building = building_words(first)
    return SiteMarks(
        site.key,
        told=frozenset({*told, *points[:1]}),
        secret=frozenset(secret),
        anywhere=frozenset(placed),
        around=frozenset(points),
        words=numbered | ({building} if " " in building and len(building) >= _LEAST_PHRASE else set()),
    )


def _lines(site: SourceSite, first: str) -> Iterator[str]:
    """Everything in which a street with its number may stand."""
    yield from filter(None, (first, site.cells.get("address_2", ""), *site.traces))


def _points(site: SourceSite) -> Iterator[str]:
    """The square of some ten metres in which the site is, and then those around it."""
    try:
        lat, lon = float(site.cells["latitude"]), float(site.cells["longitude"])
        row, column = round(lat * 10_000), round(lon * 10_000)
    except (KeyError, ValueError, OverflowError):
        return
    if row or column:
        yield f"@ {row} {column}"
        yield from (f"@ {row + north} {column + east}" for north in _NEIGHBOURS for east in _NEIGHBOURS)
