"""What somebody changes behind the verbs raises an alarm; what the verbs do never does."""

import datetime as dt
import itertools
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.audit.anchor import anchor_of
from directory.audit.service import Act, record
from directory.audit.signing import public_half
from directory.audit.verification import Trust
from directory.bootstrap import open_database, working_network
from directory.cards.card import decode_card, decode_document, encode
from directory.cards.models import CardRow
from directory.db import Database
from directory.freshness.service import count_report
from directory.intake.revision import withdraw
from directory.intake.service import SourceRow, store_rows
from directory.listings.changes import Author, OpenChange
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, SiteDraft
from directory.listings.fields import Schedule, Text
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.listings.service import create, set_standing, touch
from directory.people.models import Person
from directory.reconciliation.alarm import Alarm
from directory.reconciliation.service import MOST_ALARMS, reconcile
from directory.search.models import SearchKey, SearchText
from directory.sources.service import ensure_source, finish_run, start_run
from tests import makers
from tests.conftest import NOW
from tests.directory.audit.tampering import KEY, put, rows, sealed, without_triggers
from tests.services import DatabaseSource

NUMBER, OTHER = "+13055550142", "+13055550199"
TABLES = ("audit_entry", "fact", "change", "change_item", "record", "evidence")


def alarms(database: Database, **given: Any) -> list[Alarm]:
    """What differs."""
    return reconcile(database, now=given.pop("now", NOW), **given)


def kinds(database: Database) -> set[str]:
    """The kinds of it."""
    return {alarm.kind for alarm in alarms(database)}


def fill(database: Database) -> None:
    """Two services of one organization: at a place, and confidential."""
    with database.transaction() as session:
        organization = makers.make_organization(session, "Practice House", makers.phone("+13055550101"))
        makers.make_service(
            session, makers.text("description", "Soup"), makers.kind("food"), makers.trained(),
            name="Practice Kitchen", organization_id=organization, sites=[makers.site()],
        )  # fmt: skip
        makers.make_service(
            session, makers.phone("+13055550177"), name="Practice Rooms", organization_id=organization, area="US-FL-331"
        )


def phone_id(database: Database, number: str = NUMBER) -> int:
    """The fact of a number."""
    with database.reading() as session:
        return session.scalars(sa.select(Fact.id).where(Fact.value == f'{{"number":"{number}"}}')).one()


@pytest.fixture
def filled(database: Database) -> Database:
    """Nothing differs in it, and it refuses nothing any more."""
    fill(database)
    assert alarms(database) == []
    without_triggers(database, *TABLES)
    return database


def tamper(database: Database, *statements: Any) -> None:
    """Do it by SQL."""
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


# ---------------------------------------------------------------------- by SQL


def test_a_number_changed_by_sql_raises_an_alarm_that_does_not_hold_it(filled: Database) -> None:
    tamper(filled, sa.update(Fact).where(Fact.id == phone_id(filled)).values(value=f'{{"number":"{OTHER}"}}'))
    found = alarms(filled)
    assert {"values", "card"} <= {alarm.kind for alarm in found}
    told = " ".join(f"{alarm.subject} {alarm.words}" for alarm in found)
    for value in ("0142", "0199", "Practice", "Kitchen", "Evergreen"):
        assert value not in told


def test_a_number_changed_by_sql_and_carried_to_its_card_raises_an_alarm_still(filled: Database) -> None:
    tamper(filled, sa.update(Fact).where(Fact.id == phone_id(filled)).values(value=f'{{"number":"{OTHER}"}}'))
    with filled.transaction() as session:
        touch(session, *session.scalars(sa.select(Record.id)))
    assert kinds(filled) == {"values"}


def test_a_number_that_is_no_value_at_all_raises_an_alarm_and_hides_no_other(filled: Database) -> None:
    other = phone_id(filled, "+13055550177")
    tamper(
        filled,
        sa.update(Fact).where(Fact.id == phone_id(filled)).values(value="{"),
        sa.update(Fact).where(Fact.id == other).values(standing="past"),
    )
    assert {"values", "card", "standing"} <= kinds(filled)
    assert f"fact {other}" in {alarm.subject for alarm in alarms(filled)}


@pytest.mark.parametrize("column", ["brief", "public"])
def test_a_number_changed_on_a_stored_card_raises_an_alarm(filled: Database, column: str) -> None:
    stored = getattr(CardRow, column)
    with filled.reading() as session:
        found = [(row[0], bytes(row[1])) for row in session.execute(sa.select(CardRow.record_id, stored)) if row[1]]
    blobs = {record_id: _with_another_number(blob, is_card=column == "brief") for record_id, blob in found}
    [(record_id, forged)] = [(one, blobs[one]) for one, blob in found if blobs[one] != blob]
    tamper(filled, sa.update(CardRow).where(CardRow.record_id == record_id).values({column: forged}))
    assert [(alarm.kind, alarm.subject) for alarm in alarms(filled)] == [("card", f"record {record_id}")]


def _with_another_number(blob: bytes, *, is_card: bool) -> bytes:
    """A stored card or document with another number."""
    read: Any = decode_card(blob) if is_card else decode_document(blob)
    written = msgspec.json.encode(read).replace(NUMBER.encode(), OTHER.encode())
    return encode(msgspec.json.decode(written, type=type(read)))


def test_a_card_that_is_gone_or_was_made_up_raises_an_alarm(filled: Database) -> None:
    with filled.reading() as session:
        listing = session.scalars(sa.select(CardRow.record_id).where(CardRow.brief.is_not(None))).first()
    tamper(filled, sa.delete(CardRow).where(CardRow.record_id == listing))
    assert kinds(filled) == {"card"}
    with filled.transaction() as session:
        touch(session, listing)
        set_standing(session, listing or 0, "closed", by=None, reason="a test", now=NOW)
    assert alarms(filled) == []
    tamper(filled, sa.update(CardRow).where(CardRow.record_id == listing).values(brief=b"{}"))
    assert kinds(filled) == {"card"}


def test_a_standing_flipped_by_sql_raises_an_alarm(filled: Database) -> None:
    fact = phone_id(filled)
    tamper(filled, sa.update(Fact).where(Fact.id == fact).values(standing="past"))
    assert Alarm("standing", f"fact {fact}", "") in [Alarm(a.kind, a.subject, "") for a in alarms(filled)]


def test_a_past_number_brought_back_by_sql_raises_an_alarm(filled: Database) -> None:
    old = phone_id(filled)
    _correct(filled, old)
    assert alarms(filled) == []
    tamper(
        filled,
        sa.update(Fact).where(Fact.value == f'{{"number":"{OTHER}"}}').values(standing="past"),
        sa.update(Fact).where(Fact.id == old).values(standing="current"),
    )
    assert len([alarm for alarm in alarms(filled) if alarm.kind == "standing"]) == 2


def test_a_past_number_changed_by_sql_raises_an_alarm(filled: Database) -> None:
    old = phone_id(filled)
    _correct(filled, old)
    tamper(filled, sa.update(Fact).where(Fact.id == old).values(value='{"number":"+13055550111"}'))
    # It was brought by one change and ended by another.
    assert [alarm.kind for alarm in alarms(filled)] == ["values", "values"]


def _correct(database: Database, fact_id: int, number: str = OTHER) -> int:
    """Another number in place of one, in one change; its id."""
    with database.transaction() as session:
        fact = session.get_one(Fact, fact_id)
        owner = session.get_one(Record, fact.record_id)
        change = OpenChange(session, Author("edit", "a call"), subject_id=owner.id, now=NOW)
        change.end(fact)
        change.add(owner, makers.phone(number, fact.slot))
        change.close()
        touch(session, owner.id)
        return change.id


def test_a_number_added_by_sql_raises_an_alarm_whatever_is_made_up_for_it(filled: Database) -> None:
    with filled.reading() as session:
        row = dict(session.execute(sa.select(Fact.__table__).where(Fact.id == phone_id(filled))).mappings().one())
    added = row | {"id": 9_001, "slot": "tty", "value": f'{{"number":"{OTHER}"}}'}
    tamper(filled, sa.insert(Fact).values(added))
    assert "values" in kinds(filled)
    tamper(filled, sa.delete(Fact).where(Fact.id == 9_001))
    assert alarms(filled) == []
    made_up = {"id": 9_001, "kind": "edit", "state": "applied", "proposed_at": NOW, "reason": "", "holds": ""}
    tamper(filled, sa.insert(Change).values(made_up), sa.insert(Fact).values(added | {"change_id": 9_001}))
    assert "change" in kinds(filled)


def test_a_transition_made_up_by_sql_raises_an_alarm(filled: Database) -> None:
    fact = phone_id(filled)
    with filled.reading() as session:
        change = session.scalars(sa.select(sa.func.max(Change.id))).one()
    item = {
        "change_id": change, "seq": 0, "op": "update", "entity": "fact", "entity_id": fact,
        "before": '{"standing":"current"}',
    }  # fmt: skip
    tamper(filled, sa.insert(ChangeItem).values(item), sa.update(Fact).where(Fact.id == fact).values(standing="past"))
    with filled.transaction() as session:
        touch(session, *session.scalars(sa.select(Record.id)))
    assert kinds(filled) == {"values"}


def test_a_return_made_up_by_sql_raises_an_alarm(filled: Database) -> None:
    old = phone_id(filled)
    _correct(filled, old)
    with filled.transaction() as session:
        owner = session.get_one(Record, session.get_one(Fact, old).record_id)
        change = OpenChange(session, Author("edit", "a call"), subject_id=owner.id, now=NOW)
        change.end(session.get_one(Fact, phone_id(filled, OTHER)))
        change.close()
        touch(session, owner.id)
    assert alarms(filled) == []
    item = {
        "change_id": change.id, "seq": 1, "op": "update", "entity": "fact", "entity_id": old,
        "before": '{"standing":"past"}',
    }  # fmt: skip
    tamper(filled, sa.insert(ChangeItem).values(item), sa.update(Fact).where(Fact.id == old).values(standing="current"))
    with filled.transaction() as session:
        touch(session, owner.id)
    assert [(alarm.kind, alarm.subject) for alarm in alarms(filled)] == [("standing", f"fact {old}")]


def test_a_transition_taken_away_by_sql_raises_an_alarm(filled: Database) -> None:
    change = _correct(filled, phone_id(filled))
    tamper(filled, sa.delete(ChangeItem).where(ChangeItem.change_id == change))
    assert {"values", "standing"} <= kinds(filled)


def test_a_listing_hidden_shown_or_opened_by_sql_raises_an_alarm(filled: Database) -> None:
    with filled.transaction() as session:
        listing = session.scalars(sa.select(Record.id).where(Record.kind == "listing")).first() or 0
    for standing in ("suspended", "closed"):
        tamper(filled, sa.update(Record).where(Record.id == listing).values(standing=standing))
        assert "record" in kinds(filled)
        tamper(filled, sa.update(Record).where(Record.id == listing).values(standing="listed"))
    with filled.transaction() as session:
        set_standing(session, listing, "do-not-list", by=None, reason="a test", now=NOW)
    assert alarms(filled) == []
    tamper(filled, sa.update(Record).where(Record.id == listing).values(standing="listed"))
    assert {"record", "card"} <= kinds(filled)


def test_words_and_postings_changed_by_sql_raise_an_alarm(filled: Database) -> None:
    before = rows_of(filled, SearchText), rows_of(filled, SearchKey)
    for changed in (
        sa.update(SearchText).values(words="call 3055550199"),
        sa.delete(SearchText),
        sa.update(SearchKey).values(yes=7),
        sa.delete(SearchKey),
    ):
        tamper(filled, changed)
        assert kinds(filled) == {"posting"}
        for table, kept in zip((SearchText, SearchKey), before, strict=True):
            tamper(filled, sa.delete(table), sa.insert(table).values(kept))
        assert alarms(filled) == []


def rows_of(database: Database, table: Any) -> list[dict[str, Any]]:
    """All rows of a table."""
    with database.reading() as session:
        return [dict(row) for row in session.execute(sa.select(table.__table__)).mappings()]


def test_a_posting_of_what_nobody_may_find_raises_an_alarm(filled: Database) -> None:
    with filled.reading() as session:
        organization = session.scalars(sa.select(Record.id).where(Record.kind == "organization")).first()
    tamper(filled, sa.insert(SearchText).values(sid=organization, names="a", words="a"))
    assert [(alarm.kind, alarm.subject) for alarm in alarms(filled)] == [("posting", f"record {organization}")]


def test_a_proposal_applied_by_sql_raises_an_alarm(filled: Database) -> None:
    fact = phone_id(filled)
    with filled.transaction() as session:
        held = session.get_one(Fact, fact)
        owner = session.get_one(Record, held.record_id)
        proposal = OpenChange(session, Author("edit", "told"), subject_id=owner.id, state="proposed", now=NOW)
        proposal.item("fact", fact, {"standing": "current"})
        proposal.add(owner, makers.phone(OTHER))
        proposal.close()
        two = _people(session)
    assert alarms(filled) == []
    tamper(
        filled,
        sa.update(Change).where(Change.id == proposal.id).values(
            state="applied", decided_by=two[0], needs_proof=False
        ),
        sa.update(Fact).where(Fact.id == fact).values(standing="past"),
        sa.update(Fact).where(Fact.change_id == proposal.id).values(standing="current"),
    )  # fmt: skip
    assert Alarm("change", f"change {proposal.id}", "") in [Alarm(a.kind, a.subject, "") for a in alarms(filled)]


def _people(session: Any) -> list[int]:
    people = [
        Person(public_id=session.info["new_id"](), name=f"Practice {number}", role="admin", created_at=NOW)
        for number in range(2)
    ]
    session.add_all(people)
    session.flush()
    return [person.id for person in people]


def test_an_entry_whose_change_is_gone_raises_an_alarm(filled: Database) -> None:
    with filled.transaction() as session:
        record(session, [Act("change.applied", "777", {"change": 777, "added": ""})], now=NOW)
    assert [(alarm.kind, alarm.subject) for alarm in alarms(filled)] == [("change", "change 777")]


def test_a_chain_that_is_broken_or_cut_off_raises_an_alarm(filled: Database) -> None:
    seal = sealed(filled)
    trust = Trust((public_half(KEY),), anchor_of(seal))
    assert alarms(filled, trust=trust) == []
    # Without a public key nobody can tell a seal from a forged one.
    assert kinds(filled) == {"audit"}
    whole = rows(filled)
    put(filled, whole[:-1])
    assert [alarm.kind for alarm in alarms(filled, trust=trust)] == ["audit"]
    put(filled, [whole[0] | {"subject": "x"}, *whole[1:]])
    assert [alarm.subject for alarm in alarms(filled, trust=trust)] == ["entry 1"]


def test_a_verified_number_changed_by_one_person_raises_an_alarm(filled: Database) -> None:
    """The verbs themselves, where the database refuses nothing any more."""
    fact = phone_id(filled)
    with filled.transaction() as session:
        makers.confirm(session, fact)
    _correct(filled, fact)
    # Nobody can tell whether the call was made before.
    assert alarms(filled) == []
    fact = phone_id(filled, OTHER)
    with filled.transaction() as session:
        makers.confirm(session, fact)
        record(session, [Act("fact.confirmed", str(fact), {"evidence": 2})], now=NOW)
    assert alarms(filled) == []
    change = _correct(filled, fact, "+13055550111")
    assert [(alarm.kind, alarm.subject) for alarm in alarms(filled)] == [("second-person", f"change {change}")]


def test_a_line_added_to_something_verified_by_one_person_raises_an_alarm(filled: Database) -> None:
    with filled.transaction() as session:
        makers.confirm(session, phone_id(filled))
        record(session, [Act("fact.confirmed", "1", {"evidence": 1})], now=NOW)
        place = session.scalars(sa.select(Record).where(Record.kind == "location")).one()
        change = OpenChange(session, Author("edit", "told"), subject_id=place.id, now=NOW)
        change.add(place, makers.phone(OTHER, "tty"))
        change.close()
        touch(session, place.id)
    assert [(alarm.kind, alarm.subject) for alarm in alarms(filled)] == [("second-person", f"change {change.id}")]


def _say_again(database: Database, number: str) -> int:
    """Empty the confirmed number as a withdrawal does, and say this one in its place; the id of the change."""
    with database.transaction() as session:
        fact = session.get_one(Fact, phone_id(database))
        makers.confirm(session, fact.id)
        record(session, [Act("fact.confirmed", str(fact.id), {"evidence": fact.id})], now=NOW)
        place = session.get_one(Record, fact.record_id)
        change = OpenChange(session, Author("edit", "told"), subject_id=place.id, now=NOW)
        change.say_again(fact, place, makers.phone(number))
        change.close()
        touch(session, place.id)
    return change.id


def test_a_verified_number_may_be_emptied_by_one_person_where_the_same_follows_and_no_other(filled: Database) -> None:
    for _ in range(2):
        _say_again(filled, NUMBER)
        assert alarms(filled) == []
    change = _say_again(filled, OTHER)
    assert [(alarm.kind, alarm.subject) for alarm in alarms(filled)] == [("second-person", f"change {change}")]


def test_whoever_changes_thousands_is_told_of_once(filled: Database) -> None:
    with filled.transaction() as session:
        acts = [Act("change.applied", str(n), {"change": n, "added": ""}) for n in range(7_000, 7_300)]
        record(session, acts, now=NOW)
    assert len(alarms(filled)) == MOST_ALARMS


# ---------------------------------------------------------------------- by the verbs


def test_starter_and_practice_network_raise_no_alarm(
    practice_network: Callable[[str], str], database_kind: str, database_source: DatabaseSource
) -> None:
    url = database_source.copy_of(practice_network(database_kind))
    database = open_database(url, clock=lambda: NOW)
    try:
        assert alarms(database) == []
        # Nor when time has gone on.
        for days in (1, 40, 400, 4_000):
            assert alarms(database, now=NOW + dt.timedelta(days=days)) == []
    finally:
        database.dispose()
        database_source.discard(url)


def test_imports_revisions_proposals_and_withdrawals_raise_no_alarm(database: Database) -> None:
    numbers = itertools.count(140)

    def run(*facts: FactDraft, area: str | None = None, sites: list[SiteDraft] | None = None) -> None:
        said = [makers.text("name", "Practice Service"), makers.phone(f"+13055550{next(numbers)}"), *facts]
        disclosure: Any = "area_only" if area else "public"
        places = [] if area else sites or [makers.site()]
        owner = OrganizationDraft(
            "organization:1",
            [makers.text("name", "Practice House"), makers.text("description", "At 742 Evergreen Ter.")],
        )
        drafts = (owner, ServiceDraft("service:1", "organization:1", said, disclosure, area, places))
        with database.transaction() as session:
            feed = ensure_source(session, key="county", kind="feed", trust="feed")
            opened = start_run(session, feed, reader="hsds", now=NOW)
            rows = [SourceRow(draft.source_key, draft, "accepted") for draft in drafts]
            store_rows(session, opened, rows, network_id=working_network(session).id, by=None, now=NOW)
            finish_run(session, opened, state="applied", totals={}, now=NOW)
        assert alarms(database) == []

    run(makers.text("description", "Meals at 742 Evergreen Terrace."))
    run(makers.speaks("es"), makers.text("description", "Meals."))
    run(sites=[makers.site(), makers.site("site:2", street="9 Harbor Road")])
    with database.transaction() as session:
        confirmed = session.scalars(sa.select(Fact.id).where(Fact.field == "phone", Fact.standing == "current")).one()
        makers.confirm(session, confirmed)
        listing = session.scalars(sa.select(Record.id).where(Record.kind == "listing")).first() or 0
        count_report(session, listing, reason="closed", now=NOW)
    assert alarms(database) == []
    run(makers.text("description", "Meals at 742 Evergreen Terrace."), sites=[makers.site(street="1 Low Road")])
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Fact.standing == "proposed")) == 1
    run(makers.text("description", "Meals."), area="US-FL-331")
    run(makers.text("description", "Come to 1 Low Road."))


def test_a_withdrawal_of_everything_at_one_site_raises_no_alarm(filled: Database) -> None:
    with filled.transaction() as session:
        service = session.scalars(
            sa.select(Record.id).where(Record.kind == "service", Record.location_disclosure == "public")
        ).one()
        withdraw(session, service, disclosure="withheld", area=None, author=makers.AUTHOR, now=NOW)
    assert alarms(filled) == []
    tamper(filled, sa.update(Fact).where(Fact.id == phone_id(filled)).values(value=f'{{"number":"{OTHER}"}}'))
    # Its place was purged, and is in no digest: its number still is.
    assert "values" in kinds(filled)


def test_edits_and_standings_raise_no_alarm(filled: Database) -> None:
    _correct(filled, phone_id(filled))
    with filled.transaction() as session:
        for kind in ("listing", "service", "organization"):
            record_id = session.scalars(sa.select(Record.id).where(Record.kind == kind)).first() or 0
            for standing in ("suspended", "closed", "listed", "do-not-list"):
                set_standing(session, record_id, standing, by=None, reason="a test", now=NOW)
    assert alarms(filled) == []


def test_what_lapses_by_itself_raises_no_alarm_before_or_after_the_clock_comes(database: Database) -> None:
    closed = FactDraft(
        "schedule", Schedule("America/New_York", {"MO": [(540, 600)]}, ["2026-11-27", "2026-12-25"]), slot="office"
    )
    with database.transaction() as session:
        makers.make_service(session, makers.trained(expires_on="2026-12-01"), closed, sites=[makers.site()])
    for days in range(40):
        assert alarms(database, now=NOW + dt.timedelta(days=days)) == []
    with database.reading() as session:
        row = session.execute(sa.select(CardRow.record_id, CardRow.brief).where(CardRow.brief.is_not(None))).one()
    card = decode_card(bytes(row.brief))
    # A card that says otherwise is told also while it waits for the clock.
    forged = encode(msgspec.structs.replace(card, name="Other"))
    tamper(database, sa.update(CardRow).where(CardRow.record_id == row.record_id).values(brief=forged))
    for days in (0, 3, 39):
        assert {alarm.kind for alarm in alarms(database, now=NOW + dt.timedelta(days=days))} == {"card"}


def test_changes_made_meanwhile_raise_no_alarm(database: Database) -> None:
    fill(database)
    is_over = threading.Event()

    def write() -> None:
        numbers = itertools.count(2)
        while not is_over.is_set():
            draft = OrganizationDraft(f"o:{next(numbers)}", [FactDraft("name", Text("Practice Hall"))])
            with database.transaction() as session:
                network = working_network(session).id
                create(session, [(draft, None)], network_id=network, author=makers.AUTHOR, now=NOW)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = [alarms(database) for _ in range(15)]
    finally:
        is_over.set()
        writer.join()
    assert found == [[]] * 15
    with database.reading() as session:
        assert (session.scalar(sa.select(sa.func.count()).select_from(Change)) or 0) > 10
