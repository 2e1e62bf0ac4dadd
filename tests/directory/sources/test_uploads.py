"""Documents that were uploaded: open in memory only while they are read, and gone after a day."""

import datetime as dt
import subprocess
import sys
import threading
from pathlib import Path
from subprocess import PIPE

import pytest

from directory.errors import NotFoundError, RefusedError
from directory.sources.uploads import MOST_AT_ONCE, Upload, Uploads, forget_open, opened
from tests.conftest import NOW

KEY = bytes(32)
LIST = b"Agency,Address\nHarbor,4815 Quincewater Road\n"


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    """A folder of them."""
    return Uploads(tmp_path / "uploads", KEY)


def add(uploads: Uploads, *, name: str = "list.csv", days: int = 0) -> Upload:
    """Upload the list some days ago."""
    return uploads.add(source="x", reader="file", name=name, by=1, now=NOW - dt.timedelta(days=days))


def test_the_file_is_open_while_it_is_read_and_then_gone(tmp_path: Path) -> None:
    with opened(LIST, ".csv") as path:
        assert path.read_bytes() == LIST
        assert path.name == "list.csv"
        assert path.stat().st_mode & 0o077 == path.parent.stat().st_mode & 0o077 == 0
        # Who only tidies up leaves it alone, however long it takes.
        forget_open(now=dt.datetime.now(dt.UTC) + dt.timedelta(days=1))
        assert path.exists()
    assert not path.parent.exists()
    with pytest.raises(ZeroDivisionError), opened(LIST, ".csv") as path:
        raise ZeroDivisionError
    assert not path.parent.exists()


def test_what_a_process_that_was_killed_left_open_goes() -> None:
    program = (
        "import sys; from directory.sources.uploads import opened\n"
        "with opened(b'secret', '.csv') as path: print(path, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().strip())
        process.kill()
    assert path.exists()
    forget_open(now=dt.datetime.now(dt.UTC))
    assert path.exists()
    forget_open(now=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2))
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("list.xlsx", ".xlsx"), ("feed.json.gz", ".json.gz"), ("C:\\lists\\feed.CSV", ".csv"), ("../../etc/passwd", ""),
        ("list", ""), ("Harbor St. 4815.csv", ".csv"), ("list.\x00", ""),
    ],
)  # fmt: skip
def test_of_a_name_only_its_ending_is_kept(uploads: Uploads, name: str, suffix: str) -> None:
    assert add(uploads, name=name).suffix == suffix


def test_another_key_opens_nothing(uploads: Uploads, tmp_path: Path) -> None:
    upload = add(uploads)
    with pytest.raises(NotFoundError):
        Uploads(tmp_path / "uploads", bytes(31) + b"1").get(upload.id)
    for wrong in ("", "..", "0" * 24, f"../{upload.id}"):
        with pytest.raises(NotFoundError):
            uploads.get(wrong)


def test_after_a_day_it_is_gone_unless_somebody_works_on_it(uploads: Uploads) -> None:
    old, worked_on, young = add(uploads), add(uploads), add(uploads)
    later = NOW + dt.timedelta(hours=25)
    uploads.save(Upload(young.id, "x", "file", ".csv", 1, later))
    with uploads.working(worked_on.id) as is_mine:
        assert is_mine
        assert uploads.is_worked_on(worked_on.id)
        assert uploads.forget_old(now=later) == 1
    assert {one.id for one in uploads.all()} == {worked_on.id, young.id}
    assert not uploads.is_worked_on(worked_on.id)
    assert old.id not in {one.id for one in uploads.all()}


def test_only_so_many_are_on_their_way_at_once(uploads: Uploads) -> None:
    for _ in range(MOST_AT_ONCE):
        add(uploads)
    with pytest.raises(RefusedError, match="Too many lists"):
        add(uploads)


def test_who_looks_whether_somebody_works_on_it_keeps_nobody_from_working(uploads: Uploads) -> None:
    upload = add(uploads)
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            uploads.is_worked_on(upload.id)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(50):
            with uploads.working(upload.id) as is_free:
                assert is_free
    finally:
        stop.set()
        looking.join()


def test_what_was_read_of_all_goes_at_once_but_not_under_whoever_works_on_it(uploads: Uploads) -> None:
    one, other = add(uploads), add(uploads)
    for upload in (one, other):
        uploads.write(upload.id, "rows", [1])
        uploads.write(upload.id, "read", [1])
    with uploads.working(other.id):
        uploads.forget_all_rows()
    assert not uploads.has_rows(one.id)
    assert uploads.has_rows(other.id)
    assert uploads.drop(one.id)
    with uploads.working(other.id):
        assert not uploads.drop(other.id)
    assert {left.id for left in uploads.all()} == {other.id}
