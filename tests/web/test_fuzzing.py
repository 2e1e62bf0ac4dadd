"""Whatever is sent to the doors that other programs could use, nothing breaks: schemathesis makes it up."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from litestar.enums import MediaType

from directory.bootstrap import open_database
from directory.db import Database
from directory.places.gazetteer import Gazetteer
from directory.settings import Settings
from tests.conftest import NOW
from tests.services import SqliteFiles, serve
from web.asgi import create_app
from web.desk.app import routes_of_desk
from web.static_files import StaticFiles

# Doors that answer with JSON, or read JSON out of a form.
_FORM = "application/x-www-form-urlencoded"


def _takes(*fields: str) -> dict[str, object]:
    properties = {field: {"type": "string"} for field in fields}
    return {
        "requestBody": {"content": {_FORM: {"schema": {"type": "object", "properties": properties}}}},
        "responses": {"default": {"description": "any"}},
    }


_LINK = {"name": "link", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
_ANY = {"responses": {"default": {"description": "any"}}}
_PATHS: dict[str, Any] = {
    "/privacy.json": {"get": _ANY},
    "/healthz": {"get": _ANY},
    "/healthz/clock": {"get": _ANY},
    "/desk": {"post": _takes("email", "password", "code")},
    "/desk/passkey": {"post": _takes("token", "credential")},
    "/desk/join/{link}": {"parameters": [_LINK], "get": _ANY, "post": _takes("sealed", "password", "code")},
    "/desk/join/{link}/passkey": {"parameters": [_LINK], "post": _takes("token", "credential")},
}
_schema = schemathesis.openapi.from_dict(
    {"openapi": "3.1.0", "info": {"title": "the doors of a deployment", "version": "1"}, "paths": _PATHS}
)
_OPERATIONS: list[Any] = [found.ok() for found in _schema.get_all_operations()]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def address(sqlite_files: SqliteFiles) -> Iterator[str]:
    url = sqlite_files.ready()
    database = open_database(url, clock=lambda: NOW)
    try:
        with serve(database, clock=lambda: NOW) as site:
            yield site
    finally:
        database.dispose()
        sqlite_files.discard(url)


@pytest.mark.parametrize("operation", _OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_no_door_breaks_whatever_is_sent(address: str, operation: Any) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def sent(case: Any) -> None:
        answer = case.call(base_url=address, headers={"sec-fetch-site": "same-origin"})
        assert answer.status_code < 500

    sent()


def test_every_door_with_json_is_among_them(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    chosen = Settings(database_url=url, desk_secret="0" * 64)
    desk = routes_of_desk(chosen, database, static=StaticFiles(), gazetteer=Gazetteer(), clock=lambda: NOW)
    json = {
        route.path
        for app in (create_app(chosen, database), desk)
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if getattr(handler, "media_type", None) == MediaType.JSON
    }
    assert json <= set(_PATHS)
