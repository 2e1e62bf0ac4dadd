"""What any test may ask for: databases, a browser, a running site, the shared reference files, a fixed instant.

Most tests need ``session`` or ``database``; they run once on SQLite and once on PostgreSQL. A test of one of them
says so: ``@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)``.
"""

import datetime as dt
import gc
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session
from xdist.remote import Producer  # type: ignore[import-untyped]

from directory.db import Database
from tests.services import (
    ROOT,
    DatabaseSource,
    NetworkFence,
    OpenPage,
    PostgresServer,
    SqliteFiles,
    check_required,
    running_chromium,
    running_postgres,
    serve,
    unavailable,
)
from tests.workers import LONGEST, InOrder, OneAtATime, is_alone

if TYPE_CHECKING:
    from tests.directories import Imported

NOW = dt.datetime(2026, 11, 26, 15, 0, tzinfo=dt.UTC)


def pytest_configure(config: pytest.Config) -> None:
    """Stop before the first test when HANDRAIL_REQUIRE cannot be understood; set how properties are searched."""
    check_required()
    if hasattr(config, "workerinput"):
        # Each worker has a folder of its own in that of the run.
        config.pluginmanager.register(OneAtATime(Path(config.option.basetemp).parent))
    # A busy machine is no failure, and a check of a change must not depend on luck.
    hypothesis.settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
    hypothesis.settings.load_profile("house")


def pytest_report_header() -> str:
    """Say which services this run insists on."""
    return f"required services: {', '.join(sorted(check_required())) or 'none, a test that misses one is skipped'}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first, and browser tests last, those that must be alone after all others.

    Playwright keeps an event loop running in this thread, beside which no other can be started (``asyncio.run``).
    """

    def turn(item: pytest.Item) -> tuple[bool, int, bool]:
        file = item.nodeid.partition("::")[0]
        place = LONGEST.index(file) if file in LONGEST else len(LONGEST)
        return "browser" in getattr(item, "fixturenames", ()), place, is_alone(item)

    items.sort(key=turn)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> InOrder:
    """Keep this order when several workers share the run, whatever ``--dist`` says."""
    return InOrder(config, log)


def pytest_collection_finish() -> None:
    """Keep what is loaded by now out of the search for garbage, which would find it all alive again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _fence() -> Iterator[NetworkFence]:
    fence = NetworkFence()
    fence.is_up = True
    yield fence
    fence.is_up = False


@pytest.fixture(autouse=True)
def network_fence(_fence: NetworkFence) -> Iterator[NetworkFence]:
    """Refuse sockets beyond loopback; fail the test that tried, even if its code swallowed the refusal."""
    _fence.refused.clear()
    yield _fence
    if _fence.refused:
        pytest.fail(f"Tests open no socket beyond loopback: {', '.join(_fence.refused)}", pytrace=False)


@pytest.fixture
def now() -> dt.datetime:
    """The instant at which tests happen: a Thursday, 15:00 UTC. ``database`` tells the same time."""
    return NOW


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference files beside the checkout: real feeds, standards, prototypes."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        unavailable("shared", "the folder shared/ is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Where SQLite databases come from."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Where PostgreSQL databases come from."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def database_source_of(request: pytest.FixtureRequest) -> Callable[[str], DatabaseSource]:
    """The source of databases of a kind, for fixtures that seed one database and let many tests copy it."""

    def source_of(kind: str) -> DatabaseSource:
        source: DatabaseSource = request.getfixturevalue(
            {"sqlite": "sqlite_files", "postgres": "postgres_server"}[kind]
        )
        return source

    return source_of


@pytest.fixture(scope="session")
def miami_imported(
    request: pytest.FixtureRequest,
    database_source_of: Callable[[str], DatabaseSource],
    tmp_path_factory: pytest.TempPathFactory,
) -> "Callable[[str], Imported]":
    """A real feed in a database of a kind: imported once, to be copied."""
    from tests.directories import import_miami

    @cache
    def imported(kind: str) -> "Imported":
        url = database_source_of(kind).migrated()
        return import_miami(url, request.getfixturevalue("shared"), tmp_path_factory.mktemp("miami") / "report.json")

    return imported


@pytest.fixture(scope="session")
def practice_network(database_source_of: Callable[[str], DatabaseSource]) -> Callable[[str], str]:
    """The address of a database of a kind with starter lines and practice network: loaded once, to be copied."""
    from tests.directories import load_starter

    @cache
    def loaded(kind: str) -> str:
        url = database_source_of(kind).migrated()
        load_starter(url, practice=True)
        return url

    return loaded


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_source(database_kind: str, database_source_of: Callable[[str], DatabaseSource]) -> DatabaseSource:
    """Where databases of the kind in turn come from."""
    return database_source_of(database_kind)


@pytest.fixture
def database_url(database_source: DatabaseSource) -> Iterator[str]:
    """The address of a database without any table, for tests of migrations."""
    url = database_source.empty()
    yield url
    database_source.discard(url)


@pytest.fixture
def database(database_source: DatabaseSource) -> Iterator[Database]:
    """A migrated database without records, whose clock stands at ``now``."""
    yield from _opened(database_source)


@pytest.fixture
def sqlite_database(sqlite_files: SqliteFiles) -> Iterator[Database]:
    """Like ``database``, on SQLite only: for what a second database would not show."""
    yield from _opened(sqlite_files)


def _opened(source: DatabaseSource) -> Iterator[Database]:
    from directory.bootstrap import open_database

    url = source.migrated()
    database = open_database(url, clock=lambda: NOW)
    yield database
    database.dispose()
    source.discard(url)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """An open transaction of ``database``; what the test wrote is committed, and checked, when it ends."""
    with database.transaction() as session:
        yield session


@pytest.fixture
def live_server(database: Database) -> Iterator[str]:
    """The address of a site that serves ``database`` at ``now`` (``tests.services.serve`` serves any other)."""
    with serve(database, clock=lambda: NOW) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages of any size, mode and language; what goes wrong in one of them fails the test."""
    pages = OpenPage(browser)
    yield pages
    pages.close()
    if pages.complaints:
        pytest.fail("\n".join(pages.complaints), pytrace=False)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """An empty page of 1280 x 800, with JavaScript, light, in English."""
    return open_page()
