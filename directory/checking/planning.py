"""Which looks are worth taking: a task for each current fact and each method that can say something about it."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from random import Random, SystemRandom
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.checking import policy
from directory.checking.models import CheckTask
from directory.checking.service import drop
from directory.db import Database, UtcDateTime, in_portions
from directory.errors import BadInputError
from directory.listings.fields import decode_plain
from directory.listings.models import Fact, Record
from directory.people.models import Network
from directory.sources.models import Claim

_MOST_ROWS = 20_000
_WRITTEN_AT_ONCE = 2_000

_facts: Any = Fact.__table__
_tasks: Any = CheckTask.__table__
# Somebody else may plan the same meanwhile.
_ADD = sa.text(
    "INSERT INTO check_task (fact_id, method, host, due_at) VALUES (:fact_id, :method, :host, :due_at)"
    " ON CONFLICT DO NOTHING"
).bindparams(sa.bindparam("due_at", type_=UtcDateTime()))
_record: Any = Record.__table__.alias("r")
_organization: Any = Record.__table__.alias("o")
_service: Any = Record.__table__.alias("s")
_root = sa.func.coalesce(_organization.c.merged_into, _organization.c.id)
_service_id = sa.case((_record.c.kind == "service", _record.c.id), else_=_record.c.service_id)


class Planned(msgspec.Struct, frozen=True):
    """How many tasks a plan added and took away."""

    added: int = 0
    dropped: int = 0


class Sites:
    """Which host answers for whom: the site of a service itself, else its organization's."""

    def __init__(self, session: Session) -> None:
        self._of: dict[int, str] = {}
        rows = session.execute(
            _joined(sa.select(_facts.c.value, _root, _service_id))
            .where(_facts.c.field == "url", _facts.c.standing == "current", _facts.c.tier == "public", *_is_there())
            # The organization's own address before those of its parts.
            .order_by(sa.case((_record.c.kind == "organization", 0), else_=1), _facts.c.id)
        )
        for value, root, service_id in rows:
            if host := _host_in(value):
                for record_id in (root, service_id):
                    if record_id is not None:
                        self._of.setdefault(record_id, host)

    def host_for(self, root: int, service_id: int | None) -> str:
        """The registered name of the host; empty when there is no public site."""
        return self._of.get(service_id or root) or self._of.get(root, "")


class _Candidate(msgspec.Struct, frozen=True):
    fact_id: int
    value: str | None
    root: int
    service_id: int | None


# What a method needs to know of a fact to say on which host it looks; None = there is nothing to look at.
_Address = Callable[[_Candidate], str | None]


def plan_checks(
    database: Database,
    *,
    methods: Collection[str],
    told_all: Collection[str] = (),
    chance: Random | None = None,
    now: dt.datetime | None = None,
) -> Planned:
    """Bring the tasks to what the facts are: new ones spread over a week, those that are not worth it any more gone.

    Doing it again changes nothing. It reads and writes in portions, so that nobody waits for it; two that plan at once
    plan the same.

    Args:
        database: where.
        methods: those that somebody can look by. Tasks of others are left as they are.
        told_all: methods of ``policy.TOLD_ELSEWHERE`` that hear of confidential services too, because the deployment
            allowed it.
        chance: spreads them.
        now: from when on; the database's time otherwise.
    """
    chance = chance or SystemRandom()
    with database.reading() as session:
        at: dt.datetime = now or session.info["now"]
        closed = _with_confidential_service(session)
        sites = Sites(session)
        over = list(_not_worth_it(session, closed, policy.TOLD_ELSEWHERE - set(told_all)))
    for portion in in_portions(over, _WRITTEN_AT_ONCE):
        with database.transaction() as session:
            drop(session, portion)
    added = 0
    for method, condition, address in _rules(sites, closed, told_all):
        if method in methods:
            for candidates in _missing(database, method, condition):
                found = [(one.fact_id, host) for one in candidates if (host := address(one)) is not None]
                rows = [
                    {"fact_id": fact_id, "method": method, "host": host, "due_at": at + policy.SPREAD * chance.random()}
                    for fact_id, host in found
                ]
                added += _add(database, rows)
    return Planned(added, len(over))


def _rules(sites: Sites, closed: Collection[int], told_all: Collection[str]) -> Iterator[tuple[str, Any, _Address]]:
    field, is_public = _facts.c.field, _facts.c.tier == "public"

    def no_host(_one: _Candidate) -> str | None:
        return ""

    def unless_confidential(one: _Candidate) -> str | None:
        return None if one.root in closed else ""

    def own_host(one: _Candidate) -> str | None:
        return _host_in(one.value) or None

    def host_of_site(one: _Candidate) -> str | None:
        return sites.host_for(one.root, one.service_id) or None

    is_named = sa.and_(field == "name", _record.c.kind.in_(("organization", "service")))
    yield "website", field == "url", own_host
    yield "corroboration", sa.and_(is_public, sa.or_(field == "phone", is_named)), host_of_site
    yield "lookup", sa.and_(is_public, field == "phone"), no_host if "lookup" in told_all else unless_confidential
    yield "import", field.in_(("phone", "schedule")), no_host
    yield "mx", field == "email", no_host
    yield "geocode", field.in_(("address", "point")), unless_confidential
    yield "feed", sa.exists().where(Claim.fact_id == _facts.c.id), no_host


def _joined(asked: Any) -> Any:
    """A selection of facts with their record, its service and its organization."""
    organization_id = sa.func.coalesce(_record.c.organization_id, _record.c.id)
    return asked.select_from(
        _facts.join(_record, _record.c.id == _facts.c.record_id)
        .join(_organization, _organization.c.id == organization_id)
        .outerjoin(_service, _service.c.id == _record.c.service_id)
    )


def _is_there() -> tuple[Any, ...]:
    """Neither the record nor what it is part of is over, and it is no invented one of a practice network."""
    practice = sa.select(Network.id).where(Network.kind == "practice")
    return (
        *(sa.func.coalesce(part.c.standing, "").not_in(policy.GONE) for part in (_record, _organization, _service)),
        _record.c.network_id.not_in(practice),
    )


def _missing(database: Database, method: str, condition: Any) -> Iterator[list[_Candidate]]:
    """Current facts that the method fits and that have no task, in portions."""
    after = 0
    has_task = sa.exists().where(_tasks.c.fact_id == _facts.c.id, _tasks.c.method == method)
    value = _facts.c.value if method == "website" else sa.null()
    while True:
        asked = (
            _joined(sa.select(_facts.c.id, value, _root, _service_id))
            .where(_facts.c.standing == "current", _facts.c.id > after, condition, ~has_task, *_is_there())
            .order_by(_facts.c.id)
            .limit(_MOST_ROWS)
        )
        with database.reading() as session:
            found = [_Candidate(*row) for row in session.execute(asked)]
        if not found:
            return
        after = found[-1].fact_id
        yield found


def _add(database: Database, rows: list[dict[str, Any]]) -> int:
    added = 0
    for portion in in_portions(rows, _WRITTEN_AT_ONCE):
        with database.transaction() as session:
            done: Any = session.execute(_ADD, list(portion), execution_options={"preserve_rowcount": True})
            added += done.rowcount
    return added


def _with_confidential_service(session: Session) -> frozenset[int]:
    """Organizations (what they were merged into) that have a service whose location is not public."""
    asked = sa.select(_root).join(_record, _record.c.organization_id == _organization.c.id)
    return frozenset(
        session.scalars(asked.where(_record.c.kind == "service", _record.c.location_disclosure != "public").distinct())
    )


def _not_worth_it(session: Session, closed: Collection[int], told: Collection[str]) -> Iterator[int]:
    """Tasks of facts that are over, or that nobody elsewhere may hear of any more."""
    is_there = sa.and_(_facts.c.standing == "current", *_is_there())
    yield from session.scalars(
        _joined(sa.select(_tasks.c.id)).join(_tasks, _tasks.c.fact_id == _facts.c.id).where(sa.not_(is_there))
    )
    by_those = (
        _joined(sa.select(_tasks.c.id, _root))
        .join(_tasks, _tasks.c.fact_id == _facts.c.id)
        .where(is_there, _tasks.c.method.in_(sorted(told)))
    )
    if closed:
        yield from (task_id for task_id, root in session.execute(by_those) if root in closed)


def _host_in(value: str | None) -> str:
    """The host of a stored web address; empty when it is none that can be asked."""
    try:
        return policy.host_of(decode_plain(value or "{}").get("text", ""))
    except BadInputError:
        return ""
