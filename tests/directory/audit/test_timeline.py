"""What was done can be read by a person: every verb has words, every line its actor, and no line a value."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.audit.timeline import PROGRAM, SOMEBODY, WORDS, About, timeline, words_of
from directory.db import Database
from directory.listings.models import Change
from directory.people.models import Person
from tests import makers
from tests.directory.audit.tampering import without_triggers
from tests.directory.audit.verbs import verbs_in_source


def names(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    """Names of people by their ids."""
    return {row.id: row.name for row in session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))}


def test_every_verb_of_the_program_has_words() -> None:
    found, unclear = verbs_in_source()
    assert len(found) > 20
    assert unclear == []
    assert {verb: file for verb, file in found.items() if verb not in WORDS} == {}


def test_words_are_told_and_an_unknown_verb_is_told_as_it_is() -> None:
    assert words_of("change.applied", "7", {"change": 7}) == "changed what is said of a listing (change 7)"
    assert words_of("change.applied", "7", {}) == "changed what is said of a listing (change ?)"
    assert words_of("kitten.fed-twice", "7", {"a": "{b}"}) == "kitten: fed twice"
    assert words_of("language.approved", "{subject.__class__}", {}).endswith("({subject.__class__})")


def test_the_latest_comes_first_with_who_did_it(database: Database) -> None:
    with database.transaction() as session:
        now = session.info["now"]
        person = Person(public_id=session.info["new_id"](), name="Practice Person", role="admin", created_at=now)
        session.add(person)
        session.flush()
        acts = [Act("backup.made", "b", {}, person.id), Act("location.scrubbed", "1", {})]
        record(session, acts, now=now)
        lines = timeline(session, names=names)
        assert [(line.seq, line.who) for line in lines] == [(2, PROGRAM), (1, "Practice Person")]
        assert timeline(session, names=lambda _session, _ids: {})[1].who == SOMEBODY
        assert [line.what for line in lines] == ["scrubbed the database of withdrawn locations", "made a backup"]
        assert [line.seq for line in timeline(session, names=names, limit=1)] == [2]
        assert [line.seq for line in timeline(session, names=names, limit=1, before=2)] == [1]


def test_a_timeline_of_a_listing_holds_its_changes_and_no_value(database: Database) -> None:
    with database.transaction() as session:
        makers.make_service(session, sites=[makers.site()])
        mine = session.scalars(sa.select(sa.func.max(Change.id))).one()
        # Another thing with the same number.
        record(
            session, [Act("location.scrubbed", str(mine), {}), Act("request.opened", "x1", {})], now=session.info["now"]
        )
        lines = timeline(session, names=names, about=About({mine}, ["x1"]))
        assert [line.seq for line in lines] == [4, 2]
        told = " ".join(line.what for line in timeline(session, names=names))
    assert not any(value in told for value in ("0142", "Practice", "Evergreen", "Miami"))


def test_an_entry_that_cannot_be_read_is_told_still(database: Database) -> None:
    with database.transaction() as session:
        record(session, [Act("change.applied", "1", {"change": 1})], now=session.info["now"])
    without_triggers(database, "audit_entry")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET body = '['")
    with database.reading() as session:
        assert [line.what for line in timeline(session, names=names)] == [words_of("change.applied", "1", {})]
