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
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from http.client import HTTPConnection
from typing import Any

import msgspec

from directory.db import Database
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Answer, Question
from directory.search.reader import CardReader, open_reader
from directory.search.service import plan_for
from directory.search.sql import Dialect, Statement, Steps
from directory.values.point import distance_km
from directory.vocabulary.terms import expand_kind
from tests.benchmarks.filling import Filled, filled
from tests.benchmarks.profiling import profile
from tests.benchmarks.synthetic import NOW, Asked, World
from tests.benchmarks.timing import percentiles, processor_seconds
from tests.directory.search.brute_force import answer_slowly
from tests.directory.search.seeding import Seed, dice

BARS = {
    "sqlite": {"search p50 / H": 3.0, "search p99 / H": 20.0},
    "postgres": {"search p50 / H": 8.0, "search p99 / H": 160.0},
}
_CHECKED_PER_CLASS = 5
_REQUESTS = 1_200


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="listings")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--questions", type=int, default=200, help="questions of each class")
    parser.add_argument("--json", action="store_true", help="print JSON on one line")
    parser.add_argument("--keep", action="store_true", help="keep the embedded database for the next run")
    parser.add_argument(
        "--profile", metavar="CLASS", help="instead: where the time of a class of questions goes, or all"
    )
    chosen = parser.parse_args()
    world = World()
    with filled(chosen.database, world, chosen.rows, keep=chosen.keep) as built:
        if chosen.profile:
            asked = [one for one in world.questions(chosen.questions) if chosen.profile in (one[0], "all")]
            if not asked:
                parser.error(f"--profile: all, or one of {', '.join(dict(world.questions(1)))}")
            sys.stdout.write(profile(built.url, asked) + "\n")
            return
        report = measure(built, world, rows=chosen.rows, kind=chosen.database, questions=chosen.questions)
    sys.stdout.write(json.dumps(report, indent=None if chosen.json else 2) + "\n")


def measure(built: Filled, world: World, *, rows: int, kind: str, questions: int) -> dict[str, Any]:
    """Ask a filled database."""
    url = built.url
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
        "build": {"seconds": built.seconds, "postings": built.postings},
        "search": times,
        "http": http,
        "ratios": {name: round(value, 2) for name, value in ratios.items()},
        "bars": bars,
    }


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
    every = percentiles([one for times in by_class.values() for one in times])
    classes = {name: percentiles(times) for name, times in sorted(by_class.items())}
    return every | {"classes": classes, "wall": percentiles(on_the_clock), "areas": _areas(asked, gazetteer)}


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


def _spent(server: int | None) -> float:
    """Processor seconds of this process, and of the server's that works for it."""
    return time.process_time() + (0.0 if server is None else processor_seconds(server))


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
                    before = processor_seconds(pid)
                    _requests(connection, path, _REQUESTS)
                    figures[name].append((processor_seconds(pid) - before) / _REQUESTS * 1e6)
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


if __name__ == "__main__":
    main()
