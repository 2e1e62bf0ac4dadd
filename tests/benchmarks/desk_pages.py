"""How long every page of the desk takes: ``python -m tests.benchmarks.desk_pages [--rows 20000] [--database sqlite]``.

Writes the directory of ``tests.benchmarks.planning`` with a plan of calls, mailboxes that were verified, proposals that
wait, vetted programs and people, and asks a server for each page as the browsers of an admin and of a coordinator of
one state do. Each is the middle of several, in processor time of site, database and browser together, which nothing
else on the machine can lengthen; the clock on the wall stands beside it. Ends with 1 if a page takes longer than 300 ms
of processor time.
"""

import argparse
import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx
import sqlalchemy as sa

from directory.db import Database, insert_rows
from directory.freshness.models import Evidence
from directory.freshness.parameters import weight_of
from directory.integrity.service import Edit, edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone
from directory.listings.models import Change, Fact, Record
from directory.people.models import Person
from directory.planning.service import MOST_MINUTES, make_plan
from directory.search.indexing import rebuild
from directory.truth.table import CODES
from directory.vetting.service import take_step
from directory.worklist.bulk import MOST
from directory.worklist.models import WorkLine
from tests.benchmarks.desk import address_of
from tests.benchmarks.planning import NOW, fill
from tests.benchmarks.timing import Taken, taken, told
from tests.services import serve
from tests.staff import Desk, acting, make_person, seated
from tests.web.conftest import settings

MOST_MS = 300.0
_PROPOSALS, _VETTED, _PEOPLE = 150, 300, 60
_TIMES = 3


def furnish(database: Database) -> None:
    """What two years of work leave beside the listings and what was found out about them."""
    with database.transaction() as session:
        ana = make_person(session, "Ana", "admin", scopes=(), has_key=False)
        bea = make_person(session, "Bea", scopes=(("area", "US-FL"),), has_key=False)
        for number in range(_PEOPLE):
            make_person(session, f"Kim {number}", "partner", has_key=False)
        _confirm_mailboxes(session)
        organizations = session.scalars(sa.select(Record.id).where(Record.kind == "organization").limit(_VETTED)).all()
        for one in organizations:
            take_step(session, one, "recruited", on=NOW.date(), by=acting(session, ana), now=NOW)
        lines = sa.select(Fact).where(Fact.field == "phone", Fact.record_kind == "service", Fact.standing == "current")
        for number, line in enumerate(session.scalars(lines.order_by(Fact.id).limit(2 * _PROPOSALS)).all()):
            draft = FactDraft("phone", Phone(f"+130555{number:04}"), line.slot, None, f"+130555{number:04}")
            edit(session, line.record_id, [Edit(draft, line.id)], by=acting(session, ana), reason="they moved", now=NOW)
        make_plan(session, minutes=MOST_MINUTES, now=NOW, random=Random(1))  # noqa: S311 - no secret
        seated(session, bea)
    rebuild(database)


def _confirm_mailboxes(session: Any) -> None:
    mailboxes = session.execute(sa.select(Fact.id, Fact.record_id).where(Fact.field == "email")).all()
    insert_rows(session, Evidence, [
        {
            "fact_id": fact, "method": "call", "outcome": "confirmed", "log2_odds": weight_of("call", "confirmed"),
            "observed_at": NOW, "run_key": f"mailbox:{fact}", "source_id": None, "actor_role": None, "lineage": None,
            "signature": None, "run_id": None,
        }
        for fact, _ in mailboxes
    ])  # fmt: skip


def pages(database: Database) -> dict[str, tuple[str, dict[str, str | list[str]] | None]]:
    """The pages by name: address, and what is posted to it, if anything is."""
    with database.reading() as session:
        lines = session.scalars(
            sa.select(WorkLine).where(WorkLine.areas.contains(" US-FL ")).order_by(WorkLine.by_name).limit(MOST)
        ).all()
        change = session.scalar(sa.select(Change.id).where(Change.state == "proposed").limit(1))
        program = session.scalar(sa.select(Record.public_id).where(Record.id == lines[0].organization_id))
    first = f"/desk/listings/{lines[0].public_id}"
    chosen: dict[str, str | list[str]] = {"listing": [str(one.public_id) for one in lines]}
    got = {
        "month": "month", "listings": "listings", "listing": first, "edit": f"{first}/edit", "new": "listings/new",
        "reports": "reports", "changes": "changes", "change": f"changes/{change}", "letters": "letters",
        "vetting": "vetting", "program": f"vetting/{program}", "people": "people", "record": "record",
        "overview": "overview", "imports": "imports", "own": "own", "lines": "lines", "handover": "handover",
        "sheet": "sheet",
        **{f"table_{code}": f"overview/tables/{code}" for code in (*CODES, "gaps", "coverage")},
    }  # fmt: skip
    posted: dict[str, tuple[str, dict[str, str | list[str]]]] = {
        "letters_preview": ("letters", {}), "letters_of_a_kind": ("letters", {"kind": "food", "state": "due"}),
        "vetting_words": ("vetting", {"words": "house"}), "vetting_recruited": ("vetting", {"only": "recruited"}),
        "map_of_a_kind": ("overview", {"kind": "food"}), "gap": ("overview/gap", {"need": "stay-men-children"}),
        "many_letters": ("listings/chosen", chosen | {"action": "letter"}),
        "many_hidden": ("listings/chosen", chosen | {"action": "hide"}),
        "many_closed": ("listings/chosen", chosen | {"action": "close"}),
    }  # fmt: skip
    return {name: (f"/desk/{path.removeprefix('/desk/')}", None) for name, path in got.items()} | {
        name: (f"/desk/{path}", form) for name, (path, form) in posted.items()
    }


def measured(database: Database) -> dict[str, Taken]:
    """How long each page takes, by role and name."""
    with database.transaction() as session:
        people = dict(session.execute(sa.select(Person.name, Person.id).where(Person.name.in_(("Ana", "Bea")))).all())
        keys = {"": seated(session, people["Ana"]), "area_": seated(session, people["Bea"])}
    found: dict[str, Taken] = {}
    for begins, key in keys.items():
        serving = serve(database, settings(), clock=lambda: NOW)
        with serving as address, httpx.Client(base_url=address, timeout=60) as client:
            desk = Desk(client, key)
            for name, (path, form) in pages(database).items():
                if begins and name == "handover":
                    continue
                found[f"{begins}{name}"] = taken(database, partial(_ask, desk, path, form), times=_TIMES)
    return found


def _ask(desk: Desk, path: str, form: dict[str, str | list[str]] | None) -> None:
    answer = desk.get(path) if form is None else desk.post(path, form)
    if answer.status_code != httpx.codes.OK:
        raise RuntimeError(path, answer.status_code)


def main() -> int:
    """Run it; 0 if every page is within the bar."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    with address_of(asked.database) as url, tempfile.TemporaryDirectory(prefix="handrail-desk-") as folder:
        database = fill(url, asked.rows, Path(folder))
        try:
            furnish(database)
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
