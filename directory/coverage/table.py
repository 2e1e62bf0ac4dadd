"""Coverage as tables for a spreadsheet: needs, areas and counts; no listing, no number, no place of one."""

from collections.abc import Callable
from typing import Any

from directory.coverage.queries import Coverage, services_of
from directory.truth.queries import Known
from directory.vocabulary import terms


def gap_rows(covered: Coverage, area: Callable[[str], str]) -> list[dict[str, Any]]:
    """The gaps, the largest first. ``area`` names areas."""
    return [
        {
            "place": place, "nobody_confirmed_offers": gap.need.words, "areas_without": len(gap.areas),
            "areas": gap.of, "people_there": gap.people, "listings_to_ask": gap.to_ask, "weight": gap.need.weight,
            "where": "; ".join(area(code) for code in gap.areas),
        }
        for place, gap in enumerate(covered.gaps, start=1)
    ]  # fmt: skip


def coverage_rows(known: Known, covered: Coverage, area: Callable[[str], str], *, day: int) -> list[dict[str, Any]]:
    """How many services of each kind are confirmed in each area on a day; kinds that nobody offers are left out."""
    offered = {kind for one in known.offered for kind in one.kinds}
    return [
        {"kind": terms.label("kind", term.code, "en"), "area": area(code), "confirmed_services": number}
        for term in terms.kinds()
        if not terms.expand_kind(term.code).isdisjoint(offered)
        for code, number in services_of(known, covered.ground, term.code, day=day).items()
    ]
