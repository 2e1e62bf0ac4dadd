"""Of how many states, provinces and territories something is known."""

from collections.abc import Iterable

import msgspec

US_REGIONS, CA_REGIONS = 56, 13


class Covered(msgspec.Struct, frozen=True):
    """Of how many states, provinces and territories something is known."""

    us: int
    ca: int
    us_of: int = US_REGIONS
    ca_of: int = CA_REGIONS


def covered_by(places: Iterable[str]) -> Covered:
    """How many of them these are (``US-MA``); a nation by itself (``US``) is none."""
    nations = [nation for nation, _, code in (place.partition("-") for place in set(places)) if code]
    return Covered(nations.count("US"), nations.count("CA"))
