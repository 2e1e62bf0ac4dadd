"""Runs ``handrail`` over and over, each time in a process of its own that need not load the program again.

Nor what it loads at its first use: rule files, patterns, migrations. Reads a line of JSON for each run (``arguments``,
``environment``, ``output``, ``errors``: two files to write to) and answers with the exit code. It must stay free of
threads and open databases: every run is a copy of it.
"""

import gc
import json
import os
import sys
import tempfile
from pathlib import Path

import psycopg  # noqa: F401  that it is loaded is all that is wanted

from directory.bootstrap import open_ready
from directory.settings import Settings
from importers.run import import_package
from tests.importers.feeds import service, write_package
from web.cli import main


def serve() -> None:
    """Answer until the input ends."""
    _import_once()
    gc.freeze()  # no run looks through, and so copies, what it has from here
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(told)
            main(told["arguments"], prog_name="handrail")
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


# Words that all patterns look closer at.
_TELLING = (
    "Call first. We are at 12 NW Elm Street, near https://maps.google.com/?q=25.61,-80.46. Look behind the church."
)


def _import_once() -> None:
    """Import a place that becomes secret, so that the runs to come find all loaded that it takes."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/first.sqlite3")
        for kind in ("Case Management", "Emergency Shelter"):
            feed = write_package(Path(folder) / kind, service("1", "House", kind=kind, description=_TELLING))
            database = open_ready(settings)
            import_package(database, "hsds", feed, source="first")
            database.dispose()


def _become(told: dict[str, object]) -> None:
    """Be as a process that was started with this environment and these files."""
    os.environ.clear()
    os.environ.update(told["environment"])  # type: ignore[call-overload]
    tempfile.tempdir = None
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "output"), (2, "errors")):
        os.dup2(os.open(str(told[name]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)


if __name__ == "__main__":
    serve()
