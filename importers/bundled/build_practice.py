"""Write the practice network: ``python -m importers.bundled.build_practice``.

The network is computed, so that it can be changed in one place and read in another; the file it writes is what ships,
and a test says that both agree. Nothing here is drawn by chance: the same program gives the same bytes.
"""

import datetime as dt
from pathlib import Path

from msgspec.structs import replace

from importers.bundled.bundle import Bundle, BundledOrganization, BundleNetwork, BundleSource
from importers.bundled.invention.beds import beds
from importers.bundled.invention.crews import crews
from importers.bundled.invention.evidence import with_evidence
from importers.bundled.invention.health import health
from importers.bundled.invention.islands import islands
from importers.bundled.invention.law import law
from importers.bundled.invention.metros import METROS, Metro
from importers.bundled.invention.offer import Ground, Numbers
from importers.bundled.invention.rural import rural
from importers.bundled.invention.support import support
from importers.bundled.invention.towns import FIELDS_AND_PLANTS, HOURS_AWAY, ISLANDS, ON_AND_NEAR_RESERVATIONS
from importers.bundled.invention.tribal import tribal
from importers.bundled.layout import laid_out

FILE = Path(__file__).with_name("practice.json")


def practice_network() -> Bundle:
    """The invented network: about 380 listings in twelve metro areas and sixteen towns, with every kind of fact."""
    toll_free = Numbers("800")
    organizations: list[BundledOrganization] = []

    def ground(place: Metro) -> Ground:
        return Ground(place, Numbers(place.calling), toll_free)

    for metro in map(ground, METROS):
        organizations += beds(metro) + law(metro) + health(metro) + support(metro)
    for invent, towns in (
        (tribal, ON_AND_NEAR_RESERVATIONS),
        (islands, ISLANDS),
        (rural, HOURS_AWAY),
        (crews, FIELDS_AND_PLANTS),
    ):
        for town in towns:
            organizations += invent(ground(town))
    return Bundle(
        about="An invented network to learn on and to test with. No organization, number or person in it exists.",
        dated=dt.date(2026, 11, 26),
        source=BundleSource("practice", "Practice network (invented)", "CC0-1.0", "partner"),
        network=BundleNetwork("practice", "Practice network", "practice"),
        organizations=_confirmed(organizations),
    )


def _confirmed(organizations: list[BundledOrganization]) -> list[BundledOrganization]:
    places = iter(range(10_000))
    return [
        replace(
            organization, services=[with_evidence(service, next(places)) for service in organization.services]
        )
        for organization in organizations
    ]  # fmt: skip


def main() -> None:
    """Write the file beside this module."""
    FILE.write_bytes(laid_out(practice_network()))


if __name__ == "__main__":
    main()
