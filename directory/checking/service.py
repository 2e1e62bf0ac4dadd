"""Verbs of checking: take what is due, hand in what was seen, give back what was not looked at.

Whoever takes a task has it for ``policy.LEASE``. Every taking raises the task's epoch, and a look is kept only from
whoever holds the lease with that epoch and that number of the run: a worker that slept too long changes nothing.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from random import SystemRandom
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.checking import policy
from directory.checking.models import CheckTask, HostState
from directory.db import UtcDateTime, in_portions, queue_writers, take_turns
from directory.errors import UnknownTermError
from directory.freshness.parameters import weight_of
from directory.freshness.service import add_evidence
from directory.listings.models import Fact

# Another number than that of writers of the audit: nobody who claims has to wait for one.
_CLAIMS = 0x48414E45
_RAN_OUT = "lease-ran-out"
_TOO_LARGE = "memory-too-large"
_encoder = msgspec.json.Encoder(order="deterministic")
_chance = SystemRandom()

_BUSY = sa.text(
    "INSERT INTO host_state (host, next_ok_at, busy_until) VALUES (:host, :now, :until)"
    " ON CONFLICT (host) DO UPDATE SET busy_until = excluded.busy_until"
).bindparams(sa.bindparam("now", type_=UtcDateTime()), sa.bindparam("until", type_=UtcDateTime()))
_tasks: Any = CheckTask.__table__
_hosts: Any = HostState.__table__
_Rows = list[tuple[int, str]]


class Task(msgspec.Struct, frozen=True):
    """A look that somebody has taken on.

    Attributes:
        epoch: which taking this is.
        run_no: how many looks were handed in before.
        attempts: looks in a row that said nothing.
        memory: JSON of what the method noted the last time; None for nothing.
    """

    id: int
    fact_id: int
    method: str
    host: str
    run_no: int
    epoch: int
    attempts: int
    owner: str
    memory: str | None = None


class Seen(msgspec.Struct, frozen=True):
    """What a look brought.

    Attributes:
        outcome: a code of the method; empty when it says nothing, and then it is no evidence.
        memory: what the next look is compared with; when it is empty, what was remembered stays.
        retry_after: seconds for which the host asked to be left alone.
        error: the kind of the error, if it failed.
    """

    outcome: str = ""
    memory: dict[str, Any] = {}
    retry_after: float | None = None
    error: str | None = None


def claim(
    session: Session,
    *,
    owner: str,
    methods: Collection[str],
    limit: int,
    now: dt.datetime,
    lease: dt.timedelta = policy.LEASE,
    most_hosts: int | None = policy.MOST_HOSTS,
    only: Collection[int] | None = None,
) -> list[Task]:
    """Take what is due, oldest first: at most one task of each host, and none of a host that wants to be left alone.

    Args:
        session: a writing session; what is taken is taken when it commits.
        owner: names the worker.
        methods: those that it can look by.
        limit: how many at most.
        now: the transaction's time.
        lease: for how long.
        most_hosts: hosts that are spoken to at the same time, by all workers; None for any number.
        only: ids of tasks; others are left.
    """
    take_turns(session, _CLAIMS)
    _free_what_ran_out(session, now=now)
    due = _Due(session, methods, now, only)
    free = limit if most_hosts is None else min(limit, most_hosts - _busy_hosts(session))
    hosted = due.one_of_each_host(free)
    chosen = hosted + due.without_host(limit - len(hosted))
    if not chosen:
        return []
    _mark_busy(session, sorted({host for _, host in hosted}), now=now, until=now + lease)
    taken: list[Task] = []
    for portion in in_portions([task_id for task_id, _ in chosen]):
        rows = session.execute(
            sa.update(_tasks)
            .where(_tasks.c.id.in_(portion))
            .values(lease_owner=owner, lease_until=now + lease, lease_epoch=_tasks.c.lease_epoch + 1)
            .returning(
                _tasks.c.id, _tasks.c.fact_id, _tasks.c.method, _tasks.c.host, _tasks.c.run_no, _tasks.c.lease_epoch,
                _tasks.c.attempts, _tasks.c.lease_owner, _tasks.c.memory,
            )
        )  # fmt: skip
        taken += [Task(*row) for row in rows]
    return sorted(taken, key=lambda task: task.id)


def _busy_hosts(session: Session) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count()).select_from(_tasks).where(_tasks.c.lease_owner.is_not(None), _tasks.c.host != "")
        )
        or 0
    )


class _Due:
    """What is due and free."""

    def __init__(
        self, session: Session, methods: Collection[str], now: dt.datetime, only: Collection[int] | None
    ) -> None:
        self._session = session
        self._now = now
        self._free = (
            sa.select(_tasks.c.id, _tasks.c.host)
            .where(_tasks.c.lease_owner.is_(None), _tasks.c.due_at <= now, _tasks.c.method.in_(sorted(methods)))
            .order_by(_tasks.c.due_at)
            # Whoever hands a look in, or plans, holds his rows for a moment; on SQLite everybody waits anyway.
            .with_for_update(skip_locked=True, of=_tasks)
        )
        if only is not None:
            self._free = self._free.where(_tasks.c.id.in_(sorted(only)))

    def without_host(self, most: int) -> _Rows:
        """Tasks that ask no machine of an organization."""
        return self._rows(self._free.where(_tasks.c.host == ""), most)

    def one_of_each_host(self, most: int) -> _Rows:
        """The oldest task of each host that may be asked now.

        A host with a great many old tasks fills one reading with them, so there is another one without it.
        """
        ready = sa.or_(
            _hosts.c.host.is_(None),
            sa.and_(
                _hosts.c.next_ok_at <= self._now,
                sa.or_(_hosts.c.busy_until.is_(None), _hosts.c.busy_until <= self._now),
            ),
        )
        asked = (
            self._free.select_from(_tasks.outerjoin(_hosts, _hosts.c.host == _tasks.c.host))
            .where(_tasks.c.host != "", ready)
        )  # fmt: skip
        chosen: dict[str, int] = {}
        while len(chosen) < most:
            missing = most - len(chosen)
            rows = self._rows(asked.where(_tasks.c.host.not_in(sorted(chosen))) if chosen else asked, missing)
            for task_id, host in rows:
                chosen.setdefault(host, task_id)
            if len(rows) < missing:
                break
        return [(task_id, host) for host, task_id in chosen.items()]

    def _rows(self, asked: Any, most: int) -> _Rows:
        if most <= 0:
            return []
        return [(task_id, host) for task_id, host in self._session.execute(asked.limit(most))]


def _free_what_ran_out(session: Session, *, now: dt.datetime) -> None:
    """Leases that are over: their worker died, sleeps, or lost the database. Somebody else looks.

    After everything that is due by now, because one of them may be what killed it.
    """
    over = (
        sa.select(_tasks.c.id)
        .where(_tasks.c.lease_owner.is_not(None), _tasks.c.lease_until <= now)
        .with_for_update(skip_locked=True)
    )
    kills = _tasks.c.attempts >= policy.DEATHS_IN_A_ROW
    session.execute(
        sa.update(_tasks)
        .where(_tasks.c.id.in_(over))
        .values(
            lease_owner=None,
            lease_until=None,
            attempts=_tasks.c.attempts + 1,
            last_error=_RAN_OUT,
            due_at=sa.case((kills, now + policy.WAIT_AFTER_DEATHS), else_=now),
        )
    )


def _mark_busy(session: Session, hosts: Sequence[str], *, now: dt.datetime, until: dt.datetime) -> None:
    if hosts:
        session.execute(_BUSY, [{"host": host, "now": now, "until": until} for host in hosts])


def finish(session: Session, task: Task, seen: Seen, *, kinds: Collection[str], now: dt.datetime) -> bool:
    """Hand in a look: when the next one is due, evidence if it says anything, and how the host is treated.

    Args:
        session: a writing session; everything is kept, or nothing.
        task: as it was taken.
        seen: what was seen.
        kinds: of the services that the fact belongs to.
        now: the transaction's time.

    Returns:
        False when the lease is not the caller's any more, or the fact is not current: then the look is dropped.
    """
    # Evidence makes cards anew, and two who make the same one have to go one after the other.
    queue_writers(session)
    weight = _weight_of(task, seen)
    memory, error = _kept_memory(task, seen)
    # Nobody answered, or the look failed.
    is_vain = weight is None and (error is not None or task.method in policy.ASKING)
    attempts = task.attempts + 1 if is_vain else 0
    interval = policy.with_jitter(policy.every(task.method, kinds), _chance)
    wait = policy.wait_after(attempts, _chance) if is_vain else interval
    wait = max(wait, policy.asked_for(seen.retry_after))
    done = session.execute(
        _held(sa.update(_tasks), task).values(
            run_no=_tasks.c.run_no + 1,
            due_at=now + wait,
            attempts=attempts,
            last_error=error,
            memory=memory,
            lease_owner=None,
            lease_until=None,
        )
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]
        return False
    _leave_alone(session, task.host, failed=is_vain, retry_after=seen.retry_after, now=now)
    if session.scalar(sa.select(Fact.standing).where(Fact.id == task.fact_id)) != "current":
        session.execute(sa.delete(_tasks).where(_tasks.c.id == task.id))
        return False
    if weight is not None:
        add_evidence(
            session,
            task.fact_id,
            method=task.method,
            outcome=seen.outcome,
            log2_odds=weight,
            observed_at=now,
            run_key=f"check:{task.id}:{task.run_no}",
            # Two methods that read one site repeat one word.
            lineage=task.host or None,
        )
    return True


def _weight_of(task: Task, seen: Seen) -> int | None:
    """What the look weighs; None when it says nothing, or what no table knows."""
    if seen.error is not None or not seen.outcome:
        return None
    with suppress(UnknownTermError):
        return weight_of(task.method, seen.outcome)
    return None


def _kept_memory(task: Task, seen: Seen) -> tuple[str | None, str | None]:
    """What is remembered, and the error. A memory that is too large is left out rather than the look."""
    if seen.error is not None or not seen.memory:
        return task.memory, seen.error
    encoded = _encoder.encode(seen.memory)
    return (task.memory, _TOO_LARGE) if len(encoded) > policy.MOST_MEMORY_BYTES else (encoded.decode(), None)


def _held(statement: Any, task: Task) -> Any:
    """Fences a statement: it finds the task only while this lease holds it."""
    return statement.where(
        _tasks.c.id == task.id,
        _tasks.c.lease_owner == task.owner,
        _tasks.c.lease_epoch == task.epoch,
        _tasks.c.run_no == task.run_no,
    )


def _leave_alone(session: Session, host: str, *, failed: bool, retry_after: float | None, now: dt.datetime) -> None:
    """Nobody speaks to the host now, and nobody may for a while."""
    if not host:
        return
    streak = session.scalar(sa.select(_hosts.c.fail_streak).where(_hosts.c.host == host)) or 0
    streak = streak + 1 if failed else 0
    values = {
        "next_ok_at": now + policy.pause_of_host(streak, retry_after),
        "busy_until": None,
        "fail_streak": streak,
    }
    session.execute(sa.update(_hosts).where(_hosts.c.host == host).values(values))


def give_back(session: Session, tasks: Iterable[Task], *, now: dt.datetime) -> None:
    """Let others look at what was taken and not looked at; it stays due. A host is left alone, as after a look."""
    for task in tasks:
        freed = session.execute(_held(sa.update(_tasks), task).values(lease_owner=None, lease_until=None))
        if freed.rowcount and task.host:  # type: ignore[attr-defined]
            session.execute(
                sa.update(_hosts)
                .where(_hosts.c.host == task.host)
                .values(busy_until=None, next_ok_at=now + policy.APART)
            )


def readdress(session: Session, task: Task, host: str, *, now: dt.datetime) -> None:
    """Note that a fact's organization has another site by now, and give the task back: another host has to be asked."""
    give_back(session, [task], now=now)
    session.execute(sa.update(_tasks).where(_tasks.c.id == task.id).values(host=host))


def drop(session: Session, task_ids: Iterable[int]) -> None:
    """Take away tasks that are not worth looking at any more, with all that they remember."""
    for portion in in_portions(sorted(set(task_ids))):
        session.execute(sa.delete(_tasks).where(_tasks.c.id.in_(portion)))


def forget_ended(session: Session) -> None:
    """Take away every task whose fact is not current: what it remembers could tell what was withdrawn."""
    ended = sa.select(_tasks.c.id).join(Fact, Fact.id == _tasks.c.fact_id).where(Fact.standing != "current")
    session.execute(sa.delete(_tasks).where(_tasks.c.id.in_(ended)))


def hasten(session: Session, task_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Make tasks due now, as far as nobody looks at them already. Hosts are asked no faster for it."""
    for portion in in_portions(sorted(set(task_ids))):
        session.execute(sa.update(_tasks).where(_tasks.c.id.in_(portion), _tasks.c.due_at > now).values(due_at=now))
