"""Steps of vetting by the verbs that pages call, on both databases."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.bootstrap import show_touched
from directory.cards.queries import card_of, documents_of
from directory.cards.service import rebuild_cards
from directory.db import Database
from directory.errors import NotFoundError, RefusedError
from directory.integrity import service
from directory.integrity.service import Edit
from directory.integrity.table import MOST_HIDINGS
from directory.listings.drafts import FactDraft
from directory.listings.fields import TraumaInformed, Vetting
from directory.listings.models import Fact, Record
from directory.listings.vetting_steps import LOOKED_AT
from directory.places.gazetteer import Gazetteer
from directory.reconciliation.service import reconcile
from directory.search.service import check_question, search
from directory.vetting.pausing import end_old_pauses, lift_pause
from directory.vetting.queries import expiring, find_programs, program, programs
from directory.worklist.asked import Asked
from directory.worklist.queries import find
from tests import makers
from tests.conftest import NOW
from tests.directory.vetting.house import House
from tests.effort import questions_of
from tests.staff import acting, make_person

TODAY = NOW.date()


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


def test_a_program_comes_to_work_step_by_step_and_by_two_people(session: Session, house: House) -> None:
    for step in ("recruited", *LOOKED_AT):
        assert house.take(session, step).is_applied
        assert house.state(session) == step
    asked = house.take(session, "active")
    assert (asked.is_applied, house.state(session)) == (False, "agreement-signed")
    with pytest.raises(RefusedError, match="omebody else"):
        house.second(session, asked.change, by=house.one)
    house.second(session, asked.change)
    assert house.state(session) == "active"


def test_one_person_pauses_at_once_and_nobody_finds_it_until_two_bring_it_back(session: Session, house: House) -> None:
    house.make_active(session)
    assert house.is_found(session)
    assert house.take(session, "paused", by=house.two).is_applied
    assert not house.is_found(session)
    back = house.take(session, "active")
    assert not house.is_found(session)
    house.second(session, back.change)
    assert (house.state(session), house.is_found(session)) == ("active", True)
    assert house.steps_ever(session)[-3:] == [("active", "past"), ("paused", "past"), ("active", "current")]


def test_a_pause_that_nobody_seconds_ends_after_three_days(session: Session, house: House) -> None:
    house.make_active(session)
    house.take(session, "paused")
    assert end_old_pauses(session, now=NOW + dt.timedelta(days=2)) == 0
    assert house.state(session) == "paused"
    assert end_old_pauses(session, now=NOW + dt.timedelta(days=3)) == 1
    assert (house.state(session), house.is_found(session)) == ("active", True)
    assert program(session, _id(session, house), by=acting(session, house.one), on=TODAY).waiting == ()
    with pytest.raises(RefusedError, match="fourteen days"):
        house.take(session, "paused")
    assert house.take(session, "paused", by=house.two).is_applied


def test_a_pause_that_another_person_seconds_stays(session: Session, house: House) -> None:
    house.make_active(session)
    house.take(session, "paused")
    [waiting] = program(session, _id(session, house), by=acting(session, house.two), on=TODAY).waiting
    with pytest.raises(RefusedError, match="omebody else"):
        house.second(session, waiting.change, by=house.one)
    house.second(session, waiting.change)
    assert end_old_pauses(session, now=NOW + dt.timedelta(days=400)) == 0
    assert (house.state(session), house.is_found(session)) == ("paused", False)
    house.second(session, house.take(session, "active").change)
    assert house.state(session) == "active"


def test_nobody_alone_pauses_the_whole_list(session: Session) -> None:
    houses = [House(session, name=str(number)) for number in range(MOST_HIDINGS + 1)]
    for house in houses:
        house.take(session, "recruited", by=houses[0].one)
    for house in houses[:-1]:
        house.take(session, "paused", by=houses[0].one)
    with pytest.raises(RefusedError, match="ten listings"):
        houses[-1].take(session, "paused", by=houses[0].one)
    assert houses[-1].take(session, "paused", by=houses[0].two).is_applied


def test_a_pause_counts_by_listings_and_together_with_hidings(session: Session, house: House) -> None:
    house.take(session, "recruited")
    for _ in range(MOST_HIDINGS):
        makers.make_service(session, makers.kind("food"), organization_id=house.id, sites=[makers.site()])
    # It is not paused by one, and its page below tells what happens instead.
    assert not house.take(session, "paused").is_applied
    assert house.is_found(session)
    small = House(session, name="small")
    small.take(session, "recruited", by=house.one)
    small.take(session, "paused", by=house.one)
    now: dt.datetime = session.info["now"]
    others = [House(session, name=str(number)) for number in range(MOST_HIDINGS)]
    for one in others[:-1]:
        service.hide(session, one.listing, by=acting(session, house.one), reason="threat", now=now)
    with pytest.raises(RefusedError, match="ten listings"):
        service.hide(session, others[-1].listing, by=acting(session, house.one), reason="threat", now=now)


def _notes(session: Session, listing: int) -> list[str]:
    session.flush()
    show_touched(session)
    documents = documents_of(session, session.get_one(Record, listing), tier="public")
    return [str(fact.value["text"]) for one in documents for fact in one.all("alert")]


def test_a_program_of_many_listings_says_to_call_first_until_a_second_person_pauses_it(
    session: Session, house: House
) -> None:
    house.make_active(session)
    made = [
        makers.make_service(session, makers.kind("food"), organization_id=house.id, sites=[makers.site()])
        for _ in range(MOST_HIDINGS)
    ]
    many = [one.listings[0][1] for one in made]
    asked = house.take(session, "paused")
    assert (asked.is_applied, house.state(session), house.is_found(session)) == (False, "active", True)
    for listing in (house.listing, *many):
        [note] = _notes(session, listing)
        assert note.startswith("Call before you send")
    # It hides nothing, so whoever is in danger can still be hidden at once, by the same person.
    assert House(session, name="small").take(session, "recruited", by=house.one)
    service.hide(session, many[0], by=acting(session, house.one), reason="threat", now=session.info["now"])
    with pytest.raises(RefusedError, match="fourteen days"):
        house.take(session, "paused")
    with pytest.raises(RefusedError, match="omebody else"):
        house.second(session, asked.change, by=house.one)
    house.second(session, asked.change)
    assert (house.state(session), house.is_found(session)) == ("paused", False)
    assert card_of(session, many[-1]) is None
    assert end_old_pauses(session, now=NOW + dt.timedelta(days=400)) == 0


def test_a_warning_ends_by_itself_like_a_pause(session: Session, house: House) -> None:
    house.take(session, "recruited")
    for _ in range(MOST_HIDINGS):
        makers.make_service(session, makers.kind("food"), organization_id=house.id, sites=[makers.site()])
    house.take(session, "paused")
    assert _notes(session, house.listing)
    rebuild_cards(session, [house.listing], now=NOW + dt.timedelta(days=5))
    session.info["now"] = NOW + dt.timedelta(days=5)
    assert _notes(session, house.listing) == []


def test_two_people_end_a_pause_early_and_nobody_does_alone(session: Session, house: House) -> None:
    house.take(session, "recruited")
    now: dt.datetime = session.info["now"]
    one, two = acting(session, house.one), acting(session, house.two)
    with pytest.raises(RefusedError, match="No pause"):
        lift_pause(session, house.id, by=one, now=now)
    house.take(session, "paused")
    for by in (house.one, house.two):
        change = lift_pause(session, house.id, by=acting(session, by), now=now)
        with pytest.raises(RefusedError, match="omebody else"):
            house.second(session, change, by=by)
        with pytest.raises(RefusedError, match="already"):
            lift_pause(session, house.id, by=one, now=now)
        assert not house.is_found(session)
        if by == house.one:
            service.decline(session, change, by=two, now=now)
    house.second(session, change, by=house.one)
    assert (house.state(session), house.is_found(session)) == ("recruited", True)
    # What waited about the pause is declined; nothing of it comes back.
    assert end_old_pauses(session, now=now) == 0
    assert program(session, _id(session, house), by=one, on=TODAY).waiting == ()
    assert house.is_found(session)


def test_what_a_second_person_paused_is_not_ended_early_without_what_has_to_hold(
    session: Session, house: House
) -> None:
    house.make_active(session)
    house.take(session, "paused")
    early = lift_pause(session, house.id, by=acting(session, house.one), now=session.info["now"])
    [waiting] = program(session, _id(session, house), by=acting(session, house.two), on=TODAY).waiting
    house.second(session, waiting.change)
    with pytest.raises(RefusedError, match="changed"):
        house.second(session, early)
    with pytest.raises(RefusedError, match="No pause"):
        lift_pause(session, house.id, by=acting(session, house.two), now=session.info["now"])
    assert not house.is_found(session)


def test_an_old_proposal_is_never_in_the_way_of_the_brake(session: Session, house: House) -> None:
    house.make_active(session)
    house.take(session, "paused")
    house.second(session, house.take(session, "active").change)
    assert house.take(session, "paused", by=house.two).is_applied
    assert not house.is_found(session)


def test_two_people_remove_and_what_is_removed_begins_anew(session: Session, house: House) -> None:
    house.make_active(session)
    gone = house.take(session, "removed")
    assert house.is_found(session)
    house.second(session, gone.change)
    assert (house.state(session), house.is_found(session)) == ("removed", False)
    with pytest.raises(RefusedError, match="does not follow"):
        house.take(session, "active")
    with pytest.raises(RefusedError, match="does not follow"):
        house.take(session, "screened")
    again = house.take(session, "recruited")
    assert not house.is_found(session)
    house.second(session, again.change)
    assert (house.state(session), house.is_found(session)) == ("recruited", True)
    with pytest.raises(RefusedError, match="does not follow"):
        house.take(session, "active")


def test_what_is_paused_meanwhile_stays_so_whatever_was_proposed_before(session: Session, house: House) -> None:
    for step in ("recruited", *LOOKED_AT):
        house.take(session, step)
    asked = house.take(session, "active")
    house.take(session, "paused")
    house.second(session, asked.change)
    assert (house.state(session), house.is_found(session)) == ("paused", False)


def test_nobody_comes_to_work_whose_papers_have_run_out(session: Session, house: House) -> None:
    for step in ("recruited", "screened", "trained"):
        house.take(session, step, on=TODAY - dt.timedelta(days=300))
    house.take(session, "agreement-signed", on=TODAY - dt.timedelta(days=300), expires_on=TODAY)
    later = NOW + dt.timedelta(days=1)
    session.info["now"] = later
    with pytest.raises(RefusedError, match="agreement-signed"):
        house.take(session, "active")
    house.take(session, "agreement-signed", reference="binder 3, MOU 2026-02")
    assert not house.take(session, "active").is_applied


def test_a_paper_is_named_and_never_kept_and_says_nothing_of_a_person_or_a_place(
    session: Session, house: House
) -> None:
    house.take(session, "recruited")
    for telling in ("my client Ana saw it", "cabinet at 12 Oak Street", "ask 305 555 0199", "x" * 121):
        with pytest.raises(RefusedError):
            house.take(session, "screened", reference=telling)
    house.take(session, "screened", reference="binder 3, MOU 2026-02")
    shown = program(session, _id(session, house), by=acting(session, house.one), on=TODAY)
    assert [(one.step, one.reference, one.by) for one in shown.steps] == [
        ("recruited", "", "One"), ("screened", "binder 3, MOU 2026-02", "One"),
    ]  # fmt: skip
    entries = session.scalars(sa.select(AuditEntry.body)).all()
    assert entries
    assert not any("binder" in body for body in entries)


def test_days_that_cannot_be_are_refused(session: Session, house: House) -> None:
    with pytest.raises(RefusedError, match="day on which"):
        house.take(session, "recruited", on=TODAY + dt.timedelta(days=1))
    house.take(session, "recruited")
    with pytest.raises(RefusedError, match="over already"):
        house.take(session, "screened", on=TODAY - dt.timedelta(days=900))
    with pytest.raises(RefusedError, match="no end"):
        house.take(session, "paused", expires_on=TODAY)


def test_who_does_not_keep_it_takes_no_step(session: Session, house: House) -> None:
    partner = make_person(session, "Partner", "partner")
    with pytest.raises(RefusedError, match="oordinator"):
        house.take(session, "recruited", by=partner)
    stranger = make_person(session, "Stranger", scopes=(("network", "other"),))
    with pytest.raises(NotFoundError):
        house.take(session, "recruited", by=stranger)
    with pytest.raises(NotFoundError):
        program(session, _id(session, house), by=acting(session, stranger), on=TODAY)
    assert find_programs(session, "owner", by=acting(session, stranger)) == []
    house.take(session, "recruited")
    assert programs(session, by=acting(session, stranger)) == []
    assert [one.name for one in programs(session, by=acting(session, house.one))] == ["Owner House"]


def test_programs_of_others_are_passed_over_at_once(session: Session) -> None:
    """Whether one or six are elsewhere, as many questions are asked of the database."""
    elsewhere = acting(session, make_person(session, "Stranger", scopes=(("area", "US-TX"),)))

    def add(name: str) -> None:
        ends = TODAY + dt.timedelta(days=9)
        House(
            session, FactDraft("vetting", Vetting("2026-11-01", expires_on=ends.isoformat()), slot="trained"), name=name
        )
        session.flush()

    def ask() -> None:
        assert programs(session, by=elsewhere) == find_programs(session, "owner", by=elsewhere) == []
        assert expiring(session, on=TODAY, by=elsewhere) == []

    add("first")
    assert len(expiring(session, on=TODAY)) == 1
    few = questions_of(session.get_bind().engine, ask)
    for number in range(5):
        add(str(number))
    assert questions_of(session.get_bind().engine, ask) == few


def test_no_edit_and_no_undoing_goes_around_the_table(session: Session, house: House) -> None:
    house.make_active(session)
    house.take(session, "paused")
    one, now = acting(session, house.one), session.info["now"]
    paused = session.scalars(
        sa.select(Fact).where(Fact.record_id == house.id, Fact.slot == "paused", Fact.standing == "current")
    ).one()
    for edit in (
        Edit(fact_id=paused.id),
        Edit(FactDraft("vetting", Vetting("2026-01-01"), slot="active")),
        Edit(FactDraft("trauma_informed", TraumaInformed("survivor-reviewed"), slot="attested:us")),
        Edit(FactDraft("trauma_informed", TraumaInformed("attested"), slot="survivor-reviewed:us")),
    ):
        with pytest.raises(RefusedError, match="page of its own"):
            service.edit(session, house.id, [edit], by=one, reason="", now=now)
    with pytest.raises(RefusedError, match="page of its own"):
        service.undo(session, paused.change_id, by=one, now=now)
    assert house.state(session) == "paused"


@pytest.mark.parametrize("level", ["organization", "service", "listing"])
@pytest.mark.parametrize("step", ["paused", "removed"])
def test_search_finds_nothing_that_vetting_keeps_away_at_any_level(database: Database, level: str, step: str) -> None:
    away = FactDraft("vetting", Vetting("2026-11-01"), slot=step)
    with database.transaction() as session:
        owner = makers.make_organization(session, "Quiet House", *((away,) if level == "organization" else ()))
        on_site = [makers.site()]
        if level == "listing":
            on_site = [type(on_site[0])("site:1", on_site[0].location, [away])]
        facts = (away,) if level == "service" else ()
        makers.make_service(
            session, makers.kind("food"), *facts, name="Quiet Meals", organization_id=owner, sites=on_site
        )
        makers.make_service(session, makers.kind("food"), name="Open Meals", sites=[makers.site("site:2")])
        officer = make_person(session, "Officer", "law-enforcement")
    with Gazetteer() as gazetteer:
        for asked in ({"need": "food"}, {"name": "Meals"}):
            question = check_question(near="33130", gazetteer=gazetteer, **asked)  # type: ignore[arg-type]
            answer = search(database, question, gazetteer=gazetteer, now=NOW)
            assert ([one.card.name for one in answer.results], answer.closed) == (["Open Meals"], ())
    with database.reading() as session:
        seen = find(session, Asked(), by=acting(session, officer))
        assert [one.name for one in seen.lines] == ["Open Meals"]


def test_what_runs_out_is_told_in_time_and_goes_on_being_told(session: Session, house: House) -> None:
    house.take(session, "recruited")
    house.take(session, "screened", on=TODAY, expires_on=TODAY + dt.timedelta(days=60))
    house.take(session, "trained", on=TODAY, expires_on=TODAY + dt.timedelta(days=61))
    makers.make_service(
        session, makers.trained("certified", "2026-11-20"), name="Other", organization_id=house.id, sites=[]
    )
    told = expiring(session, on=TODAY)
    assert [(one.name, one.what, one.has_run_out) for one in told] == [
        ("Owner House", "certified", True), ("Owner House", "screened", False),
    ]  # fmt: skip
    assert [one.what for one in expiring(session, on=TODAY, within_days=0)] == ["certified"]
    assert "trained" in [one.what for one in expiring(session, on=TODAY + dt.timedelta(days=1))]
    stranger = make_person(session, "Stranger", scopes=(("network", "other"),))
    assert expiring(session, on=TODAY, by=acting(session, stranger)) == []
    house.second(session, house.take(session, "removed").change)
    assert expiring(session, on=TODAY) == []


def test_vetting_reconciles_with_the_chain(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        house.make_active(session)
        house.take(session, "paused")
        house.second(session, house.take(session, "active").change)
        house.second(session, house.take(session, "removed").change)
    assert reconcile(database, now=NOW) == []


def _id(session: Session, house: House) -> str:
    return str(session.get_one(Record, house.id).public_id)
