"""What a card says, and to whom."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.card import Card, decode_card
from directory.cards.models import CardRow
from directory.cards.queries import card_of, documents_of
from directory.db import Database
from directory.jobs import refresh_lapsed_cards
from directory.listings.drafts import FactDraft
from directory.listings.fields import Age, Contact, Identifier, Schedule
from directory.listings.models import Fact
from directory.listings.queries import get_record
from directory.listings.service import Created, set_standing
from tests import makers


def shown(database: Database, made: Created) -> Card:
    """The card of the first listing."""
    with database.reading() as session:
        card = card_of(session, made.listings[0][1])
    assert card is not None
    return card


def make(database: Database, *facts: FactDraft, area: str | None = None, place: bool = True) -> Created:
    """A committed service."""
    with database.transaction() as session:
        sites = [makers.site()] if place and area is None else []
        return makers.make_service(session, *facts, area=area, sites=sites)


def test_a_card_names_its_town_and_never_a_street_or_a_point(database: Database) -> None:
    card = shown(database, make(database, makers.kind("food")))
    assert (card.block, card.place, card.name, card.organization) == (
        "site", "Miami, FL", "Practice Service", "Practice House",
    )  # fmt: skip
    with database.reading() as session:
        brief = session.scalars(sa.select(CardRow.brief).where(CardRow.brief.is_not(None))).one() or b""
    assert b"Evergreen" not in brief
    assert b"25.7" not in brief


def test_a_confidential_card_names_its_area_only(database: Database) -> None:
    card = shown(database, make(database, makers.kind("emergency-shelter"), area="US-FL-331"))
    assert (card.block, card.place) == ("confidential", "US-FL-331")


def test_unknown_is_neither_yes_nor_no(database: Database) -> None:
    card = shown(database, make(database, makers.takes("women"), makers.refuses("men")))
    assert card.yes == {"women": "welcomes"}
    assert card.no == ["men"]
    assert "trans-women" not in {*card.yes, *card.no}


def test_what_is_exclusive_rules_out_its_opposite_unless_that_is_stated(database: Database) -> None:
    only = shown(database, make(database, makers.takes("women", "exclusive")))
    assert "men" in only.no
    both = shown(database, make(database, makers.takes("women", "exclusive"), makers.takes("men", "does-not-exclude")))
    assert "men" not in both.no


def test_a_lowest_age_of_eighteen_rules_out_minors(database: Database) -> None:
    assert "minors" in shown(database, make(database, FactDraft("age", Age(minimum=18)))).no
    assert "minors" not in shown(database, make(database, FactDraft("age", Age(minimum=16)))).no


def test_staff_outrank_interpreters_and_a_website_is_no_speaker(database: Database) -> None:
    card = shown(
        database,
        make(
            database,
            makers.speaks("es"),
            makers.speaks("es", "interpreter"),
            makers.speaks("ht", "interpreter"),
            makers.speaks("fr", "website"),
        ),
    )
    assert card.languages == {"es": "staff", "ht": "interpreter"}


def test_the_last_confirmation_of_a_number_stands_on_the_card_with_its_method(database: Database) -> None:
    made = make(database)
    with database.transaction() as session:
        number = session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).one()
        makers.confirm(session, number, days_ago=40)
        makers.confirm(session, number, days_ago=12)
    card = shown(database, made)
    assert (card.phones[0].confirmed, card.phones[0].method) == ("2026-11-14", "call")
    assert card.confirmed["phone/voice"].on == "2026-11-14"
    # Of what is neither a line nor a bed a call is due after 270 days, and readers are warned from the 365th on.
    confirmed = dt.date(2026, 11, 14).toordinal()
    assert card.fresh_until == confirmed + 364
    assert confirmed < card.due_on <= confirmed + 270
    assert not card.may_not_work


def test_a_strong_last_observation_against_a_number_warns_and_a_later_call_lifts_it(database: Database) -> None:
    made = make(database)
    with database.transaction() as session:
        number = session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).one()
        makers.confirm(session, number, days_ago=9, log2_odds=4)
    assert shown(database, made).may_not_work
    with database.transaction() as session:
        makers.confirm(session, number, days_ago=2)
    assert not shown(database, made).may_not_work


def test_expired_evidence_of_practice_is_not_shown_and_the_card_renews_itself_on_the_day(database: Database) -> None:
    made = make(database, makers.trained("assessed", "2026-11-27"), makers.trained("attested"))
    card = shown(database, made)
    assert card.trauma_informed is not None
    assert card.trauma_informed.level == "assessed"
    with database.reading() as session:
        due = session.scalars(sa.select(CardRow.refresh_on).where(CardRow.refresh_on.is_not(None))).one()
    assert due == dt.date(2026, 11, 28).toordinal()
    assert refresh_lapsed_cards(database) == 0
    database._clock = lambda: dt.datetime(2026, 11, 28, 1, tzinfo=dt.UTC)
    assert refresh_lapsed_cards(database) == 1
    renewed = shown(database, made).trauma_informed
    assert renewed is not None
    assert renewed.level == "attested"


@pytest.mark.parametrize("standing", ["suspended", "closed", "do-not-list"])
@pytest.mark.parametrize("level", ["listing", "service", "organization"])
def test_what_people_take_off_is_gone_at_commit_and_comes_back_the_same(
    database: Database, standing: str, level: str
) -> None:
    made = make(database, makers.kind("food"))
    record_id = {"listing": made.listings[0][1], "service": made.record_id, "organization": made.organization_id}[level]

    def give(session: Session, word: str) -> None:
        set_standing(session, record_id, word, by=None, reason="a test", now=session.info["now"])

    before = shown(database, made)
    with database.transaction() as session:
        give(session, standing)
    with database.reading() as session:
        assert card_of(session, made.listings[0][1]) is None
        # Of what is closed the names stay, for whoever asks for it by name (tests/directory/search/test_closed.py).
        for table, kept in (("search_key", 0), ("search_text", int(standing == "closed"))):
            assert session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == kept
    with database.transaction() as session:
        give(session, "listed")
    assert shown(database, made) == before


def test_an_inactive_status_of_the_source_is_not_searchable_and_a_blank_one_is(database: Database) -> None:
    made = make(database, makers.text("status", "inactive"))
    with database.reading() as session:
        assert card_of(session, made.listings[0][1]) is None
    assert shown(database, make(database, makers.text("status", "active")))


def test_each_tier_sees_its_own_and_nothing_above(database: Database) -> None:
    contact = FactDraft("contact", Contact(name="A. Person", title="Intake"), slot="intake")
    identifier = FactDraft("organization_identifier", Identifier("12-3456789"), slot="ein")
    made = make(database, contact, identifier)
    with database.reading() as session:
        listing = get_record(session, made.listings[0][1])
        seen = {
            tier: {fact.field for document in documents_of(session, listing, tier=tier) for fact in document.facts}
            for tier in ("public", "partner", "coordinator")
        }
        row = session.scalars(sa.select(CardRow).where(CardRow.record_id == made.record_id)).one()
        assert b"A. Person" not in bytes(row.public)
    assert "contact" not in seen["public"]
    assert "contact" in seen["partner"]
    assert "organization_identifier" not in seen["partner"]
    assert "organization_identifier" in seen["coordinator"]


def test_dates_of_a_confidential_service_are_shown_by_the_month(database: Database) -> None:
    made = make(database, makers.kind("emergency-shelter"), area="US-FL-331")
    with database.transaction() as session:
        session.execute(
            sa.text("INSERT INTO source (key, kind, trust) VALUES ('s', 'feed', 'feed')"),
        )
        session.execute(
            sa.text(
                "INSERT INTO source_record (source_id, source_key, outcome, seen_at)"
                " VALUES (1, 'k', 'accepted', '2026-11-05 00:00:00')"
            )
        )
        session.execute(
            sa.text(
                "INSERT INTO claim (fact_id, source_record_id, said_at)"
                " SELECT id, 1, '2026-11-05 00:00:00' FROM fact WHERE field = 'name'"
            )
        )
        session.info["touched"].add(made.organization_id)
    with database.reading() as session:
        listing = get_record(session, made.listings[0][1])
        dates = {fact.said for one in documents_of(session, listing, tier="coordinator") for fact in one.facts}
    assert "2026-11" in dates


def test_hours_keep_their_three_kinds_and_text_that_could_not_be_read(database: Database) -> None:
    made = make(
        database,
        makers.opens({"MO": [(540, 1020)]}),
        makers.opens({"SU": [(0, 1440)]}, "crisis-line"),
        FactDraft("schedule", Schedule(text="by appointment"), slot="intake"),
    )
    card = shown(database, made)
    assert card.weeks == {"office": [(540, 1020)], "crisis-line": [(8640, 10080)]}
    assert card.hours_text == {"intake": "by appointment"}
    assert card.zone == "America/New_York"


def test_a_card_survives_its_encoding(database: Database) -> None:
    made = make(database, makers.kind("food"), makers.speaks("es"), makers.trained())
    with database.reading() as session:
        blob = session.scalars(sa.select(CardRow.brief).where(CardRow.record_id == made.listings[0][1])).one()
    assert decode_card(bytes(blob or b"")) == shown(database, made)
