"""The offline gazetteer: what a ZIP code, a town, a county or a state means, and where it lies.

It reads one bundled SQLite file, whatever database the directory itself uses, and asks the network nothing. What is
looked up is kept nowhere: there is no cache of answers and no error that repeats the question.
"""

import sqlite3
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from directory.errors import UnknownTermError
from directory.places.areas import area_of, short_postal
from directory.places.circles import AreaCircles
from directory.places.counties import Counties, counties_from
from directory.places.place import Place, SeveralPlacesError
from directory.places.question import Reading, read_question
from directory.values.point import distance_km

GAZETTEER = Path(__file__).with_name("gazetteer.sqlite3")

# The file holds points as whole numbers.
STEPS_PER_DEGREE = 10_000

# Of all who live in a place of that name, so many must live in one for it to be meant: St. Louis, Missouri, has 97.3 %
# of them, Miami, Florida, 96.5 %. With less, more than three in a hundred would be sent to the wrong town, unasked.
_FAMOUS_SHARE = 0.97
_MOST_CANDIDATES = 8
# The countries that the directory serves: names are looked for in both before they are looked for anywhere else.
_HOME = frozenset({"US", "CA"})
# Namesakes in one state that lie so near are one town told twice.
_SAME_TOWN_KM = 25

_BY_NAME = """
    SELECT name.rank, place.people, place.name, kind, region, country, lat, lon, zone, county, NULL
    FROM name JOIN place ON place.id = name.place WHERE name.name = ?
"""
_TOWNS = """
    SELECT name.name, place.county FROM place JOIN name ON name.place = place.id
    WHERE place.kind = 'city' AND place.country = 'US' AND place.region = ? ORDER BY name.rank DESC, place.people
"""
_ZIPS = "SELECT code, county FROM postal WHERE country = 'US' AND region = ?"
_BY_POSTAL = "SELECT name, kind, region, country, lat, lon, zone, county, code FROM postal WHERE code = ? AND kind = ?"


class _Found(msgspec.Struct, frozen=True):
    place: Place
    rank: int
    people: int


class Gazetteer:
    """Finds places. One may be shared by all threads of a process; nothing is read before the first question."""

    def __init__(self, path: Path | None = None) -> None:
        """``path`` is another gazetteer file than the bundled one."""
        self._path = path or GAZETTEER
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._zones: dict[int, str] = {}
        self._circles: AreaCircles | None = None
        self._counties: dict[str, Counties] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. The next question opens it again."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def find(self, text: str, *, country: str = "US", near_region: str | None = None) -> Place:
        """The place that somebody typed: ZIP or ZIP+4, Canadian postal code, town, county, state, country.

        A name that one place in the United States and Canada bears is that place; names elsewhere count only where
        these two have none, or when their country is named. Of several bearers, those in ``near_region`` (a code, for a
        deployment that serves one state) are meant; else the one in which 97 of a hundred live of all who live in a
        place of that name: "Boston", "Toronto" and "New York" answer at once, "Miami" asks. Someone outside the United
        States means their own ``country``'s before asking. A state bears its name too, but not against its own
        city (New York).

        Raises:
            UnknownTermError: no place is known by this text, or it cannot be one.
            SeveralPlacesError: several places are; ``candidates`` tells which.
        """
        candidates = self.candidates(text, country=country, near_region=near_region)
        if not candidates:
            raise UnknownTermError("No such place is known. Try a ZIP code, or a town with its state.")
        if len(candidates) > 1:
            raise SeveralPlacesError(candidates)
        return candidates[0]

    def candidates(self, text: str, *, country: str = "US", near_region: str | None = None) -> list[Place]:
        """The places that ``text`` may mean, the best known first, at most eight; one if clear, none if unknown."""
        question = read_question(text, country)
        if question is None:
            return []
        if question.postal is not None:
            place = self.postal(*question.postal)
            if place is not None:
                return [place]
        found = self._bearers(question.readings, country)
        return [bearer.place for bearer in self._meant(found, country, near_region)[:_MOST_CANDIDATES]]

    def postal(self, code: str, country: str = "US") -> Place | None:
        """The place of a ZIP or ZIP+4, or of a Canadian postal code or FSA; None if it is not in the gazetteer."""
        short = short_postal(code, country)
        rows = self._rows(_BY_POSTAL, short, "fsa" if country == "CA" else "postal") if short else []
        return self._place(rows[0]) if rows else None

    def county(self, fips: str) -> Place | None:
        """The county of a FIPS code (five digits)."""
        return self._named(f"US-{fips}")

    def region(self, code: str, country: str = "US") -> Place | None:
        """The state, territory or province of a code, at a point amid its people."""
        return self._named(f"{country}-{code}")

    def region_of_postal(self, code: str) -> str | None:
        """The state or territory of a ZIP, by its beginning, so of a ZIP that the gazetteer lacks too."""
        area = area_of("US", None, code)
        return area.region or None if area else None

    def counties(self, region: str) -> Counties:
        """The counties of a state of the United States by its code; without any for one that is not known."""
        if region not in self._counties:
            people = dict(self._rows("SELECT county, people FROM place WHERE kind = 'county' AND region = ?", region))
            self._counties[region] = counties_from(
                region, people, self._rows(_TOWNS, region), self._rows(_ZIPS, region)
            )
        return self._counties[region]

    def people_of_regions(self) -> dict[str, int]:
        """State or province (``US-FL``) -> how many people live there."""
        return dict(self._rows("SELECT country || '-' || region, people FROM place WHERE kind = 'region'"))

    def zone_for(self, region: str | None, postal: str | None, country: str = "US") -> str | None:
        """The IANA time zone of a postal code, else the one in which most people of the region live."""
        place = self.postal(postal, country) if postal else None
        place = place or (self.region(region, country) if region else None)
        if place is None and country not in {"US", "CA", "MX"}:
            place = self._named(country)
        return place.zone if place else None

    def zones(self, place: Place) -> list[str]:
        """The IANA zones that a county, state or nation lies in, by its postal codes, those of most first."""
        sql = "SELECT zone FROM postal WHERE country = ? AND ? IN ('', region) AND ? IN ('', county)"
        rows = self._rows(
            f"{sql} GROUP BY zone ORDER BY count(*) DESC", place.country, place.region, place.county or ""
        )
        return [self._zones[zone] for (zone,) in rows]

    def areas_within(self, lat: float, lon: float, km: float) -> frozenset[int]:
        """Numbers of the confidential areas that have a postal code or town within ``km``, and of those around them."""
        return self._area_circles().touched_by(lat, lon, km)

    def areas_held(self, lat: float, lon: float, km: float) -> frozenset[int]:
        """Numbers of the confidential areas, fine and coarse, of which every postal code and town is within ``km``."""
        return self._area_circles().held_by(lat, lon, km)

    def _area_circles(self) -> AreaCircles:
        if self._circles is None:
            self._circles = AreaCircles(self._rows("SELECT number, x, y, z, reach, points FROM area ORDER BY number"))
        return self._circles

    def _bearers(self, readings: Iterable[Reading], home: str) -> list[_Found]:
        """Who bears the name: by its own name at home, then by another name or abroad, then by another name abroad."""
        known = [(reading, self._by_name(reading)) for reading in readings]
        at_home = _HOME | {home}
        rounds: tuple[Callable[[_Found], bool], ...] = (
            lambda found: found.rank == 0 and (found.place.country in at_home or found.place.kind == "nation"),
            lambda found: (found.place.country in at_home) == (found.rank == 1),
            lambda _: True,
        )
        for fits in rounds:
            for reading, bearers in known:
                # Where the country was named, nowhere is abroad.
                chosen = [found for found in bearers if fits(found) or (reading.country and found.rank == 0)]
                if chosen:
                    return chosen
        return []

    def _meant(self, found: list[_Found], home: str, near_region: str | None) -> list[_Found]:
        """Those of the bearers of a name that are worth asking about, the best known first."""
        found = _without_doubles(_without_surroundings(found))
        if not found:
            return []
        if near_region:
            found = [bearer for bearer in found if bearer.place.region == near_region] or found
        if _is_clear(found):
            return found[:1]
        own = [bearer for bearer in found if bearer.place.country == home]
        if home != "US" and own and _is_clear(own):
            return own[:1]
        # What cannot be told apart cannot be asked about; the larger one stands for both.
        return list({bearer.place.label: bearer for bearer in reversed(self._told_apart(found))}.values())[::-1]

    def _told_apart(self, found: list[_Found]) -> list[_Found]:
        """The bearers, with its county in the name of each town that has a namesake in its state."""
        bearers_in = Counter((bearer.place.country, bearer.place.region) for bearer in found)
        told = []
        for bearer in found:
            place = bearer.place
            alone = bearers_in[place.country, place.region] == 1
            county = None if alone or place.kind != "city" or not place.county else self.county(place.county)
            if county is not None:
                place = msgspec.structs.replace(place, name=f"{place.name} ({county.name})")
            told.append(msgspec.structs.replace(bearer, place=place))
        return told

    def _named(self, key: str) -> Place | None:
        """The place of a code, as the file keeps codes beside names ("US-FL", "US-12086", "CA")."""
        found = self._by_name(Reading(key))
        return found[0].place if found else None

    def _by_name(self, reading: Reading) -> list[_Found]:
        counties = None
        if reading.county:
            named = self._by_name(Reading(reading.county, reading.country, reading.region))
            counties = {found.place.county for found in named if found.place.kind == "county"}
        return [
            _Found(place, rank, people)
            for rank, people, *row in self._rows(_BY_NAME, reading.name)
            if (place := self._place(row)).country == (reading.country or place.country)
            and place.region == (reading.region or place.region)
            and (counties is None or place.county in counties)
        ]

    def _place(self, row: Sequence[Any]) -> Place:
        """A place from the columns name, kind, region, country, lat, lon, zone, county, postal code."""
        name, kind, region, country, lat, lon, zone, county, postal = row
        point = lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE
        return Place(name, kind, region, country, *point, self._zones[zone], county, postal)

    def _rows(self, sql: str, *values: str) -> list[Any]:
        # One connection and a lock: a look-up takes microseconds, and nothing is left open by threads that end.
        with self._lock:
            if self._database is None:
                address = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
                self._database = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
                weakref.finalize(self, self._database.close)
                self._zones = dict(self._database.execute("SELECT id, name FROM zone"))
            return self._database.execute(sql, values).fetchall()


def _is_clear(found: list[_Found]) -> bool:
    """Whether the first of several, sorted by people, is so well known that it is meant.

    Not of a country abroad and towns that bear its name: who writes "Lebanon" in Pennsylvania may well mean the town.
    """
    if len(found) > 1 and any(bearer.place.kind == "nation" and bearer.place.country not in _HOME for bearer in found):
        return False
    return found[0].people >= _FAMOUS_SHARE * sum(bearer.people for bearer in found)


def _without_surroundings(found: list[_Found]) -> list[_Found]:
    """Leave out a state or county that only surrounds a town of the same name (New York, Carson City).

    A state stays where next to nobody means the town. A country abroad that shares a state's name (Georgia) goes too.
    """
    towns = [bearer for bearer in found if bearer.place.kind == "city"]
    has_state = any(bearer.place.kind == "region" for bearer in found)

    def goes(bearer: _Found) -> bool:
        place = bearer.place
        if place.kind == "nation":
            return has_state
        if place.kind == "county":
            return any(town.place.county == place.county for town in towns)
        return place.kind == "region" and any(
            (town.place.country, town.place.region) == (place.country, place.region)
            and town.people > (1 - _FAMOUS_SHARE) * bearer.people
            for town in towns
        )

    return [bearer for bearer in found if not goes(bearer)]


def _without_doubles(found: list[_Found]) -> list[_Found]:
    """Sort by people, and leave out what lies beside a larger namesake in the same state."""
    kept: list[_Found] = []
    for bearer in sorted(found, key=lambda bearer: -bearer.people):
        place = bearer.place
        if not any(
            (other.place.kind, other.place.country, other.place.region) == (place.kind, place.country, place.region)
            and distance_km((other.place.lat, other.place.lon), (place.lat, place.lon)) < _SAME_TOWN_KM
            for other in kept
        ):
            kept.append(bearer)
    return kept
