"""The place that a command is asked about where rules go by state or province: a state, or a place in one."""

from directory.errors import BadQuestionError, UnknownTermError
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.places.regions import find_region


def stated_place(gazetteer: Gazetteer, *, state: str | None, near: str | None, country: str, area: str) -> Place:
    """A state, province or territory, or a place in one.

    Args:
        gazetteer: knows the places.
        state: by code or name, first of ``country``.
        near: a place in one.
        country: the deployment's own.
        area: the deployment's own area, where neither is given.

    Raises:
        BadQuestionError: both are given, or nothing at all.
        UnknownTermError: it is none of the United States or Canada.
        AmbiguousPlaceError: several places have the name.
    """
    if state and near:
        raise BadQuestionError("Give a state (--state) or a place in it (--near), not both.")
    if state:
        own = "CA" if country == "CA" else "US"
        known = find_region(state, own) or find_region(state, "US") or find_region(state, "CA")
        place = gazetteer.region(known.code, known.country) if known else None
    elif near or area:
        place = gazetteer.find(near or area, country=country)
    else:
        raise BadQuestionError("Give a state (--state), or a place in it (--near).")
    if place is None or not place.region or place.country not in ("US", "CA"):
        raise UnknownTermError("This goes by state or province: give one of the United States or Canada.")
    return place
