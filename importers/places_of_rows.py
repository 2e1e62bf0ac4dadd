"""Where the rows of a source are: addresses mended, points made plausible, confidential areas, time zones.

All of it is looked up in the bundled gazetteer; no address leaves the process.
"""

import re
from functools import lru_cache

import msgspec

from directory.errors import UnknownTermError
from directory.listings.fields import Address, Point
from directory.places.areas import Area, area_by_id, area_of
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place, SeveralPlacesError
from directory.places.regions import find_country, find_region
from directory.values.point import distance_km
from importers.record import Cells, SourceSite

# A source's own point farther than this from its postal code was geocoded wrongly.
FARTHEST_KM = 100.0

_PLUS_FOUR = re.compile(r"(\d{5})[ -]?\d{4}", re.ASCII)
_WITHOUT_ZERO = re.compile(r"\d{4}", re.ASCII)
_CANADIAN = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d", re.ASCII | re.IGNORECASE)


class Placed(msgspec.Struct, frozen=True):
    """Where a public site is. ``point`` is None when nothing says where; then only the address's words are known."""

    address: Address
    point: Point | None
    zone: str | None
    rules: tuple[str, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()


class Places:
    """What rows are placed with.

    Args:
        gazetteer: the bundled one.
        home: ISO code of the country that a source means when it names none.
    """

    def __init__(self, gazetteer: Gazetteer, home: str = "US") -> None:
        self._gazetteer = gazetteer
        self.home = home
        self._city = lru_cache(maxsize=10_000)(self._find_city)
        self._postal = lru_cache(maxsize=10_000)(gazetteer.postal)

    def country_of(self, cells: Cells) -> str:
        """The country that an address is in: stated, seen from its postal code, else the home country."""
        stated = cells.get("country", "")
        found = find_country(stated)
        if found is not None:
            return found.code
        if stated and find_region(stated, "US") is not None:
            return "US"
        return "CA" if _CANADIAN.fullmatch(cells.get("postal_code", "")) else self.home

    def area(self, cells: Cells) -> Area | None:
        """The confidential area of an address; coarser where the address is unsure, None where nothing is known."""
        country = cells.get("country") or self.country_of(cells)
        return area_of(country, cells.get("state_province"), cells.get("postal_code"))

    def common_area(self, sites: tuple[SourceSite, ...]) -> Area | None:
        """One area for all places of a confidential service: the one they share, else the state they share."""
        areas = [self.area(site.cells) for site in sites]
        known = [area for area in areas if area is not None]
        if len(known) == len(areas) and len({area.id for area in known}) == 1:
            return known[0]
        states = {f"{area.country}-{area.region}" for area in known}
        return area_by_id(states.pop()) if len(states) == 1 else None

    def zone_of_area(self, area: Area | None) -> str | None:
        """The time zone of an area, which says no more than the area does."""
        if area is None:
            return None
        if area.town and (town := self._city(area.town, area.region, area.country)) is not None:
            return town.zone
        return self._gazetteer.zone_for(area.region or None, None, area.country)

    def place(self, cells: Cells) -> Placed:
        """Mend the address of a public site and find its point."""
        rules: list[str] = []
        country = self.country_of(cells)
        postal = _postal_code(cells.get("postal_code", ""), cells.get("state_province", ""), country, rules)
        there = self._postal(postal, country) if postal else None
        state, questions = self._state(cells.get("state_province", ""), country, there, rules)
        city = self._city(cells["city"], state, country) if "city" in cells and state else None
        near = there or city
        address = Address(
            address_1=cells.get("address_1", ""),
            address_2=cells.get("address_2", ""),
            city=cells.get("city", ""),
            state_province=state,
            postal_code=postal,
            country=country,
        )
        point = _stated_point(cells, near, rules)
        if point is None and there is not None:
            point = Point(there.lat, there.lon, "postal")
            rules.append("point-from-postal")
        if point is None and city is not None:
            point = Point(city.lat, city.lon, "city")
            rules.append("point-from-city")
        zone = near.zone if near else self._gazetteer.zone_for(state or None, None, country)
        return Placed(address, point, zone, tuple(rules), tuple(questions))

    def service_area(self, text: str) -> tuple[str, str, str] | None:
        """The code, extent and name of a stated service area: a county, a state, a country. None for anything else."""
        nation = find_country(text)
        if nation is not None:
            return nation.code, "nation", nation.name
        try:
            place = self._gazetteer.find(text, country=self.home)
        except (UnknownTermError, SeveralPlacesError):
            return None
        if place.kind == "county" and place.county:
            return place.county, "county", place.name
        if place.kind == "region":
            return f"{place.country}-{place.region}", "state", place.name
        return None

    def _state(
        self, written: str, country: str, there: Place | None, rules: list[str]
    ) -> tuple[str, list[tuple[str, str]]]:
        region = find_region(written, country)
        if region is not None:
            if region.code != written:
                rules.append("state-tidied")
            if there is not None and there.region != region.code:
                rules.append("state-and-postal-differ")
                return region.code, [("state-and-postal-differ", "The ZIP code belongs to another state.")]
            return region.code, []
        if there is not None:
            rules.append("state-from-postal")
            return there.region, []
        return ("", [("state-not-known", "The state is not known.")]) if written else ("", [])

    def _find_city(self, city: str, region: str, country: str) -> Place | None:
        try:
            return self._gazetteer.find(f"{city}, {region}", country=country)
        except (UnknownTermError, SeveralPlacesError):
            return None


def _postal_code(written: str, state: str, country: str, rules: list[str]) -> str:
    code = written.upper()
    if country != "US":
        return code
    if found := _PLUS_FOUR.fullmatch(code):
        rules.append("postal-plus-four-cut")
        return found[1]
    if _WITHOUT_ZERO.fullmatch(code) and (restored := area_of("US", state, f"0{code}")) is not None and restored.codes:
        rules.append("postal-zero-restored")
        return f"0{code}"
    return code


def _stated_point(cells: Cells, near: Place | None, rules: list[str]) -> Point | None:
    """The source's own point, where it is one and lies near its postal code or town."""
    if "latitude" not in cells or "longitude" not in cells:
        return None
    try:
        lat, lon = float(cells["latitude"]), float(cells["longitude"])
    except ValueError:
        rules.append("point-not-readable")
        return None
    is_somewhere = -90 <= lat <= 90 and -180 <= lon <= 180 and (abs(lat) > 0.01 or abs(lon) > 0.01)
    if not is_somewhere or (near is not None and distance_km((lat, lon), (near.lat, near.lon)) > FARTHEST_KM):
        rules.append("point-implausible")
        return None
    return Point(round(lat, 6), round(lon, 6), "source")
