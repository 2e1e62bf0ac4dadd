"""Whole addresses in one cell: several lines, commas or none, a town before its state, two places in one cell."""

import re
from collections.abc import Callable

from directory.places.regions import find_region
from directory.values.plain_text import folded
from importers.record import Cells

# Whether a town of that name is known in a state ("Miami", "FL", "US").
IsTown = Callable[[str, str, str], bool]

_CODE = re.compile(
    r"(?<![\w-])(?:(?P<us>[0-9]{5}(?:-[0-9]{4})?)|(?P<ca>[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]))(?![\w-])", re.IGNORECASE
)
_COUNTRY = re.compile(r"[\s,]+(?:u\.?s\.?a\.?|united states(?: of america)?|canada)\.?$", re.IGNORECASE)
_BREAKS = re.compile(r"\s*[\n,;|]+\s*")
# "1200, rue des Érables": the comma ends no part.
_NUMBER_ALONE = re.compile(r"(?<![^\n,;|])\s*([0-9]{1,6}[A-Za-z]?)\s*,\s*(?=[^\d\W])")
_BEGINS_WITH_HOUSE = re.compile(r"[0-9]")
_UNIT = re.compile(
    r"^(?:suite|ste|unit|apt|apartment|floor|fl|room|rm|bldg|building|bureau|local|unit[eé])\b|^#"
    r"|^[0-9]{1,2}(?:st|nd|rd|th) fl",
    re.IGNORECASE,
)
_LONGEST_TOWN = 4
_LONGEST_REGION = 3


def addresses_of(text: str, *, state: str, country: str, is_town: IsTown) -> list[Cells]:
    """The addresses in a cell, each in HSDS's columns.

    Args:
        text: of the cell.
        state: where the row is, as far as other cells say so; may be empty.
        country: the country that is meant where none is stated.
        is_town: looks a town up.
    """
    whole = _COUNTRY.sub("", text.strip(" ,;\n"))
    found: list[Cells] = []
    start = 0
    for code in _CODE.finditer(whole):
        lands = "CA" if code["ca"] else "US"
        before, region = _region_at_end(whole[start : code.start()], lands)
        if not region and not (before.strip() and (country == lands and _is_last(whole, code.end()))):
            # A house number, or a code that no state stands before.
            continue
        cells = _lines(before, region or state, lands, is_town)
        found.append(
            {
                **cells,
                "postal_code": code[0].upper(),
                **({"state_province": region} if region else {}),
                "country": lands,
            }
        )
        start = code.end()
    if found:
        return found
    before, region = _region_at_end(whole, country)
    if region:
        return [{**_lines(before, region, country, is_town), "state_province": region}]
    return [_lines(whole, state, country, is_town)]


def _is_last(text: str, end: int) -> bool:
    return not text[end:].strip(" ,.;\n")


def _region_at_end(text: str, country: str) -> tuple[str, str]:
    """The text without the state at its end, and the state's code."""
    bare = text.rstrip(" ,.;\n-\u2013(")
    if bare.endswith(")"):
        # "Montréal (Québec)".
        opened = bare.rfind("(")
        region = find_region(bare[opened + 1 : -1], country)
        return (bare[:opened], region.code) if opened >= 0 and region else (text, "")
    words = list(re.finditer(r"[^\s,()]+", bare))
    for number in range(min(_LONGEST_REGION, len(words)), 0, -1):
        start = words[-number].start()
        region = find_region(bare[start:], country)
        if region is not None:
            return bare[:start].rstrip("("), region.code
    return text, ""


def _lines(text: str, state: str, country: str, is_town: IsTown) -> dict[str, str]:
    """Street, unit and town of an address without its state."""
    parts = [part for part in _BREAKS.split(_NUMBER_ALONE.sub(r"\1 ", text.strip(" ,;.\n"))) if part]
    if not parts:
        return {}
    city = ""
    last = parts[-1]
    if len(parts) > 1 and not any(sign.isdigit() for sign in last) and not _UNIT.match(last):
        city = parts.pop()
    elif state and (town := _town_at_end(last, state, country, is_town)):
        city = town
        parts[-1] = last[: len(last) - len(town)].rstrip(" ,-")
    elif len(parts) == 1 and not any(sign.isdigit() for sign in last) and state and is_town(last, state, country):
        city = parts.pop()
    parts = [part for part in parts if part]
    # A building's name may stand before the street.
    street = next(
        (number for number, part in enumerate(parts) if _BEGINS_WITH_HOUSE.match(part) and not _UNIT.match(part)), 0
    )
    cells = {"address_1": parts[street]} if parts else {}
    rest = [part for number, part in enumerate(parts) if number != street]
    if rest:
        cells["address_2"] = ", ".join(rest)
    if city:
        cells["city"] = city
    return cells


def _town_at_end(text: str, state: str, country: str, is_town: IsTown) -> str:
    """The longest town at the end of a line that goes on without a comma."""
    words = list(re.finditer(r"\S+", text))
    for number in range(min(_LONGEST_TOWN, len(words) - 1), 0, -1):
        town = text[words[-number].start() :]
        if any(sign.isdigit() for sign in town) or len(folded(town)) < 3:
            continue
        if is_town(town, state, country):
            return town
    return ""
