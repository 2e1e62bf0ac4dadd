"""Areas in which confidential places are published: a fixed, public partition that no listing can choose or refine.

An area is the land of one three-digit ZIP in one state (small ones joined to a named neighbour), a whole state or
territory, a Canadian postal district, a Mexican state, or a country. It depends on nothing but where a place is, so
that knowing the area of a place says nothing more about it. What is in which area stands in ``areas.tsv`` and
``small_areas.tsv``; a change there is a new version, and never reuses a number or makes an area smaller.
"""

import re
from functools import cache

import msgspec

from directory.places.regions import country, find_country, find_region, read_table, region

AREAS_VERSION = 1

_ZIP = re.compile(r"(\d{5})(?:[ -]?\d{4})?", re.ASCII)
_ZIP_WITHOUT_ZERO = re.compile(r"\d{4}", re.ASCII)
_FSA = re.compile(r"([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])(?: ?-?\d[ABCEGHJ-NPRSTV-Z]\d)?", re.ASCII)
_LONGEST_POSTAL = 20


class Area(msgspec.Struct, frozen=True):
    """One area. ``id`` ("US-FL-331") and ``number`` (search terms are 200000 + number) are permanent.

    ``codes`` are the postal codes that begin so, where no other area has a longer beginning; empty for areas that are
    only as coarse as a state or a country. ``town`` names the area to people and says nothing else.
    """

    id: str
    number: int
    country: str
    region: str
    codes: tuple[str, ...]
    town: str
    version: int = AREAS_VERSION

    def label(self, language: str = "en") -> str:
        """What people read: ``Miami area (ZIP 331, 332), Florida``. English unless ``language`` is "es"."""
        spanish = language == "es"
        if not self.region:
            nation = country(self.country)
            return self.id if nation is None else nation.name_es if spanish else nation.name
        part = region(self.region, self.country)
        name = self.region if part is None else part.name_es if spanish else part.name
        if not self.town:
            return name
        # Whole beginnings only: a lone code that was joined is not what people call the area by.
        shown = ", ".join(code for code in self.codes if len(code) <= 3)
        word = "ZIP" if self.country == "US" else "código postal" if spanish else "postal code"
        return (
            f"Zona de {self.town} ({word} {shown}), {name}" if spanish else f"{self.town} area ({word} {shown}), {name}"
        )


class _Partition(msgspec.Struct, frozen=True):
    by_id: dict[str, Area]
    by_number: dict[int, Area]
    by_code: dict[tuple[str, str], Area]


def area_of(country: str, region: str | None, postal: str | None) -> Area | None:
    """The area of a place: as fine as the partition knows it, never finer.

    - A postal code decides, by its beginning. Where it belongs to another state than the one stated, one of the two is
      wrong, and the answer is the whole *stated* state.
    - Without a usable postal code it is the state or province, and without that the country; but None in the United
      States and Canada, which are no place to look in.
    - None too for an unknown country and for military addresses.

    ``country`` and ``region`` are codes or names ("US", "Canada", "fl", "Puerto Rico"). Territories and freely
    associated states are understood in either.
    """
    nation, stated = _stated(country, region or "")
    by_postal = _of_postal(nation, postal or "", stated)
    if by_postal is None or (stated is not None and stated not in (by_postal, *coarser(by_postal))):
        return stated
    return by_postal


def short_postal(text: str, country: str = "US") -> str | None:
    """The five digits of a ZIP or ZIP+4, or (``country`` "CA") the first half of a postal code, else None."""
    pattern = {"US": _ZIP, "CA": _FSA}.get(country)
    found = pattern.fullmatch(text.strip().upper()) if pattern and len(text) <= _LONGEST_POSTAL else None
    return found[1] if found else None


def area_by_id(area_id: str) -> Area | None:
    """The area of an id ("US-FL-331", "CA-ON", "US-DC")."""
    return _partition().by_id.get(area_id)


def area_by_number(number: int) -> Area | None:
    """The area of a number."""
    return _partition().by_number.get(number)


def area_of_region(region: str, country: str = "US") -> Area | None:
    """The area that is a whole state, province or territory, for who wants to be no easier to find than that."""
    return area_by_id(f"{country}-{region}")


def coarser(area: Area) -> tuple[Area, ...]:
    """The areas that hold this one, the nearest first: its state, its country."""
    by_id = _partition().by_id
    wider = (f"{area.country}-{area.region}", area.country) if area.region else (area.country,)
    return tuple(by_id[area_id] for area_id in wider if area_id != area.id)


def areas_of_postal_prefix(prefix: str, country: str = "US") -> tuple[Area, ...]:
    """Every area with postal codes that begin so, by id: "331" is one, "969" two territories and three countries.

    The post of the United States serves the freely associated states too ("96940" is Palau).
    """
    served = {"US", "FM", "MH", "PW"} if country == "US" else {country}
    by_code = _partition().by_code
    inside = {
        area.id: area for (_, code), area in by_code.items() if code.startswith(prefix) and area.country in served
    }
    around = _longest_match(country, prefix)
    return tuple(area for _, area in sorted({**inside, **({around.id: around} if around else {})}.items()))


def all_areas() -> tuple[Area, ...]:
    """Every area, in the order of numbers."""
    return tuple(area for _, area in sorted(_partition().by_number.items()))


def _stated(country_text: str, region_text: str) -> tuple[str, Area | None]:
    """The country whose post serves the place, and the area that the two texts alone would give."""
    nation = find_country(country_text)
    # "Puerto Rico" or "GU" where a country is asked for; a state's name there would be a mistake.
    territory = find_region(country_text) if nation is None else None
    if territory is not None and territory.number >= 60:
        return "US", area_of_region(territory.code)
    if nation is None:
        return "", None
    if nation.code in {"FM", "MH", "PW"}:
        return "US", area_by_id(nation.code)
    part = find_region(region_text, nation.code)
    if part is not None:
        return nation.code, area_of_region(part.code, nation.code)
    associated = find_country(region_text)
    if nation.code == "US" and associated is not None and associated.code in {"FM", "MH", "PW"}:
        return "US", area_by_id(associated.code)
    return nation.code, None if nation.code in {"US", "CA"} else area_by_id(nation.code)


def _of_postal(nation: str, postal: str, stated: Area | None) -> Area | None:
    code = short_postal(postal, nation)
    if code is None and nation == "US" and stated is not None and _ZIP_WITHOUT_ZERO.fullmatch(postal.strip()):
        # Spreadsheets eat the zero of New England's codes; the state says whether that happened here.
        code = f"0{postal.strip()}"
    return _longest_match(nation, code) if code else None


def _longest_match(nation: str, postal: str) -> Area | None:
    by_code = _partition().by_code
    for length in range(len(postal), 0, -1):
        if area := by_code.get((nation, postal[:length])):
            return area
    return None


@cache
def _partition() -> _Partition:
    joined: dict[str, list[str]] = {}
    for row in read_table("small_areas.tsv"):
        joined.setdefault(row["area"], []).append(row["code"])
    areas = [
        Area(
            id=row["id"],
            number=int(row["number"]),
            country=row["country"],
            region=row["region"],
            codes=tuple(sorted([*row["codes"].split(), *joined.get(row["id"], [])])),
            town=row["town"],
        )
        for row in read_table("areas.tsv")
    ]
    post = {"FM": "US", "MH": "US", "PW": "US"}
    return _Partition(
        by_id={area.id: area for area in areas},
        by_number={area.number: area for area in areas},
        by_code={(post.get(area.country, area.country), code): area for area in areas for code in area.codes},
    )
