"""What is believed stands in a table that no writer can forget, and that can be made anew from evidence alone."""

import datetime as dt
import random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.queries import card_of, documents_of
from directory.cards.service import heard_of
from directory.db import Database
from directory.freshness.belief import state_on
from directory.freshness.models import Belief
from directory.freshness.parameters import parameters
from directory.freshness.service import count_report
from directory.listings.drafts import FactDraft
from directory.listings.fields import Text
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record
from directory.listings.service import set_standing
from directory.search.indexing import check, rebuild
from directory.search.models import SearchBuild
from tests import makers
from tests.conftest import NOW

TODAY = NOW.date().toordinal()


def _make(database: Database, *facts: FactDraft, area: str | None = None) -> int:
    with database.transaction() as session:
        sites = [] if area else [makers.site()]
        return makers.make_service(session, *(facts or [makers.kind("legal")]), area=area, sites=sites).listings[0][1]


def _fact(session: Session, listing_id: int, field: str) -> int:
    listing = get_record(session, listing_id)
    family = (listing.id, listing.service_id, listing.location_id)
    return (
        session.scalars(
            sa.select(Fact.id).where(Fact.record_id.in_(family), Fact.field == field, Fact.standing == "current")
        ).first()
        or 0
    )


def _observe(database: Database, listing_id: int, field: str, *looks: tuple[str, str, float]) -> None:
    with database.transaction() as session:
        for method, outcome, days_ago in looks:
            makers.observe(session, _fact(session, listing_id, field), method, outcome, days_ago=days_ago)


def _belief(database: Database, listing_id: int) -> Belief | None:
    with database.reading() as session:
        return session.get(Belief, listing_id)


def _rows(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as session:
        return [tuple(row) for row in session.execute(sa.select(Belief.__table__).order_by(Belief.listing_id))]


def test_a_listing_is_believed_from_its_first_transaction_on(database: Database) -> None:
    listing = _make(database)
    belief = _belief(database, listing)
    assert belief is not None
    assert (belief.state, belief.confirmed_on, belief.model_version) == ("unverified", None, parameters().version)
    assert belief.reasons == f'[["never-confirmed",0,"",""],["since",{TODAY},"phone","import"]]'


def test_a_call_is_believed_in_its_own_transaction_and_stands_on_the_card(database: Database) -> None:
    listing = _make(database)
    _observe(database, listing, "phone", ("call", "live", 10))
    belief = _belief(database, listing)
    assert belief is not None
    assert (belief.state, belief.confirmed_on) == ("verified", TODAY - 10)
    with database.reading() as session:
        card = card_of(session, listing)
    assert card is not None
    assert (card.due_on, card.stale_on) == (belief.due_on, belief.stale_on)
    assert [reason.code for reason in card.reasons] == ["confirmed", "since"]
    assert state_on(card, TODAY) == "verified"


def test_a_dead_line_is_unreachable_on_its_card(database: Database) -> None:
    listing = _make(database)
    _observe(database, listing, "phone", ("call", "live", 30), ("call", "disconnected", 2))
    with database.reading() as session:
        card = card_of(session, listing)
    assert card is not None
    assert (card.unreachable, card.may_not_work, state_on(card, TODAY)) == (True, True, "unreachable")


def test_a_flood_of_reports_changes_neither_state_nor_dates(database: Database) -> None:
    listing = _make(database)
    _observe(database, listing, "phone", ("call", "live", 10))
    before = _belief(database, listing)
    with database.transaction() as session:
        for day in range(200):
            for _ in range(5):
                count_report(session, listing, reason="closed", now=NOW - dt.timedelta(days=day))
    after = _belief(database, listing)
    assert before is not None
    assert after is not None
    assert (after.state, after.due_on, after.stale_on) == (before.state, before.due_on, before.stale_on)
    with database.reading() as session:
        card = card_of(session, listing)
    assert card is not None
    assert not card.may_not_work
    assert "reported" in {reason.code for reason in card.reasons}


def test_an_address_that_was_taken_over_is_for_those_who_work_here_alone(database: Database) -> None:
    listing = _make(database, makers.kind("legal"), FactDraft("url", Text("https://practice.example.org/")))

    def shown() -> list[bool]:
        with database.reading() as session:
            record = get_record(session, listing)
            return [
                any(part.all("url") for part in documents_of(session, record, tier=tier))
                for tier in ("public", "partner", "coordinator")
            ]

    assert shown() == [True, True, True]
    _observe(database, listing, "url", ("website", "live", 20), ("website", "taken-over", 3))
    assert shown() == [False, False, True]
    with database.reading() as session:
        card = card_of(session, listing)
    assert card is not None
    assert card.phones
    _observe(database, listing, "url", ("call", "confirmed", 1))
    assert shown() == [True, True, True]


def test_of_a_secret_place_readers_are_told_the_month_in_which_it_came(database: Database) -> None:
    listing = _make(database, makers.kind("emergency-shelter"), area="US-FL-331")
    with database.reading() as session:
        card = card_of(session, listing)
    assert card is not None
    assert {dt.date.fromordinal(reason.on).day for reason in card.reasons if reason.on} == {1}


def test_what_is_hidden_is_still_believed_and_what_is_closed_is_not(database: Database) -> None:
    listing = _make(database)
    for standing, is_believed in (("suspended", True), ("listed", True), ("closed", False)):
        with database.transaction() as session:
            set_standing(session, listing, standing, by=None, reason="a test", now=NOW)
        assert (_belief(database, listing) is not None) is is_believed


def test_what_is_observed_is_heard_of_the_facts_that_a_listing_is_composed_of(database: Database) -> None:
    listing = _make(database, makers.kind("food"))
    with database.reading() as session:
        heard = heard_of(session, [listing])[listing]
    assert heard.kinds == {"food"}
    assert heard.line == "voice"
    assert {(one.field, one.outcome) for one in heard.observations} >= {("phone", "said"), ("name", "said")}


def _random_history(session: Session, rng: random.Random) -> None:
    outcomes = [(method, outcome) for method, all_of in parameters().outcomes.items() for outcome in all_of]
    facts = session.scalars(sa.select(Fact.id).where(Fact.standing == "current").order_by(Fact.id)).all()
    for number in range(30):
        method, outcome = rng.choice(outcomes)
        days_ago = rng.randrange(900) + number / 1_000
        makers.observe(
            session, rng.choice(facts), method, outcome, days_ago=days_ago, lineage=rng.choice([None, "hub"])
        )
    for listing in session.scalars(sa.select(Record.id).where(Record.kind == "listing")).all():
        if rng.random() < 0.5:
            count_report(session, listing, reason="closed", now=NOW - dt.timedelta(days=rng.randrange(300)))


def test_made_anew_from_evidence_alone_every_row_is_the_same_to_the_byte(database: Database) -> None:
    rng = random.Random(8)  # noqa: S311 - a history, not a secret
    for kind in ("hotline", "legal", "food", "psychiatry"):
        _make(database, makers.kind(kind), makers.speaks("es"), FactDraft("url", Text("https://practice.example.org/")))
    for kind in ("safe-house", "emergency-shelter"):
        _make(database, makers.kind(kind), makers.opens({"MO": [(540, 600)]}), area="US-FL-331")
    for _ in range(6):
        with database.transaction() as session:
            _random_history(session, rng)
    step_by_step = _rows(database)
    assert len(step_by_step) == 6
    assert len({row[1] for row in step_by_step}) > 1
    assert check(database).cards == 0
    with database.transaction() as session:
        session.execute(sa.delete(Belief))
        session.execute(sa.update(SearchBuild).values(version=0, cursor=0))
    assert check(database).cards == 6
    rebuild(database)
    assert _rows(database) == step_by_step
