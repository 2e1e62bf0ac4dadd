"""How long a page of the desk's list takes: ``python -m tests.benchmarks.desk [--rows 100000] [--database postgres]``.

Writes invented organizations, services, places and listings with what is believed of them, proposals that wait and
reports, and asks a server for the list as a browser does: 100 rows of it in each order, the following page, words, a
number, each filter, and all of it together, as an admin and as somebody who works on one state. Each is asked several
times over loopback, and the middle one counts: the processor time of site, database and browser together, which nothing
else that this machine does can lengthen, and beside it what the clock on the wall says. Ends with 1 if one takes longer
than 150 ms of processor time. On 28 November 2026, with two shared cores and an embedded database, the longest took
115 ms.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from msgspec import to_builtins

from directory.bootstrap import bring_up_to_date, open_database, working_network
from directory.cards.card import Document, ShownFact, encode
from directory.cards.models import CardRow
from directory.clock import day_number
from directory.db import Database, insert_rows, reserve_ids
from directory.freshness.models import Belief, ReportCount
from directory.listings.fields import Address, Phone, RecordKind, TermValue, Text, encode_value
from directory.listings.models import Change, Fact, Record
from directory.values.plain_text import folded
from directory.worklist.asked import SORTS, STATES
from directory.worklist.models import WorkLine
from directory.worklist.service import write_lines
from tests.benchmarks.filling import progress
from tests.benchmarks.synthetic import NOW, World
from tests.benchmarks.timing import Taken, taken, told
from tests.directory.search.seeding import Seed, dice
from tests.services import serve
from tests.services.postgres import running_postgres
from tests.staff import Desk, make_person, seated
from tests.web.conftest import settings

MOST_MS = 150.0
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
        kinds: dict[int, RecordKind] = {organization: "organization", service: "service", place: "location"}
        cards += [_card(one, kind, said, brief=None) for one, kind in kinds.items() if one in {row[0] for row in said}]
        cards.append(_card(listing, "listing", said, brief=b"{}"))
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


def _card(record: int, kind: RecordKind, said: list[Any], *, brief: bytes | None) -> dict[str, Any]:
    facts = [ShownFact(field, to_builtins(value), slot) for of, _, field, slot, value, _ in said if of == record]
    return {
        "record_id": record, "brief": brief, "public": encode(Document("", kind, "public", facts)), "refresh_on": None,
    }  # fmt: skip


def questions(database: Database) -> dict[str, dict[str, str]]:
    """What is asked, by name."""
    with database.reading() as session:
        middle = session.scalars(
            sa.select(WorkLine).order_by(WorkLine.by_name).offset(50_000 if _many(session) else 50).limit(1)
        ).one()
        number = session.scalars(
            sa.select(Fact.match_key).where(Fact.field == "phone", Fact.record_id == middle.service_id).limit(1)
        ).one()
    word, deep = middle.name.split()[0], {"after": str(middle.public_id)}
    together = {"state": "due", "area": "FL", "private": "no", "sort": "confirmed"}
    return {
        "first": {}, "following": deep, "before": {"before": deep["after"]},
        "by_organization": {"sort": "organization"}, "longest_not_confirmed": {"sort": "confirmed"},
        "due_first": {"sort": "due"}, "a_word": {"words": word}, "two_words": {"words": middle.name},
        "no_such_word": {"words": "zzyzx"}, "a_number": {"words": str(number)},
        "an_id": {"words": str(middle.public_id)}, "a_kind": {"kind": middle.kinds.split()[0]},
        "rare_kind": {"kind": "sane-pediatric"},
        "waiting": {"about": "waiting"}, "reported": {"about": "reported"}, "expiring": {"about": "expiring"},
        "mine": {"about": "mine"},
        "an_area": {"area": "331"}, "confidential": {"private": "yes"}, "together": together,
        "together_following": together | deep,
        **{f"deep_{sort}": deep | {"sort": sort} for sort in SORTS},
        **{f"state_{state}": {"state": state} for state in STATES},
        "network": {"network": "main"}, "not_confidential": {"private": "no"}, "a_state": {"area": "FL"},
        "a_town": {"area": "Miami"}, "a_site": {"words": "harbor.example.org"}, "one_letter": {"words": "a"},
        "source": {"source": "large"}, "reported_deep": {"about": "reported", "sort": "due"},
    }  # fmt: skip


def _many(session: Any) -> bool:
    return session.scalar(sa.select(WorkLine.listing_id).order_by(WorkLine.by_name).offset(50_001).limit(1)) is not None


def measured(database: Database) -> dict[str, Taken]:
    """How long each page takes, for an admin, a coordinator of an area, a partner, and one of law enforcement."""
    with database.transaction() as session:
        keys = {
            "": seated(session, make_person(session, "Ana", "admin", scopes=(), has_key=False)),
            "area_": seated(session, make_person(session, "Bea", scopes=(("area", "US-FL"),), has_key=False)),
            "partner_": seated(session, make_person(session, "Kim", "partner", has_key=False)),
            "law_": seated(session, make_person(session, "Lou", "law-enforcement", has_key=False)),
        }
    found: dict[str, Taken] = {}
    for begins, key in keys.items():
        # A desk takes 240 requests at once from one network.
        with serve(database, settings(), clock=lambda: NOW) as address, httpx.Client(base_url=address) as client:
            desk = Desk(client, key)
            for name, form in questions(database).items():
                found[f"{begins}{name}"] = taken(database, partial(_ask, desk, form))
    return found


def _ask(desk: Desk, form: dict[str, str]) -> None:
    answer = desk.post("/desk/listings", form)
    if answer.status_code != httpx.codes.OK:
        raise RuntimeError(answer.status_code)


@contextmanager
def address_of(kind: str) -> Iterator[str]:
    """The address of an empty database of a kind, while it is needed."""
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
    with address_of(asked.database) as url:
        database = open_database(url, clock=lambda: NOW)
        try:
            fill(database, asked.rows)
            found = measured(database)
        finally:
            database.dispose()
    if asked.json:
        sys.stdout.write(json.dumps({"listings": asked.rows, "database": asked.database, **found}) + "\n")
    else:
        sys.stdout.write(f"{asked.rows} listings, {asked.database}\n{told(found)}")
    return int(max(one.processor for one in found.values()) > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
