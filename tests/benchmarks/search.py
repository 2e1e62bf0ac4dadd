"""How fast and how right search is: ``python -m tests.benchmarks.search --rows 100000 --database sqlite --json``.

A search is everything from a checked question to its answer: the areas that the circle touches, the statements, the
cards, each need answered. Questions of twelve classes (``tests.benchmarks.questions``) are asked in a mixed order, each
once, after a round to warm up. Times are processor time, the database server's included, compared with

- H, an empty JSON answer of the site's own server process: so neither the machine nor what else it does matters much;
- S, a result page rendered by the site's templates from ready results, without the search: pages are compared with it;
- the same questions asked of PostGIS as its textbooks show (``tests.benchmarks.textbook`` says what that does less), in
  the same run.

``wall`` has the time on the clock. What sixteen visitors at once wait for a page is on the clock too, end to end, with
one process of ``handrail serve`` for each processor, and those who ask in a process of their own on the same machine.
"""

import argparse
import asyncio
import gc
import json
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from directory.db import Database
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Answer, Question
from directory.search.reader import CardReader, open_reader
from directory.search.service import plan_for
from directory.search.sql import Dialect, Statement, Steps
from tests.benchmarks.filling import Filled, filled
from tests.benchmarks.pages import measure_http
from tests.benchmarks.profiling import profile
from tests.benchmarks.questions import questions
from tests.benchmarks.synthetic import NOW, Asked, World
from tests.benchmarks.textbook import textbook
from tests.benchmarks.timing import percentiles, processor_seconds
from tests.benchmarks.truth import Recall, recall
from tests.directory.search.seeding import dice
from tests.services import running_postgres

# What is asked of each database: the most that a ratio, or a number of milliseconds, may be.
BARS = {
    "sqlite": {"search p50 / H": 3.0, "search p99 / H": 20.0},
    "postgres": {"search p50 / H": 8.0},
}
PAGE_BARS = {"search page / S": 2.0, "page p99 ms at 16 visitors": 20.0}
_NOT_AVAILABLE = "not available"


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="listings")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--questions", type=int, default=200, help="questions of each class")
    parser.add_argument("--requests", type=int, default=600, help="requests of each kind over HTTP, three times")
    parser.add_argument("--json", action="store_true", help="print JSON on one line")
    parser.add_argument("--keep", action="store_true", help="keep the embedded database for the next run")
    parser.add_argument(
        "--profile", metavar="CLASS", help="instead: where the time of a class of questions goes, or all"
    )
    chosen = parser.parse_args()
    # Whoever ends a run must not find its server and a gigabyte of listings left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    world = World()
    asked = list(questions(world, chosen.questions))
    if chosen.profile:
        asked = [one for one in asked if chosen.profile in (one[0], "all")]
        if not asked:
            parser.error(f"--profile: all, or one of {', '.join(dict(questions(world, 1)))}")
    with filled(chosen.database, world, chosen.rows, keep=chosen.keep) as built:
        if chosen.profile:
            sys.stdout.write(profile(built.url, asked) + "\n")
            return
        report = measure(built, world, asked, rows=chosen.rows, kind=chosen.database, requests=chosen.requests)
    sys.stdout.write(json.dumps(report, indent=None if chosen.json else 2) + "\n")


def measure(
    built: Filled, world: World, asked: Sequence[Asked], *, rows: int, kind: str, requests: int, checked: int = 5
) -> dict[str, Any]:
    """Ask a filled database.

    Args:
        built: the database.
        world: what it was filled from.
        asked: questions, class by class in turn.
        rows: how many listings it has.
        kind: ``sqlite`` or ``postgres``.
        requests: of each kind over HTTP, in each of three rounds.
        checked: how many questions of each class are answered slowly too.
    """
    sample, mixed = _sample(asked, checked), list(asked)
    dice(5).shuffle(mixed)
    seconds, started = {}, time.perf_counter()

    def lap(part: str) -> None:
        nonlocal started
        seconds[part], started = round(time.perf_counter() - started, 1), time.perf_counter()

    database = Database(built.url)
    try:
        with Gazetteer() as gazetteer:
            times = asyncio.run(_times(database, mixed, gazetteer))
            lap("search")
            answers = asyncio.run(_answers(database, sample, gazetteer))
            right = recall(sample, answers, world.seeds(rows), gazetteer)
            lap("recall")
    finally:
        database.dispose()
    with _server(built.url, kind) as url:
        postgis = _NOT_AVAILABLE if url is None else _postgis(url, world, mixed, rows)
    lap("postgis")
    http = measure_http(built.url, mixed, requests=requests)
    lap("http")
    ratios = _ratios(times, http, postgis)
    return {
        "rows": rows,
        "database": kind,
        "recall": right.share,
        "checked": {"questions": len(sample), "facts": right.expected, "wrong": right.wrong},
        "build": {"seconds": built.seconds, "postings": built.postings},
        "search": times,
        "postgis": postgis,
        "http": http,
        "ratios": ratios,
        "bars": _bars(right, ratios | {"page p99 ms at 16 visitors": http["page_p99_ms_c16"]}, kind),
        "seconds": seconds,
        "load": [round(one, 2) for one in os.getloadavg()],
    }


def _ratios(times: dict[str, Any], http: dict[str, float], postgis: Any) -> dict[str, float]:
    hello, static = http["hello_us"], http["static_page_us"]
    ratios = {
        "search p50 / H": times["p50_us"] / hello,
        "search p99 / H": times["p99_us"] / hello,
        "search JSON / H": http["search_json_us"] / hello,
        "search page / S": http["search_page_us"] / static,
    }
    if postgis != _NOT_AVAILABLE:
        ratios |= {f"PostGIS / search {p}": postgis[f"{p}_us"] / times[f"{p}_us"] for p in ("p50", "p99")}
        ratios |= {
            f"PostGIS / search p50, {name}": postgis["classes"][name]["p50_us"] / times["classes"][name]["p50_us"]
            for name in times["classes"]
        }
    return {name: round(value, 2) for name, value in ratios.items()}


def _bars(right: Recall, values: dict[str, float], kind: str) -> list[dict[str, Any]]:
    at_most = BARS[kind] | PAGE_BARS
    bars = [
        {"name": name, "value": values[name], "bar": bar, "ok": values[name] <= bar} for name, bar in at_most.items()
    ]
    return [{"name": "recall", "value": right.share, "bar": 1.0, "ok": right.found == right.expected}, *bars]


# ---------------------------------------------------------------- search


async def _answers(database: Database, asked: Sequence[Asked], gazetteer: Gazetteer) -> list[Answer]:
    reader = open_reader(database)
    try:
        return [await _ask(reader, question, gazetteer) for _, question in asked]
    finally:
        await reader.close()


async def _ask(reader: CardReader, question: Question, gazetteer: Gazetteer) -> Answer:
    answer: Answer = await reader.run(plan_for(question, gazetteer=gazetteer, now=NOW))
    return answer


async def _times(database: Database, asked: Sequence[Asked], gazetteer: Gazetteer) -> dict[str, Any]:
    """Microseconds for all and by class; how many results an answer has."""
    clocks, results = _Clocks(), 0
    reader = open_reader(database)
    try:
        server = None if database.is_sqlite else await reader.run(_server_process)
        with _long_lived_objects_left_alone():
            for is_measured in (False, True):
                for name, question in asked:
                    with clocks.timed(name, server, is_measured=is_measured):
                        answer = await _ask(reader, question, gazetteer)
                    results += is_measured * len(answer.results)
    finally:
        await reader.close()
    return clocks.report() | {"results": round(results / len(asked), 1), "areas": _areas(asked, gazetteer)}


def _areas(asked: Sequence[Asked], gazetteer: Gazetteer) -> dict[str, float]:
    """The part of a search that finds out which confidential areas the circle touches."""
    times = []
    for _, question in asked:
        started = time.process_time()
        plan_for(question, gazetteer=gazetteer, now=NOW)
        times.append((time.process_time() - started) * 1e6)
    return percentiles(times)


def _server_process(_dialect: Dialect) -> Steps[int]:
    """The number of the server's process that answers us; one connection is enough for one question at a time."""
    rows = yield Statement("SELECT pg_backend_pid()", [])
    return int(rows[0][0])


def _sample(asked: Sequence[Asked], most: int) -> list[Asked]:
    """So many questions of each class."""
    by_class: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_class[one[0]].append(one)
    return [one for group in by_class.values() for one in group[:most]]


# ---------------------------------------------------------------- PostGIS


@contextmanager
def _server(url: str, kind: str) -> Iterator[str | None]:
    """A database on a server with PostGIS: the one that is measured, or one of its own; None where there is none."""
    with ExitStack() as stack:
        if kind == "postgres":
            yield url
            return
        try:
            server = stack.enter_context(running_postgres())
        except (pytest.skip.Exception, pytest.fail.Exception):
            yield None
            return
        yield server.empty()


def _postgis(url: str, world: World, asked: Sequence[Asked], rows: int) -> dict[str, Any]:
    """Microseconds of the textbook's statements, for all and by class, and how many results they gave."""
    clocks = _Clocks()
    found = 0
    with textbook(url, world.seeds(rows), rows) as table, _long_lived_objects_left_alone():
        for is_measured in (False, True):
            for name, question in asked:
                with clocks.timed(name, table.process, is_measured=is_measured):
                    found += len(table.ask(question))
    return clocks.report() | {"results": round(found / 2 / len(asked), 1)}


# ---------------------------------------------------------------- clocks


class _Clocks:
    """Times of questions by class: of processors, ours and a server's together, and on the clock."""

    def __init__(self) -> None:
        self._by_class: dict[str, list[float]] = defaultdict(list)
        self._on_the_clock: list[float] = []

    @contextmanager
    def timed(self, name: str, server: int | None, *, is_measured: bool) -> Iterator[None]:
        started, processors = time.perf_counter(), _spent(server)
        yield
        if is_measured:
            self._on_the_clock.append((time.perf_counter() - started) * 1e6)
            self._by_class[name].append((_spent(server) - processors) * 1e6)

    def report(self) -> dict[str, Any]:
        every = percentiles([one for times in self._by_class.values() for one in times])
        classes = {name: percentiles(times) for name, times in sorted(self._by_class.items())}
        return every | {"classes": classes, "wall": percentiles(self._on_the_clock)}


@contextmanager
def _long_lived_objects_left_alone() -> Iterator[None]:
    """As in a server after its start: what lives for ever need not be looked at again and again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _spent(server: int | None) -> float:
    """Processor seconds of this process, and of the server's that works for it."""
    return time.process_time() + (0.0 if server is None else processor_seconds(server))


if __name__ == "__main__":
    main()
