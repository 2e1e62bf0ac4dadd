"""Tasks are taken once, handed in once, and no host is asked by two at a time or too soon."""

import datetime as dt
from collections.abc import Sequence
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.checking import policy
from directory.checking.models import CheckTask, HostState
from directory.checking.queries import backlog
from directory.checking.service import Seen, Task, claim, drop, finish, give_back, hasten
from directory.db import Database
from directory.freshness.models import Evidence
from directory.listings.models import Fact
from tests import makers
from tests.conftest import NOW

METHODS = ("website", "import")
_SECOND = dt.timedelta(seconds=1)


def tasks(session: Session, *hosts: str, due: dt.datetime = NOW) -> list[int]:
    """A task for each host, each for a fact of its own that is due since a second longer than the next."""
    ids = []
    for number, host in enumerate(hosts):
        made = makers.make_service(session, name=f"Practice {number}")
        fact = session.scalars(sa.select(Fact.id).where(Fact.record_id == made.record_id, Fact.field == "name")).one()
        at = due - (len(hosts) - number) * _SECOND
        task = CheckTask(fact_id=fact, method="website" if host else "import", host=host, due_at=at)
        session.add(task)
        session.flush()
        ids.append(task.id)
    return ids


def taken(database: Database, *, now: dt.datetime = NOW, owner: str = "one", limit: int = 100) -> list[Task]:
    with database.transaction() as session:
        return claim(session, owner=owner, methods=METHODS, limit=limit, now=now)


def hand_in(database: Database, task: Task, seen: Seen, *, now: dt.datetime = NOW) -> bool:
    with database.transaction() as session:
        return finish(session, task, seen, kinds=(), now=now)


def evidence(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        found = session.execute(sa.select(Evidence.method, Evidence.outcome, Evidence.run_key).order_by(Evidence.id))
        return [(method, outcome, key) for method, outcome, key in found]


def row(database: Database, task_id: int) -> CheckTask:
    with database.reading() as session:
        return session.get_one(CheckTask, task_id)


def test_a_look_is_evidence_once_and_the_next_one_is_due_after_its_interval(database: Database) -> None:
    with database.transaction() as session:
        [task_id] = tasks(session, "example.org")
    [task] = taken(database)
    assert hand_in(database, task, Seen("live", {"etag": "1"}))
    assert evidence(database) == [("website", "live", f"check:{task_id}:0")]
    kept = row(database, task_id)
    assert (kept.run_no, kept.lease_owner, kept.attempts, kept.memory) == (1, None, 0, '{"etag":"1"}')
    assert dt.timedelta(days=7) * 0.9 <= kept.due_at - NOW <= dt.timedelta(days=7) * 1.1
    # The same worker again, whose answer got lost on the way: nothing happens twice.
    assert not hand_in(database, task, Seen("live"))
    assert len(evidence(database)) == 1


def test_two_looks_at_one_site_have_one_lineage(database: Database) -> None:
    with database.transaction() as session:
        tasks(session, "example.org", "")
    for task in taken(database):
        hand_in(database, task, Seen("live" if task.host else "valid"))
    with database.reading() as session:
        assert set(session.scalars(sa.select(Evidence.lineage))) == {"example.org", None}


def test_whoever_sleeps_past_the_lease_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        tasks(session, "example.org")
    [slow] = taken(database)
    later = NOW + policy.LEASE
    assert taken(database, now=later - _SECOND, owner="two") == []
    [quick] = taken(database, now=later, owner="two")
    assert (quick.id, quick.epoch) == (slow.id, slow.epoch + 1)
    assert not hand_in(database, slow, Seen("gone"), now=later)
    assert hand_in(database, quick, Seen("live"), now=later)
    assert not hand_in(database, slow, Seen("gone"), now=later)
    assert [outcome for _, outcome, _ in evidence(database)] == ["live"]


def test_a_late_look_is_dropped_too_when_nobody_has_looked_again_yet(database: Database) -> None:
    with database.transaction() as session:
        tasks(session, "", "")
    slow, _ = taken(database, limit=2)
    # Somebody who takes nothing noticed that the lease is over.
    with database.transaction() as session:
        claim(session, owner="two", methods=["mx"], limit=1, now=NOW + policy.LEASE)
    assert not hand_in(database, slow, Seen("valid"), now=NOW + policy.LEASE)
    assert evidence(database) == []


def test_one_host_is_spoken_to_by_one_at_a_time_and_left_alone_for_five_seconds(database: Database) -> None:
    with database.transaction() as session:
        first, second, other = tasks(session, "example.org", "example.org", "example.net")
    mine = taken(database)
    assert {task.id for task in mine} == {first, other}
    assert taken(database, owner="two") == []
    for task in mine:
        hand_in(database, task, Seen("live"), now=NOW + _SECOND)
    assert taken(database, owner="two", now=NOW + 5 * _SECOND) == []
    assert [task.id for task in taken(database, owner="two", now=NOW + 6 * _SECOND)] == [second]


def test_no_more_than_eight_hosts_are_spoken_to_by_all_workers_together(database: Database) -> None:
    with database.transaction() as session:
        tasks(session, *(f"{number}.example" for number in range(12)), "", "")
    one, two = taken(database, limit=5), taken(database, owner="two", limit=100)
    assert len([task for task in (*one, *two) if task.host]) == policy.MOST_HOSTS
    # What asks nobody waits for nobody.
    assert len([task for task in (*one, *two) if not task.host]) == 2


def test_a_host_that_asked_for_time_gets_it_and_its_tasks_wait_longer_each_time(database: Database) -> None:
    with database.transaction() as session:
        task_id, _ = tasks(session, "example.org", "example.org")
    [task] = taken(database)
    hand_in(database, task, Seen(retry_after=600.0))
    assert evidence(database) == []
    kept = row(database, task_id)
    assert (kept.attempts, kept.run_no) == (1, 1)
    assert NOW < kept.due_at <= NOW + dt.timedelta(hours=2)
    assert taken(database, now=NOW + 599 * _SECOND) == []
    assert len(taken(database, now=NOW + 600 * _SECOND)) == 1


@pytest.mark.parametrize("asked", [float("nan"), float("inf"), -1.0, 1e300])
def test_no_host_can_ask_for_nonsense(asked: float) -> None:
    assert dt.timedelta(0) < policy.pause_of_host(0, asked) <= policy.LONGEST_WAIT


def test_waits_grow_to_two_weeks_and_differ() -> None:
    chance = Random(1)  # noqa: S311 - the same every time
    waits = [policy.wait_after(attempts, chance) for attempts in range(1, 40) for _ in range(50)]
    assert max(waits) <= policy.LONGEST_WAIT
    assert max(policy.wait_after(1, chance) for _ in range(200)) <= dt.timedelta(hours=2)
    assert max(waits) > dt.timedelta(days=12)
    assert min(waits) >= dt.timedelta(minutes=1)
    assert len(set(waits)) > 1_000


def test_who_asks_nobody_and_has_nothing_to_say_comes_again_after_an_interval(database: Database) -> None:
    with database.transaction() as session:
        [task_id] = tasks(session, "")
    [task] = taken(database)
    hand_in(database, task, Seen())
    kept = row(database, task_id)
    assert (kept.attempts, evidence(database)) == (0, [])
    assert kept.due_at - NOW > policy.every("import", ()) * 0.9


def test_a_service_without_a_host_that_asked_for_time_gets_it_too(database: Database) -> None:
    with database.transaction() as session:
        [task_id] = tasks(session, "")
    [task] = taken(database)
    asked = dt.timedelta(days=13)
    hand_in(database, task, Seen(error="TimeoutError", retry_after=asked.total_seconds()))
    assert row(database, task_id).due_at >= NOW + asked


def test_an_outcome_that_no_table_knows_is_no_evidence(database: Database) -> None:
    with database.transaction() as session:
        tasks(session, "example.org")
    [task] = taken(database)
    assert hand_in(database, task, Seen("splendid"))
    assert evidence(database) == []


def test_an_error_is_kept_by_its_kind_and_what_was_remembered_stays(database: Database) -> None:
    with database.transaction() as session:
        [task_id] = tasks(session, "")
    [task] = taken(database)
    hand_in(database, task, Seen("valid", {"seen": ["a"]}))
    with database.transaction() as session:
        hasten(session, [task_id], now=NOW)
    [again] = taken(database)
    assert again.memory == '{"seen":["a"]}'
    hand_in(database, again, Seen("valid", {"seen": []}, error="TimeoutError"))
    kept = row(database, task_id)
    assert (kept.last_error, kept.memory, kept.attempts) == ("TimeoutError", '{"seen":["a"]}', 1)
    assert len(evidence(database)) == 1


def test_a_memory_that_is_too_large_costs_the_memory_and_not_the_look(database: Database) -> None:
    with database.transaction() as session:
        [task_id] = tasks(session, "")
    [task] = taken(database)
    assert hand_in(database, task, Seen("valid", {"page": "é" * 600}))
    assert (row(database, task_id).memory, row(database, task_id).last_error) == (None, "memory-too-large")
    assert len(evidence(database)) == 1


def test_what_is_given_back_is_there_for_others_at_once(database: Database) -> None:
    with database.transaction() as session:
        tasks(session, "example.org", "")
    mine = taken(database)
    with database.transaction() as session:
        give_back(session, mine, now=NOW)
    again = taken(database, owner="two", now=NOW + policy.APART)
    assert {task.id for task in again} == {task.id for task in mine}
    # It belongs to somebody else now.
    with database.transaction() as session:
        give_back(session, mine, now=NOW)
    assert taken(database, owner="three", now=NOW + 2 * policy.APART) == []


def test_a_task_whose_worker_dies_again_and_again_waits(database: Database) -> None:
    with database.transaction() as session:
        tasks(session, "")
    at, deaths = NOW, 0
    while taken(database, now=at):
        at, deaths = at + policy.LEASE, deaths + 1
    assert deaths == policy.DEATHS_IN_A_ROW + 1
    assert len(taken(database, now=at + policy.WAIT_AFTER_DEATHS)) == 1


def test_a_look_at_a_fact_that_ended_meanwhile_is_dropped(database: Database) -> None:
    with database.transaction() as session:
        _, other = tasks(session, "", "")
    first, second = taken(database)
    with database.transaction() as session:
        session.execute(sa.update(Fact).where(Fact.id == first.fact_id).values(standing="past"))
        drop(session, [other])
    assert not hand_in(database, first, Seen("valid"))
    assert not hand_in(database, second, Seen("valid"))
    assert evidence(database) == []
    with database.reading() as session:
        assert session.scalars(sa.select(CheckTask.id)).all() == []


def test_a_clock_that_jumps_a_day_ahead_and_back_loses_nothing(database: Database) -> None:
    day = dt.timedelta(days=1)
    with database.transaction() as session:
        [task_id] = tasks(session, "example.org")
    [first] = taken(database)
    # Ahead: the lease is over at once, which the fence makes up for.
    [second] = taken(database, owner="two", now=NOW + day)
    assert not hand_in(database, first, Seen("live"), now=NOW + day)
    # Back again while it is looked at: the look counts, and was not made in the future.
    assert hand_in(database, second, Seen("live"), now=NOW)
    assert taken(database, owner="three", now=NOW - day) == []
    with database.reading() as session:
        late = backlog(session, methods=METHODS, now=NOW - day)
    assert (late.due, late.overdue, late.oldest_due_at) == (0, 0, None)
    assert len(taken(database, owner="three", now=row(database, task_id).due_at)) == 1
    assert len(evidence(database)) == 1


@pytest.mark.parametrize("night", [dt.datetime(2026, 11, 1, tzinfo=dt.UTC), dt.datetime(2027, 3, 14, tzinfo=dt.UTC)])
def test_nights_on_which_clocks_are_changed_are_like_others(
    database: Database, night: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    with database.transaction() as session:
        [task_id] = tasks(session, "", due=night)
    looks = 0
    for minutes in range(0, 24 * 60, 15):
        at = night + dt.timedelta(minutes=minutes)
        with database.transaction() as session:
            hasten(session, [task_id], now=at)
        for task in taken(database, now=at):
            looks += hand_in(database, task, Seen("valid"), now=at)
            assert 0.9 <= (row(database, task_id).due_at - at) / policy.every("import", ()) <= 1.1
    assert (looks, len(evidence(database))) == (96, 96)


def test_a_host_with_a_great_many_old_tasks_starves_nobody(database: Database) -> None:
    with database.transaction() as session:
        [old, _, _] = tasks(session, "example.org", "example.net", "")
        fact = session.scalars(sa.select(CheckTask.fact_id).where(CheckTask.id == old)).one()
        _many(session, fact, "example.org", 2_000, due=NOW - dt.timedelta(days=30))
    mine = taken(database, limit=3)
    assert sorted(task.host for task in mine) == ["", "example.net", "example.org"]
    # Nor while it is being asked.
    with database.transaction() as session:
        [late] = tasks(session, "example.com")
    assert [task.id for task in taken(database, owner="two", limit=3)] == [late]


def _many(session: Session, like: int, host: str, count: int, *, due: dt.datetime) -> None:
    """Tasks of one host, for as many facts."""
    fact = session.get_one(Fact, like)
    made: Sequence[Fact] = [
        Fact(
            record_id=fact.record_id, record_kind=fact.record_kind, field="attribute", slot=f"{number}", value="{}",
            standing="current", tier="public", change_id=fact.change_id,
        )
        for number in range(count)
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    session.add_all([CheckTask(fact_id=one.id, method="website", host=host, due_at=due) for one in made])


def test_the_host_is_busy_until_the_lease_is_over_and_no_longer(database: Database) -> None:
    with database.transaction() as session:
        tasks(session, "example.org", "example.org")
    taken(database)
    with database.reading() as session:
        assert session.get_one(HostState, "example.org").busy_until == NOW + policy.LEASE
    assert len(taken(database, owner="two", now=NOW + policy.LEASE)) == 1
