"""Clocks and figures that benchmarks share."""

import time
from collections.abc import Sequence


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
