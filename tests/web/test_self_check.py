"""A serving process leaves nothing behind when it dies, shows nobody where it failed, and says so when it cannot."""

import logging
import subprocess
import sys
from io import StringIO
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from litestar import Litestar

from directory.db import Database, sqlite_file
from directory.settings import Settings
from tests.services import ROOT, serve
from tests.web.conftest import settings
from web.asgi import create_app
from web.self_check import Check, self_check, warnings_of

_TRACES = (
    "Traceback",
    "File &quot;",
    'File "',
    ".py",
    "OperationalError",
    "ProgrammingError",
    "search_key",
    "sqlalchemy",
)


@pytest.fixture
def site(sqlite_database: Database) -> Litestar:
    """A site, as ``serve`` puts it together."""
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    return create_app(Settings(database_url=url), sqlite_database)


def _problems(site: Litestar, database: Database) -> dict[str, str]:
    return {check.subject: check.problem for check in self_check(site, database) if check.problem}


def _in_a_process(code: str, *options: str) -> str:
    """What a process of its own prints: what these checks are about cannot be taken back in this one."""
    done = subprocess.run([sys.executable, *options, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


_ASK = """
import ctypes, os, resource
from web.self_check import _dumps, keep_memory_private
resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
"""


def test_a_process_that_is_kept_private_leaves_no_dump_and_no_file_for_others(tmp_path: Path) -> None:
    told = _in_a_process(
        f"{_ASK}\nkeep_memory_private()\nopen({str(tmp_path / 'made')!r}, 'w').close()\n"
        "child = os.fork()\n"
        "child and os.waitpid(child, 0)\n"
        "print(repr(_dumps()), resource.getrlimit(resource.RLIMIT_CORE))"
    )
    # The process and the one forked from it.
    assert told.splitlines() == ["'' (0, 0)"] * 2
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands dumps to programs")
def test_a_limit_alone_is_not_taken_for_enough() -> None:
    told = _in_a_process(f"{_ASK}\nresource.setrlimit(resource.RLIMIT_CORE, (0, 0))\nprint(_dumps())")
    assert told == "A crash may hand what is being searched for to another program."
    told = _in_a_process(f"{_ASK}\nprint(_dumps())")
    hard = _in_a_process("import resource; print(resource.getrlimit(resource.RLIMIT_CORE)[1])")
    assert hard == "0" or told == "A crash may write what is being searched for to the disk."


def test_a_site_as_it_is_served_is_sound(sqlite_database: Database) -> None:
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    told = _in_a_process(f"""
from directory.db import Database
from directory.settings import Settings
from web.asgi import create_app
from web.logs import configure_logging
from web.self_check import keep_memory_private, self_check
database = Database({url!r})
keep_memory_private()
configure_logging()
site = create_app(Settings(database_url={url!r}), database)
print([(check.subject, check.problem) for check in self_check(site, database)])
""")
    subjects = ("core dumps", "debugging", "log", "statements", "pinned lines", "database file")
    assert told == str([(subject, "") for subject in subjects])


def test_debugging_is_seen(sqlite_database: Database, site: Litestar) -> None:
    assert "debugging" not in _problems(site, sqlite_database)
    site.debug = True
    assert "debugging" in _problems(site, sqlite_database)
    site.debug, site.pdb_on_exception = False, True
    assert "debugging" in _problems(site, sqlite_database)


def test_the_development_mode_of_python_is_seen() -> None:
    told = _in_a_process(
        "from litestar import Litestar; from web.self_check import _debugging\n"
        "print(_debugging(Litestar([], debug=False, openapi_config=None)))",
        "-Xdev",
    )
    assert told == "Python runs in development mode; unset PYTHONDEVMODE."


def test_a_library_that_may_write_into_the_log_is_seen(
    sqlite_database: Database, site: Litestar, logged: StringIO
) -> None:
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if type(handler).__module__ == "web.logs"]
    assert "log" not in _problems(site, sqlite_database)
    root.setLevel(logging.DEBUG)
    assert "log" in _problems(site, sqlite_database)
    root.setLevel(logging.WARNING)
    root.addHandler(logging.StreamHandler(StringIO()))
    assert "log" in _problems(site, sqlite_database)


def test_statements_that_would_tell_their_values_are_seen(
    sqlite_database: Database, site: Litestar, logged: StringIO
) -> None:
    sqlite_database.engine.hide_parameters = False
    assert "statements" in _problems(site, sqlite_database)


def test_a_database_that_others_may_read_is_seen(sqlite_database: Database, site: Litestar, logged: StringIO) -> None:
    file = sqlite_file(sqlite_database.engine.url.render_as_string(hide_password=False))
    assert file is not None
    assert "database file" not in _problems(site, sqlite_database)
    file.chmod(0o644)
    assert "database file" in _problems(site, sqlite_database)


def test_a_warning_is_one_line_and_what_is_sound_says_nothing() -> None:
    checks = (Check("log"), Check("core dumps", "A crash may write."))
    assert warnings_of(checks) == ["Warning, core dumps: A crash may write."]


def test_no_page_shows_where_a_fault_was(
    sqlite_database: Database, logged: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even when the environment asks the framework for it."""
    monkeypatch.setenv("LITESTAR_DEBUG", "1")
    with serve(sqlite_database, settings()) as address:
        with sqlite_database.engine.begin() as connection:
            connection.execute(sa.text("drop table search_key"))
        for headers in ({"x-in-page": "1"}, {"accept": "text/html"}, {}):
            page = httpx.post(address, data={"a": "33130", "n": "shelter"}, headers=headers, follow_redirects=True)
            assert page.status_code == 500
            assert [trace for trace in _TRACES if trace in page.text] == []
    assert logged.getvalue().count('"trace": [') == 3
