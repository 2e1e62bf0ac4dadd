"""Whole directories, as of ``tests.conftest.NOW``: a real 211's feed, the starter lines, the practice network.

Their public ids are counted instead of drawn: what is alike is ordered by them, and no answer may be good by luck.
"""

import itertools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database
from importers.readers.bundled import load_bundled
from importers.report import Summary
from importers.run import import_package
from tests.conftest import NOW

_NAMES = uuid.UUID("5b0a2a3c-5f0e-4a7d-9c58-0d6a4f1f4a10")


class Imported(msgspec.Struct, frozen=True):
    """A database into which a feed was imported (closed: it can be copied), and what the import said."""

    url: str
    summary: Summary
    rows: list[dict[str, Any]]


@contextmanager
def opened(url: str, ids: str = "") -> Iterator[Database]:
    """A database whose clock stands still; ``ids`` names the ids that are made in it, which must not come twice."""
    made = (uuid.uuid5(_NAMES, f"{ids}{n}") for n in itertools.count())
    database = open_database(url, clock=lambda: NOW, ids=lambda: next(made))
    try:
        yield database
    finally:
        database.dispose()


def import_miami(
    url: str, shared: Path, report: Path, *, progress: Callable[[int, int], None] | None = None
) -> Imported:
    """Import the feed of ``shared`` into a database without records. ``progress`` is told of rows done, and of all."""
    with opened(url) as database:
        bring_up_to_date(database)
        feed = shared / "data" / "miami211_hsds11"
        summary = import_package(database, "hsds", feed, source="miami211", report=report, progress=progress)
    return Imported(url, summary, msgspec.json.decode(report.read_bytes())["rows"])


def load_starter(url: str, *, practice: bool) -> None:
    """Load the starter lines; with ``practice`` those of one state and the practice network too."""
    with opened(url, "bundled ") as database:
        bring_up_to_date(database)
        load_bundled(database, starter=True, local=practice, practice=practice, now=NOW)
