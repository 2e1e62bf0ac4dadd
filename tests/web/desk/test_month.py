"""The month: who may see it, making a call, entering what it found and taking that back, and planning anew."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.freshness.models import Evidence
from directory.freshness.policy import CALL_OUTCOMES
from directory.freshness.service import count_report
from directory.intake.do_not_call import say_do_not_call
from directory.listings.models import Fact, Record
from directory.planning.models import CallTask
from directory.planning.service import make_plan
from tests import makers
from tests.directory.search.seeding import dice
from tests.staff import Desk
from web.desk.listing import OUTCOMES
from web.desk.month import KEYS, PAGE

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
STREET = "742 Evergreen Terrace"


class Planned:
    """A house with two services on one number, a shelter that is kept private, and a plan for them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as session:
            self.owner = makers.make_organization(session, "Lantern House")
            for name in ("Pantry", "Beds"):
                makers.make_service(
                    session, makers.kind("food"), makers.opens({"MO": [(540, 1020)]}), name=name,
                    sites=[makers.site(f"s:{name}")], organization_id=self.owner,
                )  # fmt: skip
            makers.make_service(
                session, makers.kind("emergency-shelter"), makers.phone("+13055550177"), name="Quiet Rooms",
                area="US-FL-331", organization_id=makers.make_organization(session, "Quiet"),
            )  # fmt: skip
        self.plan()

    def plan(self) -> None:
        """Plan anew, without a draw."""
        with self.database.transaction() as session:
            make_plan(session, minutes=180, now=session.info["now"], random=dice(1))
            for task in session.scalars(sa.select(CallTask).where(CallTask.kind == "audit")):
                task.kind = "queue"

    def tasks(self, owner: str = "Lantern House") -> list[CallTask]:
        """Open calls of an organization."""
        with self.database.reading() as session:
            asked = sa.select(CallTask).where(CallTask.done_on.is_(None)).order_by(CallTask.id)
            same = CallTask.organization_id == self.owner
            return list(session.scalars(asked.where(same if owner == "Lantern House" else ~same)))

    def task(self, number: int) -> CallTask:
        """A call as it stands now."""
        with self.database.reading() as session:
            return session.get_one(CallTask, number)

    def outcomes(self) -> list[str]:
        """What calls found."""
        with self.database.reading() as session:
            return list(session.scalars(sa.select(Evidence.outcome).where(Evidence.method == "call")))


@pytest.fixture
def planned(database: Database) -> Planned:
    return Planned(database)


def _said(answer: object) -> str:
    location: str = answer.headers["location"]  # type: ignore[attr-defined]
    return location.rpartition("said=")[2]


def test_the_list_says_whom_to_call_why_and_when(sign_in: Seat, planned: Planned) -> None:
    page = sign_in("coordinator").get("/desk/month").text
    assert "November: 2 calls to make" in page
    assert "2 calls left, about" in page
    assert re.search(r">(?:Pantry|Beds), Lantern House</button>", page)
    assert "and 1 more in the same call" in page
    assert "Not confirmed here yet" in page
    assert "Mon 09:00-17:00" in page
    assert "Quiet Rooms" in page
    assert STREET not in page
    assert planned.tasks()


def test_an_empty_plan_says_what_to_do(sign_in: Seat, database: Database) -> None:
    assert "No call is planned" in sign_in("coordinator").get("/desk/month").text
    assert database


@pytest.mark.parametrize("role", ["partner", "law-enforcement"])
def test_calls_are_for_those_who_keep_listings(sign_in: Seat, planned: Planned, role: str) -> None:
    desk = sign_in(role)
    assert desk.get("/desk/month").status_code == 403
    assert ">Month</a>" not in desk.get("/desk/listings").text
    assert planned.tasks()


def test_planning_anew_is_for_whoever_keeps_a_whole_network(sign_in: Seat, planned: Planned) -> None:
    before = {one.id for one in planned.tasks()}
    desk = sign_in("coordinator")
    assert _said(desk.post("/desk/month", {"minutes": "60"})) == "planned"
    assert {one.id for one in planned.tasks()} != before
    part = sign_in("coordinator", "Part", scopes=(("area", "US-FL"),))
    assert "Plan anew" not in part.get("/desk/month").text
    planned_now = {one.id for one in planned.tasks()}
    assert _said(part.post("/desk/month", {"minutes": "60"})) == "kept"
    assert {one.id for one in planned.tasks()} == planned_now
    for minutes in ("", "4", "-5", "x", "999999"):
        assert desk.post("/desk/month", {"minutes": minutes}).status_code == 400


def test_minutes_are_kept_for_each_person_and_the_plan_is_for_all_of_them(
    sign_in: Seat, planned: Planned, database: Database
) -> None:
    ada, bea = sign_in("coordinator", "Ada"), sign_in("coordinator", "Bea")
    ada.post("/desk/month", {"minutes": "60"})
    bea.post("/desk/month", {"minutes": "75"})
    assert 'required value="60"' in ada.get("/desk/month").text
    page = bea.get("/desk/month").text
    assert 'required value="75"' in page
    assert "2 people share this plan, with 135 minutes" in page
    assert planned.tasks()


def test_minutes_that_are_used_plan_nothing_more(sign_in: Seat, planned: Planned) -> None:
    desk = sign_in("coordinator", "Ada")
    desk.post("/desk/month", {"minutes": "60"})
    [*_, last] = planned.tasks()
    desk.post(f"/desk/month/{last.id}/found", {"outcome": "live", "about": str(last.id)})
    before = {one.id for one in planned.tasks()}
    assert _said(desk.post("/desk/month", {"minutes": "6"})) == "used"
    assert {one.id for one in planned.tasks()} == before


def test_nothing_planned_is_out_of_reach(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        for number in range(2 * PAGE + 5):
            makers.make_service(
                session, makers.kind("food"), makers.phone(f"+1305555{number:04}"), name=f"House {number}",
                organization_id=makers.make_organization(session, f"Owner {number}"),
            )  # fmt: skip
    desk = sign_in("coordinator", "Ada")
    desk.post("/desk/month", {"minutes": "6000"})
    found: list[str] = []
    for page in range(3):
        text = desk.get(f"/desk/month?page={page}").text
        assert f"Page {page + 1} of 3" in text
        found += re.findall(r"/desk/month/(\d+)/begin", text)
    assert len(found) == len(set(found)) == 2 * PAGE + 5
    # Whatever page is asked for, there is one; and a call is shown on the page on which it stands.
    assert "Page 3 of 3" in desk.get("/desk/month?page=99").text
    assert "Page 1 of 3" in desk.get("/desk/month?page=-4").text
    desk.post(f"/desk/month/{found[-1]}/begin")
    assert "Page 3 of 3" in desk.get(f"/desk/month/{found[-1]}").text


def test_a_call_is_taken_back_by_whoever_entered_it(sign_in: Seat, planned: Planned) -> None:
    desk = sign_in("coordinator", "Ada")
    first, second = planned.tasks()
    form = {"outcome": "live", "about": [str(first.id), str(second.id)]}
    answer = desk.post(f"/desk/month/{first.id}/found", form)  # type: ignore[arg-type]
    page = desk.get(answer.headers["location"]).text
    assert re.search(r"Lantern House</h1>|(?:Pantry|Beds) and 1 more: ", page)
    assert "So far: 2 listings found right" in page
    [entered] = set(re.findall(r"/desk/month/undo/(\d+)", page))
    assert sign_in("coordinator", "Bea").post(f"/desk/month/undo/{entered}").status_code == 404
    assert _said(desk.post(f"/desk/month/undo/{entered}")) == "undone"
    assert [one.id for one in planned.tasks()] == [first.id, second.id]
    page = desk.get("/desk/month").text
    assert "made by you" not in page
    assert "So far" not in page
    assert desk.post(f"/desk/month/undo/{entered}").status_code == 404


def test_the_call_shows_the_number_what_to_say_and_every_outcome(sign_in: Seat, planned: Planned) -> None:
    desk = sign_in("coordinator", "Ada")
    first = planned.tasks()[0]
    begun = desk.post(f"/desk/month/{first.id}/begin")
    assert begun.headers["location"] == f"/desk/month/{first.id}"
    assert {one.claimed_by is None for one in planned.tasks()} == {False}
    page = desk.get(f"/desk/month/{first.id}").text
    assert '<p class="phone"><bdi>305 555 0142</bdi></p>' in page
    assert "Is this still the right number for" in page
    assert set(re.findall(r'name="outcome" value="([\w-]+)"', page)) == set(OUTCOMES) == set(CALL_OUTCOMES)
    answers = page.partition('class="outcomes"')[2].partition("</div>")[0]
    assert re.findall(r'data-key="(\w)"', answers) == [key.lower() for key in KEYS.values()]
    assert page.count('name="about"') == 2


def test_a_call_in_somebodys_hand_is_not_offered_to_others(sign_in: Seat, planned: Planned) -> None:
    first = planned.tasks()[0]
    sign_in("coordinator", "Ada").post(f"/desk/month/{first.id}/begin")
    other = sign_in("coordinator", "Bea")
    assert "somebody is making this call" in other.get("/desk/month").text
    refused = other.post(f"/desk/month/{first.id}/begin")
    assert (refused.status_code, "Somebody else is making this call" in refused.text) == (409, True)
    assert "Ada" not in other.get("/desk/month").text


def test_an_outcome_is_noted_for_all_that_is_ticked_and_for_nothing_else(sign_in: Seat, planned: Planned) -> None:
    desk = sign_in("coordinator", "Ada")
    first, second = planned.tasks()
    form = {"outcome": "live", "greeting": "neutral", "about": str(second.id)}
    assert _said(desk.post(f"/desk/month/{first.id}/found", form)) == "called"
    assert (planned.task(first.id).result, planned.task(second.id).result) == (None, "right")
    assert planned.outcomes() == ["live"]
    assert f"/desk/month/{second.id}" not in desk.get("/desk/month").text


def test_what_needs_two_people_still_needs_them(sign_in: Seat, planned: Planned, database: Database) -> None:
    desk = sign_in("coordinator", "Ada")
    first, second = planned.tasks()
    with database.transaction() as session:
        service = session.get_one(Record, first.listing_id).service_id
        phone = session.scalars(sa.select(Fact.id).where(Fact.record_id == service, Fact.field == "phone")).one()
        makers.confirm(session, phone)
    for task, said, standing in ((first, "gone", "listed"), (second, "closed", "closed")):
        form = {"outcome": "closed", "about": str(task.id)}
        assert _said(desk.post(f"/desk/month/{task.id}/found", form)) == said
        with database.reading() as session:
            assert session.get_one(Record, task.listing_id).standing == standing
        assert planned.task(task.id).result == "wrong"


def test_a_draw_that_is_not_reached_stays_and_says_so(sign_in: Seat, planned: Planned, database: Database) -> None:
    [shelter] = planned.tasks("Quiet")
    with database.transaction() as session:
        session.get_one(CallTask, shelter.id).kind = "audit"
    desk = sign_in("coordinator", "Ada")
    assert _said(desk.post(f"/desk/month/{shelter.id}/found", {"outcome": "no-answer"})) == "again"
    assert planned.task(shelter.id).done_on is None
    assert "until somebody is reached" in desk.get("/desk/month?said=again").text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"outcome": "answered"}, 409), ({"outcome": "live", "about": "99"}, 404),
        ({"outcome": "live", "about": ""}, 400), ({"outcome": "live", "line": "1"}, 404),
        ({"outcome": "live", "greeting": "loud"}, 409), ({"outcome": "live", "more": "x"}, 400),
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused(
    sign_in: Seat, planned: Planned, form: dict[str, str], status: int
) -> None:
    desk = sign_in("coordinator", "Ada")
    first = planned.tasks()[0]
    answer = desk.post(f"/desk/month/{first.id}/found", {"about": str(first.id)} | form)
    assert answer.status_code == status
    assert planned.outcomes() == []


@pytest.mark.parametrize("number", ["999", "0", str(2**63), "9" * 30])
def test_a_call_that_is_not_there_is_not_there(sign_in: Seat, planned: Planned, number: str) -> None:
    desk = sign_in("coordinator", "Ada")
    assert desk.get(f"/desk/month/{number}").status_code == 404
    assert desk.post(f"/desk/month/{number}/begin").status_code == 404
    assert desk.post(f"/desk/month/{number}/found", {"outcome": "live"}).status_code == 404
    assert planned.tasks()


def test_what_is_outside_of_ones_scope_is_not_there(sign_in: Seat, planned: Planned) -> None:
    away = sign_in("coordinator", "Far", scopes=(("area", "US-TX"),))
    assert "No call is planned" in away.get("/desk/month").text
    for task in [*planned.tasks(), *planned.tasks("Quiet")]:
        assert away.get(f"/desk/month/{task.id}").status_code == 404
        assert away.post(f"/desk/month/{task.id}/begin").status_code == 404
        assert away.post(f"/desk/month/{task.id}/found", {"outcome": "live"}).status_code == 404


def test_who_asked_not_to_be_called_since_is_asked_by_letter(
    sign_in: Seat, planned: Planned, database: Database
) -> None:
    with database.transaction() as session:
        say_do_not_call(session, planned.owner, by=None, reason="they asked", now=session.info["now"])
    page = sign_in("coordinator", "Ada").get(f"/desk/month/{planned.tasks()[0].id}").text
    assert "They asked not to be called" in page
    assert "555 0142" not in page
    assert 'name="outcome"' not in page


def test_what_else_waits_stands_there_with_its_count_and_a_way_to_it(
    sign_in: Seat, planned: Planned, database: Database
) -> None:
    desk = sign_in("coordinator", "Ada")
    assert "Nothing else waits for you" in desk.get("/desk/month").text
    first = planned.tasks()[0]
    with database.transaction() as session:
        count_report(session, first.listing_id, reason="closed", now=session.info["now"])
    assert '<a href="/desk/reports">1 reported by readers</a>' in desk.get("/desk/month").text
    away = sign_in("coordinator", "Far", scopes=(("area", "US-TX"),))
    assert "Nothing else waits for you" in away.get("/desk/month").text
