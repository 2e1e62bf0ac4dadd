"""The counties of one state: their people, their towns, and which of them a published area reaches into."""

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from directory.places.areas import Area, area_of, coarser
from directory.places.names import fold_name

_MANY = 10


class Counties(msgspec.Struct, frozen=True):
    """All by FIPS codes.

    Attributes:
        people: county -> how many live there.
        towns: folded name -> county; of namesakes the one with most people.
        areas: id of a published area -> the counties that one of its postal codes lies in.
    """

    people: dict[str, int]
    towns: dict[str, str]
    areas: dict[str, frozenset[str]]

    def of_town(self, place: str) -> str | None:
        """The county of ``City, ST`` as cards have it; None for a town that is not known."""
        return self.towns.get(fold_name(place.rpartition(", ")[0]))

    def of_area(self, area: Area) -> frozenset[str]:
        """The counties that an area reaches into; all of them for one that is not finer than the state."""
        return self.areas.get(area.id, frozenset(self.people))


def counties_from(
    region: str,
    people: Mapping[str, int],
    towns: Iterable[tuple[str, str | None]],
    postal: Iterable[tuple[str, str | None]],
) -> Counties:
    """Put them together from rows of the gazetteer: towns (name, county), largest last; ZIP codes (code, county)."""
    named = {name: county for name, county in towns if county}
    areas: dict[str, Counter[str]] = {}
    for code, county in postal:
        area = area_of("US", region, code)
        if county and area is not None and coarser(area):
            areas.setdefault(area.id, Counter())[county] += 1
    return Counties(dict(people), named, {area: _reached(found) for area, found in areas.items()})


def _reached(codes: Counter[str]) -> frozenset[str]:
    """The counties of an area's ZIP codes, without those that one code of many alone is said to lie in.

    Three in a hundred ZIP codes have another county in the gazetteer than they should: one of them must not let a
    county far away look served.
    """
    return frozenset(county for county, number in codes.items() if number > 1 or codes.total() < _MANY)
