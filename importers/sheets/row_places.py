"""Where a row is: cells of an address, whole addresses, a town behind a name, the county of its section."""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from directory.places.regions import find_region
from directory.values.plain_text import folded
from importers.record import SourceSite
from importers.sheets.address_lines import addresses_of
from importers.sheets.cell_shapes import answer
from importers.sheets.entries import Entry
from importers.sheets.setting import Setting

ONE_CELL = "address-in-one-cell"
SEVERAL = "several-addresses"
TOWN_FROM_NAME = "town-from-name"
STATE_OF_FILE = "state-of-file"

_CELLS = {
    "street": "address_1", "unit": "address_2", "city": "city", "state": "state_province", "postal": "postal_code",
    "country": "country", "latitude": "latitude", "longitude": "longitude", "transportation": "transportation",
}  # fmt: skip
_MAILING = {"mailing-city": "city", "mailing-state": "state_province", "mailing-postal": "postal_code"}
_LONGEST_COUNTY = 40
# "MD - Washington County", as directories of 211 centers write it.
_STATE_AND_COUNTY = re.compile(r"([A-Z]{2}) ?[-:] ?(\D{3,40})")
_COUNTY = re.compile(r"\b(?:county|counties|parish|condado|comte|borough)\b")
_NO_COUNTY = re.compile(r"\b(?:shelters?|services?|programs?)\b")
_COUNTY_FIRST = re.compile(r"^\s*(?:county|condado|comte)\s*[:\-]\s*(.+)$", re.IGNORECASE)
_CODE = re.compile(
    r"(?<![\w-])(?:[0-9]{5}(?:-[0-9]{4})?|[A-Za-z][0-9][A-Za-z] ?[0-9][A-Za-z][0-9])\s*(?:$|[\n;])", re.MULTILINE
)
_TOWN_BEHIND = re.compile(r"^(?P<name>.{3,120}?)(?:\s+[-\u2013\u2014]\s+|\s*\(\s*|,\s+)(?P<town>[^\d()]{3,40}?)\)?$")
_BETWEEN_AREAS = re.compile(r"[;\n,&]|\band\b|\bet\b")
_COUNTIES = re.compile(r"\s+(?:counties|parishes|co(?:s|unty)?\.?)$", re.IGNORECASE)
_STATEWIDE = re.compile(r"(?:state ?wide|entire state|all counties|whole state)\b")


class Whereabouts(msgspec.Struct, frozen=True):
    """Where a row is.

    Attributes:
        places: its addresses, in HSDS's columns.
        region: code of the state, or what is written there; empty where nothing says.
        rules: what was mended.
    """

    places: tuple[dict[str, str], ...] = ()
    region: str = ""
    rules: tuple[str, ...] = ()

    def city(self) -> str:
        """The town of the first place."""
        return self.places[0].get("city", "") if self.places else ""


def section_place(title: str, setting: Setting, state: str) -> str:
    """The county or state that the title of a section is; empty where it is none."""
    if find_region(title, "US") or find_region(title, "CA"):
        return title.title() if title.isupper() and len(title) > 2 else title
    words = folded(title)
    if _COUNTY.search(words) and not _NO_COUNTY.search(words):
        bare = _COUNTY_FIRST.sub(r"\1 County", title)
        return bare.title() if bare.isupper() else bare
    return setting.find_county(title, state) if state and len(title) <= _LONGEST_COUNTY else ""


def whereabouts(entry: Entry, setting: Setting, county: str) -> Whereabouts:
    """Where a row is; ``county`` is the county or state of the section in which it stands."""
    cells = _cells(entry, setting, county)
    lands, state = _lands(cells, setting, county)
    addresses = entry.all("address")
    if "city" in cells and not any(map(_CODE.search, addresses)):
        # The town has a cell of its own, so the address is a street.
        street = {"address_1": addresses[0]} if addresses else {}
        places, rules = [{**cells, **street}], []
    else:
        whole = [
            one for text in addresses for one in addresses_of(text, state=state, country=lands, is_town=setting.is_town)
        ]
        places = [{**cells, **one} for one in whole] or ([cells] if cells else [])
        rules = [ONE_CELL] if any("city" in one or "postal_code" in one for one in whole) else []
        rules += [SEVERAL] if len(whole) > 1 else []
    if not any("address_1" in place for place in places):
        places = [place for place in (_with_mailing_town(place, entry) for place in places or [{}]) if place]
    for place in places:
        if state and not place.get("state_province") and setting.is_town(place.get("city", ""), state, lands):
            # The file speaks of one state, and the town is there.
            place["state_province"] = state
            rules.append(STATE_OF_FILE)
    region = next((place["state_province"] for place in places if place.get("state_province")), state)
    found = find_region(region, lands)
    return Whereabouts(tuple(places), found.code if found else region, tuple(dict.fromkeys(rules)))


def town_behind(name: str, where: Whereabouts, setting: Setting) -> tuple[str, Whereabouts]:
    """A name without the town behind it; the town becomes the row's where no cell says one."""
    found = _TOWN_BEHIND.match(name)
    if found is None:
        return name, where
    town, city = found["town"].strip(), where.city()
    if city and folded(city) == folded(town):
        return found["name"].strip(), where
    if city or not where.region or not setting.is_town(town, where.region, setting.country):
        return name, where
    first = {**(where.places[0] if where.places else {}), "state_province": where.region, "city": town}
    placed = msgspec.structs.replace(where, places=(first, *where.places[1:]), rules=(*where.rules, TOWN_FROM_NAME))
    return found["name"].strip(), placed


def sites_of(entry: Entry, places: Sequence[dict[str, str]], traces: tuple[str, ...]) -> tuple[SourceSite, ...]:
    """The sites of a row, with what must not be told of them."""
    access = [text for text in entry.all("accessibility") if answer(text) is not False]
    extra = {"accessibility": "Wheelchair accessible" if answer(access[0]) else access[0]} if access else {}
    if names := entry.all("site"):
        extra["name"] = names[0]
    if not places and not traces:
        return ()
    return tuple(
        SourceSite(f"location:{number}", {**place, **extra}, traces=traces)
        for number, place in enumerate(places or [{}], 1)
    )


def areas_served(entry: Entry, setting: Setting, county: str, region: str) -> Iterator[str]:
    """The areas that a row says it serves; for one without a street, the county that it is listed under."""
    names = [one.column.label for one in entry.said if one.column.meaning == "cross:county" and answer(one.text)]
    names += [part.strip() for text in entry.all("service-area") for part in _BETWEEN_AREAS.split(text)]
    if not any(names) and not entry.all("address") and not entry.all("street"):
        constants = setting.constants
        names = [*entry.all("county"), county, constants.get("county", ""), constants.get("service-area", "")]
    for name in _each(names):
        coded = _STATE_AND_COUNTY.fullmatch(name)
        bare, state = (coded[2], coded[1]) if coded else (name, region)
        if state and _STATEWIDE.match(folded(bare)):
            yield state
        else:
            yield (setting.find_county(_COUNTIES.sub("", bare), state) if state else "") or name


def _cells(entry: Entry, setting: Setting, county: str) -> dict[str, str]:
    """Cells of an address, with constants and the state of a section for what no cell says."""
    cells = {column: entry.first(meaning) for meaning, column in _CELLS.items() if entry.first(meaning)}
    for constant, column in (("state", "state_province"), ("city", "city"), ("country", "country")):
        if said := setting.constants.get(constant):
            cells.setdefault(column, said)
    if county and (find_region(county, "US") or find_region(county, "CA")):
        cells.setdefault("state_province", county)
    written = cells.get("state_province", "")
    if "country" not in cells and find_region(written, "US") is None and find_region(written, "CA") is not None:
        cells["country"] = "CA"
    return cells


def _lands(cells: dict[str, str], setting: Setting, county: str) -> tuple[str, str]:
    """Country and state of a row."""
    country = cells.get("country", "")
    lands = (
        "CA" if folded(country) in ("ca", "canada") else "US" if folded(country).startswith("u") else setting.country
    )
    written = cells.get("state_province", "") or (county.rpartition(",")[2].strip() if "," in county else "")
    known = find_region(written, lands)
    if not written:
        return lands, setting.region_of(cells.get("postal_code", ""), lands) or setting.state
    return lands, known.code if known else written


def _with_mailing_town(place: dict[str, str], entry: Entry) -> dict[str, str]:
    """Where mail goes is near enough to say a region, and never a street."""
    mailing = {column: entry.first(meaning) for meaning, column in _MAILING.items() if entry.first(meaning)}
    return {**mailing, **place}


def _each(names: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(filter(None, names))
