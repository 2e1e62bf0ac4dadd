"""``/privacy.json`` says what the databases hold and what may be logged, with the same bytes for everybody."""

from collections.abc import Callable

import httpx
import pytest

from directory.bootstrap import open_database
from directory.db import Database
from directory.privacy.kept import kept, privacy_json
from directory.privacy.schema import held_by
from tests.services import DatabaseSource, serve
from tests.web.conftest import settings
from web.headers import STRICT_HEADERS
from web.logs import ALLOWED_KEYS


@pytest.fixture
def published(sqlite_database: Database) -> httpx.Response:
    """What a site answers."""
    with serve(sqlite_database, settings()) as address:
        return httpx.get(f"{address}/privacy.json", headers={"accept-language": "es", "user-agent": "somebody"})


def test_the_site_publishes_the_register(published: httpx.Response) -> None:
    assert published.status_code == 200
    assert published.content == privacy_json()
    assert published.headers["content-type"].partition(";")[0] == "application/json"
    assert published.headers["cache-control"] == "no-store"
    assert {name: published.headers[name] for name in STRICT_HEADERS} == STRICT_HEADERS


def test_what_is_published_is_what_the_databases_hold(
    published: httpx.Response, database_source_of: Callable[[str], DatabaseSource]
) -> None:
    """Made again from the catalogues of two databases, and compared with what the site says."""
    held = {name: _held(database_source_of(kind)) for name, kind in (("sqlite", "sqlite"), ("postgresql", "postgres"))}
    made_again = {
        table: {
            "database": "both" if all(table in tables for tables in held.values()) else name,
            "columns": columns,
        }
        for name, tables in held.items()
        for table, columns in tables.items()
    }
    assert len(made_again) > 30
    assert made_again == {
        table["name"]: {"database": table["database"], "columns": frozenset(table["columns"])}
        for table in published.json()["tables"]
    }


def _held(source: DatabaseSource) -> dict[str, frozenset[str]]:
    database = open_database(source.migrated())
    try:
        return held_by(database)
    finally:
        database.dispose()
        source.discard(database.engine.url.render_as_string(hide_password=False))


def test_what_is_published_about_the_log_is_what_may_be_logged(published: httpx.Response) -> None:
    assert published.json()["log"]["keys"].keys() == ALLOWED_KEYS
    assert kept().log.keys.keys() == ALLOWED_KEYS
