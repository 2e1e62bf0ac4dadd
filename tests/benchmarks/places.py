"""How long the gazetteer takes: ``python -m tests.benchmarks.places`` prints JSON.

``find`` in microseconds per class of question, ``areas_within`` in milliseconds per radius, and what opening costs.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable

from directory.places.gazetteer import Gazetteer

QUESTIONS = {
    "postal": ["02114", "33130-1234", "96799", "M5V", "M5V 2T6"],
    "town": ["Ft Myers FL", "saint louis, mo", "Saint-Jérôme", "Boston", "Barrow, Alaska"],
    "ambiguous": ["Miami", "Springfield", "mt pleasant", "Washington"],
    "county": ["Miami-Dade County, FL", "Suffolk County MA"],
    "region": ["FL", "Puerto Rico"],
    "unknown": ["Nowhereville", "12 Nowhere Street, Nowhereville, ZZ", "'; DROP TABLE place", "x" * 10_000],
}
RADII_KM = (10, 40, 160, 500, 2000)
CENTRES = [(25.77, -80.19), (40.71, -74.01), (39.1, -94.58), (64.84, -147.72), (43.65, -79.38), (18.47, -66.11)]


def percentiles(durations: Iterable[int], unit: float) -> dict[str, float]:
    """Median and 99th percentile of durations in nanoseconds, in the unit asked for."""
    ordered = sorted(durations)
    return {
        "p50": round(ordered[len(ordered) // 2] / unit, 2),
        "p99": round(ordered[len(ordered) * 99 // 100] / unit, 2),
    }


def timed(call: Callable[..., object], *arguments: object) -> int:
    """Nanoseconds of one call."""
    start = time.perf_counter_ns()
    call(*arguments)
    return time.perf_counter_ns() - start


def main() -> None:
    """Measure and print."""
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Gazetteer() as gazetteer:
        first_find = timed(gazetteer.postal, "02114")
        first_areas = timed(gazetteer.areas_within, 25.77, -80.19, 40)
        memory_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
        by_class = {
            name: [timed(gazetteer.candidates, text) for text in texts * 200] for name, texts in QUESTIONS.items()
        }
        by_radius = {km: [timed(gazetteer.areas_within, *centre, km) for centre in CENTRES * 20] for km in RADII_KM}
    report = {
        "first_find_ms": round(first_find / 1e6, 1),
        "first_areas_ms": round(first_areas / 1e6, 1),
        "memory_mb": round(memory_kb / 1024, 1),
        "find_us": percentiles([duration for durations in by_class.values() for duration in durations], 1e3),
        "find_us_by_class": {name: percentiles(durations, 1e3) for name, durations in by_class.items()},
        "areas_within_ms": {km: percentiles(durations, 1e6) for km, durations in by_radius.items()},
    }
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
