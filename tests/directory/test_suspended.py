"""What pages obey while a pinned line is checked: a file, whole, about this very line, and not over (SAFETY I4)."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from directory.db import Database
from directory.pinned import pinned_lines
from directory.settings import data_folder
from directory.suspended import FILE, digest_of, is_suspended, show_again, shown_lines, suspend, suspensions
from tests import makers
from tests.conftest import NOW
from tests.services import serve
from tests.web.conftest import IN_PAGE, PATIENCE_SECONDS, public_id, settings

TODAY = NOW.date()
DIGITS, SENTENCE = "1 888 373 7888", "This line is being checked."
_SOUND = {"line": "US/0", "digest": digest_of(pinned_lines("US").lines[0]), "by": ["a", "b"], "on": TODAY.isoformat()}


def is_shown(folder: Path) -> bool:
    return bool(shown_lines("US", today=TODAY, folder=folder).shown)


def test_this_is_a_file_that_suspends(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(msgspec.json.encode([_SOUND]))
    assert not is_shown(tmp_path)
    assert is_suspended("US/0", today=TODAY, folder=tmp_path)


@pytest.mark.parametrize(
    "changed",
    [
        {"by": ["a", "a"]},
        {"by": ["a"]},
        {"by": ["a", "b", "c"]},
        {"digest": digest_of(pinned_lines("CA").lines[0])},
        {"line": "CA/0"},
        {"line": "US/1"},
        {"on": (TODAY + dt.timedelta(days=1)).isoformat()},
        {"on": (TODAY - dt.timedelta(days=14)).isoformat()},
        {"on": "soon"},
        {"for": "ever"},
    ],
)
def test_what_two_people_did_not_do_to_this_line_lately_suspends_nothing(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    (tmp_path / FILE).write_bytes(msgspec.json.encode([_SOUND | changed]))
    assert is_shown(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"null", b"[1]", b"\xff\xfe", b"[" * 100_000, msgspec.json.encode([_SOUND])[:-9], b" " * 300_000],
    ids=["empty", "an object", "nothing", "a number", "no text", "deep", "half", "huge"],
)
def test_a_file_that_cannot_be_read_suspends_nothing_and_two_admins_still_can(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert is_shown(tmp_path)
    suspend("US/0", by=("a", "b"), today=TODAY, folder=tmp_path)
    assert not is_shown(tmp_path)


def test_a_folder_in_its_place_suspends_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert is_shown(tmp_path)


def test_lines_are_suspended_and_shown_again_each_by_itself_and_what_ended_is_forgotten(tmp_path: Path) -> None:
    suspend("CA/0", by=("a", "b"), today=TODAY - dt.timedelta(days=14), folder=tmp_path)
    suspend("US/0", by=("a", "b"), today=TODAY, folder=tmp_path)
    assert [one.line for one in suspensions(tmp_path)] == ["US/0"]
    suspend("CA/0", by=("c", "d"), today=TODAY, folder=tmp_path)
    show_again("US/0", today=TODAY, folder=tmp_path)
    assert is_shown(tmp_path)
    assert shown_lines("CA", today=TODAY, folder=tmp_path).shown == ()


@pytest.fixture
def client(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """Asks a site with a data folder of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with (
        serve(sqlite_database, settings(), clock=lambda: NOW) as address,
        httpx.Client(base_url=address, headers=IN_PAGE, timeout=PATIENCE_SECONDS) as client,
    ):
        yield client


def pages(client: httpx.Client) -> dict[str, str]:
    asked: dict[str, dict[str, str]] = {
        "answer": {"n": "food", "a": "33130"}, "form": {"x": "e"}, "guide": {"x": "b"}, "Spanish": {"u": "es"},
        "a draft": {"u": "zh"},
    }  # fmt: skip
    found = {name: client.post("/", data=form).text for name, form in asked.items()}
    return found | {"start": client.get("/").text, "error": client.get("/no").text}


def test_every_page_of_a_running_site_leaves_the_number_out_and_says_why_and_shows_it_again(
    client: httpx.Client,
) -> None:
    assert all(DIGITS in page for page in pages(client).values())
    suspend("US/0", by=("a", "b"), today=TODAY, folder=data_folder())
    suspended = pages(client)
    assert [name for name, page in suspended.items() if DIGITS in page or "233733" in page] == []
    assert [name for name, page in suspended.items() if "911" not in page] == []
    assert {name for name, page in suspended.items() if SENTENCE not in page} == {"Spanish"}
    assert "Esta línea se está comprobando." in suspended["Spanish"]
    assert client.post("/", data={"z": "pinned:0"}).status_code == 404
    show_again("US/0", today=TODAY, folder=data_folder())
    assert all(DIGITS in page and SENTENCE not in page for page in pages(client).values())
    assert client.post("/", data={"z": "pinned:0"}).status_code == 200


def test_a_card_offers_no_number_that_is_being_checked(sqlite_database: Database, client: httpx.Client) -> None:
    with sqlite_database.transaction() as session:
        listed = public_id(session, makers.make_service(session, makers.kind("food"), sites=[makers.site()]))
    assert DIGITS in client.post("/", data={"z": f"{listed}:voice"}).text
    suspend("US/0", by=("a", "b"), today=TODAY, folder=data_folder())
    assert DIGITS not in client.post("/", data={"z": f"{listed}:voice"}).text
