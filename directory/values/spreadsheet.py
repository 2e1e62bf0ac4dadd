"""Tables as files that a spreadsheet opens without taking a cell for a formula (SAFETY S4). Pure."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What a spreadsheet may take for the beginning of a formula, plain or full-width, also behind blanks and quotes.
_FORMULA = re.compile(
    r"^[\s\x00-\x1f\"'\u2018\u2019\u201c\u201d\uff02\uff07\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
    r"[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\x00]"
)


def guarded(cell: str) -> str:
    """The cell as text that no spreadsheet computes: a phone stays "+1 305 ..." behind an apostrophe."""
    return f"'{cell}" if _FORMULA.search(cell) else cell


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV in UTF-8, with a mark at its start that spreadsheets know it by, and every cell in quotes."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in (columns, *rows))
    return written.getvalue().encode("utf-8-sig")
