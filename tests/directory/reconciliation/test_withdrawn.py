"""Evidence that somebody takes out of account behind the verbs raises an alarm; a call that is taken back does not."""

from directory.bootstrap import show_touched
from directory.confirming.entered import enter_call, undo_call
from directory.db import Database
from directory.freshness.models import Evidence, WithdrawnEvidence
from directory.reconciliation.service import reconcile
from tests.conftest import NOW
from tests.directory.confirming.house import House


def test_only_what_the_audit_says_may_be_taken_out_of_account(database: Database) -> None:
    with database.transaction() as session:
        house = House(session, is_verified=False)
        show_touched(session)
        entered = enter_call(session, house.listing, outcome="confirmed", by=house.one(session), now=NOW)
        undo_call(session, entered.id, by=house.one(session), now=NOW)
        again = enter_call(session, house.listing, outcome="live", by=house.one(session), now=NOW)
    assert reconcile(database, now=NOW) == []
    with database.transaction() as session:
        last = session.query(Evidence.id).order_by(Evidence.id.desc()).first()
        assert last is not None
        session.add(WithdrawnEvidence(evidence_id=last[0], by_id=house.people[0], at=NOW))
        session.info["touched"].add(house.listing)
    assert [alarm.subject for alarm in reconcile(database, now=NOW)] == [f"evidence {last[0]}"]
    assert again.called.facts
