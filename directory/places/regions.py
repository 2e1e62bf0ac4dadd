"""States, provinces, territories and countries: their codes, names and permanent numbers."""

import csv
from functools import cache
from pathlib import Path

import msgspec

from directory.places.names import fold_name

_FOLDER = Path(__file__).parent


class Country(msgspec.Struct, frozen=True):
    """A country. ``code`` is ISO 3166-1 alpha-2; ``number`` is permanent (search terms are 10000 + number).

    ``also`` are other ways to write its name.
    """

    code: str
    number: int
    name: str
    name_es: str
    also: tuple[str, ...] = ()


class Region(msgspec.Struct, frozen=True):
    """A first-level part of a country: a state, province or territory.

    ``code`` is the postal code in the United States and Canada, ISO 3166-2 in Mexico; ``number`` is permanent and
    unique across countries (search terms are 11000 + number); ``also`` are other ways to write its name.
    """

    country: str
    code: str
    number: int
    name: str
    name_es: str
    also: tuple[str, ...] = ()


class _Tables(msgspec.Struct, frozen=True):
    countries: dict[str, Country]
    regions: dict[tuple[str, str], Region]
    country_names: dict[str, Country]
    region_names: dict[tuple[str, str], Region]
    region_codes: dict[tuple[str, int], str]


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of one of this room's tab-separated files; lines that begin with ``#`` are remarks."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return list(
        csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
    )


def country(code: str) -> Country | None:
    """The country of a code (``"CA"``)."""
    return _tables().countries.get(code)


def region(code: str, country: str = "US") -> Region | None:
    """The region of a code (``"FL"``) in a country."""
    return _tables().regions.get((country, code))


def regions() -> list[Region]:
    """Every region, in the order of the file."""
    return list(_tables().regions.values())


def countries() -> list[Country]:
    """Every country, in the order of codes."""
    return list(_tables().countries.values())


def find_country(text: str) -> Country | None:
    """The country that somebody wrote, as code or name ("USA", "Canada", "México").

    Territories of the United States are its regions: "PR" and "Puerto Rico" give None here.
    """
    return _tables().country_names.get(fold_name(text))


def find_region(text: str, country: str = "US") -> Region | None:
    """The region of ``country`` that somebody wrote, as code or name ("fl", "Florida", "D.C.", "Québec")."""
    return _tables().region_names.get((country, fold_name(text)))


def state_number(code: str, country: str = "US") -> int | None:
    """The permanent number of a state or province, for search terms (11000 + number)."""
    found = region(code, country)
    return found.number if found else None


def state_of_number(number: int, country: str = "US") -> str | None:
    """The code of a state or province by its permanent number."""
    return _tables().region_codes.get((country, number))


def country_number(code: str) -> int | None:
    """The permanent number of a country, for search terms (10000 + number)."""
    found = country(code)
    return found.number if found else None


@cache
def _tables() -> _Tables:
    countries = [_country(row) for row in read_table("countries.tsv")]
    regions = [_region(row) for row in read_table("regions.tsv")]
    return _Tables(
        countries={country.code: country for country in countries},
        regions={(region.country, region.code): region for region in regions},
        region_codes={(region.country, region.number): region.code for region in regions},
        # Two may share a name; the earlier one in the file keeps it.
        country_names={name: country for country in reversed(countries) for name in _names(country)},
        region_names={(region.country, name): region for region in reversed(regions) for name in _names(region)},
    )


def _names(part: Country | Region) -> set[str]:
    """Every way to write one, folded."""
    return {fold_name(name) for name in (part.code, part.name, part.name_es, *part.also)}


def _country(row: dict[str, str]) -> Country:
    return Country(row["code"], int(row["number"]), row["name"], row["name_es"] or row["name"], _also(row))


def _region(row: dict[str, str]) -> Region:
    names = row["name"], row["name_es"] or row["name"]
    return Region(row["country"], row["code"], int(row["number"]), *names, _also(row))


def _also(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(name for name in row["also"].split("|") if name)
