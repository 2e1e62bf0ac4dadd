"""A plan on a terminal: the figures first, then what a person has to look at, each thing in a line."""

from collections.abc import Iterator, Sequence

from directory.intake.breaker import HOLDS
from directory.intake.plan import Difference, Plan, RowChange, RowEffect

MOST_SHOWN = 20
_HEADINGS: tuple[tuple[RowEffect, str], ...] = (
    ("withdrawn", "Confidential from now on; the place is deleted for good"),
    ("changed", "Changed"),
    ("gone", "Missing at the source; stays, with a mark"),
    ("returned", "There again"),
    ("closed", "Closed here or not to be listed; not touched"),
    ("unchanged", "Different there, and ours stays"),
)
_UNNAMED = "(no name)"
# What people decide about comes first.
_ORDER = ("waits", "follows", "added", "gone", "kept")


def lines_of_plan(plan: Plan) -> Iterator[str]:
    """The lines of a plan. Of everything that is much, the first twenty are shown; ``--json`` has all."""
    figures = ", ".join(_figure(name, told) for name, told in plan.figures().items()) or "nothing"
    yield f"{plan.source}, {plan.on}: {figures}."
    yield f"Of {plan.existing} listings of this source {plan.touched} would change or are missing."
    if not plan.is_whole:
        yield "Some rows cannot be told, so nothing is said to be missing."
    for code in plan.holds:
        yield f"It would be held: {HOLDS[code]}."
    for effect, heading in _HEADINGS:
        yield from _section(heading, plan.of(effect))
    if plan.new:
        yield ""
        yield f"New ({len(plan.new)}):"
        yield from (f"  {name or _UNNAMED}" for name in plan.new[:MOST_SHOWN])
        yield from _more(len(plan.new))


def _figure(name: str, told: str) -> str:
    """A figure with its name behind the number: 61 new (32 services, 29 organizations)."""
    number, apart, more = told.partition(" (")
    return f"{number} {name}{apart}{more}"


def _section(heading: str, rows: Sequence[RowChange]) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield f"{heading} ({len(rows)}):"
    # Rows about which people have to decide are not lost behind the twentieth.
    for row in sorted(rows, key=_turn)[:MOST_SHOWN]:
        yield f"  {row.name or _UNNAMED}  [{row.key}]"
        yield from (f"    {one.sentence}" for one in sorted(row.differences, key=_turn_of_value))
    yield from _more(len(rows))


def _more(number: int) -> Iterator[str]:
    if number > MOST_SHOWN:
        yield f"  and {number - MOST_SHOWN} more"


def _turn(row: RowChange) -> int:
    return min((_turn_of_value(one) for one in row.differences), default=len(_ORDER))


def _turn_of_value(one: Difference) -> int:
    return _ORDER.index(one.effect)
