"""Documents that were uploaded: sealed, open only while they are read, and gone after a day."""

import datetime as dt
from pathlib import Path

import pytest

from directory.errors import NotFoundError, RefusedError
from directory.sources.uploads import MOST_AT_ONCE, Upload, Uploads
from tests.conftest import NOW

KEY = bytes(32)
LIST = b"Agency,Address\nHarbor,4815 Quincewater Road\n"


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    """A folder of them."""
    return Uploads(tmp_path / "uploads", KEY)


def add(uploads: Uploads, *, name: str = "list.csv", days: int = 0) -> Upload:
    """Upload the list some days ago."""
    return uploads.add(LIST, source="x", reader="file", name=name, by=1, now=NOW - dt.timedelta(days=days))


def test_the_file_is_open_while_it_is_read_and_then_gone(uploads: Uploads, tmp_path: Path) -> None:
    upload = add(uploads)
    with uploads.opened(upload) as path:
        assert path.read_bytes() == LIST
        assert path.name == "list.csv"
        assert path.stat().st_mode & 0o077 == path.parent.stat().st_mode & 0o077 == 0
    assert not path.parent.exists()
    with pytest.raises(ZeroDivisionError), uploads.opened(upload) as path:
        raise ZeroDivisionError
    assert not path.parent.exists()
    assert all(b"Quincewater" not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


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
