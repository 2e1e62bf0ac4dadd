"""What whoever works on listings reads: history, what can be undone, what is missing, which protections are off."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from directory.bootstrap import working_network
from directory.db import Database
from directory.errors import RefusedError
from directory.integrity import queries, service
from directory.integrity.history import history
from directory.integrity.service import Edit
from directory.listings.drafts import OrganizationDraft, ServiceDraft
from directory.listings.models import Fact
from directory.people import accounts
from directory.people.service import command_line_person
from directory.reconciliation.service import reconcile
from tests import makers
from tests.conftest import NOW
from tests.directory.integrity.force import NEW, OLD, Force, approve, fact, key, propose
from tests.staff import acting, make_person

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_history_tells_what_can_be_undone_also_an_undoing(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        one = acting(session, force.one)
        made = []
        for words in ("Ring.", "Ring twice."):
            edits = [Edit(makers.text("alert", words))]
            made.append(service.edit(session, force.service, edits, by=one, reason="", now=NOW).applied or 0)
        waits = propose(session, force)

        def undoable() -> list[int]:
            return [line.id for line in history(session, force.listing) if line.can_be_undone]

        lines = {line.id: line for line in history(session, force.listing)}
        [number] = lines[waits].values
        assert (lines[waits].state, lines[waits].by, lines[waits].role) == ("proposed", "One", "coordinator")
        assert (number.field, number.before, number.after) == ("phone", {"number": OLD}, {"number": NEW})
        [first], [second] = lines[made[0]].values, lines[made[1]].values
        assert (first.before, first.after) == (None, {"text": "Ring."})
        assert (second.before, second.after) == ({"text": "Ring."}, {"text": "Ring twice."})
        assert (lines[made[0]].is_built_upon, lines[made[1]].is_built_upon) == (True, False)
        assert undoable() == [made[1]]
        with pytest.raises(RefusedError, match="meanwhile"):
            service.undo(session, made[0], by=one, now=NOW)
        undone = service.undo(session, made[1], by=one, now=NOW).applied or 0
        assert undoable() == [undone, made[0]]
        again = service.undo(session, undone, by=one, now=NOW).applied or 0
        kept = session.get_one(Fact, fact(session, force.service, "alert"), populate_existing=True)
        assert kept.value == '{"text":"Ring twice."}'
        assert undoable() == [again, made[1]]
    assert reconcile(database, now=NOW) == []


def test_the_arrival_of_a_listing_is_not_undone(session: Session, force: Force) -> None:
    one = acting(session, force.one)
    made = service.add_listing(
        session,
        OrganizationDraft("hand:1", [makers.text("name", "By hand")]),
        ServiceDraft("hand:2", "hand:1", [makers.text("name", "By hand"), makers.kind("food"), makers.phone(NEW)]),
        network_id=working_network(session).id,
        by=one,
        now=NOW,
    )
    with pytest.raises(RefusedError, match="something new"):
        service.undo(session, made.change_id, by=one, now=NOW)
    assert not any(line.can_be_undone for line in history(session, made.listings[0][1]))


def test_a_proposal_tells_what_is_missing_by_whom_it_is_read(session: Session, force: Force) -> None:
    change = propose(session, force)
    mine = queries.change_of(session, change, by=acting(session, force.one), now=NOW)
    theirs = queries.change_of(session, change, by=acting(session, force.two), now=NOW)
    assert mine.is_own
    assert not theirs.is_own
    assert mine.call == theirs.call == OLD
    assert any("somebody else" in words for words in mine.missing)
    assert not any("somebody else" in words for words in theirs.missing)
    key(session, change, "old-number", force.two)
    after = queries.change_of(session, change, by=acting(session, force.two), now=NOW)
    assert (after.missing, [one.key for one in after.keys]) == ((), ["old-number"])
    assert after.shown == theirs.shown
    approve(session, change, force.two)
    assert queries.open_changes(session, by=acting(session, force.one)) == []


def test_it_says_which_protections_are_off(session: Session) -> None:
    admin = make_person(session, "Admin", "admin")
    assert len(queries.protections_off(session, now=NOW)) == 3
    young = make_person(session, "Young", days=1)
    assert len(queries.protections_off(session, now=NOW)) == 3
    accounts.vouch(session, acting(session, young).public_id, by=acting(session, admin), now=NOW)
    assert len(queries.protections_off(session, now=NOW)) == 1
    make_person(session, "Other", "admin")
    assert queries.protections_off(session, now=NOW) == []


def test_with_a_neighbour_one_person_lacks_the_second_for_hiding_alone(session: Session) -> None:
    for name in ("Admin", "Other"):
        make_person(session, name, "admin", days=1)
    make_person(session, "One")
    assert len(queries.protections_off(session, now=NOW)) == 2
    by = command_line_person(session, now=NOW - dt.timedelta(days=30)).id
    accounts.add_neighbour(session, name="Next County", public_key=bytes(range(32)), by=by, now=NOW)
    [words] = queries.protections_off(session, now=NOW)
    assert "hides" in words


def test_values_are_kept_as_plain_text(session: Session, force: Force) -> None:
    edits = [Edit(makers.text("description", "<script>x</script>Warm <b>meals</b>\u202e."))]
    service.edit(session, force.service, edits, by=acting(session, force.one), reason=f"ask at {OLD}", now=NOW)
    kept = session.get_one(Fact, fact(session, force.service, "description"))
    assert kept.value == '{"text":"Warm meals."}'


@pytest.mark.parametrize("reason", ["my client told me", "call 212-555-0188", "x" * 281])
def test_no_reason_tells_of_a_client_or_at_length(session: Session, force: Force, reason: str) -> None:
    one = acting(session, force.one)
    edits = [Edit(makers.text("description", "Warm meals."))]
    with pytest.raises(RefusedError, match="note"):
        service.edit(session, force.service, edits, by=one, reason=reason, now=NOW)
    with pytest.raises(RefusedError, match="note"):
        service.hide(session, force.listing, by=one, reason=reason, now=NOW)
    with pytest.raises(RefusedError, match="note"):
        service.intend(session, force.listing, "close", by=one, reason=reason, now=NOW)
