"""The figures as tables for a spreadsheet: numbers, kinds, areas and months; no listing, no number, no place of one."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from directory.planning.months import Month
from directory.truth.figures import STATES, Cell, Truth
from directory.values.spreadsheet import csv_of

# Table -> its rows; columns are those of the first.
Rows = Sequence[dict[str, Any]]
CODES = ("kinds", "areas", "plan", "wrong", "calibration", "kept")


def tables(
    found: Truth, months: Sequence[Month], *, of_group: Callable[[str], str], of_area: Callable[[str], str]
) -> dict[str, Rows]:
    """Every table by its code, one of ``CODES``. The functions name groups and areas.

    Lines with few listings are counted together, as ``figures.freshness`` has them.
    """
    return {
        "kinds": _fresh("kind", found.by_group, of_group),
        "areas": _fresh("area", found.by_area, of_area),
        "plan": [{"month": one.month, "planned": one.planned, "done": one.done} for one in months],
        "wrong": [_plain(found.audited, since=found.since, until=found.as_of)],
        "calibration": [_plain(one) for one in found.calibration.bins],
        "kept": [_plain(found.compliance, as_of=found.as_of)],
    }


def written(rows: Rows) -> bytes:
    """A table as CSV; shares are numbers from 0 to 1, with up to four digits, and what is not known is empty."""
    columns = list(rows[0]) if rows else ["nothing"]
    return csv_of(columns, ([_cell(row[column]) for column in columns] for row in rows))


def _fresh(what: str, cells: Iterable[Cell], name: Callable[[str], str]) -> list[dict[str, Any]]:
    return [
        {
            what: name(cell.code), "listings": cell.listings, **{state: cell.states[state] for state in STATES},
            "confirmed_within_a_year": cell.within_year, "median_days_since": cell.median_days,
        }
        for cell in cells
    ]  # fmt: skip


def _plain(found: msgspec.Struct, **more: str) -> dict[str, Any]:
    return more | msgspec.structs.asdict(found)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
