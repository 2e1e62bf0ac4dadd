"""The list of listings that somebody works on: a page of it, and the listings behind it."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.clock import day_number
from directory.errors import NotFoundError
from directory.freshness.belief import state_on
from directory.listings.models import Change, Hiding, Record
from directory.listings.queries import find_record
from directory.people.actor import Actor
from directory.people.models import Network
from directory.places.areas import area_by_id
from directory.sources.models import Source
from directory.worklist.asked import CUTTING, Asked, conditions
from directory.worklist.models import WorkLine
from directory.worklist.notes import noted, sees_notes

PAGE = 100
# Nobody reads further; and to count on would read every line.
MOST_COUNTED = 1_000
_SORTED: dict[str, Any] = {
    "name": WorkLine.by_name, "organization": WorkLine.by_organization, "confirmed": WorkLine.confirmed_on,
    "due": WorkLine.due_on,
}  # fmt: skip
_LISTED = "listed"


class ShownLine(msgspec.Struct, frozen=True):
    """A line of the list.

    Attributes:
        id: public id of the listing.
        name: of its service.
        organization: its name.
        where: the area or state, in words; empty if it is not stated.
        is_private: whether its place is kept confidential.
        state: of ``asked.STATES``, on this day.
        until: the last day on which readers are not warned, if nothing is heard; None where they are, or it is not
            shown.
        hidden_until: when it comes back by itself; None unless it is hidden and nobody has seconded that.
        confirmed: when a person or the program confirmed it last.
        waits: how many proposals wait to be decided.
        is_disputed: whether it was said to be wrong since it was confirmed.
        lapses: when something on it lapses by itself.
        has_note: whether somebody left a note there.
    """

    id: str
    name: str
    organization: str
    where: str
    is_private: bool
    state: str
    until: dt.date | None
    hidden_until: dt.datetime | None
    confirmed: dt.date | None
    waits: int
    is_disputed: bool
    lapses: dt.date | None
    has_note: bool = False


class WorkPage(msgspec.Struct, frozen=True):
    """One page of the list; whether there are lines before and after it; how many in all.

    ``total`` is None where there are more than ``MOST_COUNTED``.
    """

    lines: tuple[ShownLine, ...]
    has_less: bool
    has_more: bool
    total: int | None


class Choices(msgspec.Struct, frozen=True):
    """What can be chosen from: keys and names of sources and networks."""

    sources: tuple[tuple[str, str], ...]
    networks: tuple[tuple[str, str], ...]


def find(session: Session, asked: Asked, *, by: Actor, country: str = "US") -> WorkPage:
    """A page of ``PAGE`` lines; what is outside somebody's scope is not there."""
    now: dt.datetime = session.info["now"]
    wanted = conditions(asked, by=by, now=now, country=country)
    column, backwards = _column(asked, by), bool(asked.before)
    start = _edge(session, asked.before or asked.after, column, wanted)
    query = sa.select(WorkLine).where(*wanted)
    if _may_be_few(asked, by):
        column = _without_index(column)
    if start is not None:
        key = sa.tuple_(column, WorkLine.public_id)
        query = query.where(key < sa.tuple_(*start) if backwards else key > sa.tuple_(*start))
    order = (column.desc(), WorkLine.public_id.desc()) if backwards else (column, WorkLine.public_id)
    rows = list(session.scalars(query.order_by(*order).limit(PAGE + 1)))
    is_cut, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    has_less, has_more = (is_cut, True) if backwards and start is not None else (start is not None, is_cut)
    total = len(rows) if not has_less and not has_more else _count(session, wanted)
    return WorkPage(tuple(_shown(session, rows, by=by, day=day_number(now))), has_less, has_more, total)


def found_ids(session: Session, asked: Asked, *, by: Actor, most: int, country: str = "US") -> list[str]:
    """Public ids of the first listings of the whole list, whatever the page."""
    wanted = conditions(asked, by=by, now=session.info["now"], country=country)
    column = _without_index(_column(asked, by)) if _may_be_few(asked, by) else _column(asked, by)
    query = sa.select(WorkLine.public_id).where(*wanted).order_by(column, WorkLine.public_id).limit(most)
    return [str(one) for one in session.scalars(query)]


def choices(session: Session) -> Choices:
    """What the list can be cut to beside words of a fixed list."""
    sources = session.execute(sa.select(Source.key, Source.owner).where(Source.kind != "pinned").order_by(Source.key))
    networks = session.execute(sa.select(Network.key, Network.name).order_by(Network.name))
    return Choices(
        tuple((row.key, row.owner or row.key) for row in sources), tuple((row.key, row.name) for row in networks)
    )


def _column(asked: Asked, by: Actor) -> Any:
    if by.role == "law-enforcement" and asked.sort not in {"name", "organization"}:
        # When something was confirmed is no business of theirs, so nor is its order (SAFETY A10).
        return WorkLine.by_name
    return _SORTED.get(asked.sort, WorkLine.by_name)


def _may_be_few(asked: Asked, by: Actor) -> bool:
    """Whether few lines may fit, so that it is dear to look for them in the order of the list.

    In that order an embedded database reads a page of its file for each line: six times as long as all of them as they
    lie, sorted afterwards.
    """
    cuts = (getattr(asked, field) for field in CUTTING)
    return any(cuts) or by.role == "law-enforcement" or any(kind != "network" for kind, _ in by.scopes)


def _without_index(column: Any) -> Any:
    return column + 0 if isinstance(column.type, sa.Integer) else column.concat("")


def _edge(
    session: Session, public_id: str, column: Any, wanted: Sequence[sa.ColumnElement[bool]]
) -> tuple[Any, Any] | None:
    """Where a page begins or ends; None where the listing is not on the list (any more), and that begins anew."""
    if not public_id:
        return None
    try:
        listing = find_record(session, public_id, kind="listing")
    except NotFoundError:
        return None
    row = session.execute(
        sa.select(column, WorkLine.public_id).where(WorkLine.listing_id == listing.id, *wanted)
    ).first()
    return None if row is None else (row[0], row[1])


def _count(session: Session, wanted: Sequence[sa.ColumnElement[bool]]) -> int | None:
    some = sa.select(sa.literal(1)).select_from(WorkLine).where(*wanted).limit(MOST_COUNTED + 1).subquery()
    found = session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    return None if found > MOST_COUNTED else found


def _shown(session: Session, rows: Sequence[WorkLine], *, by: Actor, day: int) -> list[ShownLine]:
    waiting = _waiting(session, rows)
    hidden = {
        row.record_id: row.until
        for row in session.execute(
            sa.select(Hiding.record_id, Hiding.until).where(
                Hiding.record_id.in_([one.listing_id for one in rows]), Hiding.ended_at.is_(None)
            )
        )
    }
    with_note = _with_note(session, rows, day) if sees_notes(by) else set()
    return [
        ShownLine(
            id=str(row.public_id), name=row.name, organization=row.organization, where=_where(row),
            is_private=row.is_confidential, state=_state(row, day),
            until=_day(row.stale_on - 1)
            if row.standing == _LISTED and row.state == "verified" and row.stale_on > day
            else None,
            hidden_until=hidden.get(row.listing_id), confirmed=_day(row.confirmed_on),
            waits=sum(waiting[one] for one in {row.listing_id, row.service_id, row.location_id, row.organization_id}),
            is_disputed=row.is_disputed, lapses=_day(row.lapses_on),
            has_note=row.listing_id in with_note,
        )
        for row in rows
    ]  # fmt: skip


def _with_note(session: Session, rows: Sequence[WorkLine], day: int) -> set[int]:
    ids = [row.listing_id for row in rows]
    return set(session.scalars(noted(day).where(sa.or_(Record.id.in_(ids), Record.merged_into.in_(ids)))))


def _state(row: WorkLine, day: int) -> str:
    return state_on(row, day) if row.standing == _LISTED else row.standing


def _waiting(session: Session, rows: Sequence[WorkLine]) -> Counter[int | None]:
    subjects = {one for row in rows for one in (row.listing_id, row.service_id, row.location_id, row.organization_id)}
    found = session.execute(
        sa.select(Change.subject_id, sa.func.count())
        .where(Change.subject_id.in_(sorted(filter(None, subjects))), Change.state == "proposed")
        .group_by(Change.subject_id)
    )
    return Counter({row[0]: row[1] for row in found})


def _where(row: WorkLine) -> str:
    code = row.area or next((one for one in row.areas.split() if one.count("-") == 1), "")
    area = area_by_id(code)
    return "" if area is None else f"{area.town}, {area.region}" if area.town else area.label()


def _day(number: int) -> dt.date | None:
    return dt.date.fromordinal(number) if number > 0 else None
