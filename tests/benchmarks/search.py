"""How fast and how right search is: ``python -m tests.benchmarks.search --rows 100000 --database sqlite --json``.

A search is everything from a checked question to its answer: the areas that the circle touches, the statements, the
cards, each need answered. Questions of six classes are asked in a mixed order, each once, after a round to warm up.
Times are processor time, the database server's included, compared with H, that of an empty JSON answer of the same web
server in the same run: so neither the machine nor what else it does matters much. ``wall`` has the time on the clock.
What is not measured yet (PostGIS beside it, pages) is left out of the answer.
"""

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec

from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Answer, Question
from directory.search.reader import CardReader, open_reader
from directory.search.service import plan_for
from directory.search.sql import Dialect, Statement, Steps
from directory.values.point import distance_km
from directory.vocabulary.terms import expand_kind
from tests.benchmarks.synthetic import NOW, World
from tests.directory.search.brute_force import answer_slowly
from tests.directory.search.seeding import Seed, dice, plant
from tests.services import running_postgres

BARS = {
    "sqlite": {"search p50 / H": 3.0, "search p99 / H": 20.0},
    "postgres": {"search p50 / H": 8.0, "search p99 / H": 160.0},
}
_BATCH = 500
_CHECKED_PER_CLASS = 5
_REQUESTS = 1_200

Asked = tuple[str, Question]


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="listings")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--questions", type=int, default=200, help="questions of each class")
    parser.add_argument("--json", action="store_true", help="print JSON on one line")
    chosen = parser.parse_args()
    with _empty_database(chosen.database) as url:
        report = measure(url, rows=chosen.rows, kind=chosen.database, questions=chosen.questions)
    sys.stdout.write(json.dumps(report, indent=None if chosen.json else 2) + "\n")


def measure(url: str, *, rows: int, kind: str, questions: int) -> dict[str, Any]:
    """Fill a database and ask it."""
    world = World()
    built = _build(url, world, rows)
    asked = list(world.questions(questions))
    dice(5).shuffle(asked)
    database = Database(url)
    try:
        with Gazetteer() as gazetteer:
            recall = _recall(world, rows, asked, asyncio.run(_answers(database, _sample(asked), gazetteer)), gazetteer)
            times = asyncio.run(_times(database, asked, gazetteer))
    finally:
        database.dispose()
    http = _http(url)
    hello = http["hello_us"]
    ratios = {
        "search p50 / H": times["p50_us"] / hello,
        "search p99 / H": times["p99_us"] / hello,
        "search JSON / H": http["search_json_us"] / hello,
    }
    bars = [
        {"name": name, "value": round(ratios[name], 2), "bar": bar, "ok": ratios[name] <= bar}
        for name, bar in BARS[kind].items()
    ]
    bars.insert(0, {"name": "recall", "value": recall, "bar": 1.0, "ok": recall == 1.0})
    return {
        "rows": rows,
        "database": kind,
        "recall": recall,
        "build": built,
        "search": times,
        "http": http,
        "ratios": {name: round(value, 2) for name, value in ratios.items()},
        "bars": bars,
    }


@contextmanager
def _empty_database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'search.sqlite3'}"
    else:
        with running_postgres() as server:
            url = server.empty()
            yield url
            server.discard(url)


def _build(url: str, world: World, rows: int) -> dict[str, float]:
    """Write the listings in batches, each in a transaction as an import does it."""
    database = open_database(url, clock=lambda: NOW)
    started = time.perf_counter()
    try:
        bring_up_to_date(database)
        for batch in _batches(world.seeds(rows)):
            with database.transaction() as session:
                plant(session, batch)
        seconds = time.perf_counter() - started
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
            postings = connection.exec_driver_sql("SELECT count(*) FROM search_key").scalar_one()
    finally:
        database.dispose()
    return {"seconds": round(seconds, 1), "postings": postings}


def _batches(seeds: Iterable[Seed]) -> Iterator[list[Seed]]:
    batch: list[Seed] = []
    for seed in seeds:
        batch.append(seed)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


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
    """Microseconds for all and by class: of processors, and on the clock."""
    by_class: dict[str, list[float]] = defaultdict(list)
    on_the_clock: list[float] = []
    reader = open_reader(database)
    try:
        server = None if database.is_sqlite else await reader.run(_server_process)
        # As a server does after its start: what lives for ever need not be looked at again and again.
        gc.freeze()
        for is_measured in (False, True):
            for name, question in asked:
                started, processors = time.perf_counter(), _spent(server)
                await _ask(reader, question, gazetteer)
                if is_measured:
                    on_the_clock.append((time.perf_counter() - started) * 1e6)
                    by_class[name].append((_spent(server) - processors) * 1e6)
    finally:
        gc.unfreeze()
        await reader.close()
    every = _percentiles([one for times in by_class.values() for one in times])
    classes = {name: _percentiles(times) for name, times in sorted(by_class.items())}
    return every | {"classes": classes, "wall": _percentiles(on_the_clock), "areas": _areas(asked, gazetteer)}


def _areas(asked: Sequence[Asked], gazetteer: Gazetteer) -> dict[str, float]:
    """The part of a search that finds out which confidential areas the circle touches."""
    times = []
    for _, question in asked:
        started = time.process_time()
        plan_for(question, gazetteer=gazetteer, now=NOW)
        times.append((time.process_time() - started) * 1e6)
    return _percentiles(times)


def _server_process(_dialect: Dialect) -> Steps[int]:
    """The number of the server's process that answers us; one connection is enough for one question at a time."""
    rows = yield Statement("SELECT pg_backend_pid()", [])
    return int(rows[0][0])


def _spent(server: int | None) -> float:
    """Processor seconds of this process, and of the server's that works for it."""
    return time.process_time() + (0.0 if server is None else _processor_seconds(server))


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {f"p{p}_us": round(ordered[min(len(ordered) * p // 100, len(ordered) - 1)], 1) for p in (50, 95, 99)}


def _sample(asked: Sequence[Asked]) -> list[Asked]:
    """A few questions of each class."""
    by_class: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_class[one[0]].append(one)
    return [one for group in by_class.values() for one in group[:_CHECKED_PER_CLASS]]


def _recall(world: World, rows: int, asked: Sequence[Asked], answers: Sequence[Answer], gazetteer: Gazetteer) -> float:
    """How much of what looking at every card finds is found, block by block; a wrong total counts as a miss."""
    sample = [question for _, question in _sample(asked)]
    candidates = _candidates(world.seeds(rows), sample)
    found = expected = 0
    for question, seeds, answer in zip(sample, candidates, answers, strict=True):
        place = question.near
        if place is None:
            continue
        touched = gazetteer.areas_within(place.lat, place.lon, max(question.within_km, 10.0))
        truth = answer_slowly(seeds, question, touched=touched, now=NOW)
        expected += 1
        found += answer.total == truth.total
        for block, fits in truth.fits.items():
            wanted = [round(fit.score, 2) for fit in fits[: question.limit]]
            got = [round(result.score_km, 2) for result in answer.results if result.block == block]
            expected += len(wanted)
            found += sum(abs(a - b) < 0.02 for a, b in zip(wanted, got, strict=False))
    return found / expected


def _candidates(seeds: Iterable[Seed], questions: Sequence[Question]) -> list[list[Seed]]:
    """For each question the listings of its kind that are not too far away."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for number, question in enumerate(questions):
        for code in expand_kind(question.need):
            by_kind[code].append(number)
    chosen: list[list[Seed]] = [[] for _ in questions]
    for seed in seeds:
        for number in {number for code in seed.card.kinds for number in by_kind[code]}:
            place = questions[number].near
            if (
                seed.point is None
                or place is None
                or distance_km((place.lat, place.lon), seed.point) <= questions[number].within_km
            ):
                chosen[number].append(seed)
    return chosen


def _http(url: str) -> dict[str, float]:
    """Processor time of the server for one answer, in microseconds: nothing but JSON, and a search."""
    command = [sys.executable, "-m", "tests.benchmarks.search_server", url]
    figures: dict[str, list[float]] = defaultdict(list)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port, pid = map(int, server.stdout.readline().split())
            connection = HTTPConnection("127.0.0.1", port)
            for path in ("/hello", "/search"):
                _requests(connection, path, _REQUESTS // 4)
            for _ in range(3):
                for name, path in (("hello_us", "/hello"), ("search_json_us", "/search")):
                    before = _processor_seconds(pid)
                    _requests(connection, path, _REQUESTS)
                    figures[name].append((_processor_seconds(pid) - before) / _REQUESTS * 1e6)
            connection.close()
        finally:
            server.terminate()
    return {name: round(sorted(values)[1], 1) for name, values in figures.items()}


def _requests(connection: HTTPConnection, path: str, count: int) -> None:
    for _ in range(count):
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200 or not msgspec.json.decode(body):
            msg = "the server of the benchmark does not answer"
            raise RuntimeError(msg)


def _processor_seconds(pid: int) -> float:
    """Processor time of another process (Linux: its clock, to the nanosecond)."""
    return time.clock_gettime((~pid << 3) | 2)


if __name__ == "__main__":
    main()
