"""A source's rows become listings: once, never over what people confirmed, and never more open than before."""

import uuid
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.audit.service import broken_at
from directory.bootstrap import working_network
from directory.cards.queries import card_of
from directory.db import Database
from directory.errors import BadInputError
from directory.intake.revision import withdraw
from directory.intake.service import SourceRow, StoredRow, store_rows
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, SiteDraft
from directory.listings.fields import Identifier
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.sources.models import Claim, SourceRecord
from directory.sources.service import ensure_source, finish_run, start_run
from tests import makers


def organization(*facts: FactDraft, key: str = "organization:1") -> SourceRow:
    """A row of an organization."""
    return SourceRow(key, OrganizationDraft(key, [makers.text("name", "Practice House"), *facts]), "accepted")


def service(
    *facts: FactDraft,
    key: str = "service:1",
    sites: list[SiteDraft] | None = None,
    area: str | None = None,
    number: str = "+13055550142",
) -> SourceRow:
    """A row of a service: at a place, or confidential in an area."""
    said = [makers.text("name", "Practice Service"), makers.phone(number), *facts]
    disclosure: Any = "area_only" if area else "public"
    places = [] if area else [makers.site(key.replace("service", "site"))] if sites is None else sites
    return SourceRow(key, ServiceDraft(key, "organization:1", said, disclosure, area, places), "accepted")


def run(database: Database, *rows: SourceRow, source: str = "county", by: int | None = None) -> list[StoredRow]:
    """One run of a feed."""
    with database.transaction() as session:
        now = session.info["now"]
        feed = ensure_source(session, key=source, kind="feed", trust="feed")
        opened = start_run(session, feed, reader="hsds", now=now)
        stored = store_rows(session, opened, rows, network_id=working_network(session).id, by=by, now=now)
        finish_run(session, opened, state="applied", totals={"rows": len(rows)}, now=now)
    return stored


def count(database: Database, table: Any, *where: Any) -> int:
    """Rows of a table."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def holds(database: Database, words: str) -> int:
    """In how many facts, notes and cards these words stand."""
    total = 0
    with database.engine.connect() as connection:
        for table, column in (("fact", "value"), ("source_record", "notes"), ("search_text", "words")):
            query = sa.text(f"SELECT count(*) FROM {table} WHERE {column} LIKE :words")
            total += connection.execute(query, {"words": f"%{words}%"}).scalar_one()
        for row in connection.execute(sa.text("SELECT brief, public, partner, coordinator FROM card")):
            total += sum(words.encode() in bytes(blob) for blob in row if blob is not None)
    return total


def test_rows_become_an_organization_a_service_and_a_listing_with_a_claim_on_every_fact(database: Database) -> None:
    stored = run(database, organization(), service())
    assert [row.what for row in stored] == ["new", "new"]
    assert stored[1].organization == stored[0].organization
    assert len(stored[1].listings) == 1
    assert count(database, Claim) == count(database, Fact) == 5
    with database.reading() as session:
        assert broken_at(session) is None


def test_the_same_rows_twice_change_nothing(database: Database) -> None:
    first = run(database, organization(), service())
    before = count(database, Change), count(database, Fact), count(database, ChangeItem)
    second = run(database, organization(), service())
    assert [row.what for row in second] == ["unchanged", "unchanged"]
    assert second[1].listings == first[1].listings
    assert (count(database, Change), count(database, Fact), count(database, ChangeItem)) == before


def test_an_unconfirmed_number_follows_its_source(database: Database) -> None:
    listing = run(database, organization(), service())[1].listings[0]
    again = run(database, organization(), service(number="+13055550199"))[1]
    assert (again.what, again.listings, again.proposed) == ("changed", (listing,), 0)
    with database.reading() as session:
        card = card_of(session, session.scalars(sa.select(Record.id).where(Record.kind == "listing")).one())
    assert card is not None
    assert [line.number for line in card.phones] == ["+13055550199"]
    assert count(database, Fact, Fact.standing == "past") == 1


def test_a_confirmed_number_stays_and_the_other_one_waits_once(database: Database) -> None:
    run(database, organization(), service())
    with database.transaction() as session:
        makers.confirm(session, session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).one())
    for _ in range(2):
        run(database, organization(), service(number="+13055550199", key="service:1"))
    assert count(database, Fact, Fact.standing == "proposed") == 1
    with database.reading() as session:
        waiting = session.scalars(sa.select(Change).where(Change.state == "proposed")).one()
        assert (waiting.needs_second, waiting.needs_proof) == (True, True)
        current = session.scalars(sa.select(Fact.value).where(Fact.field == "phone", Fact.standing == "current")).one()
    assert current == '{"number":"+13055550142"}'


def test_what_a_person_entered_is_not_overwritten_by_a_source(database: Database) -> None:
    run(database, organization(), service())
    with database.transaction() as session:
        session.execute(sa.delete(Claim))  # as if a person had entered every fact
    run(database, organization(), service(number="+13055550199"))
    assert count(database, Fact, Fact.field == "phone", Fact.standing == "current") == 1
    assert count(database, Fact, Fact.field == "phone", Fact.standing == "proposed") == 1


def test_what_a_source_no_longer_says_stays_with_a_note(database: Database) -> None:
    run(database, organization(), service(makers.speaks("es")))
    run(database, organization(), service())
    assert count(database, Fact, Fact.field == "language", Fact.standing == "current") == 1
    assert count(database, Claim, Claim.gone_at.is_not(None)) == 1
    run(database, organization(), service(makers.speaks("es")))
    assert count(database, Claim, Claim.gone_at.is_not(None)) == 0


def test_a_closed_listing_is_not_reopened_by_its_source(database: Database) -> None:
    run(database, organization(), service())
    with database.transaction() as session:
        session.execute(sa.update(Record).where(Record.kind == "listing").values(standing="do-not-list"))
    run(database, organization(), service(number="+13055550199"))
    assert count(database, Record, Record.standing == "do-not-list") == 1


def test_a_row_that_can_no_longer_be_read_takes_nothing_away(database: Database) -> None:
    run(database, organization(), service())
    broken = SourceRow("service:1", None, "quarantined", ("too-many-columns",), "The row has more cells than columns.")
    assert run(database, organization(), broken)[1].what == "unchanged"
    assert count(database, Record, Record.kind == "listing", Record.standing == "listed") == 1


def test_a_quarantined_row_is_remembered_and_comes_in_when_it_is_mended(database: Database) -> None:
    broken = SourceRow("service:1", None, "quarantined", ("no-name",), "The row has no name.")
    run(database, organization(), broken)
    assert count(database, SourceRecord, SourceRecord.outcome == "quarantined") == 1
    assert run(database, organization(), service())[1].what == "new"
    assert count(database, SourceRecord, SourceRecord.outcome == "quarantined") == 0
    assert count(database, Claim) == count(database, Fact)


def test_a_service_that_gains_a_place_keeps_its_listing(database: Database) -> None:
    listing = run(database, organization(), service(sites=[]))[1].listings
    again = run(database, organization(), service())[1]
    assert again.listings == listing
    assert count(database, Record, Record.location_id.is_not(None)) == 1


def test_a_second_place_becomes_a_second_listing(database: Database) -> None:
    run(database, organization(), service())
    two = [makers.site("site:1"), makers.site("site:2", street="9 Harbor Road")]
    assert len(run(database, organization(), service(sites=two))[1].listings) == 2


@pytest.mark.parametrize("rows", [(service(),), (organization(), organization())])
def test_a_service_before_its_organization_and_a_key_twice_are_refused_whole(
    database: Database, rows: tuple[SourceRow, ...]
) -> None:
    with pytest.raises(BadInputError):
        run(database, *rows)
    assert count(database, Record) == 0


def test_a_service_reclassified_as_confidential_leaves_nothing_of_its_place(database: Database) -> None:
    text = makers.text("description", "Meals every day. We are at 742 Evergreen Terrace, next to the bus stop.")
    owner = organization(
        makers.text("description", "Our office at 742 Evergreen Terrace helps."),
        FactDraft("organization_identifier", Identifier("12-3456789"), slot="ein"),
    )
    two = [makers.site("site:1"), makers.site("site:2", street="9 Harbor Road", point=(25.9, -80.3))]
    listing = run(database, owner, service(text, sites=two))[1].listings[0]
    assert holds(database, "Evergreen") > 3
    again = run(database, organization(), service(makers.kind("emergency-shelter"), area="US-FL-331"))[1]
    assert again.withdrawn
    assert again.listings[0] == listing
    for secret in ("Evergreen", "9 Harbor", "33130", "25.768", "25.9,", "bus stop", "12-3456789"):
        assert holds(database, secret) == 0
    assert holds(database, "Meals every day") > 0
    with database.reading() as session:
        card = card_of(
            session, session.scalars(sa.select(Record.id).where(Record.public_id == uuid.UUID(listing))).one()
        )
        assert broken_at(session) is None
    assert card is not None
    assert (card.block, card.place) == ("confidential", "US-FL-331")
    assert count(database, Record, Record.kind == "listing", Record.standing == "listed") == 1


def test_a_neighbour_at_the_same_site_becomes_confidential_with_it(database: Database) -> None:
    neighbour = service(makers.kind("food"), key="service:2")
    run(database, organization(), service(), neighbour)
    run(database, organization(), service(makers.kind("emergency-shelter"), area="US-FL-331"))
    assert count(database, Record, Record.kind == "service", Record.location_disclosure == "area_only") == 2
    assert holds(database, "Evergreen") == 0


def test_a_source_cannot_open_what_is_confidential(database: Database) -> None:
    run(database, organization(), service(makers.kind("emergency-shelter"), area="US-FL-331"))
    opened = service(
        makers.text("description", "Soup. Find us at 742 Evergreen Terrace."),
        makers.text("url", "https://x.example.org"),
    )
    run(database, organization(), opened)
    run(database, organization(), opened)
    assert count(database, Record, Record.location_disclosure == "public", Record.kind == "service") == 0
    assert holds(database, "Evergreen") == 0
    assert count(database, Fact, Fact.field == "url", Fact.tier == "coordinator") == 1


def test_text_of_an_organization_with_a_confidential_service_is_screened_when_it_comes_again(
    database: Database,
) -> None:
    run(database, organization(), service(makers.kind("emergency-shelter"), area="US-FL-331"))
    run(database, organization(makers.text("description", "We help. Come to 742 Evergreen Terrace.")))
    assert holds(database, "Evergreen") == 0
    assert holds(database, "We help.") > 0


def test_a_sentence_of_another_service_that_names_the_secret_street_goes_and_the_rest_stays(database: Database) -> None:
    words = makers.text("description", "Bread on Mondays. Bring it to 742 Evergreen Ter. Ask for a list.")
    other = service(words, key="service:2", sites=[makers.site("site:2", street="9 Harbor Road", point=(25.9, -80.3))])
    run(database, organization(), service(), other)
    run(database, organization(), service(makers.kind("emergency-shelter"), area="US-FL-331"))
    assert holds(database, "Evergreen") == 0
    assert holds(database, "Bread on Mondays. Ask for a list.") > 0
    assert holds(database, "9 Harbor") > 0


def test_digests_and_notes_of_what_was_public_are_forgotten_in_every_source(database: Database) -> None:
    noted = msgspec.structs.replace(service(), notes={"parking": "behind 742 Evergreen Terrace"})
    run(database, organization(), noted)
    with database.transaction() as session:
        found = session.scalars(sa.select(Record.id).where(Record.kind == "service")).one()
        withdraw(
            session, found, disclosure="area_only", area="US-FL-331", author=makers.AUTHOR, now=session.info["now"]
        )
    assert holds(database, "Evergreen") == 0
    assert count(database, SourceRecord, SourceRecord.digest.is_not(None)) == 0


def test_a_confidential_draft_that_says_too_much_is_closed_by_the_verb_itself(database: Database) -> None:
    told = [
        makers.kind("emergency-shelter"),
        makers.text("url", "https://rooms.example.org"),
        makers.text("description", "Rooms. We are at 742 Evergreen Terrace."),
    ]
    for _ in range(2):
        run(database, organization(), service(*told, area="US-FL-331"))
    assert holds(database, "Evergreen") == 0
    assert count(database, Fact, Fact.field == "url", Fact.tier == "coordinator") == 1
    assert count(database, Change) == 2


def test_what_was_said_of_an_organization_is_gone_when_it_becomes_closed(database: Database) -> None:
    def named(name: str, *, is_closed: bool) -> SourceRow:
        facts = [makers.text("name", name), makers.text("description", "We help.")]
        return SourceRow("organization:1", OrganizationDraft("organization:1", facts, is_closed), "accepted")

    run(database, named("Quince House", is_closed=False))
    run(database, named("Quince Home", is_closed=False))
    [answer] = run(database, named("Name not shown", is_closed=True))
    assert (answer.what, answer.withdrawn) == ("changed", True)
    with database.reading() as session:
        facts = list(session.scalars(sa.select(Fact)))
    assert {fact.value for fact in facts} == {None, '{"text":"Name not shown"}', '{"text":"We help."}'}
    [answer] = run(database, named("Name not shown", is_closed=True))
    assert (answer.what, answer.withdrawn) == ("unchanged", False)


def test_a_confirmed_name_stays_when_its_organization_becomes_closed_unless_it_tells(database: Database) -> None:
    facts = [makers.text("name", "Quince House")]
    row = SourceRow("organization:1", OrganizationDraft("organization:1", facts), "accepted")
    run(database, row)
    with database.transaction() as session:
        makers.confirm(session, session.scalars(sa.select(Fact.id).where(Fact.field == "name")).one())
    for name, current in (("Pear House", "Quince House"), ("Name not shown", "Name not shown")):
        draft = OrganizationDraft("organization:1", [makers.text("name", name)], is_closed=True)
        run(database, msgspec.structs.replace(row, draft=draft))
        assert count(database, Fact, Fact.standing == "current", Fact.value == f'{{"text":"{current}"}}') == 1
