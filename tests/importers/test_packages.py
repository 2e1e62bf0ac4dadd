"""Packages are read from where they lie; a hostile archive is refused whole, and at once."""

import stat
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from directory.errors import BadInputError, RefusedError
from importers.packages import open_package
from tests.effort import effort
from tests.importers.feeds import join, service, write_package, write_zip

_TABLES = join({"organizations": [{"id": "1", "name": "Harbor Aid"}]}, service("10", "Harbor House"))


def _zip(path: Path, members: dict[str, bytes], *, packed: bool = True) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_folder_and_a_zip_hold_the_same_tables(tmp_path: Path) -> None:
    folder, archive = write_package(tmp_path / "feed", _TABLES), write_zip(tmp_path / "feed.zip", _TABLES)
    with open_package(folder, max_mb=1) as one, open_package(archive, max_mb=1) as other:
        assert one.tables == other.tables
        with one.text("services") as first, other.text("services") as second:
            assert first.read() == second.read()


def test_a_table_may_lie_in_a_folder_of_the_archive(tmp_path: Path) -> None:
    with open_package(_zip(tmp_path / "feed.zip", {"data/Services.CSV": b"id,name\n"}), max_mb=1) as package:
        assert package.tables == {"services": "Services.CSV"}


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfid,name\r\n1,Caf\xc3\xa9\r\n",
        "id,name\r\n1,Café\r\n".encode("utf-16"),
        "id,name\r\n1,Café\r\n".encode(),
    ],
    ids=["UTF-8 with a mark", "UTF-16", "UTF-8"],
)
def test_text_is_read_whatever_way_it_is_marked(content: bytes, tmp_path: Path) -> None:
    path = _zip(tmp_path / "feed.zip", {"services.csv": content})
    with open_package(path, max_mb=1) as package, package.text("services") as text:
        assert text.read() == "id,name\r\n1,Café\r\n"


@pytest.mark.parametrize(
    "name", ["../services.csv", "/etc/services.csv", "a/../../services.csv", "C:/services.csv", "a\\..\\services.csv"]
)
def test_a_path_that_leads_outside_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="leads out of it"):
        open_package(_zip(tmp_path / "feed.zip", {name: b"id,name\n"}), max_mb=1)


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("services.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(RefusedError, match="leads out of it"):
        open_package(path, max_mb=1)


@pytest.mark.parametrize("name", ["more.zip", "more.tar", "more.gz", "more.7z", "more.xlsx"])
def test_an_archive_in_an_archive_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="another archive"):
        open_package(_zip(tmp_path / "feed.zip", {"services.csv": b"id,name\n", name: b""}), max_mb=1)


def test_more_than_a_thousand_members_are_refused(tmp_path: Path) -> None:
    members = {f"{number}.csv": b"" for number in range(1_001)}
    with pytest.raises(RefusedError, match="more than 1000"):
        open_package(_zip(tmp_path / "feed.zip", members), max_mb=1)


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("services.csv", "w") as member,
    ):
        for _ in range(200):
            member.write(b"0" * 1_000_000)
    tracemalloc.start()
    with effort() as spent, pytest.raises(RefusedError):
        open_package(path, max_mb=10_000)
    assert spent.seconds < 5
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_declares(tmp_path: Path) -> None:
    path = _zip(tmp_path / "feed.zip", {"services.csv": b"id,name\n" + b"1,x\n" * 500_000})
    content = path.read_bytes()
    real = (8 + 4 * 500_000).to_bytes(4, "little")
    assert content.count(real) == 2
    path.write_bytes(content.replace(real, (800_000).to_bytes(4, "little")))
    with open_package(path, max_mb=1) as package, pytest.raises(BadInputError), package.text("services") as text:
        assert len(text.read()) <= 800_000


def test_too_much_is_refused_and_the_way_out_is_named(tmp_path: Path) -> None:
    big = _zip(tmp_path / "feed.zip", {"services.csv": b"id,name\n" * 200_000}, packed=False)
    with pytest.raises(RefusedError, match="--max-mb"):
        open_package(big, max_mb=1)
    with open_package(big, max_mb=2) as package:
        assert package.tables


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "feed.zip", {"services.csv": b"id,name\n"})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    with pytest.raises(RefusedError, match="encrypted"):
        open_package(path, max_mb=1)


def test_two_tables_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="one name"):
        open_package(_zip(tmp_path / "feed.zip", {"a/services.csv": b"", "b/services.csv": b""}), max_mb=1)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip file at all", b"id,name\n1,x\n"])
def test_what_is_no_package_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match="zip file that can be read"):
        open_package(path, max_mb=1)


def test_a_missing_or_empty_package_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such file"):
        open_package(tmp_path / "nowhere", max_mb=1)
    with pytest.raises(BadInputError, match="no table"):
        open_package(tmp_path, max_mb=1)
