"""Hold our policy of calls against others: ``python -m tests.benchmarks.freshness [--world weak-web] [--json]``.

2,000 invented listings change, close and move for four years, of which the first is not counted. Each policy has the
same minutes of staff. ``annual``, ``oldest`` and ``intervals`` are practice: full calls in turn, what readers report
first, changes by one person. ``ours`` is the product with what costs nothing (own sites, reports, and letters as it
writes them with ``HANDRAIL_ASK_PROGRAMS=on``: twice a year, a reminder, and when a call reached nobody) and
``ours_lookup`` with lists and look-ups of numbers as well; both pay for a second person and wait 72 hours with a new
number, and what machines hide counts as wrong. ``oracle`` knows everything at once. Ends with 1 if a bar is not met.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeAlias

import msgspec

from tests.benchmarks.freshness.chart import picture, table
from tests.benchmarks.freshness.findings import findings
from tests.benchmarks.freshness.referee import LISTINGS, POLICIES, YEARS, Outcome, run
from tests.benchmarks.freshness.worlds import WORLDS, Setting, scaled

_Job: TypeAlias = tuple[str, int, argparse.Namespace]


def setting_of(asked: argparse.Namespace) -> Setting:
    """The world that was asked for."""
    setting = WORLDS[asked.world]()
    truth = scaled(setting.truth, hazards=asked.hazard_scale, budget=asked.budget_scale, noise=asked.site_noise)
    if asked.email_rate is not None:
        truth = msgspec.structs.replace(truth, letter_answered=asked.email_rate)
    return msgspec.structs.replace(setting, truth=truth)


def _run(job: _Job) -> tuple[str, Outcome]:
    name, seed, asked = job
    return name, run(name, setting_of(asked), seed, listings=asked.listings, years=asked.years)


def _runs(jobs: Sequence[_Job], processes: int) -> Iterator[tuple[str, Outcome]]:
    if processes <= 1:
        yield from map(_run, jobs)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(_run, jobs)


def main(arguments: list[str] | None = None) -> int:
    """Run it; 0 if every bar is met."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", default="1,2,3", help="numbers with commas; 1,2,3 unless given")
    options.add_argument("--world", default="base", choices=list(WORLDS), help="one in which something is worse")
    options.add_argument("--hazard-scale", type=float, default=1.0, help="how fast things change; it is not believed")
    options.add_argument("--email-rate", type=float, help="share of letters that are answered; 0.35 unless given")
    options.add_argument("--site-noise", type=float, default=1.0, help="how often sites change for no reason")
    options.add_argument("--budget-scale", type=float, default=1.0, help="how many minutes there are")
    options.add_argument("--policies", default=",".join(POLICIES), help="names with commas; all unless given")
    options.add_argument("--listings", type=int, default=LISTINGS)
    options.add_argument("--years", type=int, default=YEARS, help="the first is not counted")
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--plot", type=Path, help="write a picture (SVG) into this file")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args(arguments)
    names = [name for name in POLICIES if name in asked.policies.split(",")]
    seeds = [int(seed) for seed in asked.seeds.split(",")]
    # Those that take long are begun first.
    jobs = sorted(((name, seed, asked) for name in names for seed in seeds), key=lambda job: "ours" not in job[0])
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    for name, outcome in _runs(jobs, asked.processes):
        outcomes[name].append(outcome)
    as_believed = asked.world == "base" and (asked.email_rate, asked.site_noise, asked.budget_scale) == (None, 1.0, 1.0)
    found = findings(asked.world, {name: outcomes[name] for name in names}, seeds, as_believed=as_believed)
    if asked.plot:
        asked.plot.write_text(picture(found), encoding="utf-8")
    print(msgspec.json.encode(found).decode() if asked.json else "\n".join(table(found)))  # noqa: T201 - a command
    return 0 if all(bar.ok for bar in found.bars) else 1


if __name__ == "__main__":
    sys.exit(main())
