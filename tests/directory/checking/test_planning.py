"""What is planned is what is worth looking at, spread over a week, and nothing that could place anything."""

import datetime as dt
from collections import Counter
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.checking import policy
from directory.checking.models import CheckTask
from directory.checking.planning import plan_checks
from directory.checking.queries import around
from directory.db import Database
from directory.freshness.models import METHODS
from directory.listings.changes import Author
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone, Text
from directory.listings.models import Fact, Record
from directory.listings.service import set_standing
from directory.listings.withdrawal import withdraw_location
from directory.people.models import Network
from directory.people.service import command_line_person
from tests import makers
from tests.conftest import NOW

# Seeded, so that a test does the same every time.
SEEDED = [Random(seed) for seed in range(4)]  # noqa: S311
ALWAYS = {"MO": [(0, 1440)]}


def url(address: str) -> FactDraft:
    return FactDraft("url", Text(address), match_key="example.org")


def planned(database: Database) -> Counter[tuple[str, str, str]]:
    """How often each (field, method, host) is looked at."""
    with database.reading() as session:
        rows = session.execute(
            sa.select(Fact.field, CheckTask.method, CheckTask.host).join(CheckTask, CheckTask.fact_id == Fact.id)
        )
        return Counter((field, method, host) for field, method, host in rows)


def listing(session: Session, *facts: FactDraft, area: str | None = None) -> int:
    organization = makers.make_organization(session, "Practice House", url("https://www.example.org/about"))
    made = makers.make_service(
        session, makers.kind("food"), *facts, organization_id=organization, sites=[makers.site()], area=area
    )  # fmt: skip
    return made.listings[0][1]


def test_every_fact_is_looked_at_by_what_can_say_something_about_it(database: Database) -> None:
    with database.transaction() as session:
        email = FactDraft("email", Text("hello@example.org"))
        listing(session, makers.phone(), email, makers.opens(ALWAYS), url("https://other.example.net/x"))
    assert plan_checks(database, methods=METHODS).added == sum(planned(database).values())
    assert planned(database) == {
        ("url", "website", "example.org"): 1,
        ("url", "website", "example.net"): 1,
        ("name", "corroboration", "example.org"): 1,
        # The service has a site of its own.
        ("name", "corroboration", "example.net"): 1,
        ("phone", "corroboration", "example.net"): 1,
        ("phone", "lookup", ""): 1,
        ("phone", "import", ""): 1,
        ("schedule", "import", ""): 1,
        ("email", "mx", ""): 1,
        ("address", "geocode", ""): 1,
        ("point", "geocode", ""): 1,
    }


def test_planning_again_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        listing(session)
    plan_checks(database, methods=METHODS, chance=SEEDED[1])
    with database.reading() as session:
        before = session.execute(sa.select(CheckTask.id, CheckTask.due_at).order_by(CheckTask.id)).all()
    assert plan_checks(database, methods=METHODS, chance=SEEDED[2]) == plan_checks(database, methods=[])
    with database.reading() as session:
        assert session.execute(sa.select(CheckTask.id, CheckTask.due_at).order_by(CheckTask.id)).all() == before


def test_what_is_new_is_spread_over_a_week(database: Database) -> None:
    with database.transaction() as session:
        for number in range(30):
            makers.make_service(session, name=f"Practice {number}")
    plan_checks(database, methods=["import"], chance=SEEDED[3])
    with database.reading() as session:
        waits = [due - NOW for due in session.scalars(sa.select(CheckTask.due_at))]
    assert min(waits) >= dt.timedelta(0)
    assert max(waits) <= policy.SPREAD
    assert {wait.days for wait in waits} == set(range(7))


def test_a_method_that_nobody_can_look_by_is_not_planned(database: Database) -> None:
    with database.transaction() as session:
        listing(session)
    plan_checks(database, methods=["website"])
    assert {method for _, method, _ in planned(database)} == {"website"}


def test_nobody_elsewhere_hears_of_an_organization_with_a_confidential_service(database: Database) -> None:
    with database.transaction() as session:
        organization = makers.make_organization(session, "Practice House", url("https://example.org"))
        makers.make_service(session, makers.kind("food"), organization_id=organization, sites=[makers.site()])
        shelter = makers.kind("emergency-shelter")
        makers.make_service(session, shelter, name="Quiet Rooms", organization_id=organization, area="US-FL-331")
    plan_checks(database, methods=METHODS)
    methods = {method for _, method, _ in planned(database)}
    assert not methods & policy.TOLD_ELSEWHERE
    assert {"website", "import"} <= methods
    # Unless the deployment has decided so.
    plan_checks(database, methods=METHODS, told_all=["lookup"])
    assert {method for _, method, _ in planned(database)} & policy.TOLD_ELSEWHERE == {"lookup"}
    plan_checks(database, methods=METHODS)
    assert not {method for _, method, _ in planned(database)} & policy.TOLD_ELSEWHERE


def test_a_listing_that_becomes_confidential_takes_its_checks_and_their_memory_along_at_once(
    database: Database,
) -> None:
    with database.transaction() as session:
        record_id = listing(session)
    plan_checks(database, methods=METHODS)
    with database.transaction() as session:
        session.execute(sa.update(CheckTask).values(memory='{"digest":"of a street"}'))
    with database.transaction() as session:
        person = command_line_person(session, now=NOW)
        service = session.get_one(Record, record_id).service_id
        assert service is not None
        author = Author("edit", "it is a shelter", person.id)
        withdraw_location(session, service, disclosure="area_only", area="US-FL-331", author=author, now=NOW)
    assert not [method for _, method, _ in planned(database) if method == "geocode"]
    plan_checks(database, methods=METHODS)
    assert not {method for _, method, _ in planned(database)} & policy.TOLD_ELSEWHERE


@pytest.mark.parametrize("standing", ["closed", "do-not-list"])
def test_what_is_over_or_unwanted_is_not_looked_at(database: Database, standing: str) -> None:
    with database.transaction() as session:
        record_id = listing(session)
    plan_checks(database, methods=METHODS)
    with database.transaction() as session:
        organization = session.get_one(Record, record_id).organization_id
        assert organization is not None
        by = command_line_person(session, now=NOW).id
        set_standing(session, organization, standing, by=by, reason="They said so.", now=NOW)
    # Whoever has taken one of its tasks already learns that there is nothing to look at.
    with database.reading() as session:
        assert around(session, session.scalars(sa.select(CheckTask.fact_id))) == {}
    dropped = plan_checks(database, methods=METHODS)
    assert (dropped.added, planned(database)) == (0, Counter())
    assert dropped.dropped > 5


def test_a_fact_that_ended_is_not_looked_at(database: Database) -> None:
    with database.transaction() as session:
        listing(session)
    plan_checks(database, methods=METHODS)
    with database.transaction() as session:
        session.execute(sa.update(Fact).where(Fact.field == "phone").values(standing="past"))
    plan_checks(database, methods=METHODS)
    assert not [field for field, _, _ in planned(database) if field == "phone"]


def test_invented_listings_are_not_looked_at(database: Database) -> None:
    with database.transaction() as session:
        listing(session)
        session.execute(sa.update(Network).values(kind="practice"))
    assert plan_checks(database, methods=METHODS).added == 0


def test_a_professional_line_is_looked_up_nowhere(database: Database) -> None:
    with database.transaction() as session:
        line = FactDraft("phone", Phone("+13055550143"), slot="desk", tier="partner", match_key="+13055550143")
        makers.make_service(session, line, sites=[makers.site()])
    plan_checks(database, methods=METHODS)
    assert {method for field, method, _ in planned(database) if field == "phone"} == {"import"}


def test_a_look_knows_what_is_public_around_its_fact(database: Database) -> None:
    with database.transaction() as session:
        record_id = listing(session, makers.phone(), url("https://rooms.example.org"))
        fact = session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).one()
        makers.confirm(session, fact, days_ago=3)
        makers.confirm(session, fact, days_ago=1, log2_odds=3)
        assert record_id
    with database.reading() as session:
        known = around(session, [fact, 10**9])
    assert set(known) == {fact}
    one = known[fact]
    assert (one.field, one.value, one.kinds) == ("phone", {"number": "+13055550142"}, frozenset({"food"}))
    assert (one.organization, one.service, one.is_confidential) == ("Practice House", "Practice Service", False)
    assert one.urls == ("https://rooms.example.org", "https://www.example.org/about")
    assert (one.city, one.region, one.country, one.point) == ("Miami", "FL", "US", makers.MIAMI)
    assert one.verified_at == NOW - dt.timedelta(days=3)


def test_a_look_knows_no_place_of_an_organization_with_a_confidential_service(database: Database) -> None:
    with database.transaction() as session:
        organization = makers.make_organization(session, "Practice House")
        makers.make_service(session, organization_id=organization, sites=[makers.site()])
        made = makers.make_service(session, name="Quiet Rooms", organization_id=organization, area="US-FL-331")
        fact = session.scalars(sa.select(Fact.id).where(Fact.record_id == made.record_id, Fact.field == "phone")).one()
    with database.reading() as session:
        one = around(session, [fact])[fact]
    assert (one.is_confidential, one.city, one.point) == (True, "", None)
