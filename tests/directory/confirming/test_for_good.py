"""What a program closed, and people seconded, stays closed, whatever sources say afterwards."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.confirming import service as confirming
from directory.confirming.calls import note_call
from directory.db import Database
from directory.integrity import service as integrity
from directory.integrity.queries import change_of
from directory.listings.models import Fact, Record
from tests import makers
from tests.conftest import NOW
from tests.directory.confirming.house import mailbox
from tests.directory.intake.test_service import organization, run, service
from tests.staff import acting, make_person


def _ids(session: Session) -> tuple[int, int]:
    listing = session.scalars(sa.select(Record.id).where(Record.kind == "listing")).one()
    address = session.scalars(sa.select(Fact.id).where(Fact.field == "email")).one()
    return listing, address


@pytest.mark.parametrize(("said", "standing"), [("closed", "closed"), ("do-not-list", "do-not-list")])
def test_no_import_brings_back_what_a_program_closed_and_people_seconded(
    database: Database, said: Any, standing: str
) -> None:
    rows = (organization(), service(makers.kind("food"), mailbox()))
    run(database, *rows)
    with database.transaction() as session:
        listing, address = _ids(session)
        makers.confirm(session, address)
        one, two = (acting(session, make_person(session, name)) for name in ("One", "Two"))
        show_touched(session)
        key = confirming.ask(session, listing, by=one, now=NOW)
        shown = confirming.look(session, key, now=NOW).digest
        [change] = confirming.answer(session, key, said=said, shown=shown, now=NOW)
        called = note_call(session, listing, outcome=said, by=one, now=NOW)
        assert called.change == change
        digest = change_of(session, change, by=two, now=NOW).shown
        assert integrity.approve(session, change, shown=digest, by=two, now=NOW).is_applied
    for again in (rows, (organization(), service(makers.kind("food"), makers.speaks("ht"), mailbox())), rows):
        run(database, *again)
        with database.reading() as session:
            standings = session.scalars(sa.select(Record.standing).where(Record.kind == "listing"))
            assert list(standings) == [standing]
