"""A round looks at what is due, keeps what it saw, and survives bad verifiers, interruptions and a full disk."""

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import open_database
from directory.checking.models import CheckTask
from directory.checking.planning import plan_checks
from directory.checking.service import Seen, Task, hasten
from directory.db import NO_ROOM, Database
from directory.errors import NoRoomError
from directory.freshness.models import METHODS, Evidence
from directory.listings.drafts import FactDraft
from directory.listings.fields import Text
from directory.listings.models import Fact
from tests import makers
from verifiers import rounds
from verifiers.look import Look
from verifiers.registry import Verifiers
from verifiers.rounds import Tally, run_round
from verifiers.subject import Known


async def lives(_known: Known) -> Look:
    return Look("live", {"seen": "yes"})


def url(address: str) -> FactDraft:
    return FactDraft("url", Text(address))


def arrange(database: Database, *addresses: str) -> list[int]:
    """A service with a site for each address, and its checks made due."""
    with database.transaction() as session:
        for number, address in enumerate(addresses):
            organization = makers.make_organization(session, f"Practice House {number}")
            makers.make_service(session, url(address), name=f"Practice {number}", organization_id=organization)
    plan_checks(database, methods=METHODS)
    with database.transaction() as session:
        task_ids = list(session.scalars(sa.select(CheckTask.id).where(CheckTask.method == "website")))
        hasten(session, task_ids, now=session.info["now"])
    return task_ids


def round_of(database: Database, verifiers: Verifiers, **more: object) -> Tally:
    return run_round(database, verifiers, owner="test", **more)  # type: ignore[arg-type]


def evidence(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Evidence)) or 0


def leased(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count(CheckTask.lease_owner))) or 0


def test_what_is_due_is_looked_at_and_kept(database: Database) -> None:
    arrange(database, *(f"https://{number}.example" for number in range(20)))
    seen: list[Known] = []

    async def look(known: Known) -> Look:
        seen.append(known)
        return Look("live", {"seen": known.value["text"]})

    tally = round_of(database, {"website": look})
    assert (tally.seen, tally.silent, tally.dropped) == (20, 0, 0)
    assert {known.value["text"] for known in seen} == {f"https://{number}.example" for number in range(20)}
    assert (evidence(database), leased(database)) == (20, 0)
    assert round_of(database, {"website": look}).done == 0


def test_the_next_look_is_given_what_the_last_one_noted(database: Database) -> None:
    task_ids = arrange(database, "https://one.example")
    noted: list[dict[str, object]] = []

    async def look(known: Known) -> Look:
        noted.append(known.memory)
        return Look("live", {"etag": "abc"})

    round_of(database, {"website": look})
    with database.transaction() as session:
        session.execute(sa.text("DELETE FROM host_state"))
        hasten(session, task_ids, now=session.info["now"])
    round_of(database, {"website": look})
    assert noted == [{}, {"etag": "abc"}]


def test_a_look_that_cannot_be_kept_waits_and_lets_the_others_be_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, *_ = arrange(database, "https://one.example", "https://two.example", "https://three.example")
    from directory.checking.service import finish as kept

    def finish(session: Session, task: Task, seen: Seen, **more: Any) -> bool:
        if task.id == bad and seen.error is None:
            raise ValueError("305 555 0142")
        return kept(session, task, seen, **more)

    monkeypatch.setattr(rounds, "finish", finish)
    with pytest.raises(ValueError, match="305"):
        round_of(database, {"website": lives})
    assert (evidence(database), leased(database)) == (2, 0)
    with database.reading() as session:
        task = session.get_one(CheckTask, bad)
        assert (task.attempts, task.last_error) == (1, "ValueError")
        assert task.due_at > session.info["now"]
    # It is not looked at again at once.
    assert round_of(database, {"website": lives}).done == 0


def test_an_error_of_a_verifier_says_nothing_and_stops_nobody(database: Database) -> None:
    arrange(database, "https://one.example", "https://two.example", "https://three.example")

    async def look(known: Known) -> Look:
        if "two" in known.value["text"]:
            raise ValueError("305 555 0142")
        if "three" in known.value["text"]:
            return Look("", retry_after=60.0)
        return Look("live")

    tally = round_of(database, {"website": look})
    assert (tally.seen, tally.silent, evidence(database)) == (1, 2, 1)
    with database.reading() as session:
        errors = set(session.scalars(sa.select(CheckTask.last_error)))
    assert errors == {None, "ValueError"}


def test_a_look_that_takes_too_long_says_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "LONGEST_LOOK_SECONDS", 0.05)
    arrange(database, "https://slow.example")

    async def sleeps(_known: Known) -> Look:
        await asyncio.sleep(30)
        return Look("live")

    tally = round_of(database, {"website": sleeps})
    assert (tally.silent, evidence(database), leased(database)) == (1, 0, 0)


def test_a_method_that_has_no_verifier_is_left_to_others(database: Database) -> None:
    arrange(database, "https://one.example")
    assert round_of(database, {"mx": lives}).done == 0
    assert round_of(database, {}).done == 0
    assert (evidence(database), leased(database)) == (0, 0)


def test_no_more_than_eight_looks_go_on_at_once(database: Database) -> None:
    arrange(database, *(f"https://{number}.example" for number in range(24)))
    open_now, most = 0, 0

    async def look(_known: Known) -> Look:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.02)
        open_now -= 1
        return Look("live")

    assert round_of(database, {"website": look}).seen == 24
    assert 1 < most <= 8


def test_what_is_being_looked_at_is_given_back_when_the_clock_stops(database: Database) -> None:
    arrange(database, "https://one.example", "https://two.example")
    ends = threading.Event()

    async def look(_known: Known) -> Look:
        ends.set()
        await asyncio.sleep(30)
        return Look("live")

    started = time.monotonic()
    assert round_of(database, {"website": look}, is_over=ends.is_set).done == 0
    assert time.monotonic() - started < 10
    assert (evidence(database), leased(database)) == (0, 0)
    with database.reading() as session:
        # Nothing was tried in vain: it is due as before.
        assert set(session.scalars(sa.select(CheckTask.attempts))) == {0}


def test_a_site_that_moved_to_another_host_waits_for_its_turn_there(database: Database) -> None:
    [task_id] = arrange(database, "https://one.example")
    with database.transaction() as session:
        session.execute(sa.update(CheckTask).where(CheckTask.id == task_id).values(host="old.example"))
    tally = round_of(database, {"website": lives}, only=[task_id], until_done=True)
    assert tally.seen == 1
    with database.reading() as session:
        assert session.get_one(CheckTask, task_id).host == "one.example"


def test_what_ended_after_it_was_planned_is_not_looked_at(database: Database) -> None:
    [task_id] = arrange(database, "https://one.example")
    with database.transaction() as session:
        session.execute(sa.update(Fact).where(Fact.field == "url").values(standing="past"))
    assert round_of(database, {"website": lives}, only=[task_id], until_done=True).done == 0
    with database.reading() as session:
        assert session.get(CheckTask, task_id) is None


def test_what_becomes_confidential_after_it_was_planned_is_told_nobody(database: Database) -> None:
    with database.transaction() as session:
        organization = makers.make_organization(session, "Practice House")
        makers.make_service(session, organization_id=organization, sites=[makers.site()])
    plan_checks(database, methods=["geocode"])
    with database.transaction() as session:
        makers.make_service(session, name="Quiet Rooms", organization_id=organization, area="US-FL-331")
        task_ids = list(session.scalars(sa.select(CheckTask.id)))
        hasten(session, task_ids, now=session.info["now"])

    async def tells(_known: Known) -> Look:
        raise AssertionError

    assert len(task_ids) == 2
    assert round_of(database, {"geocode": tells}, only=task_ids, until_done=True).done == 0
    with database.reading() as session:
        assert session.scalars(sa.select(CheckTask.id)).all() == []


@pytest.fixture
def small_disk(sqlite_database: Database) -> Iterator[Database]:
    """A database that may not grow any more; the pragma holds for one connection, so there is only one."""
    yield sqlite_database
    sqlite_database.dispose()


def test_a_full_disk_is_told_in_words_and_costs_nothing(small_disk: Database) -> None:
    task_ids = arrange(small_disk, *(f"https://{number}.example" for number in range(8)))
    url_ = small_disk.engine.url.render_as_string(hide_password=False)
    full = open_database(url_)

    def may_not_grow(connection: object, _record: object) -> None:
        pages = connection.execute("pragma page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"pragma max_page_count={pages}")  # type: ignore[attr-defined]

    sa.event.listen(full.engine, "connect", may_not_grow)

    async def notes_much(_known: Known) -> Look:
        return Look("live", {"digest": "0" * 900})

    def look_until_it_is_full() -> None:
        for _ in range(50):
            run_round(full, {"website": notes_much}, owner="full")
            with full.transaction() as session:
                session.execute(sa.text("DELETE FROM host_state"))
                hasten(session, task_ids, now=session.info["now"])

    try:
        with pytest.raises(NoRoomError) as told:
            look_until_it_is_full()
        assert str(told.value) == NO_ROOM
    finally:
        full.dispose()
    kept = evidence(small_disk)
    # There is room again: the leases run out, and everything is looked at.
    with small_disk.transaction() as session:
        session.execute(sa.text("DELETE FROM host_state"))
        session.execute(sa.update(CheckTask).values(lease_owner=None, lease_until=None))
        hasten(session, task_ids, now=session.info["now"])
    assert round_of(small_disk, {"website": lives}).seen == len(task_ids)
    assert evidence(small_disk) == kept + len(task_ids)
    with small_disk.reading() as session:
        assert session.execute(sa.text("pragma integrity_check")).scalar_one() == "ok"
