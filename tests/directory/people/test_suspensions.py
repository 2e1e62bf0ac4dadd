"""Two admins, who are two, take the number of a pinned line off the pages and bring it back; nobody edits one."""

import datetime as dt
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory import suspended
from directory.db import Database
from directory.errors import DirectoryError, NotFoundError, RefusedError
from directory.people import accounts
from directory.people.actor import Actor
from directory.people.models import Request
from directory.people.suspensions import (
    ask_return,
    ask_suspension,
    open_requests,
    second_return,
    second_suspension,
)
from directory.pinned import pinned_lines
from directory.suspended import is_suspended, shown_lines
from tests.directory.people.written import entries, letters
from tests.staff import acting, make_person

LINE = "US/0"


def arrange(database: Database) -> tuple[Actor, Actor]:
    """Two admins who have worked here for a month, in a transaction that is over."""
    with database.transaction() as session:
        one, two = make_person(session, "One", "admin"), make_person(session, "Two", "admin")
        return acting(session, one), acting(session, two)


@pytest.fixture
def two(database: Database) -> tuple[Actor, Actor]:
    """Two admins."""
    return arrange(database)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "home" / "handrail"


def numbers(folder: Path, today: dt.date) -> list[str]:
    """What pages in the United States show."""
    return [line.number for line in shown_lines("US", today=today, folder=folder).shown]


def ask(database: Database, by: Actor, folder: Path, *, now: dt.datetime) -> int:
    with database.transaction() as session:
        return ask_suspension(session, LINE, by=by, now=now, folder=folder)


def suspend(database: Database, two: tuple[Actor, Actor], folder: Path, *, now: dt.datetime) -> None:
    number = ask(database, two[0], folder, now=now)
    with database.transaction() as session:
        second_suspension(session, number, by=two[1], now=now, folder=folder)


def test_one_admin_alone_takes_no_line_off(
    database: Database, two: tuple[Actor, Actor], folder: Path, now: dt.datetime
) -> None:
    number = ask(database, two[0], folder, now=now)
    assert numbers(folder, now.date()) == ["+18883737888"]
    with database.transaction() as session:
        assert [(one.kind, one.subject) for one in open_requests(session, now=now)] == [("pinned-suspension", LINE)]
        with pytest.raises(RefusedError, match="Another admin"):
            second_suspension(session, number, by=two[0], now=now, folder=folder)
        with pytest.raises(RefusedError, match="already"):
            ask_suspension(session, LINE, by=two[0], now=now, folder=folder)
    assert numbers(folder, now.date()) == ["+18883737888"]
    assert not folder.exists()


def test_two_admins_take_a_line_off_and_it_comes_back_by_itself_after_two_weeks(
    database: Database, two: tuple[Actor, Actor], folder: Path, now: dt.datetime
) -> None:
    suspend(database, two, folder, now=now)
    today = now.date()
    pinned = shown_lines("US", today=today, folder=folder)
    assert (pinned.shown, pinned.being_checked, pinned.emergency) == ((), frozenset({0}), "911")
    assert shown_lines("PR", today=today, folder=folder).shown == ()
    assert shown_lines("CA", today=today, folder=folder).shown == pinned_lines("CA").lines
    file = folder / suspended.FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert all(one.public_id in file.read_text(encoding="utf-8") for one in two)
    assert numbers(folder, today + dt.timedelta(days=13)) == []
    assert numbers(folder, today + dt.timedelta(days=14)) == ["+18883737888"]
    with database.transaction() as session:
        assert entries(session) == [("pinned.suspension-asked", LINE), ("pinned.suspended", LINE)]
        assert letters(session) == [("one@example.org", "pinned-suspended"), ("two@example.org", "pinned-suspended")]


def test_two_admins_bring_it_back_before_that_and_one_does_not(
    database: Database, two: tuple[Actor, Actor], folder: Path, now: dt.datetime
) -> None:
    with database.transaction() as session, pytest.raises(RefusedError, match="is shown"):
        ask_return(session, LINE, by=two[0], now=now, folder=folder)
    suspend(database, two, folder, now=now)
    with database.transaction() as session:
        number = ask_return(session, LINE, by=two[1], now=now, folder=folder)
        with pytest.raises(RefusedError, match="Another admin"):
            second_return(session, number, by=two[1], now=now, folder=folder)
        with pytest.raises(NotFoundError):
            second_suspension(session, number, by=two[0], now=now, folder=folder)
    assert is_suspended(LINE, today=now.date(), folder=folder)
    with database.transaction() as session:
        second_return(session, number, by=two[0], now=now, folder=folder)
    assert numbers(folder, now.date()) == ["+18883737888"]
    with database.transaction() as session:
        assert [verb for verb, _ in entries(session)][-2:] == ["pinned.return-asked", "pinned.returned"]
        assert ("one@example.org", "pinned-returned") in letters(session)


def test_what_is_rolled_back_changes_no_page(
    database: Database, two: tuple[Actor, Actor], folder: Path, now: dt.datetime
) -> None:
    number = ask(database, two[0], folder, now=now)
    with suppress(ZeroDivisionError), database.transaction() as session:
        second_suspension(session, number, by=two[1], now=now, folder=folder)
        raise ZeroDivisionError
    assert not folder.exists()


def test_rows_of_the_database_take_no_line_off(
    database: Database, two: tuple[Actor, Actor], folder: Path, now: dt.datetime
) -> None:
    with database.transaction() as session:
        session.add(
            Request(
                kind="pinned-suspension", subject=LINE, state="seconded", opened_by=two[0].id, opened_at=now,
                decided_by=two[1].id, decided_at=now,
            )
        )  # fmt: skip
    assert numbers(folder, now.date()) == ["+18883737888"]


@pytest.mark.parametrize("role", ["partner", "coordinator", "law-enforcement", "neighbour"])
def test_nobody_but_an_admin_with_a_fresh_proof_asks_or_seconds(
    session: Session, role: str, folder: Path, now: dt.datetime
) -> None:
    one = make_person(session, "One", "admin")
    number = ask_suspension(session, LINE, by=acting(session, one), now=now, folder=folder)
    others = [
        acting(session, make_person(session, "Other", role)),  # type: ignore[arg-type]
        acting(session, make_person(session, "Late", "admin"), stepped_up=False),
        acting(session, make_person(session, "Bare", "admin", has_key=False)),
        acting(session, make_person(session, "New", "admin", days=6)),
    ]
    for by in others:
        with pytest.raises(RefusedError):
            second_suspension(session, number, by=by, now=now, folder=folder)
        with pytest.raises(RefusedError):
            ask_suspension(session, LINE, by=by, now=now, folder=folder)


@pytest.mark.parametrize("host_asks", [True, False])
def test_a_guest_of_the_other_is_no_second(session: Session, host_asks: bool, folder: Path, now: dt.datetime) -> None:
    host = make_person(session, "Host", "admin")
    guest = make_person(session, "Guest", "admin", invited_by=host)
    first, second = (host, guest) if host_asks else (guest, host)
    number = ask_suspension(session, LINE, by=acting(session, first), now=now, folder=folder)
    with pytest.raises(RefusedError, match="guest"):
        second_suspension(session, number, by=acting(session, second), now=now, folder=folder)


def test_what_nobody_seconds_in_three_days_is_over_and_what_is_decided_stays_so(
    database: Database, two: tuple[Actor, Actor], folder: Path, now: dt.datetime
) -> None:
    number = ask(database, two[0], folder, now=now)
    late = now + dt.timedelta(days=3, seconds=1)
    with database.transaction() as session, pytest.raises(NotFoundError):
        second_suspension(session, number, by=two[1], now=late, folder=folder)
    with database.transaction() as session:
        second_suspension(session, number, by=two[1], now=now, folder=folder)
    suspended.show_again(LINE, today=now.date(), folder=folder)
    with database.transaction() as session, pytest.raises(NotFoundError):
        second_suspension(session, number, by=two[1], now=now, folder=folder)
    assert numbers(folder, now.date()) == ["+18883737888"]


def test_somebody_who_was_let_go_since_counts_no_more(
    database: Database, two: tuple[Actor, Actor], folder: Path, now: dt.datetime
) -> None:
    number = ask(database, two[0], folder, now=now)
    with database.transaction() as session:
        accounts.remove(session, two[0].public_id, by=two[1], now=now)
    with database.transaction() as session, pytest.raises(RefusedError, match="no longer"):
        second_suspension(session, number, by=two[1], now=now, folder=folder)


@pytest.mark.parametrize("subject", ["US/1", "US/00", "US/-1", "US/", "US", "XX/0", "us/0", "PR/0", "US/\u0660", ""])
def test_only_a_line_that_is_pinned_can_be_suspended(
    session: Session, subject: str, folder: Path, now: dt.datetime
) -> None:
    by = acting(session, make_person(session, "One", "admin"))
    with pytest.raises(NotFoundError):
        ask_suspension(session, subject, by=by, now=now, folder=folder)


def test_where_the_folder_cannot_be_written_the_line_stays(
    database: Database, two: tuple[Actor, Actor], tmp_path: Path, now: dt.datetime
) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "handrail"
    number = ask(database, two[0], folder, now=now)
    with pytest.raises(DirectoryError, match="cannot be written"), database.transaction() as session:
        second_suspension(session, number, by=two[1], now=now, folder=folder)
    assert numbers(folder, now.date()) == ["+18883737888"]
    with database.transaction() as session:
        # Nobody is told that it was done, and it can be tried again.
        assert entries(session) == [("pinned.suspension-asked", LINE)]
        assert [one.id for one in open_requests(session, now=now)] == [number]


def test_a_coordinator_is_told_too(session: Session, folder: Path, now: dt.datetime) -> None:
    by = [acting(session, make_person(session, name, "admin")) for name in ("One", "Two")]
    make_person(session, "Third")
    make_person(session, "Fourth", "partner")
    number = ask_suspension(session, LINE, by=by[0], now=now, folder=folder)
    second_suspension(session, number, by=by[1], now=now, folder=folder)
    told = [to for to, letter in letters(session) if letter == "pinned-suspended"]
    assert told == ["one@example.org", "third@example.org", "two@example.org"]
    assert session.scalar(sa.select(Request.decided_by)) == by[1].id
