"""What a source keeps from the public now, and published before, is decided by people, once."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.intake.hidden import REASON, propose_closing
from directory.integrity import queries
from directory.integrity import service as integrity
from directory.listings.changes import Author
from directory.listings.models import Change, Record
from tests import makers
from tests.staff import acting, make_person


def propose(database: Database) -> int:
    """What a run does when the source hides the only service."""
    with database.transaction() as session:
        service = session.scalars(sa.select(Record).where(Record.kind == "service")).one()
        return propose_closing(session, service, author=Author("import", "a run", 1), now=session.info["now"])


def proposals(session: Session) -> list[Change]:
    """All that was ever proposed."""
    return list(session.scalars(sa.select(Change).where(Change.intends.is_not(None))))


def test_closing_is_proposed_once_and_by_nobody(database: Database) -> None:
    with database.transaction() as session:
        listing = makers.make_service(session).listings[0][1]
    assert [propose(database), propose(database)] == [1, 0]
    with database.reading() as session:
        (proposal,) = proposals(session)
        assert session.get_one(Record, listing).standing == "listed"
    assert (proposal.subject_id, proposal.intends, proposal.state) == (listing, "close", "proposed")
    assert (proposal.proposed_by, proposal.reason, proposal.needs_proof) == (None, REASON, False)


def test_a_coordinator_closes_what_nobody_verified(database: Database) -> None:
    with database.transaction() as session:
        listing = makers.make_service(session).listings[0][1]
        keeper = acting(session, make_person(session, "Ann"))
    propose(database)
    with database.transaction() as session:
        (waiting,) = queries.open_changes(session, by=keeper)
        shown = queries.change_of(session, waiting.id, by=keeper, now=session.info["now"]).shown
        done = integrity.approve(session, waiting.id, shown=shown, by=keeper, now=session.info["now"])
    assert done.is_applied
    with database.reading() as session:
        assert session.get_one(Record, listing).standing == "closed"
    assert propose(database) == 0


def test_what_was_declined_is_not_proposed_again(database: Database) -> None:
    with database.transaction() as session:
        makers.make_service(session)
        keeper = acting(session, make_person(session, "Ann"))
    propose(database)
    with database.transaction() as session:
        (waiting,) = queries.open_changes(session, by=keeper)
        integrity.decline(session, waiting.id, by=keeper, now=session.info["now"])
    assert propose(database) == 0
