"""How long a plan of calls takes: ``python -m tests.benchmarks.planning [--rows 20000] [--json]``.

Imports an invented feed into an embedded database, with calls, looks at own pages and reports such as two years of use
leave behind, and then measures, over that whole directory: reading who might be called and choosing (``preview``),
the whole verb with writing the list (``make_plan``), reading the list, the page of the month at the desk as a
coordinator of one network gets it over HTTP (also with the longest plan there can be), reading the figures, the
overview of the desk as it is answered, and working out what calls teach. Each is the middle of three, in processor
time, which nothing else on the machine can lengthen, and beside it by the clock on the wall. Ends with 1 if the plan
takes longer than 2 s of processor time, or the reads for a page longer than 300 ms.
"""

import argparse
import datetime as dt
import json
import sys
import tempfile
from functools import partial
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
from tests.benchmarks.timing import Taken, taken, told
from tests.directory.search.seeding import dice
from tests.services import serve
from tests.staff import Desk, make_person, seated
from tests.web.conftest import settings

NOW = dt.datetime(2026, 11, 26, 15, 0, tzinfo=dt.UTC)
MOST_MS = {"plan": 2_000, "page": 300, "month": 300, "longest_month": 300, "figures": 300, "overview": 300}
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


def measured(database: Database) -> dict[str, Taken]:
    """How long each step takes."""
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

    steps = {"choose": choose, "plan": write, "page": page, "figures": figures, "learn": learn}
    found = {name: taken(database, step, times=3) for name, step in steps.items()}
    return found | _months(database)


def _months(database: Database) -> dict[str, Taken]:
    """How long the page of the month takes, with the plan that is made and with the longest that can be."""
    with database.transaction() as session:
        scopes = tuple(("network", key) for key in session.scalars(sa.select(Network.key)))
        key = seated(session, make_person(session, "Ana", scopes=scopes))
    found = {}
    with serve(database, settings(), clock=lambda: NOW) as address, httpx.Client(base_url=address) as client:
        desk = Desk(client, key)
        for name, minutes in (("month", _MINUTES), ("longest_month", MOST_MINUTES)):
            with database.transaction() as session:
                make_plan(session, minutes=minutes, now=NOW, random=Random(1))  # noqa: S311 - no secret
            found[name] = taken(database, partial(_open, desk, "/desk/month"), times=3)
        found["overview"] = taken(database, partial(_open, desk, "/desk/overview"), times=3)
    return found


def _open(desk: Desk, path: str) -> None:
    answer = desk.get(path)
    if answer.status_code != httpx.codes.OK:
        raise RuntimeError(answer.status_code)


def main() -> int:
    """Run it; 0 if both are within the bar."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-planning-") as folder:
        database = fill(f"sqlite:///{folder}/planning.sqlite3", asked.rows, Path(folder))
        try:
            found = measured(database)
        finally:
            database.dispose()
    if asked.json:
        sys.stdout.write(json.dumps({"listings": asked.rows, **found}) + "\n")
    else:
        sys.stdout.write(f"{asked.rows} listings\n{told(found)}")
    return int(any(found[name].processor > most for name, most in MOST_MS.items()))


if __name__ == "__main__":
    sys.exit(main())
