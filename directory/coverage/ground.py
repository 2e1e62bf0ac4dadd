"""The areas that coverage is looked at by: the counties of a state where nearly all is in one, else the states."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from directory.places.areas import area_by_id
from directory.places.counties import Counties
from directory.places.gazetteer import Gazetteer
from directory.truth.queries import MOSTLY, Offered, state_of


class Ground(msgspec.Struct, frozen=True):
    """Where is looked.

    Attributes:
        region: the state whose counties are the areas (``US-FL``); empty where the areas are states.
        people: area -> how many live there.
        counties: of the state; None where the areas are states.
    """

    region: str
    people: dict[str, int]
    counties: Counties | None = None

    def areas_of(self, where: tuple[str, ...]) -> tuple[str, ...]:
        """The areas that a listing (``Offered.where``) lies in or serves; a confidential one is in all of its area."""
        block, country, place, *served = where
        codes = served if block == "site" else [place, *served]
        found = set[str]().union(*(self._within(code) for code in codes))
        if block == "site":
            found |= self._of_town(country, place)
        return tuple(sorted(found & self.people.keys()))

    def _of_town(self, country: str, place: str) -> set[str]:
        if self.counties is None:
            return {state_of((country, place))}
        county = self.counties.of_town(place) if state_of((country, place)) == self.region else None
        return {county} if county else set()

    def _within(self, code: str) -> set[str]:
        """The areas that a code stands for: all of a nation or a state, or what a county or a ZIP area reaches into."""
        nation, _, rest = code.partition("-")
        if code.isdigit():
            return {code} if self.counties is not None else {state_of(("US", code))}
        if not rest:
            return {area for area in self.people if self.counties is not None or area.startswith(f"{nation}-")}
        state = "-".join(code.split("-")[:2])
        if self.counties is None:
            return {state}
        if state != self.region:
            return set()
        area = area_by_id(code)
        return set(self.people) if code == state or area is None else set(self.counties.of_area(area))


def ground_of(offered: Iterable[Offered], gazetteer: Gazetteer) -> Ground:
    """Where these listings are; what serves a whole nation decides nothing."""
    local = Counter[str]()
    for place, number in Counter(one.where[1:3] for one in offered).items():
        if "-" in (state := state_of((place[0], place[1]))):
            local[state] += number
    if not local:
        return Ground("", {})
    mostly, number = local.most_common(1)[0]
    if number >= MOSTLY * local.total() and mostly.startswith("US-"):
        counties = gazetteer.counties(mostly.removeprefix("US-"))
        if counties.people:
            return Ground(mostly, counties.people, counties)
    people = gazetteer.people_of_regions()
    return Ground("", {state: people[state] for state in sorted(local) if state in people})
