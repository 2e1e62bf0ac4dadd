"""The places of a question: where it starts, what to keep away from, and where somebody comes from."""

from collections.abc import Sequence

import msgspec

from directory.errors import UnknownTermError
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place, SeveralPlacesError
from directory.places.regions import country as country_of
from directory.places.regions import find_country, find_region


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """Places that were found. ``origin`` is the code of an area: a nation, a state or a county."""

    near: Place | None = None
    away: Place | None = None
    origin: str = ""


class UnclearPlaceError(Exception):
    """What stands in one field is no place that is known (no ``candidates``), or several."""

    def __init__(self, field: str, candidates: Sequence[Place] = ()) -> None:
        super().__init__("A place is not clear.")
        self.field = field
        self.candidates = candidates


class Places:
    """Finds places as people of a deployment mean them.

    Args:
        gazetteer: knows them.
        country: where the deployment is.
        region: its state, in which a name that several places bear is looked for first.
    """

    def __init__(self, gazetteer: Gazetteer, *, country: str, region: str | None) -> None:
        self._gazetteer = gazetteer
        self._country = country
        self._region = region

    def nearby(self, text: str, *, field: str) -> Place | None:
        """The place that a search starts from: of several with one name, the one in the deployment's own state.

        Raises:
            UnclearPlaceError: it is not known, or there are several.
        """
        return self._find(text, field, self._region)

    def anywhere(self, text: str, *, field: str) -> Place | None:
        """A place that may well be far away, so that one with a namesake is asked about; None where nothing stands.

        Raises:
            UnclearPlaceError: it is not known, or there are several.
        """
        return self._find(text, field, None)

    def _find(self, text: str, field: str, region: str | None) -> Place | None:
        if not text:
            return None
        try:
            return self._gazetteer.find(text, country=self._country, near_region=region)
        except SeveralPlacesError as several:
            raise UnclearPlaceError(field, several.candidates) from None
        except UnknownTermError:
            raise UnclearPlaceError(field) from None

    def origin(self, text: str, *, field: str) -> str:
        """The area that somebody comes from: a state or country by its name, else the county or state of a place.

        Raises:
            UnclearPlaceError: it is not known, or there are several.
        """
        # A state or country is asked for, so "New York" is the state here and "Mexico" the country.
        if state := find_region(text, self._country):
            return f"{state.country}-{state.code}"
        if nation := find_country(text):
            return nation.code
        place = self.anywhere(text, field=field)
        if place is None:
            return ""
        return place.county or "-".join(filter(None, (place.country, place.region)))

    def written(self, place: Place) -> str | None:
        """A text by which this very place is found again; None if there is none."""
        nation = country_of(place.country)
        texts = [place.label, place.region or place.country]
        texts += [f"{place.label}, {nation.name}"] if nation else []
        for text in texts:
            found = self._gazetteer.candidates(text, country=self._country)
            if len(found) == 1 and (found[0].lat, found[0].lon, found[0].kind) == (place.lat, place.lon, place.kind):
                return text
        return None
