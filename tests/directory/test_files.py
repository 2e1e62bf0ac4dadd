"""Small files are read whole or not at all, and nobody sees one half written."""

import os
from pathlib import Path

import pytest

from directory.errors import BadInputError, DirectoryError, SettingsError
from directory.files import read_if_there, read_small, write_whole
from directory.settings import SAVED_FILE, save_settings


def test_a_file_is_written_for_its_owner_and_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "one"
    for content in (b"first", b"second"):
        write_whole(file, content, what="It", makes_folder=True)
        assert read_small(file, what="It") == content
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_what_cannot_be_written_leaves_nothing_behind_and_says_what_it_was(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    for file in (tmp_path / "taken", tmp_path / "no folder" / "one"):
        with pytest.raises(DirectoryError, match=r"^The key cannot be written there\.$"):
            write_whole(file, b"content", what="The key")
    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


def test_settings_that_cannot_be_written_are_a_plain_error_as_well(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DirectoryError, match="cannot be written"):
        save_settings({"site_name": "Almanac"}, folder=tmp_path / "file")
    with pytest.raises(SettingsError):
        save_settings({"site_name": "two\nlines"}, folder=tmp_path)
    assert not (tmp_path / SAVED_FILE).exists()


def test_a_file_is_read_up_to_its_measure_and_not_beyond(tmp_path: Path) -> None:
    file = tmp_path / "one"
    file.write_bytes(b"12345")
    assert read_small(file, what="It", most=5) == b"12345"
    with pytest.raises(BadInputError, match="It is too large"):
        read_small(file, what="It", most=4)


def test_what_is_not_there_is_nothing_or_an_error_as_the_caller_wants(tmp_path: Path) -> None:
    assert read_if_there(tmp_path / "none", what="It") is None
    with pytest.raises(BadInputError, match="It cannot be read"):
        read_small(tmp_path / "none", what="It")


def test_what_is_no_ordinary_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ""):
        with pytest.raises(BadInputError, match="no ordinary file"):
            read_small(tmp_path / name, what="It")
