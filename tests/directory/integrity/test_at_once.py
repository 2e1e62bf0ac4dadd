"""What happens when two do it at the same moment, or when it breaks off in the middle: once, or not at all."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.errors import DirectoryError, NotFoundError
from directory.integrity import service
from directory.integrity.table import MOST_HIDINGS
from directory.listings.models import Hiding
from directory.reconciliation.service import reconcile
from tests import makers
from tests.conftest import NOW
from tests.directory.integrity.force import OLD, Force, approve, key, numbers, propose
from tests.staff import acting


def together(*presses: Callable[[], object]) -> list[bool]:
    """Press all at once; whether each was let."""
    begin, ends = threading.Barrier(len(presses)), []

    def run(press: Callable[[], object]) -> None:
        begin.wait()
        try:
            press()
            ends.append(True)
        except DirectoryError:
            ends.append(False)

    threads = [threading.Thread(target=run, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


def test_two_numbers_approved_at_once_for_one_line_leave_one(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        first, second = propose(session, force), propose(session, force, "+13055550188", by=force.two)
        key(session, first, "old-number", force.two)
        key(session, second, "old-number", force.one)

    def press(change: int, person: int) -> Callable[[], object]:
        def approved() -> object:
            with database.transaction() as session:
                return approve(session, change, person)

        return approved

    assert together(press(first, force.two), press(second, force.one)) == [False, True]
    with database.transaction() as session:
        assert len(numbers(session, force)) == 1
        assert numbers(session, force) != [OLD]
    assert reconcile(database, now=NOW) == []


def test_whoever_hides_two_at_once_hides_no_more_than_one_after_the_other(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        organization = makers.make_organization(session, "Another")
        listings = [
            makers.make_service(session, makers.kind("food"), organization_id=organization).listings[0][1]
            for _ in range(MOST_HIDINGS + 1)
        ]
        for listing in listings[: MOST_HIDINGS - 1]:
            service.hide(session, listing, by=acting(session, force.one), reason="", now=NOW)

    def press(listing: int) -> Callable[[], object]:
        def hidden() -> None:
            with database.transaction() as session:
                service.hide(session, listing, by=acting(session, force.one), reason="", now=NOW)

        return hidden

    assert together(press(listings[-1]), press(listings[-2])) == [False, True]
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Hiding)) == MOST_HIDINGS


def test_one_press_twice_brings_one_key(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        change = propose(session, force)

    def press() -> None:
        with database.transaction() as session:
            key(session, change, "own-site", force.two)

    assert together(press, press) == [True, True]
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM change_proof")) == 1


class _BrokeOffError(Exception):
    pass


def test_an_approval_that_breaks_off_leaves_nothing(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        change = propose(session, force)
        key(session, change, "old-number", force.two)

    def breaks_off() -> None:
        with database.transaction() as session:
            assert approve(session, change, force.two).is_applied
            raise _BrokeOffError

    with pytest.raises(_BrokeOffError):
        breaks_off()
    with database.transaction() as session:
        assert numbers(session, force) == [OLD]
        letters = session.scalar(sa.text("SELECT count(*) FROM outbox WHERE template = 'approved'"))
        entries = session.scalar(sa.text("SELECT count(*) FROM audit_entry WHERE verb = 'change.approved'"))
        assert (letters, entries) == (0, 0)
        assert approve(session, change, force.two).is_applied
        with pytest.raises(NotFoundError):
            approve(session, change, force.two)
    assert reconcile(database, now=NOW) == []
