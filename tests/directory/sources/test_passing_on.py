"""What is left out of a copy because a source's licence says so, and who is named for the rest."""

import datetime as dt
from pathlib import Path

import sqlalchemy as sa

from directory.cards.models import CardRow
from directory.cards.passing_on import cards_to_pass_on
from directory.db import Database
from directory.listings.changes import Author, OpenChange
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record
from directory.listings.service import touch
from directory.settings import Settings
from directory.sources.models import Claim, Source, SourceRecord
from directory.sources.passing_on import attributions, withheld_facts
from directory.sources.policy import OWN_PEOPLE, Receiver
from tests import makers
from web.booklet import write_booklet


def say(database: Database, source: str, *fields: str, sharing: str = "none", name: str = "Papers") -> None:
    """Let a source say these fields of a service and its organization: all of them when none is named."""
    with database.transaction() as session:
        now = session.info["now"]
        kept = session.scalar(sa.select(Source).where(Source.key == source))
        if kept is None:
            kept = Source(key=source, kind="file", trust="feed", sharing=sharing)
            session.add(kept)
            session.flush()
        named = session.scalars(sa.select(Fact.record_id).where(Fact.field == "name", Fact.value.contains(name))).one()
        row = SourceRecord(
            source_id=kept.id, source_key=f"service:{named}", record_id=named, outcome="accepted", seen_at=now
        )
        session.add(row)
        session.flush()
        facts = session.scalars(sa.select(Fact).where(Fact.record_id == named)).all()
        session.add_all(
            Claim(fact_id=fact.id, source_record_id=row.id, said_at=now)
            for fact in facts
            if not fields or fact.field in fields
        )
        touch(session, named)


def imported_service(database: Database, name: str = "Papers", number: str = "+13055550144") -> int:
    """A service that came in by an import."""
    with database.transaction() as session:
        made = makers.make_service(session, makers.kind("legal-civil"), makers.phone(number), name=name)
        session.execute(sa.text("UPDATE change SET kind = 'import'"))
        return made.record_id


def booklet(database: Database, now: dt.datetime, out: Path) -> str:
    """The page of the booklet."""
    write_booklet(database, Settings(database_url=""), language="en", out=out, now=now)
    return out.read_text(encoding="utf-8")


def test_a_number_that_only_a_closed_list_says_is_in_no_booklet(
    database: Database, now: dt.datetime, tmp_path: Path
) -> None:
    imported_service(database)
    say(database, "closed", "phone", sharing="none")
    page = booklet(database, now, tmp_path / "b.html")
    assert "Papers" in page
    assert "555 0144" not in page
    assert "closed" not in page
    say(database, "open", "phone", sharing="free")
    page = booklet(database, now, tmp_path / "b.html")
    assert "555 0144" in page
    assert "Taken from: open" in page


def test_a_service_that_only_a_closed_list_names_is_in_no_booklet(
    database: Database, now: dt.datetime, tmp_path: Path
) -> None:
    imported_service(database)
    imported_service(database, "Beds", "+13055550145")
    say(database, "closed", sharing="none")
    page = booklet(database, now, tmp_path / "b.html")
    assert "Papers" not in page
    assert "Beds" in page
    with database.reading() as session:
        shown = sa.select(sa.func.count()).select_from(CardRow).where(CardRow.brief.is_not(None))
        assert session.scalar(shown) == 2


def test_a_list_without_stated_terms_is_printed_for_the_house_and_given_to_nobody_else(database: Database) -> None:
    service = imported_service(database)
    say(database, "quiet", sharing="not-stated")
    with database.reading() as session:
        assert cards_to_pass_on(session, to=OWN_PEOPLE, now=session.info["now"]) == {}
        assert attributions(session, to=OWN_PEOPLE) == ["quiet"]
        assert set(withheld_facts(session, to=Receiver()).values()) == {service}
        assert attributions(session, to=Receiver()) == []
        own = session.scalars(sa.select(Source.id)).one()
        assert withheld_facts(session, to=Receiver(source_id=own)) == {}


def test_what_was_entered_by_hand_is_passed_on_whoever_says_it_too(database: Database) -> None:
    service = imported_service(database)
    with database.transaction() as session:
        record = get_record(session, service)
        change = OpenChange(session, Author("edit", "a call"), subject_id=service, now=session.info["now"])
        held = session.scalars(sa.select(Fact).where(Fact.record_id == service, Fact.field == "phone")).one()
        change.end(held)
        change.add(record, makers.phone("+13055550199"))
        change.close()
        touch(session, service)
    say(database, "closed", sharing="none")
    with database.reading() as session:
        withheld = withheld_facts(session, to=Receiver(), records=[service])
        left_out = set(session.scalars(sa.select(Fact.field).where(Fact.id.in_(withheld))))
        assert left_out == {"name", "kind"}
        assert withheld_facts(session, to=Receiver(), records=[]) == {}
        assert session.scalar(sa.select(Record.standing).where(Record.id == service)) == "listed"
