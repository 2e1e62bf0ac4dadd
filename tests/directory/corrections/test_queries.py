"""A source hears what is known here about its rows, why, and nothing that is not for everybody."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.corrections.policy import BY_METHOD, WORDS, Correction, in_words
from directory.corrections.queries import find_corrections
from directory.corrections.service import Asked, corrections
from directory.db import Database
from directory.intake.revision import withdraw
from directory.integrity import service as integrity
from directory.integrity.service import Edit
from directory.listings.changes import Author, OpenChange
from directory.listings.drafts import FactDraft
from directory.listings.fields import Address, Contact, Phone
from directory.listings.models import Change, Fact, Record
from directory.listings.service import set_standing, touch
from directory.sources.models import Claim, Source, SourceRecord
from directory.sources.queries import get_source
from tests import makers
from tests.conftest import NOW
from tests.directory.intake.test_service import organization, run, service
from tests.directory.integrity.force import Force, approve, key, propose
from tests.staff import acting, make_person

NUMBER, OTHER, THIRD = "+13055550142", "+13055550199", "+13055550177"


def found(database: Database, source: str = "county", **asked: Any) -> list[Correction]:
    """What a source should hear."""
    with database.reading() as session:
        return find_corrections(session, get_source(session, source), now=session.info["now"], **asked).items


def told(database: Database, **asked: Any) -> list[tuple[str, str, str, str, str]]:
    """Key, field, number or words of both sides, and why."""

    def said(value: dict[str, Any] | None) -> str:
        return "" if value is None else str(value.get("number") or value.get("text") or value.get("address_1") or "yes")

    return [(one.key, one.field, said(one.theirs), said(one.ours), one.why) for one in found(database, **asked)]


def edit(database: Database, draft: FactDraft | None, field: str = "phone", kind: str = "service") -> None:
    """A coordinator says something else, or says it no longer."""
    with database.transaction() as session:
        person = session.scalar(sa.text("SELECT id FROM person WHERE name = 'Rosa'")) or make_person(session, "Rosa")
        held = session.scalars(
            sa.select(Fact).where(Fact.field == field, Fact.record_kind == kind, Fact.standing == "current")
        ).first()
        record = held.record_id if held else session.scalars(sa.select(Record.id).where(Record.kind == kind)).one()
        wanted = Edit(draft) if draft is not None else Edit(fact_id=held.id if held else None)
        by = acting(session, person)
        done = integrity.edit(session, record, [wanted], by=by, reason="a call", now=session.info["now"])
        assert done.applied is not None


def confirm(database: Database, number: str, *, log2_odds: int = -5, days_ago: int = 1) -> None:
    """Somebody called a number."""
    with database.transaction() as session:
        facts = session.scalars(sa.select(Fact).where(Fact.field == "phone", Fact.value.contains(number)))
        makers.confirm(session, facts.all()[-1].id, log2_odds=log2_odds, days_ago=days_ago)


def stand(database: Database, kind: str, standing: str) -> None:
    """People decide about a record."""
    with database.transaction() as session:
        record = session.scalars(sa.select(Record.id).where(Record.kind == kind).order_by(Record.id)).first() or 0
        set_standing(session, record, standing, by=None, reason="a call", now=session.info["now"])


@pytest.fixture
def force(session: Session) -> Force:
    """A small task force and a listing whose number is confirmed."""
    return Force(session)


@pytest.fixture
def listed(database: Database) -> Database:
    """One service of one feed, at a place."""
    run(database, organization(), service())
    return database


def test_nothing_is_told_of_what_is_as_the_source_says(listed: Database) -> None:
    assert told(listed) == []


def test_a_number_that_somebody_changed_is_told_with_the_role_alone(listed: Database) -> None:
    edit(listed, makers.phone(OTHER))
    [one] = found(listed)
    assert (one.key, one.field, one.slot, one.name) == ("service:1", "phone", "voice", "Practice Service")
    assert ((one.theirs or {})["number"], (one.ours or {})["number"]) == (NUMBER, OTHER)
    assert (one.why, one.on, one.role, one.as_of) == ("person", "2026-11-26", "coordinator", "2026-11-26")


def test_a_number_that_answered_is_told_with_the_day_of_the_call(listed: Database) -> None:
    edit(listed, makers.phone(OTHER))
    confirm(listed, OTHER)
    [one] = found(listed)
    assert (one.why, one.on) == ("answered", "2026-11-25")


def test_a_number_that_was_found_dead_is_told_so(listed: Database) -> None:
    confirm(listed, NUMBER, log2_odds=5, days_ago=3)
    edit(listed, makers.phone(OTHER))
    assert [(one.why, one.on) for one in found(listed)] == [("dead", "2026-11-23")]


def test_a_number_that_two_people_changed_is_told_with_the_call_between(session: Session, force: Force) -> None:
    feed = Source(key="county", kind="feed", trust="feed")
    session.add(feed)
    session.flush()
    held = session.scalars(sa.select(Fact).where(Fact.field == "phone", Fact.standing == "current")).one()
    row = SourceRecord(
        source_id=feed.id, source_key="service:9", record_id=held.record_id, outcome="accepted", seen_at=NOW
    )
    session.add(row)
    session.flush()
    session.add(Claim(fact_id=held.id, source_record_id=row.id, said_at=NOW))
    change = propose(session, force)
    assert find_corrections(session, feed, now=NOW).items == []
    key(session, change, "old-number", force.two)
    approve(session, change, force.two)
    [one] = find_corrections(session, feed, now=NOW).items
    assert (one.key, one.why, one.on, one.role) == ("service:9", "answered", "2026-11-26", "coordinator")
    assert in_words(one, "en") == "Confirmed by phone on 2026-11-26."


def test_a_confirmed_number_is_told_to_a_source_that_changed_it(listed: Database) -> None:
    confirm(listed, NUMBER)
    run(listed, organization(), service(number=OTHER))
    assert told(listed) == [("service:1", "phone", OTHER, NUMBER, "answered")]
    with listed.transaction() as session:
        change = session.scalars(sa.select(Change).where(Change.state == "proposed")).one()
        by = acting(session, make_person(session, "Ana", "admin"))
        integrity.decline(session, change.id, by=by, now=session.info["now"])
    assert told(listed) == [("service:1", "phone", OTHER, NUMBER, "answered")]


def test_what_only_waits_is_not_told(listed: Database) -> None:
    with listed.transaction() as session:
        held = session.scalars(sa.select(Fact).where(Fact.field == "phone")).one()
        other = Source(key="state", kind="file", trust="feed")
        session.add(other)
        session.flush()
        row = SourceRecord(
            source_id=other.id, source_key="x", record_id=held.record_id, outcome="accepted",
            seen_at=session.info["now"],
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(Claim(fact_id=held.id, source_record_id=row.id, said_at=session.info["now"]))
    run(listed, organization(), service(number=OTHER))
    assert told(listed) == []


def test_a_source_that_changes_its_own_word_hears_nothing(listed: Database) -> None:
    run(listed, organization(), service(number=OTHER))
    run(listed, organization(), service(number=THIRD))
    assert told(listed) == []
    edit(listed, makers.phone(NUMBER))
    assert told(listed) == [("service:1", "phone", THIRD, NUMBER, "person")]


def test_what_somebody_put_back_is_told(listed: Database) -> None:
    run(listed, organization(), service(number=OTHER))
    with listed.transaction() as session:
        change = session.scalars(sa.select(Change).order_by(Change.id.desc())).first()
        by = acting(session, make_person(session, "Ana", "admin"))
        assert integrity.undo(session, change.id if change else 0, by=by, now=session.info["now"]).applied
    assert told(listed) == [("service:1", "phone", OTHER, NUMBER, "put-back")]


def test_what_is_said_no_longer_is_told_and_a_number_that_only_moved_is_not(listed: Database) -> None:
    run(listed, organization(), service(makers.text("email", "office@example.org")))
    edit(listed, None, "email")
    assert told(listed) == [("service:1", "email", "office@example.org", "", "ended")]
    edit(listed, makers.phone(NUMBER, "intake"))
    edit(listed, makers.phone(OTHER))
    assert [one for one in told(listed) if one[1] == "phone"] == []


def test_closed_and_unlisted_rows_are_told_once_and_nothing_of_what_they_say(listed: Database) -> None:
    edit(listed, makers.phone(OTHER))
    stand(listed, "service", "closed")
    assert told(listed) == [("service:1", "", "", "", "closed")]
    stand(listed, "service", "listed")
    stand(listed, "organization", "do-not-list")
    assert told(listed) == [("organization:1", "", "", "", "not-listed"), ("service:1", "", "", "", "not-listed")]
    stand(listed, "organization", "suspended")
    assert told(listed) == []


def test_what_is_out_of_sight_is_not_told(listed: Database) -> None:
    edit(listed, makers.phone(OTHER))
    stand(listed, "service", "suspended")
    assert told(listed) == []


def test_a_joined_row_is_told_by_the_sources_other_key(listed: Database) -> None:
    run(listed, organization(), service(key="service:2", number=OTHER))
    with listed.transaction() as session:
        one, two = session.scalars(sa.select(Record).where(Record.kind == "service").order_by(Record.id)).all()
        change = OpenChange(session, Author("merge", "one and the same"), subject_id=one.id, now=session.info["now"])
        change.set_record(two, standing="merged", merged_into=one.id)
        change.close()
        touch(session, two.id)
    [joined] = found(listed)
    assert (joined.key, joined.why, joined.ours) == ("service:2", "same-as", {"key": "service:1"})


def test_what_was_found_right_is_told_when_asked(listed: Database) -> None:
    confirm(listed, NUMBER)
    assert told(listed) == []
    assert told(listed, with_confirmed=True) == [("service:1", "phone", NUMBER, NUMBER, "confirmed")]
    confirm(listed, NUMBER, log2_odds=5, days_ago=0)
    assert told(listed, with_confirmed=True) == []


def test_only_what_is_known_since_a_day_is_told(listed: Database) -> None:
    edit(listed, makers.phone(OTHER))
    confirm(listed, OTHER, days_ago=10)
    assert len(found(listed, since="2026-11-16")) == 1
    assert found(listed, since="2026-11-17") == []


def test_contacts_and_what_is_not_for_everybody_are_never_told(database: Database) -> None:
    contact = FactDraft("contact", Contact(name="Ann Example"), slot="intake")
    inside = FactDraft("phone", Phone(THIRD), slot="inside", tier="partner", match_key=THIRD)
    run(database, organization(), service(contact, inside))
    edit(database, FactDraft("contact", Contact(name="Bea Example"), slot="intake"), "contact")
    with database.transaction() as session:
        held = session.scalars(sa.select(Fact).where(Fact.slot == "inside")).one()
        by = acting(session, make_person(session, "Ana", "admin"))
        new = Edit(FactDraft("phone", Phone(OTHER), slot="inside", tier="partner", match_key=OTHER))
        integrity.edit(session, held.record_id, [new], by=by, reason="a call", now=session.info["now"])
    assert found(database) == []
    assert found(database, with_confirmed=True) == []


def test_of_a_confidential_service_neither_text_nor_day_nor_site_is_told(database: Database) -> None:
    run(database, organization(), service(makers.text("description", "Beds."), sites=None))
    with database.transaction() as session:
        service_id = session.scalars(sa.select(Record.id).where(Record.kind == "service")).one()
        now = session.info["now"]
        author = Author("edit", "at their wish")
        withdraw(session, service_id, disclosure="area_only", area="US-FL-331", author=author, now=now)
    line = FactDraft("phone", Phone(OTHER, description="Ask for the intake team"), slot="voice", match_key=OTHER)
    edit(database, line)
    edit(database, makers.text("description", "Rooms."), "description")
    items = found(database)
    assert [(one.key, one.field, one.on, one.as_of) for one in items] == [("service:1", "phone", "2026-11", "2026-11")]
    assert (items[0].theirs, items[0].ours) == ({"number": NUMBER}, {"number": OTHER})
    assert makers.STREET not in str(items)


def test_an_old_address_is_told_only_while_the_place_is_public(listed: Database) -> None:
    moved = Address(address_1="9 Lantern Avenue", city="Miami", state_province="FL", postal_code="33130")
    edit(listed, FactDraft("address", moved), "address", "location")
    assert told(listed) == [("site:1", "address", makers.STREET, "9 Lantern Avenue", "person")]
    with listed.transaction() as session:
        service_id = session.scalars(sa.select(Record.id).where(Record.kind == "service")).one()
        author, now = Author("edit", "at their wish"), session.info["now"]
        withdraw(session, service_id, disclosure="area_only", area="US-FL-331", author=author, now=now)
    assert told(listed) == []
    with listed.reading() as session:
        for asked in (Asked("county", "csv", with_confirmed=True), Asked("county", "hsds", with_confirmed=True)):
            content = corrections(session, asked, now=session.info["now"]).content.decode()
            assert [word for word in ("Lantern", "Evergreen", "33130") if word in content] == []


def test_another_sources_number_is_told_only_where_its_licence_lets_it_pass(listed: Database) -> None:
    edit(listed, makers.phone(OTHER))
    with listed.transaction() as session:
        other = Source(key="state", kind="file", trust="feed", sharing="none")
        session.add(other)
        session.flush()
        held = session.scalars(sa.select(Fact).where(Fact.field == "phone", Fact.standing == "current")).one()
        at = session.info["now"]
        row = SourceRecord(source_id=other.id, source_key="x", record_id=held.record_id, outcome="accepted", seen_at=at)
        session.add(row)
        session.flush()
        session.add(Claim(fact_id=held.id, source_record_id=row.id, said_at=at))
        change = session.get_one(Change, held.change_id)
        assert change.kind == "edit"
    assert len(found(listed)) == 1
    with listed.transaction() as session:
        session.execute(sa.update(Change).where(Change.kind == "edit").values(kind="import"))
    assert found(listed) == []
    with listed.transaction() as session:
        session.execute(sa.update(Source).where(Source.key == "state").values(sharing="attribution"))
    assert [(one.why, one.role) for one in found(listed)] == [("other-source", "source")]


def test_every_reason_has_words_in_both_languages() -> None:
    assert all({"en", "es"} == words.keys() and "{date}" in words["es"] for words in WORDS.values())
    assert set(BY_METHOD.values()) <= WORDS.keys()
