"""Clocks and figures that benchmarks share."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from directory.db import Database


class Taken(NamedTuple):
    """Milliseconds: of processors, which nothing else on the machine can lengthen, and by the clock on the wall."""

    processor: float
    wall: float


def taken(database: Database, step: Callable[[], object], *, times: int = 5) -> Taken:
    """The middle of several times: processor time of this process and of the server of the database, and the wall's."""
    found = []
    for _ in range(times):
        begun = _seconds(database), time.perf_counter()
        step()
        found.append((_seconds(database) - begun[0], time.perf_counter() - begun[1]))
    processor, wall = (statistics.median(column) for column in zip(*found, strict=True))
    return Taken(round(processor * 1000, 1), round(wall * 1000, 1))


def told(found: dict[str, Taken]) -> str:
    """A line for each."""
    return "".join(f"{name}: {one.processor:g} ms of processor, {one.wall:g} ms\n" for name, one in found.items())


def _seconds(database: Database) -> float:
    """Processor time of this process, and of what answers it in a server on this machine."""
    own = time.process_time()
    if database.is_sqlite:
        return own
    with database.engine.connect() as connection:
        pids = connection.execute(
            sa.text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        ).scalars()
        return own + sum(processor_seconds(pid) for pid in pids)


def processor_seconds(pid: int) -> float:
    """Processor time of another process (Linux: its clock, to the nanosecond)."""
    return time.clock_gettime((~pid << 3) | 2)


def percentile(values: Sequence[float], share: int) -> float:
    """The value that ``share`` percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) * share // 100, len(ordered) - 1)]


def percentiles(microseconds: Sequence[float]) -> dict[str, float]:
    """Median and tail, as a report has them."""
    return {f"p{share}_us": round(percentile(microseconds, share), 1) for share in (50, 95, 99)}
