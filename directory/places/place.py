"""A place that a search may start from, and the error that asks which of several was meant."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from directory.errors import AmbiguousPlaceError
from directory.places.regions import country, region

PlaceKind = Literal["postal", "city", "county", "fsa", "region", "nation"]


class Place(msgspec.Struct, frozen=True):
    """A point of the gazetteer with its name.

    ``lat`` and ``lon`` are WGS 84 degrees, to a ten-thousandth. Of a county, region or nation they are the postal code
    (or city) nearest to the middle of its people; of a ZIP, where its post goes.

    Attributes:
        name: The town of a ZIP, the district of an FSA; two namesakes in one state carry their county in parentheses.
        kind: What it is. ``fsa`` is the first half of a Canadian postal code.
        region: Postal code of the state, territory or province ("FL", "ON"), ISO 3166-2 in Mexico; else empty.
        country: ISO 3166-1 alpha-2. Territories of the United States are regions of "US".
        zone: IANA time zone.
        county: FIPS code, five digits; in the United States only.
        postal: The ZIP, or the FSA.
    """

    name: str
    kind: PlaceKind
    region: str
    country: str
    lat: float
    lon: float
    zone: str
    county: str | None = None
    postal: str | None = None

    @property
    def label(self) -> str:
        """What people read: "Miami, FL", "33130 (Miami, FL)", "Tijuana, Baja California, Mexico", "Florida"."""
        if self.kind in {"region", "nation"}:
            return self.name
        where = self.region
        if self.country not in {"US", "CA"}:
            nation, part = country(self.country), region(self.region, self.country)
            where = ", ".join(known.name for known in (part, nation) if known is not None)
        return f"{self.postal} ({self.name}, {where})" if self.postal else f"{self.name}, {where}"


class SeveralPlacesError(AmbiguousPlaceError):
    """A name that several places bear. ``candidates`` are at most eight, the best known first."""

    def __init__(self, candidates: Sequence[Place]) -> None:
        super().__init__("Several places have this name. Choose one, or add the state or a ZIP code.")
        self.candidates = list(candidates)
