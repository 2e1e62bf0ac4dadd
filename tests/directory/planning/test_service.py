"""The plan as it is kept: who is in it, who is not, who has a call in hand, and what a call does to it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.confirming.calls import note_call
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.freshness.models import Evidence
from directory.freshness.policy import CALL_OUTCOMES
from directory.freshness.service import count_report
from directory.intake.do_not_call import may_be_called, not_to_be_called, say_do_not_call
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone
from directory.listings.merging import merge
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record
from directory.people.actor import Actor
from directory.people.models import Network
from directory.planning.models import CallTask
from directory.planning.policy import RESULT_OF
from directory.planning.queries import candidates, listings_of, open_calls, organizations_of
from directory.planning.service import claim, finish_call, make_plan, preview
from directory.planning.why import Why
from directory.planning.worth import Candidate
from tests import makers
from tests.conftest import NOW
from tests.directory.search.seeding import dice
from tests.staff import acting, make_person

TODAY = NOW.date().toordinal()


def _listing(
    session: Session, name: str, kind: str = "food", number: str = "+13055550142", *, organization_id: int | None = None
) -> int:
    made = makers.make_service(
        session, makers.kind(kind), makers.phone(number), name=name, sites=[makers.site(f"site:{name}")],
        organization_id=organization_id,
    )  # fmt: skip
    show_touched(session)
    return made.listings[0][1]


def _own(session: Session, name: str, number: str, kind: str = "food") -> int:
    """A listing of an organization of its own."""
    return _listing(session, name, kind, number, organization_id=makers.make_organization(session, name))


def _phone(session: Session, listing: int) -> int:
    service = get_record(session, listing).service_id
    return session.scalars(
        sa.select(Fact.id).where(Fact.record_id == service, Fact.field == "phone", Fact.standing == "current")
    ).one()


def _called(session: Session, listing: int, outcome: str = "confirmed", *, days_ago: float) -> None:
    makers.observe(session, _phone(session, listing), "call", outcome, days_ago=days_ago)
    show_touched(session)


def _candidate(session: Session, listing: int, *, day: int = TODAY) -> Candidate:
    show_touched(session)
    return next(one for one in candidates(session, day=day) if one.listing == listing)


def _plan(session: Session, minutes: float = 180, *, seed: int = 1, now: dt.datetime = NOW) -> list[CallTask]:
    show_touched(session)
    make_plan(session, minutes=minutes, now=now, random=dice(seed))
    return list(session.scalars(sa.select(CallTask).where(CallTask.done_on.is_(None)).order_by(CallTask.place)))


def _coordinator(session: Session, name: str = "Ada") -> Actor:
    return acting(session, make_person(session, name))


# ---------------------------------------------------------------------- who might be called


def test_what_is_known_of_a_listing_reaches_the_plan(session: Session) -> None:
    listing = _own(session, "Pantry", "+13055550101", "legal")
    _called(session, listing, days_ago=100)
    _called(session, listing, "no-answer", days_ago=2)
    makers.observe(session, _phone(session, listing), "corroboration", "seen", days_ago=5)
    count_report(session, listing, reason="closed", now=NOW)
    found = _candidate(session, listing)
    assert (found.group, set(found.live), found.attempts) == ("legal", {"phone"}, 1)
    assert (found.confirmed_on, found.full_on, found.since) == (TODAY - 100, TODAY - 100, TODAY)
    assert (found.is_reported, found.is_callable, found.needs_second_person) == (True, True, True)
    assert found.wait_until > TODAY
    assert found.p_wrong > 0.1


def test_a_year_later_it_is_more_doubtful_and_its_wait_is_over(session: Session) -> None:
    listing = _own(session, "Pantry", "+13055550101")
    _called(session, listing, days_ago=1)
    now, later = _candidate(session, listing), _candidate(session, listing, day=TODAY + 365)
    assert later.p_wrong > now.p_wrong + 0.05


def test_one_number_of_one_organization_is_one_call_and_another_number_another(session: Session) -> None:
    organization = makers.make_organization(session)
    first, second = (_listing(session, name, organization_id=organization) for name in ("Meals", "Beds"))
    apart = _listing(session, "Office", number="+13055550109", organization_id=organization)
    stranger = _own(session, "Stranger", "+13055550142")
    assert _candidate(session, first).organization == _candidate(session, second).organization == first
    assert _candidate(session, apart).organization is None
    assert _candidate(session, stranger).organization is None


def test_who_asked_not_to_be_called_is_not_called_nor_who_has_their_number(session: Session) -> None:
    asked, same, other = (
        _own(session, name, number)
        for name, number in (("Asked", "+13055550101"), ("Same", "+13055550101"), ("Other", "+13055550102"))
    )
    owner = get_record(session, get_record(session, asked).service_id or 0).organization_id or 0
    say_do_not_call(session, owner, by=None, reason="they asked", now=NOW)
    assert [_candidate(session, one).is_callable for one in (asked, same, other)] == [False, False, True]
    assert {one.listing_id for one in _plan(session) if one.kind != "audit"} == {other}


@pytest.mark.parametrize("marked", ["absorbed", "surviving"])
def test_who_asked_not_to_be_called_is_not_called_after_a_merge_either(session: Session, marked: str) -> None:
    numbers = {
        "surviving": "+13055550100", "absorbed": "+13055550101", "one with that": "+13055550102",
        "other": "+13055550103",
    }  # fmt: skip
    # It has a number of the marked one, and is then merged itself.
    numbers["same number"] = numbers[marked]
    listings = {name: _own(session, name, number) for name, number in numbers.items()}
    owner = {name: get_record(session, listing).organization_id or 0 for name, listing in listings.items()}
    say_do_not_call(session, owner[marked], by=None, reason="they asked", now=NOW)
    for stays, gone in (("surviving", "absorbed"), ("one with that", "same number")):
        merge(session, owner[stays], owner[gone], author=makers.AUTHOR, now=NOW)
    show_touched(session)
    callable_ = [name for name, listing in listings.items() if _candidate(session, listing).is_callable]
    assert callable_ == ["other"]
    assert [name for name, one in listings.items() if may_be_called(session, get_record(session, one))] == ["other"]
    assert [name for name, one in owner.items() if one not in not_to_be_called(session)] == ["other"]


def test_practice_listings_and_what_is_closed_are_never_called(session: Session) -> None:
    listing, practice = _own(session, "Pantry", "+13055550101"), _own(session, "Practice", "+13055550102")
    closed = _own(session, "Closed", "+13055550103")
    network = Network(key="practice", name="Practice", kind="practice")
    session.add(network)
    session.flush()
    session.get_one(Record, practice).network_id = network.id
    session.get_one(Record, closed).standing = "closed"
    session.info["touched"].update({practice, closed})
    show_touched(session)
    assert {one.listing for one in candidates(session, day=TODAY)} == {listing}


def test_a_crisis_line_is_one_whose_callers_are_in_danger(session: Session) -> None:
    def line(name: str, kind: str) -> int:
        phone = FactDraft("phone", Phone("+13055550101", description="24-hour hotline"), slot="voice")
        owner = makers.make_organization(session, name)
        made = makers.make_service(
            session, makers.kind(kind), phone, name=name, sites=[makers.site(f"s:{name}")], organization_id=owner
        )
        return made.listings[0][1]

    lines = [line(*one) for one in (("A", "hotline"), ("B", "emergency-shelter"), ("C", "food"))]
    assert [_candidate(session, one).is_crisis_line for one in lines] == [True, True, False]


def test_a_line_that_readers_do_not_see_can_be_called(session: Session) -> None:
    private = FactDraft("phone", Phone("+13055550101"), slot="voice", match_key="+13055550101", tier="partner")
    made = makers.make_service(session, makers.kind("legal"), private, sites=[makers.site()])
    assert _candidate(session, made.listings[0][1]).is_callable
    [task] = _plan(session)
    show_touched(session)
    [shown] = listings_of(session, open_calls(session, now=NOW), day=TODAY)
    assert (shown.call.id, shown.number) == (task.id, "")


# ---------------------------------------------------------------------- the plan that is kept


def test_the_plan_stands_in_the_database_with_its_reasons_and_no_value(session: Session) -> None:
    listing = _own(session, "Lanternfield Pantry", "+13055550101")
    [task] = _plan(session)
    assert (task.listing_id, task.planned_on, task.done_on) == (listing, TODAY, None)
    assert 0 < task.p_wrong < 1
    assert task.minutes > 2
    assert "never-confirmed" in task.why
    assert "Lantern" not in task.why
    assert "555" not in task.why
    [shown] = listings_of(session, open_calls(session, now=NOW), day=TODAY)
    assert (shown.name, shown.number, shown.state) == ("Lanternfield Pantry", "+13055550101", "unverified")


def test_a_new_plan_takes_the_place_of_the_old_one_but_for_draws_and_calls_in_hand(session: Session) -> None:
    listings = [_own(session, f"Pantry {number}", f"+1305555010{number}") for number in range(9)]
    first = _plan(session, seed=3)
    drawn = next((one for one in first if one.kind == "audit"), None)
    assert {one.listing_id for one in first} == set(listings)
    in_hand = next(one for one in first if one is not drawn)
    claim(session, in_hand.id, by=_coordinator(session), now=NOW)
    kept = {one.id for one in (drawn, in_hand) if one is not None}
    again = {one.id for one in _plan(session, minutes=10)}
    assert kept <= again
    assert len(again) < len(first)


def test_a_draw_stays_until_somebody_is_reached_and_keeps_what_was_believed(session: Session) -> None:
    listing = _own(session, "Pantry", "+13055550101")
    [task] = _plan(session)
    task.kind, task.p_wrong = "audit", 0.25
    finish_call(session, listing, outcome="no-answer", now=NOW)
    assert (task.done_on, task.result) == (None, None)
    [still] = _plan(session, now=NOW + dt.timedelta(days=20))
    assert (still.id, still.kind, still.p_wrong, still.planned_on) == (task.id, "audit", 0.25, TODAY)
    finish_call(session, listing, outcome="disconnected", now=NOW + dt.timedelta(days=21))
    assert (still.done_on, still.result) == (TODAY + 21, "wrong")


@pytest.mark.parametrize(("standing", "result"), [("closed", "wrong"), ("do-not-list", "unreached")])
def test_a_draw_of_what_is_gone_ends(session: Session, standing: str, result: str) -> None:
    listing = _own(session, "Pantry", "+13055550101")
    [task] = _plan(session)
    task.kind = "audit"
    session.get_one(Record, listing).standing = standing
    session.info["touched"].add(listing)
    assert _plan(session) == []
    session.refresh(task)
    assert (task.result, task.done_on) == (result, TODAY)


def test_what_nobody_answers_is_looked_into_by_other_ways_and_left_alone_if_they_tell_nothing(
    session: Session,
) -> None:
    listing = _own(session, "Pantry", "+13055550101")
    for days_ago in (60, 56, 52, 40, 28, 16):
        _called(session, listing, "no-answer", days_ago=days_ago)
    [task] = _plan(session)
    assert "look-into" in task.why
    note_call(session, listing, outcome="nothing-found", by=_coordinator(session), now=NOW)
    session.refresh(task)
    assert (task.done_on, task.result) == (TODAY, "unreached")
    assert _candidate(session, listing).wait_until == TODAY + 30
    assert {one.kind for one in _plan(session)} <= {"audit"}


def test_a_draw_of_somebody_who_asked_not_to_be_called_ends(session: Session) -> None:
    listing = _own(session, "Pantry", "+13055550101")
    [task] = _plan(session)
    task.kind = "audit"
    [organization] = organizations_of(session, [listing]).values()
    say_do_not_call(session, organization, by=None, reason="said so", now=NOW)
    _plan(session)
    session.refresh(task)
    assert (task.result, task.done_on) == ("unreached", TODAY)


def test_a_draw_under_which_nobody_is_ever_reached_ends_as_unreached(session: Session) -> None:
    listing = _own(session, "Pantry", "+13055550101")
    [task] = _plan(session)
    task.kind = "audit"
    for days_ago in (9, 6, 4, 1):
        _called(session, listing, "no-answer", days_ago=days_ago)
    _plan(session)
    session.refresh(task)
    assert task.result == "unreached"


@pytest.mark.parametrize("minutes", [0, -3, 4.9, 100_000, float("nan"), float("inf")])
def test_no_plan_is_made_for_minutes_that_nobody_has(session: Session, minutes: float) -> None:
    with pytest.raises(BadInputError, match="minutes"):
        preview(session, minutes=minutes, day=TODAY, random=dice(1))


def test_a_plan_of_an_empty_directory_is_empty(session: Session) -> None:
    assert _plan(session) == []


# ---------------------------------------------------------------------- in hand, and done


def test_a_call_in_hand_is_nobody_elses_for_two_hours(session: Session) -> None:
    organization = makers.make_organization(session)
    first, _second = (_listing(session, name, organization_id=organization) for name in ("Meals", "Beds"))
    tasks = _plan(session)
    ada, bea = _coordinator(session), _coordinator(session, "Bea")
    assert {one.id for one in claim(session, tasks[0].id, by=ada, now=NOW)} == {one.id for one in tasks}
    for task in tasks:
        with pytest.raises(RefusedError, match="Somebody else"):
            claim(session, task.id, by=bea, now=NOW)
    assert claim(session, tasks[0].id, by=ada, now=NOW)
    assert {one.claimed_by for one in open_calls(session, now=NOW)} == {ada.id}
    later = NOW + dt.timedelta(hours=3)
    assert {one.claimed_by for one in open_calls(session, now=later)} == {None}
    assert claim(session, tasks[0].id, by=bea, now=later)
    assert first


def test_a_call_that_is_noted_anywhere_is_done_in_the_plan_and_who_made_it_is_forgotten(session: Session) -> None:
    listing = _own(session, "Pantry", "+13055550101")
    [task] = _plan(session)
    ada = _coordinator(session)
    claim(session, task.id, by=ada, now=NOW)
    note_call(session, listing, outcome="live", by=ada, now=NOW)
    assert (task.result, task.done_on, task.claimed_by, task.claimed_until) == ("right", TODAY, None, None)
    assert session.scalars(sa.select(Evidence.outcome)).all() == ["live"]
    with pytest.raises(NotFoundError):
        claim(session, task.id, by=ada, now=NOW)


def test_whoever_reaches_nobody_is_asked_to_wait_before_the_next_try(session: Session) -> None:
    listing = _own(session, "Pantry", "+13055550101")
    [task] = _plan(session)
    task.kind = "queue"
    note_call(session, listing, outcome="voicemail-named", by=_coordinator(session), now=NOW)
    assert task.result == "unreached"
    assert _candidate(session, listing).wait_until > TODAY
    assert [one for one in _plan(session) if one.kind != "audit"] == []


def test_every_outcome_of_a_call_is_a_result() -> None:
    assert set(RESULT_OF) == set(CALL_OUTCOMES)
    assert set(RESULT_OF.values()) == {"right", "wrong", "unreached"}


def test_a_number_that_is_no_call_is_refused(session: Session) -> None:
    ada = _coordinator(session)
    for number in (0, -1, 999, 2**63, 10**30):
        with pytest.raises(NotFoundError, match="no such call"):
            claim(session, number, by=ada, now=NOW)


def test_the_reasons_fit_into_their_column_and_are_read_as_they_were_written(session: Session) -> None:
    _own(session, "Pantry", "+13055550101")
    show_touched(session)
    planned = make_plan(session, minutes=60, now=NOW, random=dice(1))
    [call] = open_calls(session, now=NOW)
    read = [Why(one.code, one.on, one.times) for one in call.why]  # type: ignore[arg-type]
    assert read == list(planned[0].why)
