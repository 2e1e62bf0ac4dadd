"""Whether a place lies where its address says, by the bundled gazetteer: no address and no point leaves the machine.

The gazetteer knows postal codes and towns, not streets, so only what is clearly elsewhere can be told: another town, a
digit of the ZIP, a sign of the longitude. Held against 7,581 hospitals of a federal list, each with a surveyed point
(HIFLD), 99.8 % lie within 20 km of their ZIP's or their town's point, whichever is nearer; of the 14 beyond, a third
have a wrong ZIP or point, and the others lie far out in large rural codes. With one of the two alone, 99.6 % lie within
40 km. Of 2,155 points that a county's 211 states itself, 32 are apart, nearly all of them another site's.
"""

import msgspec
from geopy.distance import geodesic

from directory.listings.fields import Address, Point
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from verifiers.look import Look, Verifier
from verifiers.subject import Known

APART_FROM_BOTH_KM = 20.0
APART_FROM_ONE_KM = 40.0
# The gazetteer's points are whole ten-thousandths of a degree, 11 m: what lies nearer was taken from it.
_TAKEN_FROM_IT_KM = 0.02
# So many bearers of a name are the first of perhaps more.
_SEVERAL = 8


def geocode(gazetteer: Gazetteer) -> Verifier:
    """A check of points and addresses: ``agrees`` or ``apart``.

    It says nothing of a confidential organization, of a point that was itself made from a postal code or a town, nor
    where the gazetteer does not know what the address names. The rural postal codes of Canada are as large as
    countries and are not looked at.
    """

    async def look(known: Known) -> Look:
        if known.is_confidential:
            return Look()
        try:
            address, point = _told(known)
        except msgspec.ValidationError:
            return Look()
        if point is None or not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
            return Look()
        return Look(_outcome(point, by_code=_by_code(gazetteer, address), by_town=_by_town(gazetteer, address)))

    return look


def _told(known: Known) -> tuple[Address, tuple[float, float] | None]:
    """The address and the stated point; raises ``msgspec.ValidationError`` for a value that is none."""
    if known.field == "address":
        return msgspec.convert(known.value, Address), known.point
    around = Address(city=known.city, state_province=known.region, country=known.country)
    if known.field != "point":
        return around, None
    stated = msgspec.convert(known.value, Point)
    return around, (stated.lat, stated.lon) if stated.source == "source" else None


def _outcome(point: tuple[float, float], *, by_code: list[Place], by_town: list[Place]) -> str:
    """``by_code`` and ``by_town`` are the places that the postal code and the town may mean; empty if unknown."""
    named = [places for places in (by_code, by_town) if places]
    if not named:
        return ""
    apart_km = min(_km(point, place) for places in named for place in places)
    if apart_km < _TAKEN_FROM_IT_KM:
        return ""
    return "apart" if apart_km > (APART_FROM_BOTH_KM if len(named) > 1 else APART_FROM_ONE_KM) else "agrees"


def _by_code(gazetteer: Gazetteer, address: Address) -> list[Place]:
    place = gazetteer.postal(address.postal_code, address.country) if address.postal_code else None
    if place is None or (place.kind == "fsa" and (place.postal or "")[1:2] == "0"):
        return []
    return [place]


def _by_town(gazetteer: Gazetteer, address: Address) -> list[Place]:
    if not address.city or not address.state_province:
        return []
    found = gazetteer.candidates(f"{address.city}, {address.state_province}", country=address.country)
    if len(found) >= _SEVERAL:
        # The right one may be among those that were not told.
        return []
    # "Toronto, CA" is found in Canada, also for an address in California.
    return [place for place in found if place.kind == "city" and place.country == address.country]


def _km(point: tuple[float, float], place: Place) -> float:
    return float(geodesic(point, (place.lat, place.lon)).km)
