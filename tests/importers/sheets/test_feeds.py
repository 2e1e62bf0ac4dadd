"""Real tables of text come in with every row, and no quotation mark of theirs is taken for a broken one."""

import csv
from pathlib import Path

from importers.sheets.delimited import UNBALANCED
from importers.sheets.opening import open_grids


def test_real_tables_lose_no_row(shared: Path) -> None:
    tables = sorted((shared / "data").rglob("*.csv"))
    assert tables
    for path in tables:
        with open_grids(path, max_mb=20) as opened, path.open(newline="", encoding="utf-8", errors="replace") as text:
            [grid] = opened.grids
            rows = list(csv.reader(text))
        while rows and not any(cell.strip() for cell in rows[-1]):
            rows.pop()
        assert len(grid.rows) == len(rows), path.name
        assert len(grid.rows[0]) <= max(map(len, rows)), path.name
        assert UNBALANCED not in grid.rules, path.name
