"""The databases and the browser that tests are given are what they say."""

import http.client
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from directory.db import Database
from tests.services import DatabaseSource, OpenPage, PostgresServer, SqliteFiles, serve


def test_a_database_starts_migrated_and_empty(database: Database) -> None:
    assert database.is_up_to_date()
    with database.reading() as session:
        assert session.execute(sa.text("select count(*) from record")).scalar_one() == 0


def test_a_database_url_leads_to_no_table(database_url: str) -> None:
    database = Database(database_url)
    try:
        assert database.current_revision() is None
    finally:
        database.dispose()


def test_a_copy_holds_what_was_written(database_source: DatabaseSource) -> None:
    original = database_source.empty()
    _execute(original, "create table note (text varchar)", "insert into note values ('kept')")
    copy = database_source.copy_of(original)
    assert _execute(copy, "select text from note") == "kept"
    database_source.discard(copy)
    database_source.discard(original)


def test_an_open_sqlite_file_is_not_copied(sqlite_database: Database, sqlite_files: SqliteFiles) -> None:
    with sqlite_database.engine.connect(), pytest.raises(RuntimeError, match="still open"):
        sqlite_files.copy_of(sqlite_database.engine.url.render_as_string())


def test_the_postgres_server_has_postgis(postgres_server: PostgresServer) -> None:
    url = postgres_server.empty()
    assert _execute(url, "select ST_AsText(ST_MakePoint(1, 2))") == "POINT(1 2)"
    postgres_server.discard(url)


def _execute(url: str, *statements: str) -> object:
    database = Database(url)
    try:
        with database.engine.begin() as connection:
            for statement in statements:
                result = connection.execute(sa.text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        database.dispose()


def test_a_running_site_answers_until_it_is_no_longer_needed(database: Database) -> None:
    with serve(database) as address:
        port = urlsplit(address).port
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        asking.request("GET", "/healthz")
        assert asking.getresponse().read().startswith(b"ok")
        asking.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port or 0))


def test_a_running_site_is_shown_in_the_browser(live_server: str, page: Page) -> None:
    page.goto(f"{live_server}/")
    assert page.locator("form").count() >= 1


_PROVOKED = {
    "a console error": ("<script>console.error('something broke')</script>", "something broke"),
    "an uncaught error": ("<script>throw new Error('nobody caught this')</script>", "nobody caught this"),
    "a picture from elsewhere": ("<img src='https://example.org/a.png' alt=''>", "https://example.org/a.png"),
}


@pytest.mark.parametrize("provoked", _PROVOKED)
def test_a_page_complains_about(provoked: str, open_page: OpenPage) -> None:
    content, complaint = _PROVOKED[provoked]
    open_page().set_content(content, wait_until="load")
    assert any(complaint in line for line in open_page.complaints)
    open_page.complaints.clear()


def test_an_icon_that_is_asked_for_when_the_site_has_ended_is_no_complaint(
    sqlite_database: Database, open_page: OpenPage
) -> None:
    with serve(sqlite_database) as ended, socket.create_server(("127.0.0.1", 0)) as nobodys:
        sites = (ended, f"http://127.0.0.1:{nobodys.getsockname()[1]}")
    for site in sites:
        open_page().set_content(f"<img src='{site}/icon.svg' alt=''>", wait_until="load")
    assert [line for line in open_page.complaints if ended in line] == []
    assert [line for line in open_page.complaints if sites[1] in line] != []
    open_page.complaints.clear()


def test_an_expected_complaint_is_none(open_page: OpenPage) -> None:
    open_page(expects=["broke"]).set_content("<script>console.error('something broke')</script>", wait_until="load")
    assert open_page.complaints == []


@pytest.mark.parametrize(
    ("opened", "question", "answer"),
    [
        ({"dark": True}, "matchMedia('(prefers-color-scheme: dark)').matches", True),
        ({}, "matchMedia('(prefers-color-scheme: light)').matches", True),
        ({"width": 360, "height": 640}, "[innerWidth, innerHeight]", [360, 640]),
        ({"locale": "es-US"}, "navigator.language", "es-US"),
    ],
)
def test_a_page_is_opened_as_asked(
    opened: dict[str, object], question: str, answer: object, open_page: Callable[..., object]
) -> None:
    page = open_page(**opened)
    assert page.evaluate(question) == answer  # type: ignore[attr-defined]


def test_a_page_without_javascript_runs_none(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.set_content("<p>as served</p><script>document.querySelector('p').textContent = 'changed'</script>")
    assert page.locator("p").text_content() == "as served"
