"""Language cells of real directories: how many are read, which are not, and what must never be read into them."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from directory.values.plain_text import plain
from importers.language_cells import LanguagesRead, read_languages

_COLUMNS = {
    "miami211_hsds11/languages.csv": "language",
    "nyc_cbo_languages/cbos.csv": "languages",
    "icarol_dc211/dc211.csv": "LanguagesOffered",
}


def _cells(shared: Path, file: str) -> Counter[str]:
    with (shared / "data" / file).open(encoding="utf-8-sig", errors="replace", newline="") as rows:
        found = Counter(plain(row[_COLUMNS[file]], 5_000) for row in csv.DictReader(rows))
    del found[""]
    return found


def _read(cell: str, file: str) -> LanguagesRead:
    return read_languages([cell], aliases={"Creole": "ht"} if file.startswith("miami") else {})


@pytest.mark.parametrize(
    ("file", "cells", "share", "distinct"),
    [
        ("miami211_hsds11/languages.csv", 9_300, 0.998, 0.96),
        ("nyc_cbo_languages/cbos.csv", 60, 0.96, 0.94),
        ("icarol_dc211/dc211.csv", 800, 0.92, 0.70),
    ],
)
def test_most_language_cells_leave_no_question(
    shared: Path, file: str, cells: int, share: float, distinct: float
) -> None:
    counted = _cells(shared, file)
    read = {cell for cell in counted if not _read(cell, file).unknown}
    assert counted.total() >= cells
    assert sum(counted[cell] for cell in read) / counted.total() >= share
    assert len(read) / len(counted) >= distinct


@pytest.mark.parametrize("file", _COLUMNS)
def test_whoever_is_sent_elsewhere_and_whatever_is_on_paper_is_spoken_by_nobody(shared: Path, file: str) -> None:
    for cell in _cells(shared, file):
        slots = {slot for slot, _ in _read(cell, file).facts}
        if "directed to" in cell or "referred to" in cell:
            assert "es:staff" not in slots
        if "(website)" in cell:
            assert not any(slot.endswith(":staff") for slot in slots)
        # Nobody of these three serves people from Tonga; the word "to" stands in many sentences.
        assert "to:staff" not in slots


@pytest.mark.parametrize("file", _COLUMNS)
def test_every_cell_gives_a_fact_a_question_or_a_named_reason(shared: Path, file: str) -> None:
    for cell in _cells(shared, file):
        read = _read(cell, file)
        assert read.facts or read.unknown or read.rules
