"""Gaps and coverage in English sentences, for the desk. Pure."""

from collections.abc import Callable, Mapping

from directory.coverage.gaps import Gap
from directory.coverage.ground import Ground

RULE = (
    "Ranked by what a wrong answer harms and how often such a service is looked for (the weights of the plan of "
    "calls), times the people who live where nobody confirmed offers it."
)
CONFIRMED = "Confirmed means that a person or the provider said so, and that readers are not warned to call first."
CONFIDENTIAL = "A confidential program counts in the whole of its published area, and is never drawn as a point."
_NAMED = 3


def unit(ground: Ground) -> str:
    """What the areas are called."""
    return "counties" if ground.region else "states"


def where_told(gap: Gap, ground: Ground, name: Callable[[str], str]) -> str:
    """Where a need is not met: "37 of 67 counties, among them Palm Beach County, ...; 2.1 million people"."""
    named = [name(area) for area in gap.areas[:_NAMED]]
    if len(gap.areas) == gap.of and gap.of > _NAMED:
        return f"In all {gap.of} {unit(ground)}; {people_told(gap.people)} live there."
    if len(gap.areas) <= _NAMED:
        return f"{_listed(named)}; {people_told(gap.people)} live there."
    return (
        f"{len(gap.areas)} of {gap.of} {unit(ground)}, the largest {_listed(named)}; "
        f"{people_told(gap.people)} live there."
    )


def coverage_told(counts: Mapping[str, int], ground: Ground, name: Callable[[str], str]) -> str:
    """What a map shows: in how many areas nobody confirmed offers a kind, and where it is offered most."""
    if not counts:
        return "Nobody can find a listing here yet that lies in a state."
    none = sum(not number for number in counts.values())
    if none == len(counts):
        return f"None is confirmed in any of {len(counts)} {unit(ground)}."
    most = sorted((area for area in counts if counts[area]), key=lambda area: (-counts[area], area))[:_NAMED]
    return (
        f"{none} of {len(counts)} {unit(ground)} have no confirmed one. The most are in "
        f"{_listed([f'{name(area)} ({counts[area]})' for area in most])}."
    )


def people_told(people: int) -> str:
    """A number of people as one says it."""
    if people >= 1_000_000:
        return f"{people / 1_000_000:.1f} million people"
    return f"{round(people, -3 if people >= 10_000 else -2):,} people"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
