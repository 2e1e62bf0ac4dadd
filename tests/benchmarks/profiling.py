"""Where the time of a class of questions goes: ``python -m tests.benchmarks.search --profile dense``.

Prints the functions that take most processor time, then each statement that the questions ask (their values do not
matter, only their text): how often, how long on the clock, how many rows, and how the database goes about the slowest.
"""

import asyncio
import cProfile
import io
import pstats
import re
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import psycopg

from directory.db import Database, sqlite_file
from directory.places.gazetteer import Gazetteer
from directory.search.query import Plan
from directory.search.reader import CardReader, SqliteReader, open_reader
from directory.search.service import plan_for
from directory.search.sql import Dialect, Row, Statement, Steps
from tests.benchmarks.synthetic import NOW, Asked
from tests.benchmarks.timing import percentile

_FUNCTIONS = 25
_STATEMENTS = 8
_NEVER_SECONDS = 3_600.0
_LIST = re.compile(r"\(\?(?:,\?)*\)(?:,\(\?(?:,\?)*\))*")
_MOST_VALUES = 300  # characters


class Observed:
    """Statements as plans ask them, by shape: seconds and rows of each, and the slowest with its values.

    Texts of one shape differ in the lengths of their lists only.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.rows: Counter[str] = Counter()
        self.slowest: dict[str, tuple[float, Statement]] = {}

    def plan(self, plan: Plan) -> Plan:
        """The same plan, observed."""
        return lambda dialect: self._steps(plan(dialect))

    def _steps(self, steps: Steps[Any]) -> Generator[Statement, list[Row], Any]:
        try:
            statement = next(steps)
            while True:
                started = time.perf_counter()
                rows = yield statement
                seconds = time.perf_counter() - started
                shape = _LIST.sub("(?, ...)", statement.text)
                self.seconds.setdefault(shape, []).append(seconds)
                self.rows[shape] += len(rows)
                if seconds > self.slowest.get(shape, (0.0, statement))[0]:
                    self.slowest[shape] = seconds, statement
                statement = steps.send(rows)
        except StopIteration as finished:
            return finished.value


def profile(url: str, asked: Sequence[Asked]) -> str:
    """The report on questions asked of a filled database."""
    database = Database(url)
    try:
        with Gazetteer() as gazetteer:
            plans = [plan_for(question, gazetteer=gazetteer, now=NOW) for _, question in asked]
            observed = Observed()
            profiler = cProfile.Profile()
            asyncio.run(_run(database, plans, [observed.plan(plan) for plan in plans], profiler))
            planning = _planning(asked, gazetteer)
    finally:
        database.dispose()
    heading = f"{len(asked)} questions. Which areas the circle touches: {planning:.0f} us median, not below."
    return "\n".join([heading, "", *_functions(profiler, len(asked)), *_statements(url, observed, len(asked))])


async def _run(database: Database, plans: Sequence[Plan], observed: Sequence[Plan], profiler: cProfile.Profile) -> None:
    file = sqlite_file(database.engine.url.render_as_string())
    # Profiled code is slower; it must not be taken for a slow search and moved into a thread.
    reader: CardReader = SqliteReader(file, inline_seconds=_NEVER_SECONDS) if file else open_reader(database)
    try:
        for plan in plans:
            await reader.run(plan)
        for plan in observed:
            await reader.run(plan)
        profiler.enable()
        for plan in plans:
            await reader.run(plan)
        profiler.disable()
    finally:
        await reader.close()


def _planning(asked: Sequence[Asked], gazetteer: Gazetteer) -> float:
    times = []
    for _, question in asked:
        started = time.process_time()
        plan_for(question, gazetteer=gazetteer, now=NOW)
        times.append((time.process_time() - started) * 1e6)
    return percentile(times, 50)


def _functions(profiler: cProfile.Profile, questions: int) -> Iterator[str]:
    for order, heading in (("tottime", "by itself"), ("cumulative", "with all it calls")):
        written = io.StringIO()
        pstats.Stats(profiler, stream=written).strip_dirs().sort_stats(order).print_stats(_FUNCTIONS)
        yield f"## Functions, {heading} (seconds for all {questions} questions; profiling slows calls down)"
        yield from (line for line in written.getvalue().splitlines() if re.match(r"\s+(ncalls|\d)", line))
        yield ""


def _statements(url: str, observed: Observed, questions: int) -> Iterator[str]:
    ranked = sorted(observed.seconds.items(), key=lambda one: -sum(one[1]))
    total = sum(map(sum, observed.seconds.values()))
    count = sum(map(len, observed.seconds.values()))
    yield f"## Statements: {count / questions:.2f} a question, {total / questions * 1e6:.0f} us on the clock"
    for shape, seconds in ranked[:_STATEMENTS]:
        slowest, statement = observed.slowest[shape]
        yield ""
        yield (
            f"### {sum(seconds) / total:.0%} of the time: {len(seconds)} times, median"
            f" {percentile(seconds, 50) * 1e6:.0f} us, slowest {slowest * 1e6:.0f} us,"
            f" {observed.rows[shape] / len(seconds):.1f} rows each"
        )
        yield shape
        yield f"values of the slowest: {list(statement.values)}"[:_MOST_VALUES]
        yield from (f"    {line}" for line in _explained(url, statement))
    if len(ranked) > _STATEMENTS:
        yield f"\n({len(ranked) - _STATEMENTS} more shapes take {_rest(ranked) / total:.0%} of the time.)"


def _rest(ranked: Sequence[tuple[str, list[float]]]) -> float:
    return sum(sum(seconds) for _, seconds in ranked[_STATEMENTS:])


def _explained(url: str, statement: Statement) -> list[str]:
    text, values = statement
    if file := sqlite_file(url):
        reader = SqliteReader(file, inline_seconds=_NEVER_SECONDS)
        try:
            rows: list[Row] = reader.run_now(_asking(Statement(f"EXPLAIN QUERY PLAN {text}", values)))
        finally:
            reader.close_now()
        return _indented(rows)
    return _explained_by_server(url, text, values)


def _asking(statement: Statement) -> Plan:
    def plan(_dialect: Dialect) -> Steps[list[Row]]:
        return (yield statement)

    return plan


def _indented(rows: Sequence[Row]) -> list[str]:
    depth: dict[int, int] = {}
    lines = []
    for number, parent, _, detail in rows:
        depth[number] = depth.get(parent, -1) + 1
        lines.append("  " * depth[number] + detail)
    return lines


def _explained_by_server(url: str, text: str, values: Sequence[Any]) -> list[str]:
    """Run as the reader runs it: prepared, with the plan that does not look at the values."""
    pieces = text.split("?")
    marked = pieces[0] + "".join(f"${n}{piece}" for n, piece in enumerate(pieces[1:], 1))
    types = {int: "bigint", float: "double precision", str: "text", list: "bigint[]"}
    declared = ", ".join("text[]" if _is_texts(value) else types[type(value)] for value in values)
    given = ", ".join(_literal(value) for value in values)
    options = "-c plan_cache_mode=force_generic_plan -c jit=off"
    with psycopg.connect(url, options=options, autocommit=True) as connection:
        connection.execute(f"PREPARE asked {f'({declared})' if declared else ''} AS {marked}".encode())
        execute = f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) EXECUTE asked {f'({given})' if given else ''}"
        return [row[0] for row in connection.execute(execute.encode())]


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], str)


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"ARRAY[{', '.join(map(_literal, value))}]" + ("" if value else "::bigint[]")
    return psycopg.sql.Literal(value).as_string(None)
