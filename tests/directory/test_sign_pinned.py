"""A maintainer signs what is pinned, and a lost key is replaced by one command."""

import base64
import datetime as dt
import shutil
import stat
from pathlib import Path

import msgspec
import pytest

from directory import pinned, sign_pinned
from directory.errors import BadInputError, RefusedError
from directory.pinned import read_signed
from directory.sign_pinned import KEYS_FILE, main, make_key
from tests.services import ROOT

FILE = "pinned.json"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of a package, whose keys the program knows."""
    folder = tmp_path / "package"
    folder.mkdir()
    for name in (FILE, KEYS_FILE):
        shutil.copy(ROOT / "directory" / name, folder / name)

    def known() -> tuple[pinned._Key, ...]:
        return tuple(msgspec.json.decode((folder / KEYS_FILE).read_bytes(), type=list[pinned._Key]))

    monkeypatch.setattr(pinned, "_keys", known)
    return folder


def test_a_new_key_takes_the_place_of_the_lost_one_with_one_command(package: Path, tmp_path: Path) -> None:
    before = (package / FILE).read_bytes()
    key = tmp_path / "away" / "pinned.key"
    assert main([str(key), "--new"], folder=package) == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    now = (package / FILE).read_bytes()
    assert read_signed(now).countries["US"].lines[0].number == "+18883737888"
    assert msgspec.json.decode(now)["pinned"] == msgspec.json.decode(before)["pinned"]
    with pytest.raises(RefusedError, match="Nobody whose key"):
        read_signed(before)


def test_what_was_edited_is_signed_anew_and_another_file_beside_it(package: Path, tmp_path: Path) -> None:
    key = tmp_path / "pinned.key"
    main([str(key), "--new"], folder=package)
    edited = (package / FILE).read_bytes().replace(b'"dated": "2026-11-26"', b'"dated": "2026-12-01"')
    (package / FILE).write_bytes(edited)
    with pytest.raises(RefusedError, match="does not fit"):
        read_signed(edited)
    assert main([str(key), str(package / FILE), str(tmp_path / "out")], folder=package) == 0
    assert read_signed((tmp_path / "out").read_bytes()).dated == dt.date(2026, 12, 1)
    assert main([str(key)], folder=package) == 0
    assert (package / FILE).read_bytes() == (tmp_path / "out").read_bytes()


def test_a_number_that_cannot_exist_is_not_signed(package: Path, tmp_path: Path) -> None:
    key = tmp_path / "pinned.key"
    main([str(key), "--new"], folder=package)
    wrong = (package / FILE).read_bytes().replace(b"+18883737888", b"+15550100000")
    (package / FILE).write_bytes(wrong)
    with pytest.raises(BadInputError):
        main([str(key)], folder=package)
    assert (package / FILE).read_bytes() == wrong


def test_no_key_is_overwritten_and_none_is_made_inside_the_project(package: Path, tmp_path: Path) -> None:
    key = tmp_path / "pinned.key"
    main([str(key), "--new"], folder=package)
    before = [file.read_bytes() for file in (key, package / FILE, package / KEYS_FILE)]
    with pytest.raises(FileExistsError):
        main([str(key), "--new"], folder=package)
    with pytest.raises(ValueError, match="outside the project"):
        make_key(ROOT / "directory" / "pinned.key")
    assert not (ROOT / "directory" / "pinned.key").exists()
    assert [file.read_bytes() for file in (key, package / FILE, package / KEYS_FILE)] == before


@pytest.mark.parametrize("arguments", [[], ["--new"], ["a", "b"], ["a", "b", "c", "--new"]])
def test_whoever_says_something_else_is_told_how(
    package: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments, folder=package) == 2
    assert "python -m directory.sign_pinned KEY --new" in capsys.readouterr().err


def test_the_public_halves_that_ship_are_keys() -> None:
    assert all(len(base64.b64decode(known.key, validate=True)) == 32 for known in pinned._keys())
    assert sign_pinned.KEYS_FILE == "pinned_keys.json"
