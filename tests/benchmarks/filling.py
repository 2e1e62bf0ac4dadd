"""Databases full of invented listings for benchmarks, with a bar on stderr while they are written.

An embedded one may be kept below the folder for temporary files: under the number of its rows and a digest of all that
decides what is in it. Code that only reads is no part of the digest, so a search can be tuned on one file.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import Progress

from directory.bootstrap import bring_up_to_date, open_database
from tests.benchmarks.synthetic import NOW, World
from tests.directory.search.seeding import plant
from tests.services.postgres import running_postgres
from tests.services.required import ROOT

BATCH = 500
_CODE = (
    "directory/*.py",
    "directory/cards/*",
    "directory/listings/*.py",
    "directory/people/*.py",
    "directory/places/*",
    "directory/search/*.py",
    "directory/values/*",
    "directory/vocabulary/*",
    "migrations/**/*.py",
    "tests/benchmarks/filling.py",
    "tests/benchmarks/synthetic.py",
    "tests/benchmarks/words.py",
    "tests/directory/search/seeding.py",
)
# What only asks, or only shows, decides nothing about the rows.
_ONLY_READS = frozenset(
    {"answer", "cli", "criteria", "needs", "postgresql_reader", "queries", "query", "ranking", "reader", "written"}
)


class Filled(msgspec.Struct, frozen=True):
    """A database with listings: its address, what filling it took, and how many postings it has."""

    url: str
    seconds: float
    postings: int


@contextmanager
def filled(kind: str, world: World, rows: int, *, keep: bool = False) -> Iterator[Filled]:
    """A database of a kind (``sqlite``, ``postgres``) with so many listings.

    ``keep`` leaves an embedded one behind and takes up the one that was left; a server's is always made anew.
    """
    if kind == "postgres":
        with running_postgres() as server:
            url = server.empty()
            yield fill(url, world, rows)
            server.discard(url)
    elif keep:
        yield _kept(world, rows)
    else:
        with tempfile.TemporaryDirectory(prefix="handrail-benchmark-") as folder:
            yield fill(f"sqlite:///{Path(folder) / 'search.sqlite3'}", world, rows)


def fill(url: str, world: World, rows: int) -> Filled:
    """Write listings into an empty database in batches, each in a transaction as an import does it."""
    database = open_database(url, clock=lambda: NOW)
    started = time.perf_counter()
    try:
        bring_up_to_date(database)
        seeds = world.seeds(rows)
        with progress() as shown:
            bar = shown.add_task(f"{rows} listings into {database.engine.dialect.name}", total=rows)
            while batch := list(islice(seeds, BATCH)):
                with database.transaction() as session:
                    plant(session, batch)
                shown.advance(bar, BATCH)
        seconds = time.perf_counter() - started
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
            postings = connection.exec_driver_sql("SELECT count(*) FROM search_key").scalar_one()
    finally:
        database.dispose()
    return Filled(url, round(seconds, 1), postings)


def progress() -> Progress:
    """A bar on stderr for what takes long; none where stderr is no terminal."""
    return Progress(console=Console(stderr=True), transient=True)


def _kept(world: World, rows: int) -> Filled:
    folder = Path(tempfile.gettempdir()) / f"handrail-benchmark-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    digest = _digest()
    file, figures = folder / f"{rows}-{digest}.sqlite3", folder / f"{rows}-{digest}.json"
    if not figures.exists():
        for outdated in folder.glob(f"{rows}-*"):
            outdated.unlink()
        made = fill(f"sqlite:///{file}", world, rows)
        figures.write_bytes(msgspec.json.encode(made))  # last: without it the file counts as half made
    return msgspec.json.decode(figures.read_bytes(), type=Filled)


def _digest() -> str:
    sha = hashlib.sha256()
    for pattern in _CODE:
        for file in sorted(ROOT.glob(pattern)):
            if file.is_file() and not (file.parent.name == "search" and file.stem in _ONLY_READS):
                sha.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return sha.hexdigest()[:16]
