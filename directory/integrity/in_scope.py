"""The list of listings that somebody works on, a page at a time."""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.freshness.models import Evidence, ReportCount
from directory.freshness.policy import WARNING_LOG2_ODDS
from directory.integrity.queries import name_of, state_of
from directory.integrity.reach import Verified, verified_families
from directory.integrity.table import State
from directory.listings.models import Change, Fact, Record
from directory.listings.vetting_steps import KEPT_AWAY
from directory.people.actor import Actor
from directory.people.models import Network
from directory.values.plain_text import folded

FILTERS = ("all", "waiting", "unconfirmed", "reported", "hidden", "closed")
PAGE = 50
_MOST_WORDS = 5
_SETTLED: frozenset[State] = frozenset({"verified", "closed", "do-not-list"})


class WorkLine(msgspec.Struct, frozen=True):
    """A line of the list. ``open_changes`` counts proposals that wait; ``confirmed`` is when a number was last."""

    id: str
    name: str
    organization: str
    state: State
    hidden_until: dt.datetime | None
    open_changes: int
    confirmed: dt.date | None


class WorkPage(msgspec.Struct, frozen=True):
    """One page of the list, and whether there are more."""

    lines: tuple[WorkLine, ...]
    has_more: bool


def listings_in_scope(session: Session, *, by: Actor, only: str = "all", words: str = "", page: int = 0) -> WorkPage:
    """The listings that somebody works on, by the name of their service.

    Args:
        session: any session.
        by: who works.
        only: one of ``FILTERS``.
        words: what the name of the service or its organization has to contain.
        page: which page of ``PAGE`` lines, from 0.
    """
    service, organization = aliased(Record), aliased(Record)
    named, owner = aliased(Fact), aliased(Fact)
    query = (
        sa.select(Record)
        .join(service, service.id == Record.service_id)
        .join(organization, organization.id == service.organization_id)
        .outerjoin(named, sa.and_(named.record_id == service.id, named.field == "name", named.standing == "current"))
        .outerjoin(
            owner, sa.and_(owner.record_id == organization.id, owner.field == "name", owner.standing == "current")
        )
        .join(Change, Change.id == Record.change_id)
        # What an import brought that was taken back is nobody's work.
        .where(Record.kind == "listing", Record.standing != "merged", Change.state != "undone")
        # A name's stored value is {"text": ...}, so its order is the name's.
        .order_by(named.value, Record.public_id)
    )
    if by.role != "admin":
        query = query.where(_within(by, service, organization))
    query = query.where(*_only(only, service, organization))
    if by.role == "law-enforcement":
        query = query.where(*_found_by_anybody(service, organization))
    for word in folded(words).split()[:_MOST_WORDS]:
        query = query.where(sa.or_(_has(named, word), _has(owner, word)))
    start = page * PAGE
    if only == "reported":
        # Whether it was confirmed since, or is gone, is known of each line; there are few.
        said = [line for line in _lines(session, list(session.scalars(query))) if line.state not in _SETTLED]
        return WorkPage(tuple(said[start : start + PAGE]), len(said) > start + PAGE)
    found = list(session.scalars(query.offset(start).limit(PAGE + 1)))
    return WorkPage(tuple(_lines(session, found[:PAGE])), len(found) > PAGE)


def records_in_scope(by: Actor) -> sa.Select[tuple[int]]:
    """The ids of the services that somebody works on, and of their organizations."""
    service, organization = aliased(Record), aliased(Record)
    found = [
        sa.select(one.id)
        .select_from(Record)
        .join(service, service.id == Record.service_id)
        .join(organization, organization.id == service.organization_id)
        .where(Record.kind == "listing", *([] if by.role == "admin" else [_within(by, service, organization)]))
        for one in (service, organization)
    ]
    both = sa.union(*found).subquery()
    return sa.select(both.c.id)


def _within(by: Actor, service: type[Record], organization: type[Record]) -> sa.ColumnElement[bool]:
    """What ``reach.is_in_scope`` says of one record, for many."""
    ways: list[sa.ColumnElement[bool]] = [sa.false()]
    for kind, key in sorted(by.scopes):
        if kind == "network":
            ways.append(Record.network_id.in_(sa.select(Network.id).where(Network.key == key)))
        elif kind == "organization":
            ways.append(sa.cast(organization.public_id, sa.Text).in_((key, key.replace("-", ""))))
        else:
            ways += _in_area(key, service)
    return sa.or_(*ways)


def _found_by_anybody(service: type[Record], organization: type[Record]) -> list[sa.ColumnElement[bool]]:
    """What ``cards.documents.is_searchable`` says, so that who sees public facts only learns of nothing else."""
    inactive = sa.select(Fact.id).where(
        Fact.record_id.in_([service.id, Record.id]),
        Fact.field == "status",
        Fact.standing == "current",
        sa.func.lower(Fact.value) != '{"text":"active"}',
    )
    away = sa.select(Fact.id).where(
        Fact.record_id.in_([organization.id, service.id, Record.id]),
        Fact.field == "vetting",
        Fact.slot.in_(sorted(KEPT_AWAY)),
        Fact.standing == "current",
    )
    listed = [one.standing == "listed" for one in (Record, service, organization)]
    return [*listed, ~inactive.exists(), ~away.exists()]


def _has(name: type[Fact], word: str) -> sa.ColumnElement[bool]:
    """Whether a name has a folded word, which holds no sign of a pattern; what has no folded name is read itself."""
    return sa.or_(name.match_key.contains(word), sa.func.lower(name.value).like(f'{{"text":"%{word}%"}}'))


def _in_area(key: str, service: type[Record]) -> list[sa.ColumnElement[bool]]:
    """A service that is or works in an area is there with all its places, as ``reach.family`` has it."""
    one = aliased(Record)
    served = (
        sa.select(sa.func.coalesce(one.service_id, one.id))
        .join(Fact, Fact.record_id == one.id)
        .where(
            Fact.field == "service_area", Fact.standing == "current",
            sa.or_(Fact.slot == key, Fact.slot.like(f"{key}-%")),
        )
    )  # fmt: skip
    ways: list[sa.ColumnElement[bool]] = [
        service.published_area == key,
        service.published_area.like(f"{key}-%"),
        service.id.in_(served),
    ]
    country, _, state = key.partition("-")
    if "-" not in state:
        placed = (
            sa.select(one.service_id)
            .join(Fact, Fact.record_id == one.location_id)
            .where(
                Fact.field == "address", Fact.standing == "current",
                Fact.value.like(f'%"state_province":"{state or "%"}"%'),
                # The country of an address is left out where it is the United States.
                Fact.value.like(f'%"country":"{country}"%') if country != "US" else ~Fact.value.like('%"country":%'),
            )
        )  # fmt: skip
        ways.append(service.id.in_(placed))
    return ways


def _only(only: str, service: type[Record], organization: type[Record]) -> list[sa.ColumnElement[bool]]:
    if only == "waiting":
        waiting = sa.select(Change.id).where(
            Change.state == "proposed",
            Change.subject_id.in_([Record.id, Record.location_id, service.id, organization.id]),
        )
        return [waiting.exists()]
    if only == "unconfirmed":
        confirmed = (
            sa.select(Fact.id)
            .join(Evidence, Evidence.fact_id == Fact.id)
            .where(
                Fact.record_id.in_([Record.id, service.id]), Fact.field == "phone", Fact.standing == "current",
                Evidence.log2_odds < 0,
            )
        )  # fmt: skip
        return [~confirmed.exists()]
    if only == "reported":
        warned = (
            sa.select(Fact.record_id)
            .join(Evidence, Evidence.fact_id == Fact.id)
            .where(Fact.field == "phone", Evidence.log2_odds >= WARNING_LOG2_ODDS)
        )
        return [
            sa.or_(
                Record.id.in_(sa.select(ReportCount.listing_id)),
                *(one.in_(warned) for one in (Record.id, Record.location_id, service.id)),
            )
        ]
    standings = {"hidden": ("suspended",), "closed": ("closed", "do-not-list")}.get(only)
    if standings is None:
        return []
    return [sa.or_(*(one.standing.in_(standings) for one in (Record, service, organization)))]


def _lines(session: Session, listings: list[Record]) -> list[WorkLine]:
    verified = verified_families(session, {listing.organization_id for listing in listings})
    return [_line(session, listing, verified) for listing in listings]


def _line(session: Session, listing: Record, verified: Verified) -> WorkLine:
    state = state_of(session, listing.id, verified=verified)
    last = session.scalar(
        sa.select(sa.func.max(Evidence.observed_at))
        .join(Fact, Fact.id == Evidence.fact_id)
        .where(
            Fact.record_id.in_([listing.id, listing.service_id]), Fact.field == "phone", Fact.standing == "current",
            Evidence.log2_odds < 0,
        )
    )  # fmt: skip
    organization = session.get_one(Record, listing.organization_id)
    return WorkLine(
        str(listing.public_id), name_of(session, session.get_one(Record, listing.service_id)),
        name_of(session, organization), state.state, state.hidden_until, len(state.open_changes),
        last.date() if last else None,
    )  # fmt: skip
