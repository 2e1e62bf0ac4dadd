"""Coverage as tables for a spreadsheet: needs, areas and counts; no listing, no number, no place of one."""

from collections.abc import Callable
from typing import Any

from directory.coverage.queries import Coverage


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
