"""A real 211's directory comes a second time, changed, after people have worked on it: all that they did survives."""

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.integrity import service as integrity
from directory.integrity.editing import Edit
from directory.listings.changes import Author, OpenChange
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone, Text
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record
from directory.listings.service import set_standing, touch
from directory.people.actor import Actor
from directory.reconciliation.service import reconcile
from directory.sources.models import SourceRecord
from importers.run import import_package
from tests import makers
from tests.conftest import NOW
from tests.directories import Imported, opened
from tests.importers.planned import shown
from tests.importers.test_undo import undo
from tests.services import DatabaseSource
from tests.staff import acting, make_person

_OURS = "+130555501"
_THEIRS = "305-555-0288"
_SECONDS = 240


class _Work:
    """What people have done, by the source's ids of services."""

    def __init__(self, session: Session, by: Actor) -> None:
        self.session, self.by = session, by
        rows = session.execute(
            sa.select(SourceRecord.source_key, Record.id)
            .join(Record, Record.id == SourceRecord.record_id)
            .where(Record.kind == "service", Record.location_disclosure == "public")
            .where(SourceRecord.source_key.like("service:%"))
            .order_by(SourceRecord.id)
        )
        self._services = iter([(key.removeprefix("service:"), record_id) for key, record_id in rows])
        self.edited: list[str] = []
        self.silenced: list[str] = []
        self.confirmed: list[str] = []
        self.closed: list[str] = []
        self.merged: list[str] = []
        self.records: set[int] = set()

    def _next(self) -> tuple[str, int, Fact]:
        """A service nobody has worked on, with a number of its own."""
        for key, record_id in self._services:
            number = self._number(record_id)
            if number is not None:
                self.records.add(number.record_id)
                return key, record_id, number
        raise AssertionError

    def _number(self, service_id: int) -> Fact | None:
        places = sa.select(Record.location_id).where(Record.service_id == service_id)
        listings = sa.select(Record.id).where(Record.service_id == service_id)
        found = self.session.scalars(
            sa.select(Fact)
            .where(Fact.field == "phone", Fact.slot == "voice", Fact.standing == "current")
            .where(sa.or_(Fact.record_id == service_id, Fact.record_id.in_(places), Fact.record_id.in_(listings)))
        ).all()
        return found[0] if len(found) == 1 else None

    def edit(self) -> None:
        key, record_id, number = self._next()
        ours = f"{_OURS}{len(self.edited):02}"
        said = FactDraft("phone", Phone(ours), slot="voice", match_key=ours)
        self._edit(number.record_id, Edit(said))
        self._edit(record_id, Edit(FactDraft("description", Text("What we know of it."))))
        self.records.add(record_id)
        self.edited.append(key)

    def silence(self) -> None:
        key, _, number = self._next()
        self._edit(number.record_id, Edit(fact_id=number.id))
        self.silenced.append(key)

    def confirm(self) -> None:
        key, _, number = self._next()
        makers.confirm(self.session, number.id)
        self.confirmed.append(key)

    def close(self, standing: str) -> None:
        key, record_id, _ = self._next()
        listing = self.session.scalars(sa.select(Record.id).where(Record.service_id == record_id)).one()
        set_standing(self.session, listing, standing, by=self.by.id, reason="they said so", now=NOW)
        self.closed.append(key)

    def merge(self) -> None:
        (_, survivor, _), (key, absorbed, _) = self._next(), self._next()
        change = OpenChange(
            self.session, Author("merge", "they are one", self.by.id), subject_id=absorbed, now=NOW
        )  # fmt: skip
        one, other = (
            self.session.scalars(sa.select(Record.id).where(Record.service_id == of)).one()
            for of in (survivor, absorbed)
        )
        for into, record_id in ((survivor, absorbed), (one, other)):
            change.set_record(get_record(self.session, record_id), standing="merged", merged_into=into)
            touch(self.session, record_id, into)
        self.session.expire_all()
        change.close()
        self.merged.append(key)

    def _edit(self, record_id: int, edit: Edit) -> None:
        edited = integrity.edit(self.session, record_id, [edit], by=self.by, reason="they said so", now=NOW)
        assert edited.proposed == ()


@pytest.fixture
def database_kind() -> str:
    """On SQLite; what the rules do on both is shown by smaller feeds."""
    return "sqlite"


@pytest.fixture
def miami(
    database_kind: str, database_source: DatabaseSource, miami_imported: Callable[[str], Imported]
) -> Iterator[Database]:
    """The whole feed, imported once."""
    url = database_source.copy_of(miami_imported(database_kind).url)
    with opened(url, "again ") as database:
        yield database
    database_source.discard(url)


def _rewritten(feed: Path, folder: Path, work: _Work, *, removed: set[str], moved: set[str]) -> Path:
    """The feed with other numbers and words for what people worked on, other words for some, and without others."""
    shutil.copytree(feed, folder)
    worked_on = {*work.edited, *work.silenced, *work.confirmed, *work.closed, *work.merged}
    _rewrite(folder / "phones.csv", lambda row: row | {"number": _THEIRS} if row["service_id"] in worked_on else row)

    def said(row: dict[str, Any]) -> dict[str, Any] | None:
        if row["id"] in removed:
            return None
        return row | {"description": "Now said otherwise."} if row["id"] in worked_on | moved else row

    _rewrite(folder / "services.csv", said)
    for table in ("phones", "services_at_location", "services_taxonomy", "eligibility", "languages"):
        _rewrite(folder / f"{table}.csv", lambda row: None if row.get("service_id") in removed else row)
    return folder


def _rewrite(path: Path, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [new for row in reader if (new := change(row)) is not None]
        columns = reader.fieldnames or ()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def _standings(database: Database) -> list[tuple[int, str, int | None]]:
    with database.reading() as session:
        rows = session.execute(
            sa.select(Record.id, Record.standing, Record.merged_into).where(Record.standing != "listed")
        )
        return [(row.id, row.standing, row.merged_into) for row in rows.all()]


def _sensitive(database: Database, records: set[int]) -> list[tuple[int, str, str | None]]:
    with database.reading() as session:
        rows = session.execute(
            sa.select(Fact.id, Fact.field, Fact.value)
            .where(Fact.record_id.in_(records), Fact.standing == "current", Fact.field.in_(("phone", "description")))
            .order_by(Fact.id)
        )
        return [(row.id, row.field, row.value) for row in rows]


@pytest.mark.alone
@pytest.mark.timeout(_SECONDS)
def test_edits_removals_confirmations_closings_and_merges_survive_a_second_import(
    miami: Database, shared: Path, tmp_path: Path
) -> None:
    with miami.transaction() as session:
        work = _Work(session, acting(session, make_person(session, "Editor")))
        for _ in range(10):
            work.edit()
            work.silence()
            work.close("closed")
            work.close("do-not-list")
            work.merge()
        for _ in range(3):
            work.confirm()
        session.flush()
        following = [work._next() for _ in range(60)]
    removed, moved = {key for key, *_ in following[:30]}, {key for key, *_ in following[30:]}
    feed = shared / "data" / "miami211_hsds11"
    after = _rewritten(feed, tmp_path / "after", work, removed=removed, moved=moved)
    before = shown(miami)
    standings, ours = _standings(miami), _sensitive(miami, work.records)
    done = import_package(miami, "hsds", after, source="miami211")
    assert done.plan is not None
    assert done.plan.holds == ()
    assert _standings(miami) == standings
    kept = set(ours) - {one for one in ours if one[1] == "description"}
    assert kept <= set(_sensitive(miami, work.records))
    told = {row.key.removeprefix("service:"): row for row in done.plan.rows}
    assert {told[key].effect for key in removed} == {"gone"}
    assert {told[key].effect for key in moved} == {"changed"}
    assert {told[key].effect for key in work.closed} == {"closed"}
    for key in (*work.edited, *work.confirmed):
        [number] = [one for one in told[key].differences if one.field == "phone"]
        assert number.effect == "waits"
    with miami.reading() as session:
        edited = session.scalars(sa.select(Fact.value).where(Fact.standing == "current", Fact.value.contains(_OURS)))
        words = session.scalars(
            sa.select(Fact.id).where(Fact.standing == "current", Fact.value == '{"text":"What we know of it."}')
        )
        assert (len(edited.all()), len(words.all())) == (10, 10)
    undone = undo(miami, done.run)
    assert undone.kept == ()
    assert shown(miami) == before
    assert reconcile(miami, now=NOW) == []
