"""What people do to listings, by the verbs that pages call: on both databases."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.errors import DirectoryError, NotFoundError, RefusedError
from directory.freshness.service import count_report
from directory.integrity import queries, service
from directory.integrity.service import Edit
from directory.integrity.table import DELAY, HIDDEN_FOR
from directory.listings.changes import Author
from directory.listings.drafts import OrganizationDraft, ServiceDraft
from directory.listings.models import Change
from directory.listings.withdrawal import withdraw_location
from directory.people import accounts
from directory.reconciliation.service import reconcile
from tests import makers
from tests.conftest import NOW
from tests.directory.integrity.force import NEW, OLD, Force, approve, fact, key, numbers, propose
from tests.staff import acting, make_person


def test_a_new_number_is_shown_when_another_person_called_the_old_one(session: Session, force: Force) -> None:
    change = propose(session, force)
    assert numbers(session, force) == [OLD]
    assert queries.state_of(session, force.listing).state == "pending"
    with pytest.raises(RefusedError, match="old number"):
        approve(session, change, force.two)
    key(session, change, "old-number", force.two)
    assert approve(session, change, force.two).is_applied
    assert numbers(session, force) == [NEW]
    assert queries.state_of(session, force.listing).state == "verified"


def test_nobody_approves_their_own_proposal_in_any_session(session: Session, force: Force) -> None:
    change = propose(session, force)
    key(session, change, "old-number", force.one)
    with pytest.raises(RefusedError, match="omebody else"):
        approve(session, change, force.one)
    with pytest.raises(RefusedError, match="once more"):
        approve(session, change, force.two, stepped_up=False)
    assert numbers(session, force) == [OLD]


def test_two_keys_from_two_sources_wait_three_days_and_may_be_declined(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        change = propose(session, force)
        key(session, change, "own-site", force.one)
        with pytest.raises(RefusedError, match="two keys"):
            approve(session, change, force.two)
        key(session, change, "independent-number", force.two)
        approved = approve(session, change, force.two)
        assert (approved.is_applied, approved.not_before) == (False, NOW + DELAY)
        assert service.do_what_is_due(session, now=NOW + DELAY - dt.timedelta(seconds=1)).applied == 0
        assert numbers(session, force) == [OLD]
    with database.transaction() as session:
        assert service.do_what_is_due(session, now=NOW + DELAY).applied == 1
        assert numbers(session, force) == [NEW]
    assert reconcile(database, now=NOW) == []


def test_what_waits_can_be_declined_and_never_comes(session: Session, force: Force) -> None:
    change = propose(session, force)
    key(session, change, "own-site", force.one)
    key(session, change, "independent-number", force.two)
    approve(session, change, force.two)
    service.decline(session, change, by=acting(session, force.one), now=NOW)
    assert service.do_what_is_due(session, now=NOW + DELAY).applied == 0
    assert numbers(session, force) == [OLD]


def test_both_keys_of_one_person_are_one(session: Session, force: Force) -> None:
    change = propose(session, force)
    key(session, change, "own-site", force.two)
    key(session, change, "independent-number", force.two)
    with pytest.raises(RefusedError, match="two keys"):
        approve(session, change, force.two)


def test_the_provider_can_refuse_it_on_the_old_number(session: Session, force: Force) -> None:
    change = propose(session, force)
    key(session, change, "old-number", force.two, outcome="refused")
    assert session.get_one(Change, change, populate_existing=True).state == "declined"
    with pytest.raises(NotFoundError):
        approve(session, change, force.two)


def test_a_premium_rate_number_waits_even_after_a_call(session: Session, force: Force) -> None:
    change = propose(session, force, "+19005551234")
    key(session, change, "old-number", force.two)
    assert approve(session, change, force.two).not_before == NOW + DELAY


def test_who_approves_has_to_have_seen_what_is_approved(session: Session, force: Force) -> None:
    change = propose(session, force)
    key(session, change, "old-number", force.two)
    actor = acting(session, force.two)
    shown = queries.change_of(session, change, by=actor, now=NOW).shown
    other = propose(session, force, "+13055550188", by=force.two)
    key(session, other, "old-number", force.one)
    approve(session, other, force.one)
    with pytest.raises(RefusedError, match="changed since"):
        service.approve(session, change, shown=shown, by=actor, now=NOW)
    assert numbers(session, force) == ["+13055550188"]


def test_two_approvals_at_once_apply_once(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        three = make_person(session, "Three")
        change = propose(session, force)
        key(session, change, "old-number", force.two)
    ends: list[bool] = []
    begin = threading.Barrier(2)

    def press(person: int) -> None:
        begin.wait()
        try:
            with database.transaction() as session:
                approve(session, change, person)
            ends.append(True)
        except DirectoryError:
            ends.append(False)

    threads = [threading.Thread(target=press, args=(person,)) for person in (force.two, three)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == [False, True]
    with database.transaction() as session:
        assert numbers(session, force) == [NEW]


def test_a_young_account_and_a_guest_are_no_second_person(session: Session, force: Force) -> None:
    change = propose(session, force)
    key(session, change, "old-number", force.two)
    young = make_person(session, "Young", days=6)
    guest = make_person(session, "Guest", invited_by=force.one)
    with pytest.raises(RefusedError, match="seven days"):
        approve(session, change, young)
    with pytest.raises(RefusedError, match="invited"):
        approve(session, change, guest)
    with pytest.raises(RefusedError, match="third"):
        accounts.vouch(session, acting(session, guest).public_id, by=acting(session, force.one), now=NOW)
    accounts.vouch(session, acting(session, guest).public_id, by=acting(session, force.two), now=NOW)
    assert approve(session, change, guest).is_applied


def test_unverified_values_are_changed_by_one_and_sources_may_too(session: Session) -> None:
    made = makers.make_service(session, makers.kind("food"), sites=[makers.site()])
    one = make_person(session, "One")
    edited = service.edit(
        session, made.record_id, [Edit(makers.phone(NEW))], by=acting(session, one), reason="", now=NOW
    )
    assert (edited.applied is not None, edited.proposed) == (True, ())


def test_a_held_number_of_an_unverified_listing_needs_a_second_person_and_a_key(session: Session) -> None:
    made = makers.make_service(session, makers.kind("food"), sites=[makers.site()])
    one, two = make_person(session, "One"), make_person(session, "Two")
    edited = service.edit(
        session, made.record_id, [Edit(makers.phone("+19005551234"))], by=acting(session, one), reason="", now=NOW
    )
    assert edited.applied is None
    with pytest.raises(RefusedError, match="one key"):
        approve(session, edited.proposed[0], two)


def test_a_number_in_another_slot_or_on_the_listing_is_a_change_of_the_verified_listing(
    session: Session, force: Force
) -> None:
    one = acting(session, force.one)
    for record, draft in ((force.service, makers.phone(NEW, "intake")), (force.listing, makers.phone(NEW))):
        edited = service.edit(session, record, [Edit(draft)], by=one, reason="", now=NOW)
        assert edited.applied is None
    assert numbers(session, force) == [OLD]


def test_ending_a_verified_number_is_a_proposal_too(session: Session, force: Force) -> None:
    edited = service.edit(
        session, force.service, [Edit(fact_id=force.phone)], by=acting(session, force.one), reason="", now=NOW
    )
    assert edited.applied is None
    assert numbers(session, force) == [OLD]


def test_what_is_not_sensitive_is_changed_at_once_and_undone_with_its_evidence(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        one = acting(session, force.one)
        before = fact(session, force.service, "description")
        makers.confirm(session, before)
        edits = [Edit(makers.text("description", "Meals and clothes."))]
        edited = service.edit(session, force.service, edits, by=one, reason="", now=NOW)
        assert edited.applied is not None
        undone = service.undo(session, edited.applied, by=one, now=NOW)
        assert undone.applied is not None
        session.flush()
        assert fact(session, force.service, "description") == before
    assert reconcile(database, now=NOW) == []


def test_undoing_a_protected_change_is_a_proposal_with_the_same_keys(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        change = propose(session, force)
        key(session, change, "old-number", force.two)
        approve(session, change, force.two)
        undone = service.undo(session, change, by=acting(session, force.one), now=NOW)
        assert (undone.applied, len(undone.proposed)) == (None, 1)
        assert numbers(session, force) == [NEW]
        key(session, undone.proposed[0], "old-number", force.two)
        approve(session, undone.proposed[0], force.two)
        assert numbers(session, force) == [OLD]
    assert reconcile(database, now=NOW) == []


def test_one_hides_for_three_days_and_another_for_good(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        service.hide(session, force.listing, by=acting(session, force.one), reason="a threat", now=NOW)
        assert numbers(session, force) == []
        assert queries.state_of(session, force.listing).hidden_until == NOW + HIDDEN_FOR
        with pytest.raises(RefusedError, match="omebody else"):
            service.second_hiding(session, force.listing, by=acting(session, force.one), now=NOW)
        assert service.do_what_is_due(session, now=NOW + HIDDEN_FOR).ended == 1
        assert numbers(session, force) == [OLD]
        with pytest.raises(RefusedError, match="fourteen days"):
            service.hide(session, force.listing, by=acting(session, force.one), reason="", now=NOW + HIDDEN_FOR)
    assert reconcile(database, now=NOW) == []
    with database.transaction() as session:
        service.hide(session, force.listing, by=acting(session, force.two), reason="", now=NOW)
        service.second_hiding(session, force.listing, by=acting(session, force.one), now=NOW)
        assert service.do_what_is_due(session, now=NOW + HIDDEN_FOR * 9).ended == 0
        again = service.intend(session, force.listing, "show-again", by=acting(session, force.two), reason="", now=NOW)
        with pytest.raises(RefusedError, match="omebody else"):
            approve(session, again, force.two)
        assert approve(session, again, force.one).is_applied
        assert numbers(session, force) == [OLD]
    assert reconcile(database, now=NOW) == []


def test_nobody_alone_hides_the_whole_list(session: Session, force: Force) -> None:
    one = acting(session, force.one)
    organization = makers.make_organization(session, "Another")
    listings = [
        makers.make_service(session, makers.kind("food"), organization_id=organization).listings[0][1]
        for _ in range(11)
    ]
    for listing in listings[:10]:
        service.hide(session, listing, by=one, reason="", now=NOW)
    with pytest.raises(RefusedError, match="ten listings"):
        service.hide(session, listings[10], by=one, reason="", now=NOW)


def test_a_verified_listing_is_closed_and_listed_again_by_two_with_a_key(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        change = service.intend(session, force.listing, "close", by=acting(session, force.one), reason="", now=NOW)
        assert numbers(session, force) == [OLD]
        with pytest.raises(RefusedError, match="one key"):
            approve(session, change, force.two)
        key(session, change, "old-number", force.two)
        assert approve(session, change, force.two).is_applied
        assert (numbers(session, force), queries.state_of(session, force.listing).state) == ([], "closed")
        back = service.intend(session, force.listing, "list", by=acting(session, force.one), reason="", now=NOW)
        key(session, back, "own-site", force.one)
        assert approve(session, back, force.two).is_applied
        assert numbers(session, force) == [OLD]
    assert reconcile(database, now=NOW) == []


def test_a_dead_line_is_hidden_by_two_callers_and_its_successor_needs_two_keys_and_no_delay(
    database: Database,
) -> None:
    with database.transaction() as session:
        force = Force(session)
        for _ in range(2):
            assert not service.prove_dead(
                session, force.phone, outcome="disconnected", by=acting(session, force.one), now=NOW
            )
        assert numbers(session, force) == [OLD]
        assert service.prove_dead(session, force.phone, outcome="wrong-party", by=acting(session, force.two), now=NOW)
        assert numbers(session, force) == []
        name = fact(session, force.service, "name")
        makers.confirm(session, name)
        change = propose(session, force)
        key(session, change, "own-site", force.one)
        with pytest.raises(RefusedError, match="two keys"):
            approve(session, change, force.two)
        key(session, change, "independent-number", force.two)
        assert approve(session, change, force.two).is_applied
        assert numbers(session, force) == [NEW]
    assert reconcile(database, now=NOW) == []


def test_two_admins_break_the_glass_and_everybody_is_told(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        admin, other = (make_person(session, name, "admin", scopes=()) for name in ("Admin", "Other"))
        change = propose(session, force)
        with pytest.raises(RefusedError, match="admin"):
            service.break_glass(session, change, by=acting(session, force.two), now=NOW)
        broken = service.break_glass(session, change, by=acting(session, admin), now=NOW)
        for person, missing in ((admin, "omebody else"), (force.two, "admin")):
            with pytest.raises(RefusedError, match=missing):
                approve(session, broken, person)
        assert approve(session, broken, other).is_applied
        assert numbers(session, force) == [NEW]
        told = session.scalar(sa.text("SELECT count(*) FROM outbox WHERE template = 'glass-broken'"))
        assert told >= 6
    assert reconcile(database, now=NOW) == []


def test_a_partner_only_proposes_and_law_enforcement_does_nothing(session: Session, force: Force) -> None:
    partner = make_person(session, "Partner", "partner")
    police = make_person(session, "Police", "law-enforcement")
    edits = [Edit(makers.text("description", "Meals every day."))]
    edited = service.edit(session, force.service, edits, by=acting(session, partner), reason="", now=NOW)
    assert edited.applied is None
    with pytest.raises(RefusedError):
        service.edit(session, force.service, edits, by=acting(session, police), reason="", now=NOW)
    with pytest.raises(RefusedError):
        service.hide(session, force.listing, by=acting(session, partner), reason="", now=NOW)
    assert approve(session, edited.proposed[0], force.one).is_applied


def test_who_works_elsewhere_does_not_even_learn_that_it_is_there(session: Session, force: Force) -> None:
    stranger = acting(session, make_person(session, "Stranger", scopes=(("area", "US-TX"),)))
    change = propose(session, force)
    for attempt in (
        lambda: service.edit(session, force.service, [Edit(makers.phone(NEW))], by=stranger, reason="", now=NOW),
        lambda: service.hide(session, force.listing, by=stranger, reason="", now=NOW),
        lambda: service.intend(session, force.listing, "close", by=stranger, reason="", now=NOW),
        lambda: service.add_key(session, change, "old-number", outcome="confirmed", by=stranger, now=NOW),
        lambda: service.approve(session, change, shown="", by=stranger, now=NOW),
        lambda: service.decline(session, change, by=stranger, now=NOW),
        lambda: service.confirm_by_call(session, force.phone, outcome="confirmed", by=stranger, now=NOW),
        lambda: service.prove_dead(session, force.phone, outcome="disconnected", by=stranger, now=NOW),
        lambda: queries.change_of(session, change, by=stranger, now=NOW),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    assert queries.open_changes(session, by=stranger) == []
    florida = acting(session, make_person(session, "Florida", scopes=(("area", "US-FL"),)))
    assert [one.id for one in queries.open_changes(session, by=florida)] == [change]


def test_a_listing_made_by_hand_is_verified_by_another_person_who_called(session: Session, force: Force) -> None:
    one = acting(session, force.one)
    made = service.add_listing(
        session,
        OrganizationDraft("hand:1", [makers.text("name", "By hand")]),
        ServiceDraft("hand:2", "hand:1", [makers.text("name", "By hand"), makers.kind("food"), makers.phone(NEW)]),
        network_id=1,
        by=one,
        now=NOW,
    )
    listing, phone = made.listings[0][1], fact(session, made.record_id, "phone")
    assert queries.state_of(session, listing).state == "unverified"
    with pytest.raises(RefusedError, match="omebody else"):
        service.confirm_by_call(session, phone, outcome="confirmed", by=one, now=NOW)
    service.confirm_by_call(session, phone, outcome="confirmed", by=acting(session, force.two), now=NOW)
    assert queries.state_of(session, listing).state == "verified"


def test_nothing_leads_back_across_a_withdrawn_location(session: Session, force: Force) -> None:
    one = acting(session, force.one)
    edits = [Edit(makers.text("description", "At the corner of 5th and Main."))]
    edited = service.edit(session, force.service, edits, by=one, reason="", now=NOW)
    author = Author("edit", "they asked for it", force.one)
    withdraw_location(session, force.service, disclosure="area_only", area="US-FL-331", author=author, now=NOW)
    session.expire_all()
    with pytest.raises(RefusedError, match="gone for good"):
        service.undo(session, edited.applied or 0, by=one, now=NOW)


def test_a_thousand_reports_dispute_a_listing_and_hide_nothing(session: Session, force: Force) -> None:
    for _ in range(1_000):
        count_report(session, force.listing, reason="wrong-number", now=NOW)
    assert queries.state_of(session, force.listing).state == "disputed"
    assert numbers(session, force) == [OLD]
