"""Corrections as a table that a spreadsheet opens without taking a cell for a formula (SAFETY S4). Pure."""

from collections.abc import Iterable

from directory.corrections.policy import Correction, in_words
from directory.corrections.values import in_a_line
from directory.values.spreadsheet import csv_of

COLUMNS = (
    "key",
    "name",
    "field",
    "slot",
    "your_value",
    "our_value",
    "code",
    "why",
    "date",
    "you_said_it_on",
    "sources",
)


def table(corrections: Iterable[Correction], *, language: str, attribution: str = "") -> bytes:
    """The table as CSV in UTF-8, with a mark at its start that spreadsheets know it by, and every cell in quotes.

    Args:
        corrections: the rows.
        language: of the reasons, ``en`` or ``es``.
        attribution: other sources that are to be named for it; the same in every row.
    """
    return csv_of(COLUMNS, (_cells(one, language, attribution) for one in corrections))


def _cells(one: Correction, language: str, attribution: str) -> tuple[str, ...]:
    ours = one.ours["key"] if one.why == "same-as" and one.ours else in_a_line(one.field, one.slot, one.ours)
    return (
        one.key, one.name, one.field, one.slot, in_a_line(one.field, one.slot, one.theirs), ours, one.why,
        in_words(one, language), one.on, one.as_of, attribution,
    )  # fmt: skip
