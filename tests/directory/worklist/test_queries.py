"""The list of the desk finds a listing by anything that people know of it, and says how it stands."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.db import Database
from directory.integrity import service as integrity
from directory.listings.changes import Author
from directory.listings.disclosure import UNNAMED
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone, TermValue, Text
from directory.listings.merging import merge, unmerge
from directory.listings.models import Change, Fact, Record
from directory.people.actor import Actor
from directory.search.indexing import rebuild
from directory.worklist.asked import Asked
from directory.worklist.models import WorkLine
from directory.worklist.queries import find, found_ids
from tests import makers
from tests.staff import acting, make_person

MAIN = (("network", "main"),)


def who(session: Session, role: str = "coordinator", scopes: tuple[tuple[str, str], ...] = MAIN) -> Actor:
    return acting(session, make_person(session, f"{role}{scopes}", role, scopes=scopes, has_key=False))  # type: ignore[arg-type]


def found(session: Session, by: Actor, **asked: str) -> list[str]:
    """The names on the first page."""
    show_touched(session)
    return [line.name for line in find(session, Asked(**asked), by=by).lines]


@pytest.fixture
def by(session: Session) -> Actor:
    return who(session)


@pytest.fixture
def two(session: Session) -> list[Record]:
    """A place in Miami with a site and a line, and a shelter whose place is kept."""
    clinic = makers.make_service(
        session, makers.kind("primary-care"), makers.phone("+13055550142"),
        FactDraft("url", Text("https://www.Example.org/help"), match_key="example.org"),
        name="Night Clinic", organization_id=makers.make_organization(session, "Harbor Health"),
        sites=[makers.site(street="77 Lanternfield Road")],
    )  # fmt: skip
    shelter = makers.make_service(
        session, makers.kind("emergency-shelter"), makers.phone("+18505550111"),
        FactDraft("phone", Phone("+18505550199"), slot="intake", match_key="+18505550199", tier="coordinator"),
        name="Quiet Rooms", organization_id=makers.make_organization(session, "Palm Aid"), area="US-FL-331",
    )  # fmt: skip
    return [session.get_one(Record, made.listings[0][1]) for made in (clinic, shelter)]


@pytest.mark.parametrize(
    "words",
    [
        "night", "NIGHT clin", "harbor clinic", "305 555 0142", "(305) 555-0142", "+1 305-555-0142", "3055550142",
        "0142 305", "555-0142", "https://example.org/other/page", "www.example.org", "example.org", "miami night",
        "primary care", "fl night",
    ],
)  # fmt: skip
def test_a_listing_is_found_by_whatever_somebody_knows_of_it(
    session: Session, by: Actor, two: list[Record], words: str
) -> None:
    assert two
    assert found(session, by, words=words) == (["Night Clinic"] if words != "0142 305" else [])


def test_a_listing_is_found_by_its_id_and_never_by_its_street(session: Session, by: Actor, two: list[Record]) -> None:
    for listing, name in zip(two, ("Night Clinic", "Quiet Rooms"), strict=True):
        assert found(session, by, words=str(listing.public_id)) == [name]
        assert found(session, by, words=f" {listing.public_id.hex.upper()} ") == [name]
    for street in ("77 Lanternfield", "lanternfield", "33130"):
        assert found(session, by, words=street) == []


def test_a_line_that_not_everybody_sees_leads_only_those_who_keep_the_list(
    session: Session, by: Actor, two: list[Record]
) -> None:
    assert two
    assert found(session, by, words="850 555 0199") == ["Quiet Rooms"]
    for role in ("partner", "law-enforcement"):
        other = who(session, role)
        assert found(session, other, words="850 555 0199") == []
        assert found(session, other, words="850 555 0111") == ["Quiet Rooms"]


def only_keepers_find(session: Session, *typed: str, name: str) -> None:
    """What coordinators may see leads them there, and nobody else."""
    for role, expected in (("coordinator", [name]), ("partner", []), ("law-enforcement", [])):
        by = who(session, role)
        for words in typed:
            assert found(session, by, words=words) == expected, (role, words)


def test_the_site_of_a_confidential_shelter_leads_only_those_who_keep_the_list(session: Session) -> None:
    makers.make_service(
        session, FactDraft("url", Text("https://lantern.example.net"), "", "coordinator", "lantern.example.net"),
        FactDraft("email", Text("ask@mail.example"), "", "coordinator", "ask@mail.example"), name="Quiet House",
        area="US-FL-331",
    )  # fmt: skip
    typed = ("lantern.example.net", "https://www.lantern.example.net/us", "Ask@mail.example")
    only_keepers_find(session, *typed, name="Quiet House")


def test_a_site_that_is_somebody_elses_by_now_leads_only_those_who_keep_the_list(
    session: Session, two: list[Record]
) -> None:
    site = session.scalars(sa.select(Fact.id).where(Fact.record_id == two[0].service_id, Fact.field == "url")).one()
    makers.observe(session, site, "website", "parked")
    only_keepers_find(session, "example.org", "https://example.org/other", name="Night Clinic")


def test_what_one_organization_may_not_say_any_more_those_that_are_one_with_it_do_not(
    session: Session, now: dt.datetime
) -> None:
    site = FactDraft("url", Text("https://palm.example.com"), match_key="palm.example.com")
    one, other = makers.make_organization(session, "Palm Aid of 12 Elm Street", site), makers.make_organization(session)
    makers.make_service(session, name="Walk-in", organization_id=one)
    makers.make_service(session, name="By day", organization_id=other)
    merge(session, one, other, author=Author("merge", "they are one"), now=now)
    partner = who(session, "partner")
    assert found(session, partner, words="palm.example.com") == ["By day", "Walk-in"]
    makers.make_service(session, name="Quiet House", organization_id=other, area="US-FL-331")
    assert found(session, partner, words="palm.example.com") == found(session, partner, words="elm") == []
    assert {line.organization for line in find(session, Asked(), by=partner).lines} == {UNNAMED}


def test_filters_combine(session: Session, by: Actor, two: list[Record]) -> None:
    assert two
    both = ["Night Clinic", "Quiet Rooms"]
    for asked, expected in (
        ({"area": "FL"}, both), ({"area": "Florida"}, both), ({"area": "331"}, both), ({"area": "US-FL-331"}, both),
        ({"area": "GA"}, []), ({"area": "miami"}, both), ({"area": "33130", "private": "yes"}, ["Quiet Rooms"]),
        ({"private": "no"}, ["Night Clinic"]), ({"kind": "emergency-shelter"}, ["Quiet Rooms"]),
        ({"kind": "emergency-shelter", "private": "no"}, []), ({"network": "main"}, both), ({"network": "other"}, []),
        ({"source": "none"}, []), ({"state": "unverified", "words": "quiet"}, ["Quiet Rooms"]),
        ({"sort": "organization"}, both), ({"kind": "%"}, []),
    ):  # fmt: skip
        assert found(session, by, **asked) == expected, asked


def test_freshness_is_that_of_today(session: Session, by: Actor, two: list[Record], now: dt.datetime) -> None:
    line = session.scalar(sa.select(Fact.id).where(Fact.record_id == two[0].service_id, Fact.field == "phone"))
    assert line is not None
    makers.confirm(session, line, days_ago=3)
    show_touched(session)
    row = session.get_one(WorkLine, two[0].id)
    stale = row.stale_on
    for day, state in ((row.due_on - 1, "verified"), (row.due_on, "due"), (stale - 1, "due"), (stale, "stale")):
        session.info["now"] = dt.datetime.fromordinal(day).replace(tzinfo=dt.UTC)
        for asked in ("verified", "due", "stale"):
            assert found(session, by, state=asked) == (["Night Clinic"] if asked == state else []), (day, asked)
        shown = find(session, Asked(words="night"), by=by).lines[0]
        assert (shown.state, shown.confirmed) == (state, now.date() - dt.timedelta(days=3))
        assert shown.until == (None if state == "stale" else dt.date.fromordinal(stale - 1))
    session.info["now"] = dt.datetime.fromordinal(stale - 10).replace(tzinfo=dt.UTC)
    assert found(session, by, about="expiring") == ["Night Clinic"]


def test_the_longest_not_confirmed_come_first(session: Session, by: Actor, two: list[Record]) -> None:
    for listing, days in zip(two, (10, 40), strict=True):
        line = session.scalar(
            sa.select(Fact.id).where(
                Fact.record_id == listing.service_id, Fact.field == "phone",
                Fact.slot == "voice",
            )
        )  # fmt: skip
        makers.confirm(session, line or 0, days_ago=days)
    assert found(session, by, sort="confirmed") == ["Quiet Rooms", "Night Clinic"]
    assert found(session, by, sort="name") == ["Night Clinic", "Quiet Rooms"]


def test_what_waits_and_what_is_mine(session: Session, by: Actor, two: list[Record], now: dt.datetime) -> None:
    other = who(session, scopes=(*MAIN, ("area", "US-FL")))
    assert found(session, by, about="waiting") == found(session, by, about="mine") == []
    session.add(
        Change(
            kind="edit", state="proposed", subject_id=two[0].organization_id, proposed_at=now, proposed_by=by.id,
            reason="they moved",
        )
    )  # fmt: skip
    session.flush()
    assert found(session, by, about="waiting") == found(session, other, about="waiting") == ["Night Clinic"]
    assert find(session, Asked(about="waiting"), by=by).lines[0].waits == 1
    assert found(session, by, about="mine") == ["Night Clinic"]
    integrity.hide(session, two[1].id, by=other, reason="somebody may be in danger", now=now)
    assert found(session, other, about="mine") == ["Quiet Rooms"]
    assert found(session, other, about="mine", state="suspended") == ["Quiet Rooms"]
    assert found(session, by, about="mine", state="suspended") == []


def test_what_was_merged_is_shown_to_whoever_asks_for_it_and_comes_back(
    session: Session, by: Actor, now: dt.datetime
) -> None:
    owner = makers.make_organization(session, "Owner")
    one, other = (
        makers.make_service(session, name=name, organization_id=owner, sites=[makers.site(key)])
        for name, key in (("First", "site:1"), ("Second", "site:2"))
    )
    change = merge(session, one.record_id, other.record_id, author=Author("merge", "they are one"), now=now)
    assert found(session, by) == ["First"]
    assert found(session, by, state="merged") == ["Second"]
    unmerge(session, change, author=Author("unmerge", "they are two"), now=now)
    assert found(session, by) == ["First", "Second"]
    assert found(session, by, state="merged") == []


def test_everything_that_was_found_is_named_in_the_order_of_the_list(session: Session, by: Actor) -> None:
    owner = makers.make_organization(session, "Owner")
    for number in (3, 1, 2):
        makers.make_service(session, name=f"House {number}", organization_id=owner)
    show_touched(session)
    shown = [line.id for line in find(session, Asked(words="house"), by=by).lines]
    assert found_ids(session, Asked(words="house"), by=by, most=2) == shown[:2]
    assert found_ids(session, Asked(words="house", after=shown[1]), by=by, most=10) == shown
    assert found_ids(session, Asked(), by=who(session, scopes=()), most=10) == []


def test_lines_made_anew_are_those_that_the_verbs_left(database: Database) -> None:
    with database.transaction() as session:
        owner = makers.make_organization(session, "Owner")
        one = makers.make_service(session, makers.kind("food"), makers.serves("US-GA"), sites=[makers.site()])
        makers.make_service(session, name="Kept", organization_id=owner, area="US-FL-331")
        touched = one.record_id
    with database.transaction() as session:
        # A value of the service alone, and one of its organization.
        makers.observe(session, session.scalars(sa.select(Fact.id).where(
            Fact.record_id == touched, Fact.field == "phone")).one(), "call", "confirmed")  # fmt: skip

    def lines() -> list[tuple[object, ...]]:
        with database.reading() as session:
            return [tuple(row) for row in session.execute(sa.select(WorkLine.__table__).order_by(WorkLine.listing_id))]

    before = lines()
    assert len(before) == 2
    with database.transaction() as session:
        session.execute(sa.delete(WorkLine))
    rebuild(database)
    assert lines() == before


def test_a_kind_that_nobody_states_any_more_finds_nothing(session: Session, by: Actor, now: dt.datetime) -> None:
    made = makers.make_service(session, makers.kind("food"), name="Pantry")
    assert found(session, by, kind="food") == ["Pantry"]
    fact = session.scalars(sa.select(Fact).where(Fact.record_id == made.record_id, Fact.field == "kind")).one()
    edits = [integrity.Edit(FactDraft("kind", TermValue(), slot="clothing")), integrity.Edit(fact_id=fact.id)]
    integrity.edit(session, made.record_id, edits, by=by, reason="they told us", now=now)
    assert found(session, by, kind="food") == found(session, by, words="food") == []
    assert found(session, by, kind="clothing") == ["Pantry"]
