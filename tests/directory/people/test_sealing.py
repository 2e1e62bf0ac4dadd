"""The key of the desk, and tickets that pages hand out and take back."""

import datetime as dt
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from directory.errors import SettingsError
from directory.people.sealing import KEY_FILE, desk_key, issue, redeem

KEY = b"k" * 32


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "home/handrail"
    key = desk_key(folder)
    assert len(key) == 32
    assert desk_key(folder) == key
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == [KEY_FILE]


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    assert desk_key(tmp_path / "one") != desk_key(tmp_path / "two")


def test_whoever_begins_at_the_same_time_gets_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _number: desk_key(tmp_path), range(16)))
    assert len(keys) == 1


def test_a_file_that_holds_no_key_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(SettingsError, match=r"desk\.key"):
        desk_key(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == b"short"


def test_a_ticket_is_good_for_its_purpose_and_its_time_only(now: dt.datetime) -> None:
    until = now + dt.timedelta(minutes=5)
    text = issue(KEY, purpose="a page", about=7, secret=b"asked", until=until)
    taken = redeem(KEY, text, purpose="a page", now=now)
    assert taken is not None
    assert (taken.about, taken.secret) == (7, b"asked")
    assert redeem(KEY, text, purpose="another page", now=now) is None
    assert redeem(b"x" * 32, text, purpose="a page", now=now) is None
    assert redeem(KEY, text, purpose="a page", now=until) is None


@pytest.mark.parametrize("text", ["", "00", "no hexadecimal", "ff" * 40])
def test_what_is_no_ticket_opens_nothing(now: dt.datetime, text: str) -> None:
    assert redeem(KEY, text, purpose="a page", now=now) is None


def test_a_ticket_that_was_touched_opens_nothing(now: dt.datetime) -> None:
    text = issue(KEY, purpose="a page", about=7, secret=b"asked", until=now + dt.timedelta(minutes=5))
    for place in range(0, len(text), 7):
        touched = f"{text[:place]}{'0' if text[place] != '0' else '1'}{text[place + 1 :]}"
        assert redeem(KEY, touched, purpose="a page", now=now) is None
