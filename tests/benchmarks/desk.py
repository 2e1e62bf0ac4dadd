"""How long a page of the desk's list takes: ``python -m tests.benchmarks.desk [--rows 100000] [--database postgres]``.

Writes invented organizations, services, places and listings with what is believed of them, proposals that wait and
reports, and asks a server for the list as a browser does: 100 rows of it in each order, the following page, words, a
number, each filter, and all of it together, as an admin and as somebody who works on one state. Each is asked several
times over loopback, and the middle one counts. With an embedded database it is the processor time of server and browser
together, which nothing else that this machine does can lengthen; with a server it is what the clock says. Ends with 1
if one takes longer than 150 ms on an embedded database.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from directory.bootstrap import bring_up_to_date, open_database, working_network
from directory.cards.models import CardRow
from directory.clock import day_number
from directory.db import Database, insert_rows, reserve_ids
from directory.freshness.models import Belief, ReportCount
from directory.listings.fields import Address, Phone, TermValue, Text, encode_value
from directory.listings.models import Change, Fact, Record
from directory.values.plain_text import folded
from directory.worklist.models import WorkLine
from directory.worklist.service import write_lines
from tests.benchmarks.filling import progress
from tests.benchmarks.synthetic import NOW, World
from tests.directory.search.seeding import Seed, dice
from tests.services import serve
from tests.services.postgres import running_postgres
from tests.staff import Desk, make_person, seated
from tests.web.conftest import settings

MOST_MS = 150.0
# A desk takes 240 requests at once from one network.
_TIMES = 5
_BATCH = 2_000


def fill(database: Database, rows: int) -> None:
    """Write the listings, each with facts, what is believed of it, and its line of the list."""
    bring_up_to_date(database)
    draw, names = dice(7), World()
    with progress() as shown:
        bar = shown.add_task(f"{rows} listings", total=rows)
        left = names.seeds(rows)
        while seeds := list(islice(left, _BATCH)):
            with database.transaction() as session:
                _write(session, seeds, draw)
            shown.advance(bar, len(seeds))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")


def _write(session: Any, seeds: list[Seed], draw: Any) -> None:
    network, day = working_network(session).id, day_number(NOW)
    changes = [Change(kind="import", state="applied", proposed_at=NOW, reason="a benchmark arranges it")]
    session.add_all(changes)
    session.flush()
    first = reserve_ids(session, Record, 4 * len(seeds))
    records, facts, beliefs, cards = [], [], [], []
    for number, seed in enumerate(seeds):
        card, ids = seed.card, range(first + 4 * number, first + 4 * number + 4)
        organization, service, place, listing = ids
        is_private = card.block == "confidential"
        kept = {"location_disclosure": "area_only" if is_private else "public"}
        shared = {
            "organization_id": organization, "service_id": None, "location_id": None, "published_area": None,
            "network_id": network, "change_id": changes[0].id, "location_disclosure": "public",
        }  # fmt: skip
        records += [
            shared | {"id": organization, "kind": "organization", "organization_id": None},
            shared | kept | {"id": service, "kind": "service", "published_area": card.place if is_private else None},
        ]
        if seed.point is not None and not is_private:
            records.append(shared | {"id": place, "kind": "location"})
        records.append(
            shared
            | kept
            | {
                "id": listing, "kind": "listing", "service_id": service,
                "location_id": place if seed.point is not None and not is_private else None,
            }
        )  # fmt: skip
        said = [
            (organization, "organization", "name", "", Text(card.organization), folded(card.organization)),
            (service, "service", "name", "", Text(card.name), folded(card.name)),
            *(
                (service, "service", "phone", f"voice-{n}", Phone(phone.number), phone.number)
                for n, phone in enumerate(card.phones)
            ),
            *((service, "service", "kind", code, TermValue(), None) for code in card.kinds),
        ]
        if seed.point is not None and not is_private:
            town = Address(address_1=f"{number} Main St", city=card.place, state_province="FL", postal_code="33130")
            said.append((place, "location", "address", "", town, None))
        facts += [
            {
                "record_id": record, "record_kind": kind, "field": field, "slot": slot, "match_key": key,
                "value": encode_value(value), "standing": "current", "tier": "public", "change_id": changes[0].id,
            }
            for record, kind, field, slot, value, key in said
        ]  # fmt: skip
        confirmed = day - draw.randrange(500) if draw.random() < 0.7 else None
        beliefs.append(
            {
                "listing_id": listing, "state": "unverified" if confirmed is None else "verified",
                "confirmed_on": confirmed, "due_on": (confirmed or day) + 200, "stale_on": (confirmed or day) + 365,
                "reasons": "[]", "model_version": 1, "gathered": None,
            }
        )  # fmt: skip
        cards.append({"record_id": listing, "brief": b"{}", "public": b"{}", "refresh_on": None})
    insert_rows(session, Record, [one | {"public_id": session.info["new_id"]()} for one in records])
    insert_rows(session, Fact, facts)
    insert_rows(session, Belief, beliefs)
    insert_rows(session, CardRow, cards)
    listings = [first + 4 * number + 3 for number in range(len(seeds))]
    some = draw.sample(listings, len(listings) // 50)
    insert_rows(session, ReportCount, [
        {"listing_id": one, "reason": "wrong-number", "day": day - 3, "n": 1} for one in some
    ])  # fmt: skip
    session.add_all(
        Change(kind="edit", state="proposed", subject_id=one, proposed_at=NOW, reason="a benchmark arranges it")
        for one in some[:10]
    )
    session.flush()
    write_lines(session, listings)


def questions(database: Database) -> dict[str, dict[str, str]]:
    """What is asked, by name."""
    with database.reading() as session:
        middle = session.scalars(
            sa.select(WorkLine).order_by(WorkLine.by_name).offset(50_000 if _many(session) else 50).limit(1)
        ).one()
        number = session.scalars(
            sa.select(Fact.match_key).where(Fact.field == "phone", Fact.record_id == middle.service_id).limit(1)
        ).one()
    word = middle.name.split()[0]
    together = {"state": "due", "area": "FL", "private": "no", "sort": "confirmed"}
    return {
        "first": {}, "following": {"after": str(middle.public_id)}, "before": {"before": str(middle.public_id)},
        "by_organization": {"sort": "organization"}, "longest_not_confirmed": {"sort": "confirmed"},
        "due_first": {"sort": "due"}, "a_word": {"words": word}, "two_words": {"words": middle.name},
        "no_such_word": {"words": "zzyzx"}, "a_number": {"words": str(number)},
        "an_id": {"words": str(middle.public_id)}, "a_kind": {"kind": middle.kinds.split()[0]},
        "rare_kind": {"kind": "sane-pediatric"},
        "waiting": {"about": "waiting"}, "reported": {"about": "reported"}, "expiring": {"about": "expiring"},
        "mine": {"about": "mine"}, "stale": {"state": "stale"}, "hidden": {"state": "suspended"},
        "an_area": {"area": "331"}, "confidential": {"private": "yes"}, "together": together,
        "together_following": together | {"after": str(middle.public_id)},
    }  # fmt: skip


def _many(session: Any) -> bool:
    return session.scalar(sa.select(WorkLine.listing_id).order_by(WorkLine.by_name).offset(50_001).limit(1)) is not None


def measured(database: Database) -> dict[str, float]:
    """Milliseconds of each page, for an admin, and for a coordinator of an area who is asked for the first."""
    with database.transaction() as session:
        keys = {
            "": seated(session, make_person(session, "Ana", "admin", scopes=(), has_key=False)),
            "area_": seated(session, make_person(session, "Bea", scopes=(("area", "US-FL"),), has_key=False)),
        }
    found: dict[str, float] = {}
    with serve(database, settings(), clock=lambda: NOW) as address, httpx.Client(base_url=address) as client:
        for begins, key in keys.items():
            desk = Desk(client, key)
            for name, form in questions(database).items():
                found[f"{begins}{name}"] = _middle(
                    desk, form, time.process_time if database.is_sqlite else time.perf_counter
                )
    return found


def _middle(desk: Desk, form: dict[str, str], read: Callable[[], float]) -> float:
    taken = []
    for _ in range(_TIMES):
        begun = read()
        answer = desk.post("/desk/listings", form)
        taken.append(read() - begun)
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(answer.status_code)
    return round(statistics.median(taken) * 1000, 1)


@contextmanager
def _address(kind: str) -> Iterator[str]:
    if kind == "postgres":
        with running_postgres() as server:
            url = server.empty()
            yield url
            server.discard(url)
    else:
        with tempfile.TemporaryDirectory(prefix="handrail-desk-") as folder:
            yield f"sqlite:///{Path(folder) / 'desk.sqlite3'}"


def main() -> int:
    """Run it; 0 if every page is within the bar."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    with _address(asked.database) as url:
        database = open_database(url, clock=lambda: NOW)
        try:
            fill(database, asked.rows)
            found = measured(database)
        finally:
            database.dispose()
    told = {"listings": asked.rows, "database": asked.database, **found}
    sys.stdout.write(json.dumps(told) + "\n" if asked.json else "".join(f"{k}: {v}\n" for k, v in told.items()))
    return int(asked.database == "sqlite" and max(found.values()) > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
