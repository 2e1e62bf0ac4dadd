"""How many listings are in which state, by the groups of kinds that go stale alike."""

import datetime as dt
from collections import Counter, defaultdict

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.clock import day_number
from directory.freshness.belief import state_on
from directory.freshness.models import Belief
from directory.freshness.parameters import parameters
from directory.freshness.queries import kinds_by_record
from directory.listings.models import Record

STATES = ("unverified", "verified", "due", "stale", "unreachable", "suspended", "closed", "do-not-list")
STRONGEST = ("do-not-list", "closed", "suspended")


class GroupStatus(msgspec.Struct, frozen=True):
    """The listings of one group: how many in each state, and the days (ISO) of the last and the oldest confirmation."""

    group: str
    states: dict[str, int]
    last_confirmed: str | None
    oldest: str | None


class Status(msgspec.Struct, frozen=True):
    """The groups that have listings, in the order of ``parameters.toml``, and all of them together."""

    as_of: str
    states: tuple[str, ...]
    groups: tuple[GroupStatus, ...]
    all: GroupStatus


def status_of(session: Session, *, now: dt.datetime) -> Status:
    """Count the listings that were not merged into others, by state on the day of ``now``."""
    day = day_number(now)
    kinds = kinds_by_record(session)
    service, organization = aliased(Record), aliased(Record)
    of_service = sa.func.coalesce(service.merged_into, service.id)
    rows = session.execute(
        sa.select(
            Record.id, of_service.label("service_id"), Record.standing, service.standing.label("of_service"),
            organization.standing.label("of_organization"), Belief.state, Belief.confirmed_on, Belief.due_on,
            Belief.stale_on,
        )
        .join(service, service.id == Record.service_id)
        .join(organization, organization.id == service.organization_id)
        .outerjoin(Belief, Belief.listing_id == Record.id)
        .where(Record.kind == "listing", Record.merged_into.is_(None))
    )  # fmt: skip
    states: dict[str, Counter[str]] = defaultdict(Counter)
    confirmed: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        group = parameters().group_of(kinds[row.id] | kinds[row.service_id]).code
        standings = {row.standing, row.of_service, row.of_organization}
        hidden = next((standing for standing in STRONGEST if standing in standings), None)
        if hidden is None and row.state is None:
            continue
        state = hidden or state_on(row, day)
        for counted in (group, ""):
            states[counted][state] += 1
            if row.confirmed_on is not None:
                confirmed[counted].append(row.confirmed_on)

    def line(group: str) -> GroupStatus:
        days = confirmed[group]
        return GroupStatus(
            group or "all", {state: states[group][state] for state in STATES}, _iso(max(days, default=None)),
            _iso(min(days, default=None)),
        )  # fmt: skip

    groups = tuple(line(group.code) for group in parameters().groups if group.code in states)
    return Status(dt.date.fromordinal(day).isoformat(), STATES, groups, line(""))


def _iso(day: int | None) -> str | None:
    return None if day is None else dt.date.fromordinal(day).isoformat()
