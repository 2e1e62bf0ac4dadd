"""Phone cells of real directories: how many are read, and which ones are not."""

import csv
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from importers.phone_text import read_phone_text

_NUMBER_COLUMNS = {
    "miami211_hsds11/phones.csv": r"number",
    "nyc_cbo_languages/cbos.csv": r"phone",
    "icarol_dc211/dc211.csv": r"Phone\d?Number.*|PhoneFax|PhoneTTY|PhoneTollFree",
    "cms_hospitals/Hospital_General_Information.csv": r"Telephone Number",
    "hifld_hospitals/Hospitals.csv": r"TELEPHONE",
}


def _cells(shared: Path, file: str) -> Iterator[str]:
    columns = re.compile(_NUMBER_COLUMNS[file])
    with (shared / "data" / file).open(encoding="utf-8-sig", errors="replace", newline="") as rows:
        for row in csv.DictReader(rows):
            yield from (
                cell for name, cell in row.items() if name and columns.fullmatch(name) and cell and cell.strip()
            )


@pytest.mark.parametrize(
    ("file", "at_least", "most_asked"),
    [
        ("miami211_hsds11/phones.csv", 4_000, 1),
        ("nyc_cbo_languages/cbos.csv", 100, 0),
        ("icarol_dc211/dc211.csv", 4_500, 12),
        ("cms_hospitals/Hospital_General_Information.csv", 5_400, 3),
        ("hifld_hospitals/Hospitals.csv", 6_400, 5),
    ],
)
def test_almost_every_phone_cell_is_read(shared: Path, file: str, at_least: int, most_asked: int) -> None:
    read = [read_phone_text(cell, country="US", aliases={}) for cell in _cells(shared, file)]
    stated = [one for one in read if one.rules != ("no-phone-stated",)]
    asked = [one.unread for one in stated if one.unread]
    assert len(stated) >= at_least
    assert len(asked) <= most_asked
    # Whatever gives no line is asked about.
    assert all(one.lines or one.unread for one in stated)
    assert len([one for one in stated if one.lines]) >= len(stated) - most_asked


def test_numbers_that_nobody_has_stay_questions(shared: Path) -> None:
    packed = gzip.decompress((shared / "data/haarrrvest/hsds_2025-08-08.jsonl.gz").read_bytes())
    numbers = [number for line in packed.splitlines() for number in _numbers_in(json.loads(line))]
    questions = {part.text for cell in numbers for part in read_phone_text(cell, country="US", aliases={}).unread}
    assert len(numbers) > 4_000
    assert questions == {"123", "291-873-1469", "33-762-4997", "(555) 123-4567", "(555) 987-6543", "+1-415-000-0000"}


def _numbers_in(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("number", "phone", "phone_number") and isinstance(value, str) and value.strip():
                yield value
            else:
                yield from _numbers_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from _numbers_in(value)
