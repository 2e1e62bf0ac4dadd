"""Any spreadsheet or table of text as grids of plain cells: XLSX, XLSM, XLSB, XLS, ODS, CSV in all its kinds, HTML.

What a file is, its content decides. It is read in a process of its own (``process.py``) that may take little memory and
time and can write nothing, so that whatever a file was made to do ends there.
"""

import os
import signal
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec

from directory import limited
from directory.errors import BadInputError, DirectoryError, RefusedError
from importers.sheets.answers import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SIGNS,
    Answer,
    Begun,
    Ended,
    Failed,
    Rows,
    read,
)
from importers.sheets.grid import Grid, Left
from importers.sheets.limits import seconds_for

# How the process ends when the kernel, or a library that gets no memory, ends it.
_STOPPED = frozenset({-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGKILL})
# Waiting for others on a busy machine is no computing.
_WALL_TO_CPU = 4


class Grids(msgspec.Struct, frozen=True):
    """What stands in a file.

    Attributes:
        grids: its tables, in their order; at least one, and none is empty.
        left: what was not read on purpose.
    """

    grids: tuple[Grid, ...]
    left: tuple[Left, ...]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held open: everything is read by now."""


def open_grids(path: Path, *, max_mb: int) -> Grids:
    """Read a spreadsheet, a table of text, a page with tables, or a zip file of tables of text.

    Args:
        path: of the file itself; folders and links are refused.
        max_mb: most MiB that the file may have. What it unpacks to may be five times that, tables of text in an archive
            only that.

    Raises:
        BadInputError: there is no such file, or no table can be read from it.
        RefusedError: it is too large, or made to do harm; nothing of it is read.
    """
    with _opened(path, max_mb=max_mb) as file:
        reading = _Reading(path.name)
        try:
            _read(file, reading, max_mb=max_mb)
        except MemoryError:
            raise RefusedError("The file is too large for this machine.") from None
    if not reading.grids:
        if any(one.what == "hidden sheets" for one in reading.left):
            raise BadInputError("Nothing stands in the sheets of this file that are shown; hidden ones are not read.")
        raise BadInputError("Nothing stands in this file.")
    return Grids(tuple(reading.grids), reading.left)


@contextmanager
def _opened(path: Path, *, max_mb: int) -> Iterator[int]:
    """The file, open for reading, once it is sure that it is one."""
    try:
        # Before it is opened: to open a device may do something already.
        _check_is_file(path.lstat().st_mode)
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        raise BadInputError("There is no such file, or it may not be read.") from None
    try:
        about = os.fstat(file)
        _check_is_file(about.st_mode)
        if about.st_size == 0:
            raise BadInputError("The file is empty.")
        if about.st_size > max_mb * 1024 * 1024:
            raise RefusedError(f"The file is larger than {max_mb} MB. Allow more with --max-mb.")
        yield file
    finally:
        os.close(file)


def _check_is_file(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise RefusedError("This is a link. Name the file that it leads to.")
    if stat.S_ISDIR(mode):
        raise BadInputError("This is a folder. Name a file in it.")
    if not stat.S_ISREG(mode):
        raise BadInputError("This is no file.")


def _read(file: int, reading: "_Reading", *, max_mb: int) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own module, and numbers
        limited.command_of("importers.sheets.process", str(max_mb)),
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=limited.ENVIRONMENT,
        close_fds=True,
    )
    is_late = threading.Event()

    def stop() -> None:
        is_late.set()
        process.kill()

    timer = threading.Timer(_WALL_TO_CPU * seconds_for(max_mb), stop)
    timer.daemon = True
    timer.start()
    try:
        with process.stdout as pipe:  # type: ignore[union-attr] # it is a pipe
            for answer in read(pipe):
                reading.take(answer)
    except BaseException:
        process.kill()
        raise
    finally:
        process.wait()
        timer.cancel()
    if not reading.is_finished:
        raise _why(process.returncode, is_late=is_late.is_set())


def _why(code: int, *, is_late: bool) -> DirectoryError:
    """Why a process ended before it had said all."""
    if is_late or code == -signal.SIGXCPU:
        return RefusedError("Reading the file takes too long. If it is an honest one, divide it.")
    if code in _STOPPED:
        return RefusedError("Reading the file would take more memory than one file may.")
    return BadInputError("The file is broken, or of a kind that cannot be read.")


class _Reading:
    """What the process has said so far, held to the limits, since a process that reads a stranger's file may lie."""

    def __init__(self, file: str) -> None:
        self.grids: list[Grid] = []
        self.left: tuple[Left, ...] = ()
        self.is_finished = False
        self._file = file
        self._begun: Begun | None = None
        self._rows: list[tuple[str, ...]] = []
        self._width = self._cells = self._signs = 0

    def take(self, answer: Answer) -> None:
        """Keep what is said.

        Raises:
            BadInputError: the file cannot be read.
            RefusedError: it is refused.
        """
        if isinstance(answer, Begun):
            self._begun, self._rows, self._width = answer, [], 0
        elif isinstance(answer, Rows):
            self._take_rows(answer.rows)
        elif isinstance(answer, Ended):
            self._take_end(answer)
        elif isinstance(answer, Failed):
            raise RefusedError(answer.text) if answer.is_refused else BadInputError(answer.text)
        else:
            self.left, self.is_finished = answer.left, True

    def _take_rows(self, rows: list[tuple[str, ...]]) -> None:
        self._rows += rows
        self._width = max(self._width, *map(len, rows))
        self._signs += sum(len(cell) for row in rows for cell in row)
        cells = self._cells + len(self._rows) * self._width
        if self._width > MOST_COLUMNS or len(self._rows) > MOST_ROWS or cells > MOST_CELLS or self._signs > MOST_SIGNS:
            raise RefusedError("More stands in this file than one file may hold. Divide it.")

    def _take_end(self, ended: Ended) -> None:
        begun, rows, width = self._begun, self._rows, self._width
        self._begun, self._rows = None, []
        while rows and not rows[-1]:
            rows.pop()
        if begun is None or not rows:
            return
        self._cells += len(rows) * width
        for number, row in enumerate(rows):
            if len(row) < width:
                rows[number] = row + ("",) * (width - len(row))
        file = begun.file or self._file
        self.grids.append(Grid(file, begun.sheet, tuple(rows), begun.first_row, ended.merged, ended.rules))
