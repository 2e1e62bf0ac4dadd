"""What the lists that brought a number say of it later, from what their runs wrote down."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from directory.bootstrap import open_database
from directory.db import Database
from directory.intake.missing import mark_missing, welcome_back
from directory.intake.undoing import undo_run
from directory.listings.changes import Author, OpenChange
from directory.listings.models import Fact, Record
from directory.people.queries import actor_of
from directory.people.service import command_line_person
from directory.sources.models import Claim, ImportRun, Source, SourceRecord
from directory.sources.service import finish_run, start_run
from directory.sources.words import words_of
from tests import makers
from tests.conftest import NOW
from tests.directory.intake.test_service import organization, run, service
from tests.services import DatabaseSource
from tests.verifiers.facts import known_facts
from verifiers.feeds import feeds
from verifiers.look import Look
from verifiers.subject import Known

OTHER = "+13055550199"


class Days:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def next(self) -> None:
        """The next day."""
        self.now += dt.timedelta(days=1)


class Feeds:
    """A directory that lists are read into, a day apart, and that is looked at between them."""

    def __init__(self, database: Database, days: Days) -> None:
        self.database, self.days = database, days
        self.memory: dict[int, dict[str, Any]] = {}

    def read(self, *rows: Any, source: str = "county") -> None:
        """A list is read on the next day."""
        self.days.next()
        run(self.database, *rows, source=source)

    def lose(self, *keys: str, source: str = "county") -> None:
        """A whole list is read, and has only these rows any more; or all of them again."""
        self.days.next()
        with self.database.transaction() as session:
            now, author = session.info["now"], Author("import", "a test")
            feed = session.scalars(sa.select(Source).where(Source.key == source)).one()
            opened = start_run(session, feed, reader="hsds", now=now)
            mark_missing(session, opened, keys, author=author, now=now)
            rows = session.scalars(sa.select(SourceRecord).where(SourceRecord.source_key.in_(keys)))
            welcome_back(session, rows.all(), author=author, now=now)
            finish_run(session, opened, state="applied", totals={}, now=now)

    def known(self, field: str = "phone") -> Known:
        """The oldest current fact of a field."""
        return known_facts(self.database, field)[0]

    def look(self, field: str = "phone") -> str:
        """One look, which remembers the one before."""
        known = self.known(field)
        at_it = Known(known.fact_id, field, known.value, memory=self.memory.get(known.fact_id, {}))
        seen: Look = asyncio.run(feeds(self.database)(at_it))  # type: ignore[arg-type]
        self.memory[known.fact_id] = seen.memory
        return seen.outcome

    def confirm(self) -> None:
        """Somebody calls, so that no list changes the number any more."""
        with self.database.transaction() as session:
            makers.confirm(session, self.known().fact_id)

    def says(self) -> dict[str, str]:
        """Lineage -> what it says of the number."""
        with self.database.reading() as session:
            return {word.lineage: word.says for word in words_of(session, self.known().fact_id)}


@pytest.fixture
def feed(database_source: DatabaseSource) -> Iterator[Feeds]:
    days = Days()
    url = database_source.migrated()
    database = open_database(url, clock=days)
    yield Feeds(database, days)
    database.dispose()
    database_source.discard(url)


def test_a_list_that_was_read_once_has_not_said_it_again(feed: Feeds) -> None:
    feed.read(organization(), service())
    assert feed.look() == ""


def test_a_list_that_is_read_again_still_says_it_once_for_each_reading(feed: Feeds) -> None:
    feed.read(organization(), service())
    feed.read(organization(), service())
    assert [feed.look(), feed.look()] == ["still-said", ""]
    feed.read(organization(), service())
    assert [feed.look(), feed.look()] == ["still-said", ""]
    # What its place says was read with it.
    assert feed.look("address") == "still-said"


def test_another_number_that_waits_for_people_is_a_change_and_stays_one(feed: Feeds) -> None:
    feed.read(organization(), service())
    feed.confirm()
    feed.read(organization(), service(number=OTHER))
    assert feed.look() == "changed"
    feed.read(organization(), service(number=OTHER))
    assert [feed.look(), feed.look()] == ["changed", ""]


def test_a_number_that_followed_its_list_is_said_by_it(feed: Feeds) -> None:
    feed.read(organization(), service())
    feed.read(organization(), service(number=OTHER))
    assert feed.look() == ""
    feed.read(organization(), service(number=OTHER))
    assert feed.look() == "still-said"


def test_a_value_that_a_row_leaves_out_is_dropped(feed: Feeds) -> None:
    feed.read(organization(), service(makers.speaks("es")))
    feed.read(organization(), service())
    assert [feed.look("language"), feed.look("language")] == ["dropped", ""]
    assert feed.look() == "still-said"


def test_a_row_that_is_missing_drops_its_number_and_place_until_it_is_back(feed: Feeds) -> None:
    feed.read(organization(), service())
    feed.lose("organization:1")
    assert (feed.look(), feed.look("address"), feed.look()) == ("dropped", "dropped", "")
    feed.read(organization(), service())
    feed.lose("organization:1", "service:1")
    assert (feed.look(), feed.look("address")) == ("still-said", "still-said")


def test_a_copy_that_still_says_it_does_not_cover_for_the_list_it_copies(feed: Feeds) -> None:
    feed.read(organization(), service())
    feed.confirm()
    _claim_too(feed, "copy", lineage="county")
    _claim_too(feed, "independent", lineage="independent")
    feed.read(organization(), service())
    assert feed.says() == {"county": "this"}
    feed.read(organization(), service(number=OTHER))
    _read_again(feed, "copy", "independent")
    assert feed.says() == {"county": "another", "independent": "this"}
    assert feed.look() == "changed"


def test_one_list_that_drops_it_is_outweighed_by_an_independent_one_that_says_it(feed: Feeds) -> None:
    feed.read(organization(), service())
    _claim_too(feed, "independent", lineage="independent")
    feed.lose("organization:1")
    assert feed.look() == "dropped"
    _read_again(feed, "independent")
    assert feed.says() == {"county": "nothing", "independent": "this"}
    assert feed.look() == "still-said"


def test_what_an_import_said_that_was_taken_back_is_not_dropped_by_its_list(feed: Feeds) -> None:
    feed.read(organization(), service())
    with feed.database.transaction() as session:
        offer = session.scalars(sa.select(Record).where(Record.kind == "service")).one()
        by_hand = OpenChange(session, makers.AUTHOR, subject_id=offer.id, now=session.info["now"])
        by_hand.add(offer, makers.speaks("es"))
        by_hand.close()
    assert feed.look("language") == ""
    feed.read(organization(), service(makers.speaks("es")))
    feed.days.next()
    with feed.database.transaction() as session:
        now = session.info["now"]
        last = session.scalar(sa.select(sa.func.max(ImportRun.id))) or 0
        undo_run(session, last, by=actor_of(session, command_line_person(session, now=now).id), now=now)
    with feed.database.reading() as session:
        assert session.scalars(sa.select(Claim).where(Claim.gone_at.is_not(None))).one()
    assert feed.look("language") == ""


def test_a_list_that_is_paused_says_nothing_about_today(feed: Feeds) -> None:
    feed.read(organization(), service())
    feed.read(organization(), service())
    with feed.database.transaction() as session:
        session.execute(sa.update(Source).values(paused=True))
    assert feed.look() == ""


def test_what_nobody_outside_ever_said_says_nothing(feed: Feeds) -> None:
    with feed.database.transaction() as session:
        makers.make_service(session)
    assert feed.look() == ""
    assert asyncio.run(feeds(feed.database)(Known(10_000, "phone", {}))) == Look()  # type: ignore[arg-type]


def _claim_too(feed: Feeds, source: str, *, lineage: str) -> None:
    """Another list says the number of the same record, as after two records were found to be one by their keys."""
    with feed.database.transaction() as session:
        now = session.info["now"]
        fact = session.get_one(Fact, feed.known().fact_id)
        other = Source(key=source, kind="feed", trust="feed", lineage=lineage)
        session.add(other)
        session.flush()
        row = SourceRecord(
            source_id=other.id, source_key="1", record_id=fact.record_id, outcome="accepted", seen_at=now
        )
        session.add(row)
        session.flush()
        session.add(Claim(fact_id=fact.id, source_record_id=row.id, said_at=now))


def _read_again(feed: Feeds, *sources: str) -> None:
    with feed.database.transaction() as session:
        ids = sa.select(Source.id).where(Source.key.in_(sources))
        session.execute(
            sa.update(SourceRecord).where(SourceRecord.source_id.in_(ids)).values(seen_at=session.info["now"])
        )
