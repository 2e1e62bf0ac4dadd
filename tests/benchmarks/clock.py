"""Whether the clock of a site loses anything, and how fast it is: ``python -m tests.benchmarks.clock``.

``--minutes 10 --database sqlite|postgres`` kills one of two workers again and again for so long and then lets them
finish; further parts: a worker that is stopped past its lease, a database that is stopped hard and started again twice
(PostgreSQL), 100,000 tasks due at once, 100,000 tasks of one host before those of others, and a plan for 100,000
listings. ``--only PART`` does one. Ends with 1 where a bar is missed.
"""

import argparse
import contextlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from directory.bootstrap import open_database
from directory.checking.planning import plan_checks
from tests.benchmarks import ticking
from tests.benchmarks.timing import percentile
from tests.services.databases import DatabaseSource, SqliteFiles
from tests.services.postgres import OwnPostgres, PostgresServer, own_postgres

LEAST_CLAIMS_PER_SECOND = 5_000
MOST_GROWTH_MB = 30.0
PARTS = ("kills", "stopped", "restarts", "many", "one-host", "plan")
_AT_ONCE = 500
# Two names and two numbers at the site, the site, three cells of syntax, two look-ups, one mail domain.
_TASKS_OF_A_LISTING = 11


class Bench:
    """Runs parts over fresh databases of one kind."""

    def __init__(
        self, source: DatabaseSource, server: OwnPostgres | None, *, minutes: float, tasks: int, rows: int
    ) -> None:
        self._source = source
        self._server = server
        self._minutes = minutes
        self._tasks = tasks
        self._rows = rows

    def run(self, part: str) -> dict[str, Any]:
        """One part; its figures, and whether it ``is_well``."""
        doing: dict[str, Callable[[str, Path], dict[str, Any]]] = {
            "kills": self._kills,
            "stopped": self._stopped,
            "restarts": self._restarts,
            "many": self._many,
            "one-host": self._one_host,
            "plan": self._plan,
        }
        url = self._source.ready()
        with tempfile.TemporaryDirectory() as folder:
            return doing[part](url, Path(folder))

    def _kills(self, url: str, folder: Path) -> dict[str, Any]:
        chance = Random(8)  # noqa: S311 - the same every time
        return _judged(
            ticking.killed_again_and_again(url, folder, tasks=self._tasks, seconds=60 * self._minutes, chance=chance)
        )

    def _stopped(self, url: str, folder: Path) -> dict[str, Any]:
        found = ticking.stopped_past_the_lease(url, folder, tasks=min(self._tasks, 200))
        return _judged(found) | {"is_well": _is_well(found) and found.dropped > 0}

    def _restarts(self, url: str, folder: Path) -> dict[str, Any]:
        if self._server is None:
            return {"is_well": True, "not_applicable": "an embedded database has no server"}
        stop, start = self._server.stop_hard, self._server.start
        found = ticking.without_database(url, folder, tasks=self._tasks, stop=stop, start=start)
        return _judged(found)

    def _many(self, url: str, _folder: Path) -> dict[str, Any]:
        with _opened(url) as database:
            ticking.many_due(database, self._rows, hosts=lambda number: f"{number}.example")
            before = _most_mb()
            started = time.perf_counter()
            taken, seconds = ticking.claim_all(database, at_once=_AT_ONCE)
            per_second = taken / (time.perf_counter() - started)
        growth = _most_mb() - before
        return {
            "taken": taken,
            "claims_per_second": round(per_second),
            "p50_ms": round(1_000 * percentile(seconds, 50), 1),
            "max_ms": round(1_000 * max(seconds), 1),
            "growth_mb": round(growth, 1),
            "is_well": taken == self._rows and per_second >= LEAST_CLAIMS_PER_SECOND and growth <= MOST_GROWTH_MB,
        }

    def _one_host(self, url: str, _folder: Path) -> dict[str, Any]:
        others = 100
        with _opened(url) as database:
            ticking.many_due(
                database, self._rows + others, hosts=lambda n: "one.example" if n < self._rows else f"{n}.example"
            )
            taken, seconds = ticking.claim_all(database, at_once=8)
        return {
            "taken": taken,
            "of_others": others,
            "p50_ms": round(1_000 * percentile(seconds, 50), 1),
            "max_ms": round(1_000 * max(seconds), 1),
            "is_well": taken == others + 1,
        }

    def _plan(self, url: str, _folder: Path) -> dict[str, Any]:
        with _opened(url) as database:
            ticking.listings(database, self._rows)
            methods = ("website", "corroboration", "import", "mx", "geocode", "feed", "lookup")
            started = time.perf_counter()
            first = plan_checks(database, methods=methods)
            middle = time.perf_counter()
            again = plan_checks(database, methods=methods)
            ended = time.perf_counter()
        return {
            "listings": self._rows,
            "added": first.added,
            "first_seconds": round(middle - started, 1),
            "again_seconds": round(ended - middle, 1),
            "is_well": again == msgspec.structs.replace(again, added=0, dropped=0)
            and first.added == _TASKS_OF_A_LISTING * self._rows,
        }


def _judged(found: ticking.Survived) -> dict[str, Any]:
    return msgspec.structs.asdict(found) | {"is_well": _is_well(found)}


def _is_well(found: ticking.Survived) -> bool:
    return (found.lost, found.duplicates) == (0, 0)


def _most_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextlib.contextmanager
def _opened(url: str) -> Iterator[Any]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.dispose()


@contextlib.contextmanager
def _source(kind: str) -> Iterator[tuple[DatabaseSource, OwnPostgres | None]]:
    if kind == "postgres":
        with own_postgres() as server:
            yield PostgresServer(server.administrator), server
        return
    with tempfile.TemporaryDirectory() as folder:
        yield SqliteFiles(Path(folder)), None


def main(arguments: list[str] | None = None) -> int:
    """Run; returns 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--tasks", type=int, default=1_500)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", choices=PARTS, action="append")
    chosen = parser.parse_args(arguments)
    is_well = True
    with _source(chosen.database) as (source, server):
        bench = Bench(source, server, minutes=chosen.minutes, tasks=chosen.tasks, rows=chosen.rows)
        for part in chosen.only or PARTS:
            found = {"part": part, "database": chosen.database} | bench.run(part)
            is_well = is_well and found["is_well"]
            sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
            sys.stdout.flush()
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
