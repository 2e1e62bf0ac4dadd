"""The hours of a listing's form: their picture, what they are called, and the zone of those that nobody has said."""

from collections.abc import Mapping
from typing import Any

from directory.listings.fields import decode_plain
from directory.places.gazetteer import Gazetteer
from directory.vocabulary import terms
from web.desk.entries import ENTRIES
from web.desk.spots import Sheet, Spot
from web.desk.value_words import slot_in_words
from web.desk.week_picture import Week, week_of

LINE = "line:"


def week(sheet: Sheet) -> Week | None:
    """The picture of the hours that are said now; None where none are."""
    said = sheet.of_field("schedule")
    return week_of([(schedule_in_words(spot), _value(sheet, spot)) for spot in said])


def schedule_in_words(spot: Spot) -> str:
    """What a schedule is called: office, the line of a name ..."""
    if spot.slot.startswith(LINE):
        return f"The line {line_in_words(spot.slot.removeprefix(LINE))}"
    return slot_in_words(spot.field, spot.slot) or "Open"


def line_in_words(slot: str) -> str:
    """The name of a line."""
    return f"“{slot.replace('-', ' ')}”"


def unsaid(sheet: Sheet) -> list[str]:
    """The slots of schedules that could still be said: of the three kinds, and of each line."""
    said = {spot.slot for spot in sheet.of_field("schedule")}
    lines = [f"{LINE}{spot.slot}" for spot in sheet.of_field("phone") if spot.letter in "sl"]
    kinds = [term.code for term in terms.terms(ENTRIES["schedule"].scheme)]
    return [slot for slot in dict.fromkeys((*kinds, *lines)) if slot not in said]


def zone_of(sheet: Sheet, gazetteer: Gazetteer) -> str:
    """The IANA zone of a listing: that of its other hours, of its address, of its area; empty if nothing tells."""
    for spot in sheet.of_field("schedule"):
        if zone := _value(sheet, spot).get("zone"):
            return str(zone)
    addresses = [_value(sheet, spot) for spot in sheet.of_field("address")]
    places = [(one.get("state_province"), one.get("postal_code"), one.get("country", "US")) for one in addresses]
    areas = [sheet.records["s"].published_area or "", *(spot.slot for spot in sheet.of_field("service_area"))]
    places += [(area.split("-")[1], None, area.split("-")[0]) for area in areas if "-" in area]
    found = (gazetteer.zone_for(state, postal, nation) for state, postal, nation in places if state)
    return next(filter(None, found), "")


def _value(sheet: Sheet, spot: Spot) -> Mapping[str, Any]:
    return decode_plain(sheet.shown[spot].value or "{}")
