"""How long a plan of calls takes: ``python -m tests.benchmarks.planning [--rows 20000] [--json]``.

Imports an invented feed into an embedded database, with calls, looks at own pages and reports such as two years of use
leave behind, and then measures, over that whole directory: reading who might be called and choosing (``preview``),
the whole verb with writing the list (``make_plan``), reading the list, the page of the month at the desk as a
coordinator of one network gets it over HTTP (also with the longest plan there can be), reading the figures, the
overview of the desk as it is answered, and working out what calls teach. Each is the best of three.
Ends with 1 if the plan takes longer than 2 s,
or the reads for a page longer than 300 ms.
"""

import argparse
import datetime as dt
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import httpx
import sqlalchemy as sa

from directory.bootstrap import bring_up_to_date, open_database
from directory.clock import day_number
from directory.db import Database, insert_rows
from directory.freshness.models import Evidence, ReportCount
from directory.freshness.parameters import weight_of
from directory.listings.models import Fact, Record
from directory.people.models import Network
from directory.planning.queries import listings_of, open_calls
from directory.planning.service import MOST_MINUTES, make_plan, preview
from directory.search.indexing import rebuild
from directory.truth.queries import truth_of
from directory.truth.service import taught
from importers.run import import_package
from tests.benchmarks.feeding import write_feed
from tests.directory.search.seeding import dice
from tests.services import serve
from tests.staff import Desk, make_person, seated
from tests.web.conftest import settings

NOW = dt.datetime(2026, 11, 26, 15, 0, tzinfo=dt.UTC)
MOST_SECONDS = {
    "plan_seconds": 2.0, "page_seconds": 0.3, "month_seconds": 0.3, "longest_month_seconds": 0.3,
    "figures_seconds": 0.3, "overview_seconds": 0.3,
}  # fmt: skip
_MINUTES = 180


def fill(url: str, rows: int, folder: Path) -> Database:
    """A directory of so many listings with what was found out about them."""
    database = open_database(url, clock=lambda: NOW)
    bring_up_to_date(database)
    import_package(database, "hsds", write_feed(folder / "feed.jsonl", rows), source="large", max_mb=10_000)
    draw = dice(5)
    with database.transaction() as session:
        phones = list(session.scalars(sa.select(Fact.id).where(Fact.field == "phone", Fact.standing == "current")))
        looks = [
            (fact, method, outcome, NOW - dt.timedelta(days=draw.randrange(1, 700)))
            for fact in phones
            for method, outcome, share in (
                ("corroboration", "seen", 0.6), ("call", "live", 0.5), ("call", "confirmed", 0.2),
                ("call", "no-answer", 0.1), ("corroboration", "gone", 0.02),
            )
            if draw.random() < share
        ]  # fmt: skip
        insert_rows(session, Evidence, [
            {
                "fact_id": fact, "method": method, "outcome": outcome, "log2_odds": weight_of(method, outcome),
                "observed_at": at, "run_key": f"benchmark:{number}", "source_id": None, "actor_role": None,
                "lineage": None, "signature": None, "run_id": None,
            }
            for number, (fact, method, outcome, at) in enumerate(looks)
        ])  # fmt: skip
        listings = list(session.scalars(sa.select(Record.id).where(Record.kind == "listing")))
        reported = draw.sample(listings, len(listings) // 50)
        insert_rows(session, ReportCount, [
            {"listing_id": one, "reason": "wrong-number", "day": day_number(NOW) - draw.randrange(200), "n": 1}
            for one in reported
        ])  # fmt: skip
    rebuild(database)
    return database


def measured(database: Database) -> dict[str, float]:
    """Seconds of each step, and how many calls there are."""
    day = day_number(NOW)

    def choose() -> int:
        with database.reading() as session:
            return len(preview(session, minutes=_MINUTES, day=day, random=Random(1)))  # noqa: S311 - no secret

    def write() -> int:
        with database.transaction() as session:
            return len(make_plan(session, minutes=_MINUTES, now=NOW, random=Random(1)))  # noqa: S311 - no secret

    def page() -> int:
        with database.reading() as session:
            return len(listings_of(session, open_calls(session, now=NOW), day=day))

    def figures() -> int:
        with database.reading() as session:
            return truth_of(session, day=NOW.date(), now=NOW).compliance.listings

    def learn() -> int:
        with database.reading() as session:
            return len(taught(session, now=NOW).proposals)

    steps = {
        "choose_seconds": choose, "plan_seconds": write, "page_seconds": page, "figures_seconds": figures,
        "learn_seconds": learn,
    }  # fmt: skip
    found: dict[str, float] = {name: _best(step) for name, step in steps.items()}
    calls = page()
    found |= _months(database)
    return found | {"calls": calls}


def _months(database: Database) -> dict[str, float]:
    """Seconds until the page of the month is there, with the plan that is made and with the longest that can be."""
    with database.transaction() as session:
        scopes = tuple(("network", key) for key in session.scalars(sa.select(Network.key)))
        key = seated(session, make_person(session, "Ana", scopes=scopes))
    found = {}
    with serve(database, settings(), clock=lambda: NOW) as address, httpx.Client(base_url=address) as client:
        desk = Desk(client, key)
        for name, minutes in (("month_seconds", _MINUTES), ("longest_month_seconds", MOST_MINUTES)):
            with database.transaction() as session:
                make_plan(session, minutes=minutes, now=NOW, random=Random(1))  # noqa: S311 - no secret
            if desk.get("/desk/month").status_code != 200:
                raise RuntimeError("the page of the month does not come")
            found[name] = _best(lambda: len(desk.get("/desk/month").text))
        if desk.get("/desk/overview").status_code != 200:
            raise RuntimeError("the overview does not come")
        found["overview_seconds"] = _best(lambda: len(desk.get("/desk/overview").text))
    return found


def _best(step: Callable[[], int]) -> float:
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        step()
        taken.append(time.perf_counter() - begun)
    return round(min(taken), 3)


def main() -> int:
    """Run it; 0 if both are within the bar."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-planning-") as folder:
        database = fill(f"sqlite:///{folder}/planning.sqlite3", asked.rows, Path(folder))
        try:
            found = {"listings": asked.rows, **measured(database)}
        finally:
            database.dispose()
    sys.stdout.write(json.dumps(found) + "\n" if asked.json else "".join(f"{k}: {v}\n" for k, v in found.items()))
    return int(any(found[name] > most for name, most in MOST_SECONDS.items()))


if __name__ == "__main__":
    sys.exit(main())
