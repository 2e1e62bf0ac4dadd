"""Rows of a delimited table, read one after another; whatever is wrong with a row is said of that row alone.

Cells of JSON documents become plain text here too, by the same rules.
"""

import csv
import re
from collections.abc import Iterator
from typing import TextIO

import msgspec

from directory.errors import RefusedError
from directory.values.plain_text import plain
from importers.encodings import READ_AS_WINDOWS

LONGEST_CELL = 32 * 1024
_MOST_COLUMNS = 1_000

# Text that went through a code page of the eighties and back: a closing quote arrives as three letters.
_MANGLED = {
    "GÇÖ": "\u2019", "GÇÿ": "\u2018", "GÇ£": "\u201c", "GÇ¥": "\u201d", "GÇô": "\u2013", "GÇö": "\u2014",
    "GÇæ": "\u2011", "GÇª": "\u2026", "GÇó": "\u2022", "GÇï": "",
}  # fmt: skip
_MANGLED_SIGN = re.compile("|".join(_MANGLED))
# What is taken out of every cell, or said of it. Signs that nobody sees turn or hide the ones beside them; what a
# spreadsheet would compute stays text here.
_FOUND = {
    "bytes-read-as-windows-1252": re.compile(READ_AS_WINDOWS),
    "nul-removed": re.compile("\x00"),
    "undecodable-bytes-replaced": re.compile("\ufffd"),
    "literal-line-breaks": re.compile(r"\\[nr]"),
    "unseen-signs-removed": re.compile(
        "[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
    ),
    "formula-kept-as-text": re.compile(r"\A[=+@\uff1d\uff0b\uff20-]\s?[A-Za-z_.]{2,40}(?:\(|[|!])"),
}
_MARKER = re.compile(r"#{2,3}[A-Z][A-Z0-9 _-]{0,20}#{2,3}")
_SIMPLE = re.compile(r"[A-Za-z0-9.,;:()'/@_+!?$%\"-]+(?: [A-Za-z0-9.,;:()'/@_+!?$%\"-]+)*")


class Row(msgspec.Struct, frozen=True):
    """One row.

    Attributes:
        line: line of the file on which it begins, from 1; in JSON a pointer.
        cells: known columns that are not blank, as plain text.
        rules: what was mended.
        problem: the name of what makes the row unusable; empty if nothing does.
        dropped: how many cells stood in unknown columns, or beyond the last one.
        file: name of the file, where the rows of one table stand in several.
        differs: columns in which it was repeated with other words.
    """

    line: int | str
    cells: dict[str, str]
    rules: tuple[str, ...] = ()
    problem: str = ""
    dropped: int = 0
    file: str = ""
    differs: tuple[str, ...] = ()


def read_rows(
    text: TextIO,
    *,
    known: frozenset[str],
    required: frozenset[str] = frozenset(),
    quiet: frozenset[str] = frozenset(),
) -> Iterator[Row]:
    """The rows of a comma-separated table, in any order of columns.

    A row's problem is ``blank``, ``row-too-long`` (its cells may stand in wrong columns) or ``cell-too-long``.

    Args:
        text: opened with ``newline=""``.
        known: columns to keep.
        required: columns without which the table is none.
        quiet: columns that may name a place. What is mended in them is not named: it would be a trace of a secret one.

    Raises:
        RefusedError: a required column is missing; the text names the column.
    """
    reader = csv.reader(text)
    header = _header(reader, known)
    missing = sorted(required - set(header))
    if missing:
        raise RefusedError(f"The table has no column {missing[0]}.")
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(line, {}, problem="cell-too-long")
            continue
        yield _row(line, cells, header, quiet)


def plain_cell(raw: str) -> tuple[str, tuple[str, ...]]:
    """A cell as plain text, and the names of what was mended in it."""
    if _SIMPLE.fullmatch(raw) and raw[0] not in "+-@":
        return raw, ()
    rules = [rule for rule, sign in _FOUND.items() if sign.search(raw)]
    text = raw.replace(READ_AS_WINDOWS, "")
    if _MANGLED_SIGN.search(text):
        rules.append("mangled-signs-restored")
        text = _MANGLED_SIGN.sub(lambda found: _MANGLED[found[0]], text)
    if "#" in text and _MARKER.search(text):
        rules.append("markers-removed")
        text = _MARKER.sub("", text)
    if "<" in text or "&" in text:
        cleaned = plain(text, LONGEST_CELL)
        if "<" in text and cleaned.count("<") < text.count("<"):
            rules.append("markup-removed")
        return cleaned, tuple(rules)
    return plain(text, LONGEST_CELL), tuple(rules)


def _header(reader: Iterator[list[str]], known: frozenset[str]) -> list[str]:
    """Column names in lower case; unknown and repeated ones are empty. They are never shown: one may be a cell."""
    try:
        written = next(reader)
    except (StopIteration, csv.Error):
        raise RefusedError("The table is empty.") from None
    if len(written) > _MOST_COLUMNS:
        raise RefusedError(f"The table has more than {_MOST_COLUMNS} columns.")
    header: list[str] = []
    for cell in written:
        name = cell.strip().lower().replace(" ", "_")
        header.append(name if name in known and name not in header else "")
    return header


def _row(line: int, raw: list[str], header: list[str], quiet: frozenset[str]) -> Row:
    if not any(cell.strip() for cell in raw):
        return Row(line, {}, problem="blank")
    cells: dict[str, str] = {}
    rules: dict[str, None] = {}
    dropped = 0
    problem = ""
    for number, cell in enumerate(raw):
        if not cell.strip():
            continue
        if len(cell) > LONGEST_CELL:
            problem = problem or "cell-too-long"
            continue
        if number >= len(header):
            # A cell too many, and nobody knows which one: every cell may stand in a wrong column.
            problem, dropped = "row-too-long", dropped + 1
        elif not header[number]:
            dropped += 1
        else:
            text, mended = plain_cell(cell)
            rules |= dict.fromkeys(() if header[number] in quiet else mended)
            if text:
                cells[header[number]] = text
    if len(raw) < len(header):
        rules["row-too-short"] = None
    return Row(line, cells, tuple(rules), problem, dropped)
