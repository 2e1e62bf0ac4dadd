"""Hostile files: each is refused whole, soon, in little memory, with nothing left behind."""

import contextlib
import os
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.errors import BadInputError, RefusedError
from importers.sheets.opening import open_grids
from tests.importers.sheets import hostile_files as made

_MOST_MEMORY = 600 * made.MEBIBYTE
_MOST_SECONDS = 5
_ROOT = Path(__file__).parents[3]

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
# One is large, packed well and within every limit: it is read, in little memory all the same.
_REFUSED: dict[Callable[[Path], Path], str] = {
    made.zip_bomb: "RefusedError",
    made.lying_bomb: "BadInputError",
    made.shared_strings_bomb: "RefusedError",
    made.many_strings_bomb: "read",
    made.huge_sheet: "RefusedError",
    made.many_sheets: "RefusedError",
    made.one_part_twice: "RefusedError",
    made.million_columns: "RefusedError",
    made.far_corner: "RefusedError",
    made.cells_outside: "BadInputError",
    made.repeated_cells: "BadInputError",
    made.repeated_rows: "RefusedError",
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
    made.page_of_comments: "RefusedError",
    made.unpaired_quotes: "RefusedError",
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
        env={**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(_ROOT)},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told, own, limited = done.stdout.splitlines()
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


def test_a_device_is_no_file() -> None:
    with pytest.raises(BadInputError, match="no file"):
        open_grids(Path("/dev/zero"), max_mb=20)


@pytest.mark.parametrize("name", ["no such file", "a\0b", "x" * 5_000])
def test_what_is_not_there_is_told_in_words(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such file"):
        open_grids(tmp_path / name, max_mb=20)


@pytest.fixture
def sink() -> Iterator[socket.socket]:
    """Somebody who waits for a connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


def test_nothing_outside_is_fetched(sink: socket.socket, tmp_path: Path) -> None:
    port = sink.getsockname()[1]
    for number, scheme in enumerate(("http", "https", "ftp")):
        with pytest.raises(RefusedError, match="defines names"):
            open_grids(made.outside_entity(tmp_path / f"{number}.xlsx", f"{scheme}://127.0.0.1:{port}"), max_mb=20)
    page = tmp_path / "page.xls"
    page.write_text(
        f'<html><link rel=stylesheet href="http://127.0.0.1:{port}/a"><img src="http://127.0.0.1:{port}/b">'
        f'<table><tr><td><iframe src="http://127.0.0.1:{port}/c"></iframe>Harbor Aid</td></tr></table>'
    )
    assert open_grids(page, max_mb=20).grids[0].rows == (("Harbor Aid",),)
    with pytest.raises(TimeoutError):
        sink.accept()


def test_no_file_of_this_machine_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("moonlight")
    with pytest.raises(RefusedError) as refused:
        open_grids(made.outside_entity(tmp_path / "list.xlsx", secret.as_uri()), max_mb=20)
    assert "moonlight" not in str(refused.value)


def test_the_process_that_reads_can_write_no_file(tmp_path: Path) -> None:
    script = """
import sys
from directory.limited import limit_this_process
limit_this_process(memory=512 * 1024 * 1024, seconds=10)
try:
    with open(sys.argv[1], "w") as file:
        file.write("x")
except OSError:
    print("refused")
try:
    bytearray(600 * 1024 * 1024)
except MemoryError:
    print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "file")], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["refused", "refused"]
    assert (tmp_path / "file").stat().st_size == 0


def test_what_goes_wrong_is_told_without_what_the_file_holds(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The process that reads it ends in the midst of a row, and its trace might say in which."""
    cells = '<c r="A1" t="inlineStr"><is><t>moonlight</t></is></c><c r="ZZZZZZZZ99999999999"><v>1</v></c>'
    path = made.xlsx(tmp_path / "list.xlsx", sheets={"moonlight": f'<row r="1">{cells}</row>'})
    with pytest.raises(BadInputError) as refused:
        open_grids(path, max_mb=20)
    assert "moonlight" not in str(refused.value)
    assert capfd.readouterr() == ("", "")


# Any byte may be any other


def _originals() -> list[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        text = 'name;phone\n"Harbor; Aid";305\n'
        cell = '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'
        table = f'<table:table table:name="T"><table:table-row>{cell}</table:table-row></table:table>'
        return [
            ("xlsx", made.xlsx(path).read_bytes()),
            ("xls", made.xls(path).read_bytes()),
            ("ods", made.ods(path, table).read_bytes()),
            ("csv", text.encode()),
            ("utf-16", text.encode("utf-16")),
            ("page", b"<html><table><tr><td>a<td>b</table>"),
        ]


_CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6)


@pytest.mark.parametrize("content", [one[1] for one in _originals()], ids=[one[0] for one in _originals()])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES, kept=st.floats(0.2, 1))
def test_a_mutated_file_is_read_or_refused_and_nothing_else(
    content: bytes, tmp_path: Path, changes: list[tuple[float, int]], kept: float
) -> None:
    mutated = bytearray(content)
    for where, byte in changes:
        mutated[int(where * len(mutated))] = byte
    path = tmp_path / "list"
    path.write_bytes(mutated[: int(len(mutated) * kept) + 1])
    with contextlib.suppress(BadInputError, RefusedError):
        assert open_grids(path, max_mb=1).grids
