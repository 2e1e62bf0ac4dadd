"""Reads of checking: what a look may know of a fact, and how far the clock is behind."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.checking import policy
from directory.checking.models import CheckTask
from directory.db import in_portions
from directory.freshness.models import Evidence
from directory.freshness.observations import OF_PEOPLE
from directory.freshness.queries import not_withdrawn
from directory.listings.fields import decode_plain
from directory.listings.models import Fact, Record
from directory.listings.queries import joined_ids, survivors_of
from directory.mail.models import Job

_AROUND = ("name", "kind", "phone", "email", "url", "address", "point")
_tasks: Any = CheckTask.__table__


class Around(msgspec.Struct, frozen=True):
    """One current fact and what is public around it, as ``verifiers.subject.Known`` explains it.

    ``urls`` begin with the address whose host the task waits for its turn at.
    """

    fact_id: int
    field: str
    slot: str
    value: dict[str, Any]
    kinds: frozenset[str]
    is_confidential: bool
    organization: str
    service: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    urls: tuple[str, ...]
    city: str
    region: str
    country: str
    point: tuple[float, float] | None
    verified_at: dt.datetime | None


class Backlog(msgspec.Struct, frozen=True):
    """How far the checks are behind.

    Attributes:
        planned: tasks in all.
        due: may be looked at now and nobody does.
        overdue: of these, for more than a day.
        in_hand: are being looked at.
        failing: said nothing the last three times, or more often.
        oldest_due_at: since when the oldest waits; None when none does.
    """

    planned: int = 0
    due: int = 0
    overdue: int = 0
    in_hand: int = 0
    failing: int = 0
    oldest_due_at: dt.datetime | None = None


class Clockwork(msgspec.Struct, frozen=True):
    """Whether checks go on.

    Attributes:
        last_tick_at: when the clock looked last what is due; None when it never did.
        is_silent: it has not for longer than five minutes.
        error: the kind of the error by which the last tick failed; empty when it did not.
        backlog: how far it is behind.
    """

    last_tick_at: dt.datetime | None
    is_silent: bool
    error: str
    backlog: Backlog


def clockwork(session: Session, *, now: dt.datetime) -> Clockwork:
    """Whether checks go on. After a clock was set back, the last tick counts as now."""
    noted = session.get(Job, policy.CHECKS)
    last = noted.last_ok_at if noted else None
    last = min(last, now) if last else None
    is_silent = last is None or now - last > policy.SILENT
    return Clockwork(last, is_silent, (noted and noted.last_error) or "", backlog(session, now=now))


def backlog(session: Session, *, methods: Collection[str] | None = None, now: dt.datetime) -> Backlog:
    """How far checks are behind, by all methods unless some are named. Nothing is due before its time."""
    of_methods = sa.select().select_from(_tasks)
    if methods is not None:
        of_methods = of_methods.where(_tasks.c.method.in_(sorted(methods)))
    is_free = _tasks.c.lease_owner.is_(None)

    def count(*conditions: Any) -> int:
        return session.scalar(of_methods.add_columns(sa.func.count()).where(*conditions)) or 0

    oldest = of_methods.add_columns(sa.func.min(_tasks.c.due_at)).where(is_free, _tasks.c.due_at <= now)
    return Backlog(
        planned=count(),
        due=count(is_free, _tasks.c.due_at <= now),
        overdue=count(is_free, _tasks.c.due_at <= now - policy.OVERDUE),
        in_hand=count(_tasks.c.lease_owner.is_not(None), _tasks.c.lease_until > now),
        failing=count(_tasks.c.attempts >= 3),
        oldest_due_at=session.scalar(oldest),
    )


class DueTask(msgspec.Struct, frozen=True):
    """A task that is due: of which record (its public id), which field, by which method, where, since when."""

    id: int
    record: str
    kind: str
    field: str
    method: str
    host: str
    due_at: dt.datetime
    attempts: int
    last_error: str


def due_tasks(
    session: Session, *, now: dt.datetime, limit: int, methods: Collection[str] | None = None
) -> list[DueTask]:
    """What is due and nobody looks at, oldest first."""
    asked = (
        sa.select(
            _tasks.c.id, Record.public_id, Record.kind, Fact.field, _tasks.c.method, _tasks.c.host, _tasks.c.due_at,
            _tasks.c.attempts, _tasks.c.last_error,
        )
        .join(Fact, Fact.id == _tasks.c.fact_id)
        .join(Record, Record.id == Fact.record_id)
        .where(_tasks.c.lease_owner.is_(None), _tasks.c.due_at <= now)
        .order_by(_tasks.c.due_at, _tasks.c.id)
        .limit(limit)
    )  # fmt: skip
    if methods is not None:
        asked = asked.where(_tasks.c.method.in_(sorted(methods)))
    return [
        DueTask(task_id, str(record), kind, field, method, host, due_at, attempts, error or "")
        for task_id, record, kind, field, method, host, due_at, attempts, error in session.execute(asked)
    ]


def tasks_of_listing(session: Session, listing: Record, *, methods: Collection[str]) -> list[int]:
    """Tasks by these methods of a listing's facts, of its service's, place's and organization's."""
    parts = [listing.id, listing.service_id, listing.location_id, listing.organization_id]
    asked = sa.select(_tasks.c.id).join(Fact, Fact.id == _tasks.c.fact_id)
    of_parts = Fact.record_id.in_([one for one in parts if one is not None])
    return list(session.scalars(asked.where(of_parts, _tasks.c.method.in_(sorted(methods)))))


def still_due(session: Session, task_ids: Collection[int], *, methods: Collection[str], now: dt.datetime) -> set[int]:
    """Which of these tasks are due, also those that somebody looks at just now."""
    found: set[int] = set()
    for portion in in_portions(sorted(task_ids)):
        asked = sa.select(_tasks.c.id).where(_tasks.c.id.in_(portion), _tasks.c.due_at <= now)
        found.update(session.scalars(asked.where(_tasks.c.method.in_(sorted(methods)))))
    return found


def around(session: Session, fact_ids: Iterable[int]) -> dict[int, Around]:
    """What a look may know, by fact; a fact that is not current, or whose listing is over, is not in it.

    Read with a handful of statements, however many facts there are.
    """
    wanted: list[Fact] = []
    for portion in in_portions(sorted(set(fact_ids))):
        wanted += session.scalars(sa.select(Fact).where(Fact.id.in_(portion), Fact.standing == "current"))
    if not wanted:
        return {}
    family = _Family(session, {fact.record_id for fact in wanted})
    verified = _verified_at(session, [fact.id for fact in wanted])
    return {
        fact.id: family.around(fact, verified_at=verified.get(fact.id))
        for fact in wanted
        if not family.is_over(fact.record_id)
    }


class _Family:
    """The organizations of some records, with everything that belongs to them."""

    def __init__(self, session: Session, record_ids: set[int]) -> None:
        asked = _by_ids(session, Record.id, record_ids)
        wanted = {one.organization_id or one.id for one in asked}
        roots = survivors_of(session, joined_ids(session, wanted))
        members = _by_ids(session, Record.organization_id, roots.keys())
        self._records = {one.id: one for one in (*asked, *members, *_by_ids(session, Record.id, roots.keys()))}
        self._roots = roots
        self._members: dict[int, list[Record]] = defaultdict(list)
        for one in sorted(self._records.values(), key=lambda record: record.id):
            self._members[self._root(one)].append(one)
        self._facts: dict[int, list[Fact]] = defaultdict(list)
        for portion in in_portions(sorted(self._records)):
            for fact in session.scalars(
                sa.select(Fact)
                .where(Fact.record_id.in_(portion), Fact.standing == "current", Fact.field.in_(_AROUND))
                .order_by(Fact.id)
            ):
                self._facts[fact.record_id].append(fact)

    def is_over(self, record_id: int) -> bool:
        """Whether the record or what it is part of is closed, or the provider does not want it here."""
        record = self._records[record_id]
        parts = (record_id, record.service_id, record.organization_id)
        return any(self._records[one].standing in policy.GONE for one in parts if one in self._records)

    def around(self, fact: Fact, *, verified_at: dt.datetime | None) -> Around:
        """What a look at one of the facts may know."""
        record = self._records[fact.record_id]
        members = self._members[self._root(record)]
        services = self._services(record, members)
        near = self._near(record, services, members)
        is_confidential = any(one.kind == "service" and one.location_disclosure != "public" for one in members)
        place = {} if is_confidential else self._place(near)
        return Around(
            fact_id=fact.id,
            field=fact.field,
            slot=fact.slot,
            value=decode_plain(fact.value or "{}"),
            kinds=frozenset(
                one.slot
                for member in members
                if member.id in services or member.service_id in services
                for one in self._of(member, "kind")
            ),
            is_confidential=is_confidential,
            organization=self._name([one for one in members if one.kind == "organization"]),
            service=self._name([self._records[one] for one in services]) if len(services) == 1 else "",
            phones=self._said(near, "phone", "number"),
            emails=self._said(near, "email", "text"),
            urls=self._said(near, "url", "text"),
            verified_at=verified_at,
            city=place.get("city", ""),
            region=place.get("state_province", ""),
            country=place.get("country", "US"),
            point=(place["lat"], place["lon"]) if "lat" in place else None,
        )

    def _root(self, record: Record) -> int:
        return self._roots[record.organization_id or record.id]

    @staticmethod
    def _services(record: Record, members: Sequence[Record]) -> set[int]:
        """The services that a record belongs to: all of an organization, those at a place."""
        if record.kind == "service":
            return {record.id}
        if record.service_id is not None:
            return {record.service_id}
        if record.kind == "location":
            return {one.service_id for one in members if one.location_id == record.id and one.service_id is not None}
        return {one.id for one in members if one.kind == "service"}

    @staticmethod
    def _near(record: Record, services: set[int], members: Sequence[Record]) -> list[Record]:
        """The record, its service with its listings and places, then its organization."""
        listings = [one for one in members if one.service_id in services]
        places = {one.location_id for one in listings}
        parts = [one for one in members if one.id in services], listings, [one for one in members if one.id in places]
        organizations = [one for one in members if one.kind == "organization"]
        first = [record, *organizations] if record.kind == "organization" else [record]
        ordered = [*first, *(one for part in parts for one in part), *organizations]
        return [one for one in {one.id: one for one in ordered}.values() if one.standing not in policy.GONE]

    def _of(self, record: Record, field: str) -> list[Fact]:
        return [fact for fact in self._facts[record.id] if fact.field == field and fact.tier == "public"]

    def _said(self, near: Sequence[Record], field: str, part: str) -> tuple[str, ...]:
        said = [decode_plain(fact.value or "{}").get(part, "") for one in near for fact in self._of(one, field)]
        return tuple(dict.fromkeys(one for one in said if one))

    def _name(self, records: Sequence[Record]) -> str:
        return next(iter(self._said(records, "name", "text")), "")

    def _place(self, near: Sequence[Record]) -> dict[str, Any]:
        """Address and point of the first public place."""
        for one in near:
            if one.kind == "location":
                facts = [*self._of(one, "address"), *self._of(one, "point")]
                return {key: part for fact in facts for key, part in decode_plain(fact.value or "{}").items()}
        return {}


def _by_ids(session: Session, column: Any, ids: Iterable[int]) -> list[Record]:
    found: list[Record] = []
    for portion in in_portions(sorted(set(ids))):
        found += session.scalars(sa.select(Record).where(column.in_(portion)))
    return found


def _verified_at(session: Session, fact_ids: Sequence[int]) -> dict[int, dt.datetime]:
    """When a person or the provider stood up for a fact last."""
    found: dict[int, dt.datetime] = {}
    for portion in in_portions(fact_ids):
        asked = (
            sa.select(Evidence.fact_id, sa.func.max(Evidence.observed_at))
            .where(
                Evidence.fact_id.in_(portion), Evidence.method.in_(OF_PEOPLE), Evidence.log2_odds < 0, not_withdrawn()
            )
            .group_by(Evidence.fact_id)
        )
        found.update((fact_id, at) for fact_id, at in session.execute(asked))
    return found
