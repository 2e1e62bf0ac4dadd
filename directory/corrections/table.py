"""Corrections as a table that a spreadsheet opens without taking a cell for a formula (SAFETY S4). Pure."""

import csv
import io
import re
from collections.abc import Iterable

from directory.corrections.policy import Correction, in_words
from directory.corrections.values import in_a_line

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
# What a spreadsheet may take for the beginning of a formula, plain or full-width, also behind blanks and quotes.
_FORMULA = re.compile(
    r"^[\s\x00-\x1f\"'\u2018\u2019\u201c\u201d\uff02\uff07\u200b-\u200f\u2060\ufeff]*"
    r"[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\x00]"
)


def guarded(cell: str) -> str:
    """The cell as text that no spreadsheet computes: a phone stays "+1 305 ..." behind an apostrophe."""
    return f"'{cell}" if _FORMULA.search(cell) else cell


def table(corrections: Iterable[Correction], *, language: str, attribution: str = "") -> bytes:
    """The table as CSV in UTF-8, with a mark at its start that spreadsheets know it by, and every cell in quotes.

    Args:
        corrections: the rows.
        language: of the reasons, ``en`` or ``es``.
        attribution: other sources that are to be named for it; the same in every row.
    """
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in corrections:
        ours = one.ours["key"] if one.why == "same-as" and one.ours else in_a_line(one.field, one.slot, one.ours)
        cells = (
            one.key, one.name, one.field, one.slot, in_a_line(one.field, one.slot, one.theirs), ours, one.why,
            in_words(one, language), one.on, one.as_of, attribution,
        )  # fmt: skip
        writer.writerow([guarded(cell) for cell in cells])
    return written.getvalue().encode("utf-8-sig")
