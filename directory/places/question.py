"""What somebody typed as a place, taken apart: a postal code, or a name with the state, county or country it is in."""

import re
import unicodedata
from collections.abc import Iterator

import msgspec

from directory.places.names import fold_name
from directory.places.regions import find_country, find_region

_LONGEST = 120

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
# Names of places hold letters and these signs. Whatever else somebody sends is no place, and is not looked up.
_USABLE = re.compile("[\\w\\s.,'`/()&#:\u00b4\u02bb\u02bc\u2010\u2011\u2013\u2014\u2018\u2019-]+")
_ZIP = re.compile(r"(?:^|[\s,])(\d{5})(?:[ -]?\d{4})?$", re.ASCII)
_FSA = re.compile(
    r"(?:^|[\s,])([abceghj-nprstvxy]\d[abceghj-nprstv-z])(?:[ -]?\d[abceghj-nprstv-z]\d)?$", re.ASCII | re.IGNORECASE
)
_TOWNSHIP = re.compile(r"(?<=.) (?:township|twp|pueblo)$")
_COUNTY_OF = re.compile(r"^(county|parish) of (.+)$")


class Reading(msgspec.Struct, frozen=True):
    """One way to understand a text: a folded name, and where it must lie (empty: anywhere)."""

    name: str
    country: str = ""
    region: str = ""
    county: str = ""


class Question(msgspec.Struct, frozen=True):
    """A postal code with its country, if the text ends in one, and the readings of the rest, the likeliest first."""

    postal: tuple[str, str] | None
    readings: tuple[Reading, ...]


def read_question(text: str, country: str) -> Question | None:
    """Take a text apart, as somebody in ``country`` would mean it; None for what cannot be a place."""
    if len(text) > _LONGEST:
        return None
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text)).strip(" \t\r\n.,")
    if not _USABLE.fullmatch(text):
        return None
    postal: tuple[str, str] | None = None
    if country in {"US", "CA"}:
        for pattern, nation in ((_ZIP, "US"), (_FSA, "CA")):
            if found := pattern.search(text):
                postal, text = (found[1].upper(), nation), text[: found.start()]
                break
    parts = [name for part in re.split("[,()]", text) if (name := fold_name(part))]
    # "12 Elm Street, Boston, MA": a number in front is an address; only its town is looked up.
    while len(parts) > 2 and any(sign.isdecimal() for sign in parts[0]) and not _where(parts[1], country):
        parts.pop(0)
    readings = list(_with_commas(parts, country) if len(parts) > 1 else _without_commas(parts, country))
    shorter = [msgspec.structs.replace(reading, name=_TOWNSHIP.sub("", reading.name)) for reading in readings]
    return Question(postal, tuple(dict.fromkeys([*readings, *shorter])))


def _with_commas(parts: list[str], home: str) -> Iterator[Reading]:
    """A name and its surroundings; every one of them must be understood."""
    name, *around = parts
    last = around.pop()
    nation = find_country(last)
    # "Toronto, CA" is not in California: where the state does not have the town, the country of that code may.
    for where in dict.fromkeys((_where(last, home), (nation.code, "") if nation else None)):
        rest = list(around)
        region = ""
        if where and not where[1] and rest and (part := find_region(rest[-1], where[0])):
            region = part.code
            rest.pop()
        if where and len(rest) <= 1:
            yield Reading(_as_county(name), where[0], where[1] or region, "".join(rest))
        elif not nation and not where and not rest:
            # A county alone tells two towns apart as well: Kingston (Bartow County).
            yield Reading(_as_county(name), county=last)


def _without_commas(parts: list[str], home: str) -> Iterator[Reading]:
    """The whole text as a name, a code, and then as a name followed by a state or country of one to four words."""
    for name in parts:
        # "FL", "USA"; but "Man" is a town before it is short for Manitoba.
        if (where := _where(name, home)) and (len(name) == 2 or (len(name) == 3 and not where[1])):
            yield Reading("-".join(filter(None, where)))
        yield Reading(_as_county(name))
        words = name.split()
        for length in range(min(4, len(words) - 1), 0, -1):
            if where := _where(" ".join(words[-length:]), home):
                yield Reading(_as_county(" ".join(words[:-length])), *where)


def _where(name: str, home: str) -> tuple[str, str] | None:
    """The country and region that a folded name or code stands for, those of the asker's own country first."""
    for nation in (home, "US", "CA", "MX"):
        if part := find_region(name, nation):
            return part.country, part.code
        # "CA" is Canada to Canadians, California to everybody else.
        if nation == home != "US" and name == nation.lower():
            return nation, ""
    found = find_country(name)
    return (found.code, "") if found else None


def _as_county(name: str) -> str:
    return _COUNTY_OF.sub(r"\2 \1", name)
