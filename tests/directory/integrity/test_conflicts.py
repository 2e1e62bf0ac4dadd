"""Numbers that do not go together are found and told in words; switchboards and what was looked at are not."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.freshness.service import add_evidence
from directory.intake.following import propose_value
from directory.intake.service import SourceRow
from directory.integrity.conflicts import NumberConflict, conflicts_of_run, number_conflicts
from directory.integrity.disagreement import Saying, Use, two_functions, two_sources
from directory.listings.changes import Author, OpenChange
from directory.listings.drafts import OrganizationDraft, ServiceDraft
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record
from directory.listings.service import touch
from directory.sources.models import Claim, ImportRun, Source, SourceRecord
from tests import makers
from tests.directories import Imported, load_starter, opened
from tests.directory.intake.test_service import run
from tests.services import DatabaseSource

# Invented, but for the one that the golden case is about.
GOLDEN = "+18009222275"
NUMBER, OTHER = "+13055550142", "+13055550199"
CHILD, ADULT = frozenset({"child-protection"}), frozenset({"adult-protection"})


def _line(number: str, kind: str, organization: int, name: str = "Line") -> list[SourceRow]:
    owner, key = f"organization:{organization}", f"service:{organization}{kind}"
    said = [makers.text("name", f"{name} {kind}"), makers.phone(number), makers.kind(kind)]
    return [
        SourceRow(owner, OrganizationDraft(owner, [makers.text("name", f"Office {organization}")]), "accepted"),
        SourceRow(key, ServiceDraft(key, owner, said), "accepted"),
    ]


def _found(database: Database, records: set[int] | None = None) -> list[NumberConflict]:
    with database.reading() as session:
        return number_conflicts(session, records)


def test_a_states_line_for_elders_that_a_page_prints_as_its_line_for_children_is_found(
    database_source: DatabaseSource,
) -> None:
    url = database_source.migrated()
    load_starter(url, practice=True)
    with opened(url) as database:
        before = _found(database)
        run(database, *_line(GOLDEN, "child-protection", 1, "Hotline of a page"), source="page")
        found = [one for one in _found(database) if one not in before]
        assert [(one.kind, one.numbers) for one in found] == [("two-functions", (GOLDEN,))]
        assert "1 800 922 2275 is given out as: Protection of older adults" in found[0].text
        assert "Child protection (Hotline of a page child-protection, Office 1)" in found[0].text
        assert "Call it and ask what it is for." in found[0].text
        assert len(found[0].services) == 2
        with database.reading() as session:
            last = session.scalars(sa.select(ImportRun.id).order_by(ImportRun.id.desc())).first()
            assert [one.numbers for one in conflicts_of_run(session, last or 0)] == [(GOLDEN,)]
    database_source.discard(url)


def test_the_switchboard_of_one_organization_is_no_conflict(database: Database) -> None:
    rows = _line(NUMBER, "child-protection", 1) + _line(NUMBER, "adult-protection", 1)[1:]
    run(database, *rows, *_line(OTHER, "adult-protection", 2))
    assert _found(database) == []


@pytest.mark.parametrize(
    ("uses", "clashes"),
    [
        ([(1, CHILD), (2, ADULT)], 1),
        ([(1, CHILD), (2, CHILD)], 0),
        ([(1, CHILD | ADULT), (2, CHILD)], 0),
        ([(1, CHILD | ADULT), (2, CHILD), (3, ADULT)], 1),
        ([(1, CHILD), (1, ADULT)], 0),
        ([(1, CHILD), (2, frozenset())], 0),
    ],
)
def test_only_uses_with_nothing_in_common_clash(uses: list[tuple[int, frozenset[str]]], clashes: int) -> None:
    found = list(two_functions(Use(NUMBER, "", owner, number, what) for number, (owner, what) in enumerate(uses)))
    assert len(found) == clashes


def test_another_extension_is_another_line_and_what_calls_have_confirmed_is_settled() -> None:
    one, two = Use(NUMBER, "", 1, 1, CHILD), Use(NUMBER, "2", 2, 2, ADULT)
    assert list(two_functions([one, two])) == []
    settled = [Use(NUMBER, "", 1, 1, CHILD, is_confirmed=True), Use(NUMBER, "", 2, 2, ADULT, is_confirmed=True)]
    assert list(two_functions(settled)) == []
    assert len(list(two_functions([settled[0], Use(NUMBER, "", 2, 2, ADULT)]))) == 1


def test_two_sources_that_know_each_others_number_for_the_service_do_not_disagree() -> None:
    said = [Saying((1, "voice"), 1, NUMBER, "2026-01-01", 1), Saying((1, "voice"), 2, OTHER, "2026-01-01", 1)]
    assert len(list(two_sources(said))) == 1
    assert list(two_sources([*said, Saying((1, "intake"), 2, NUMBER, "2026-01-01", 1)])) == []
    assert list(two_sources([said[0], Saying((1, "voice"), 2, NUMBER, "2026-01-01", 1)])) == []


def _second_source(database: Database, number: str, standing: str = "proposed") -> int:
    """Let another source say another number of the same line; it waits, as every value of a second source does."""
    with database.transaction() as session:
        now = session.info["now"]
        other = Source(key="state", kind="file", trust="feed", owner="State list")
        session.add(other)
        session.flush()
        held = session.scalars(sa.select(Fact).where(Fact.field == "phone")).one()
        row = SourceRecord(
            source_id=other.id, source_key="x", record_id=held.record_id, outcome="accepted", seen_at=now
        )
        session.add(row)
        session.flush()
        record = get_record(session, held.record_id)
        author = Author("import", "the source changed")
        new = propose_value(session, record, held, makers.phone(number), holds=(), author=author, now=now)
        if standing != "proposed":
            session.execute(sa.update(Fact).where(Fact.id == new.id).values(standing=standing))
        session.add(Claim(fact_id=new.id, source_record_id=row.id, said_at=now))
        return record.id


def test_two_sources_that_say_different_numbers_of_one_line_are_found_until_people_decide(database: Database) -> None:
    run(database, *_line(NUMBER, "food", 1))
    record = _second_source(database, OTHER)
    found = _found(database)
    assert [(one.kind, one.numbers) for one in found] == [("two-sources", (NUMBER, OTHER))]
    assert found[0].text == (
        "Line food (voice): county says 305 555 0142 since 2026-11-26; State list says 305 555 0199 since 2026-11-26. "
        "Call both and ask who answers."
    )
    assert len(_found(database, {record})) == 1
    assert _found(database, {record + 1000}) == []
    with database.transaction() as session:
        session.execute(sa.update(Fact).where(Fact.standing == "proposed").values(standing="declined"))
    assert _found(database) == []


def test_two_sources_whose_listings_were_joined_are_compared(database: Database) -> None:
    run(database, *_line(NUMBER, "food", 1))
    run(database, *_line(OTHER, "food", 1), source="state")
    assert _found(database) == []
    with database.transaction() as session:
        one, two = session.scalars(sa.select(Record).where(Record.kind == "service").order_by(Record.id)).all()
        change = OpenChange(session, Author("merge", "one and the same"), subject_id=one.id, now=session.info["now"])
        change.set_record(two, standing="merged", merged_into=one.id)
        change.close()
        touch(session, one.id, two.id)
    assert [(one.kind, one.numbers) for one in _found(database)] == [("two-sources", (NUMBER, OTHER))]
    with database.transaction() as session:
        for fact in session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).all():
            makers.confirm(session, fact)
    assert _found(database) == []


def test_a_number_that_a_call_confirmed_for_each_use_is_settled(database: Database) -> None:
    run(database, *_line(NUMBER, "child-protection", 1), *_line(NUMBER, "adult-protection", 2))
    assert len(_found(database)) == 1
    with database.transaction() as session:
        for fact in session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).all():
            _observe(session, fact, "website")
    assert len(_found(database)) == 1
    with database.transaction() as session:
        for fact in session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).all():
            makers.confirm(session, fact)
    assert _found(database) == []


def _observe(session: Any, fact: int, method: str) -> None:
    at = session.info["now"]
    add_evidence(session, fact, method=method, outcome="seen", log2_odds=-2, observed_at=at, run_key=f"{method}:{fact}")


def test_a_closed_line_conflicts_with_nothing(database: Database) -> None:
    run(database, *_line(NUMBER, "child-protection", 1), *_line(NUMBER, "adult-protection", 2))
    with database.transaction() as session:
        session.execute(sa.update(Record).where(Record.kind == "service", Record.id > 3).values(standing="closed"))
    assert _found(database) == []


@pytest.mark.alone
@pytest.mark.timeout(180)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_real_directory_gives_a_list_that_one_person_can_read(
    database_kind: str, database_source: DatabaseSource, miami_imported: Callable[[str], Imported]
) -> None:
    url = database_source.copy_of(miami_imported(database_kind).url)
    with opened(url) as database:
        assert len(_found(database)) <= 10
    database_source.discard(url)
