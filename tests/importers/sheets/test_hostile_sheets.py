"""Hostile files: each is refused whole, soon, in little memory, with nothing left behind."""

import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from directory.errors import BadInputError, DirectoryError, RefusedError
from importers.sheets.opening import open_grids
from tests.importers.sheets import hostile_files as made

_MOST_MEMORY = 600 * made.MEBIBYTE
_MOST_SECONDS = 5

# In a process of its own, so that all its memory and time is that of one file.
_MEASURED = """
import resource, sys
from pathlib import Path
from directory.errors import BadInputError, RefusedError
from importers.sheets.opening import open_grids
try:
    open_grids(Path(sys.argv[1]), max_mb=20)
except (BadInputError, RefusedError) as error:
    print(type(error).__name__, error)
else:
    print("read")
# Not ru_maxrss of this process, which begins with that of the one that started it.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) * 1024)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""
_REFUSED: dict[Callable[[Path], Path], str] = {
    made.zip_bomb: "RefusedError",
    made.lying_bomb: "BadInputError",
    made.shared_strings_bomb: "RefusedError",
    made.many_strings_bomb: "RefusedError",
    made.huge_sheet: "RefusedError",
    made.many_sheets: "RefusedError",
    made.one_part_twice: "RefusedError",
    made.million_columns: "RefusedError",
    made.far_corner: "RefusedError",
    made.cells_outside: "BadInputError",
    made.repeated_cells: "RefusedError",
    made.billion_laughs: "RefusedError",
    made.laughs_behind_a_comment: "RefusedError",
    made.laughs_in_ods: "RefusedError",
    made.nested: "RefusedError",
    made.nested_under_another_name: "BadInputError",
    made.spreadsheet_in_zip: "RefusedError",
    made.traversal: "RefusedError",
    made.absolute_path: "RefusedError",
    made.link_inside: "RefusedError",
    made.too_many_members: "RefusedError",
    made.wide_header: "RefusedError",
    made.wide_row: "RefusedError",
    made.many_cells: "RefusedError",
    made.long_page: "RefusedError",
    made.wide_page: "RefusedError",
    made.deep_page: "RefusedError",
    made.sparse: "RefusedError",
    made.sparse_within_size: "BadInputError",
    made.link: "RefusedError",
    made.fifo: "BadInputError",
    made.folder: "BadInputError",
    made.empty: "BadInputError",
    made.blank: "BadInputError",
    made.random_bytes: "BadInputError",
    made.half_xlsx: "BadInputError",
    made.half_xls: "BadInputError",
    made.encrypted: "RefusedError",
    made.ole_of_noise: "BadInputError",
}


def _measured(path: Path, scratch: Path) -> str:
    """What became of the file, once it is sure that little was taken for it and nothing is left."""
    scratch.mkdir()
    before = sorted(path.parent.rglob("*"))
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=scratch,
        env={**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(Path.cwd())},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told, own, limited = done.stdout.splitlines()
    print(told, int(own) >> 20, int(limited) >> 20, after.ru_utime + after.ru_stime - began.ru_utime - began.ru_stime)  # noqa: T201
    assert max(int(own), int(limited)) < _MOST_MEMORY
    assert after.ru_utime - began.ru_utime < 2 * _MOST_SECONDS, "twice the bar: the machine may be busy"
    assert sorted(path.parent.rglob("*")) == before
    assert done.stderr == ""
    return told


@pytest.mark.parametrize("make", _REFUSED, ids=lambda make: make.__name__)
def test_a_hostile_file_is_refused_soon_and_whole(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path / "list.xlsx")
    told = _measured(path, tmp_path / "scratch")
    assert told.startswith(_REFUSED[make])
    assert told.endswith(".") or "use:" in told


def test_a_device_is_no_file() -> None:
    with pytest.raises(BadInputError, match="no file"):
        open_grids(Path("/dev/zero"), max_mb=20)
