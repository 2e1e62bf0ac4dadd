"""Confidential services and the organizations that have them: what may be said, and who opens one."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import working_network
from directory.db import Database
from directory.errors import RefusedError
from directory.integrity import service
from directory.integrity.service import Edit
from directory.listings.changes import Author
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft
from directory.listings.fields import Address
from directory.listings.models import Fact, Record
from directory.listings.withdrawal import withdraw_location
from directory.people.service import command_line_person
from directory.reconciliation.service import reconcile
from tests import makers
from tests.conftest import NOW
from tests.directory.integrity.force import Force, approve, fact
from tests.staff import acting, make_person

TELLING = "Meals. Ring at 742 Evergreen Terrace."


def shelter(session: Session) -> tuple[int, int, int]:
    made = makers.make_service(session, makers.kind("shelter"), area="US-FL-331")
    return made.record_id, made.listings[0][1], made.organization_id


def said(session: Session, record_id: int, field: str) -> str:
    session.expire_all()
    return str(session.get_one(Fact, fact(session, record_id, field)).value)


def test_two_people_open_a_location_and_name_who_authorized_it(database: Database) -> None:
    with database.transaction() as session:
        one, two = make_person(session, "One"), make_person(session, "Two")
        target, listing, _ = shelter(session)
        for record_id, reason, words in ((target, " ", "authorized"), (listing, "as agreed", "nothing a listing")):
            with pytest.raises(RefusedError, match=words):
                service.intend(
                    session, record_id, "open-location", by=acting(session, one), reason=reason, now=NOW
                )  # fmt: skip
        change = service.intend(
            session, target, "open-location", by=acting(session, one),
            reason="by their director in writing on 2026-11-20, in the blue folder", now=NOW,
        )  # fmt: skip
        with pytest.raises(RefusedError, match="omebody else"):
            approve(session, change, one)
        assert approve(session, change, two).is_applied
    with database.reading() as session:
        rows = session.execute(
            sa.select(Record.kind, Record.location_disclosure, Record.published_area).where(
                Record.id.in_([target, listing])
            )
        )
        assert sorted(map(tuple, rows)) == [("listing", "public", None), ("service", "public", None)]
    assert reconcile(database, now=NOW) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_that_places_a_confidential_service_is_kept(session: Session) -> None:
    one = acting(session, make_person(session, "One"))
    target, listing, organization = shelter(session)
    for record_id in (target, listing, organization):
        service.edit(session, record_id, [Edit(makers.text("description", TELLING))], by=one, reason="", now=NOW)
        assert "Evergreen" not in said(session, record_id, "description")
    service.edit(session, organization, [Edit(makers.text("url", "https://a.example.org"))], by=one, reason="", now=NOW)
    site = session.get_one(Fact, fact(session, organization, "url"))
    assert site.tier == "coordinator"
    edits = [Edit(makers.text("description", "742 Evergreen Terrace."))]
    with pytest.raises(RefusedError, match="confidential place"):
        service.edit(session, target, edits, by=one, reason="", now=NOW)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_organization_without_anything_confidential_may_say_where_it_is(session: Session, force: Force) -> None:
    organization = session.get_one(Record, force.service).organization_id or 0
    edits = [Edit(makers.text("description", TELLING))]
    service.edit(session, organization, edits, by=acting(session, force.one), reason="", now=NOW)
    assert "Evergreen" in said(session, organization, "description")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_organization_entered_by_hand_with_something_confidential_is_kept_as_closed(session: Session) -> None:
    one = acting(session, make_person(session, "One"))
    facts = [makers.text("name", "By hand"), makers.text("description", TELLING)]
    made = service.add_listing(
        session,
        OrganizationDraft("hand:1", facts),
        ServiceDraft("hand:2", "hand:1", [*facts, makers.kind("shelter")], "area_only", "US-FL-331"),
        network_id=working_network(session).id,
        by=one,
        now=NOW,
    )
    for record_id in (made.record_id, made.organization_id):
        assert "Evergreen" not in said(session, record_id, "description")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_texts_of_an_organization_come_not_back_across_a_withdrawn_location(session: Session, force: Force) -> None:
    one = acting(session, force.one)
    organization = session.get_one(Record, force.service).organization_id or 0
    changes = []
    for words in ("We help.", "We help people."):
        edits = [Edit(makers.text("description", words))]
        changes.append(service.edit(session, organization, edits, by=one, reason="", now=NOW).applied)
    author = Author("edit", "they asked for it", command_line_person(session, now=NOW).id)
    withdraw_location(session, force.service, disclosure="area_only", area="US-FL-331", author=author, now=NOW)
    session.expire_all()
    with pytest.raises(RefusedError, match="gone for good"):
        service.undo(session, changes[1] or 0, by=one, now=NOW)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_street_is_said_of_a_place_that_is_none(session: Session) -> None:
    one = acting(session, make_person(session, "One"))
    target, _, _ = shelter(session)
    address = FactDraft("address", Address(address_1="742 Evergreen Terrace"))
    with pytest.raises(ValueError, match="cannot stand"):
        service.edit(session, target, [Edit(address)], by=one, reason="", now=NOW)
