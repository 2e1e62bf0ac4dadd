"""Merge two records that are one, and take it back.

Nothing moves: the absorbed record points to the one that goes on, keeps its facts and its sources, and what people read
is made of both (``directory.cards``). So taking it back is as easy, and a feed goes on feeding what it brought.

A merge never opens anything. Two services are merged only when they are as confidential as each other, and two
organizations only when both have something confidential or neither has: else the open one would place the other, or
lend it a site and a name that do. Whoever is sure makes the open one confidential first, which one person may.

Whether a merge may be made at all where somebody has confirmed something is asked in ``directory.integrity.joining``.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.errors import NotFoundError, RefusedError
from directory.listings.changes import Author, OpenChange
from directory.listings.fields import decode_value
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.listings.queries import current_facts, get_record, joined_ids, survivor_of
from directory.listings.service import touch
from directory.listings.streets import placed_streets

KINDS = ("organization", "service", "listing")


def plan_merge(session: Session, survivor_id: int, absorbed_id: int) -> list[tuple[int, int]]:
    """What a merge would merge, as (absorbed, survivor): the two records, and the sites that are one with them.

    Sites of a service that are elsewhere stay, and belong to the service that goes on.

    Raises:
        NotFoundError: there is no such record.
        RefusedError: the two are no two records that can be merged; the text says why.
    """
    survivor, absorbed = get_record(session, survivor_id), get_record(session, absorbed_id)
    _check_pair(session, survivor, absorbed)
    pairs = [(absorbed.id, survivor.id)]
    if survivor.kind == "listing":
        pairs += _places(survivor, absorbed)
    if survivor.kind == "service":
        ours, theirs = _sites(session, survivor), _sites(session, absorbed)
        for site in theirs:
            same = _same_site(session, site, ours)
            if same is not None:
                pairs += [(site.id, same.id), *_places(same, site)]
    return pairs


def merge(session: Session, survivor_id: int, absorbed_id: int, *, author: Author, now: dt.datetime) -> int:
    """Merge one record into another of its kind; return the id of the change.

    A service takes the sites along that are one; what was merged into the absorbed record follows it.

    Args:
        session: a writing session.
        survivor_id: an organization, a service or a listing, which goes on.
        absorbed_id: what is merged into it.
        author: who, and why; its kind is ``merge``, and its run the one that found them, if one did.
        now: the transaction's time.

    Raises:
        NotFoundError: there is no such record.
        RefusedError: see ``plan_merge``.
    """
    pairs = plan_merge(session, survivor_id, absorbed_id)
    change = OpenChange(session, author, subject_id=survivor_id, now=now)
    for gone, stays in pairs:
        for earlier in session.scalars(sa.select(Record).where(Record.merged_into == gone).order_by(Record.id)).all():
            change.set_record(earlier, merged_into=stays)
            touch(session, earlier.id)
        change.set_record(get_record(session, gone), standing="merged", merged_into=stays)
        touch(session, gone, stays)
    session.expire_all()
    change.close(verb=f"{get_record(session, survivor_id).kind}.merged")
    return change.id


def unmerge(session: Session, change_id: int, *, author: Author, now: dt.datetime) -> int:
    """Take a merge back: every record it merged stands as before, and shows what is its own. Returns the new change.

    Args:
        session: a writing session.
        change_id: the merge.
        author: who, and why; its kind is ``unmerge``.
        now: the transaction's time.

    Raises:
        NotFoundError: there is no such merge, or it is taken back already.
        RefusedError: what it merged was merged further since; that has to be taken back first.
    """
    merged = session.get(Change, change_id, populate_existing=True)
    if merged is None or merged.kind != "merge" or merged.state != "applied":
        raise NotFoundError("There is no such merge that could be taken back.")
    items = session.scalars(
        sa.select(ChangeItem)
        .where(ChangeItem.change_id == change_id, ChangeItem.entity == "record")
        .order_by(ChangeItem.seq.desc())
    ).all()
    ids = {item.entity_id for item in items}
    if _was_merged_since(session, change_id, ids) or _is_built_upon(session, ids):
        raise RefusedError("Something was merged on top of this since. Take that back first.")
    change = OpenChange(
        session, msgspec.structs.replace(author, undoes=change_id), subject_id=merged.subject_id, now=now
    )
    for item in items:
        record = get_record(session, item.entity_id)
        if record.standing != "merged":
            # Its place was withdrawn since, and that is for good.
            continue
        before: dict[str, Any] = msgspec.json.decode(item.before or "{}")
        touch(session, record.id, record.merged_into)
        change.set_record(record, **before)
    session.execute(sa.update(Change).where(Change.id == change_id).values(state="undone"))
    session.expire_all()
    change.close(verb="record.unmerged")
    touch(session, merged.subject_id)
    return change.id


def merge_of(session: Session, absorbed_id: int) -> int | None:
    """The merge by which a record was merged into another, if it stands."""
    return session.scalar(
        sa.select(sa.func.max(Change.id))
        .join(ChangeItem, ChangeItem.change_id == Change.id)
        .where(
            Change.kind == "merge", Change.state == "applied", ChangeItem.entity == "record",
            ChangeItem.entity_id == absorbed_id,
        )
    )  # fmt: skip


def _check_pair(session: Session, survivor: Record, absorbed: Record) -> None:
    if survivor.id == absorbed.id or survivor.kind != absorbed.kind or survivor.kind not in KINDS:
        raise RefusedError("Only two organizations, two services or two listings can be merged.")
    if "merged" in (survivor.standing, absorbed.standing):
        raise RefusedError("One of the two is merged into another already. Merge that one.")
    if (survivor.standing, absorbed.standing) != ("listed", "listed"):
        # What people closed, hid or put on the do-not-list is not brought back, and not forgotten, by a merge.
        raise RefusedError("Only what is listed can be merged; one of the two is closed, hidden or not to be listed.")
    if survivor.network_id != absorbed.network_id:
        raise RefusedError("The two belong to different networks.")
    if survivor.kind != "organization":
        _check_offers(session, survivor, absorbed)
    elif _has_confidential(session, survivor.id) != _has_confidential(session, absorbed.id):
        raise RefusedError("One of the two has something confidential, and the other could tell where it is.")


def _check_offers(session: Session, survivor: Record, absorbed: Record) -> None:
    """The same for two services or two listings."""
    if (survivor.location_disclosure, survivor.published_area) != (
        absorbed.location_disclosure,
        absorbed.published_area,
    ):
        raise RefusedError("The two are not equally confidential. Make them so first, then merge them.")
    if survivor.kind == "service":
        if survivor_of(session, survivor.organization_id) != survivor_of(session, absorbed.organization_id):
            raise RefusedError("The two belong to different organizations. Merge those first.")
    elif survivor_of(session, survivor.service_id) != survivor_of(session, absorbed.service_id):
        raise RefusedError("The two belong to different services. Merge those first.")
    elif survivor.location_id is None and absorbed.location_id is not None:
        raise RefusedError("Merge the one without a place into the one that has it.")


def _has_confidential(session: Session, organization_id: int) -> bool:
    found = session.scalar(
        sa.select(Record.id)
        .where(
            Record.organization_id.in_(joined_ids(session, [organization_id])), Record.kind == "service",
            Record.location_disclosure != "public",
        )
        .limit(1)
    )  # fmt: skip
    return found is not None


def _sites(session: Session, service: Record) -> list[Record]:
    """The listings that stand under a service, those of services merged into it too."""
    services = joined_ids(session, [service.id])
    return list(
        session.scalars(
            sa.select(Record)
            .where(Record.service_id.in_(services), Record.kind == "listing", Record.standing == "listed")
            .order_by(Record.id)
        )
    )


def _same_site(session: Session, site: Record, ours: Iterable[Record]) -> Record | None:
    """Of a service's listings the one at the same place; for a listing without a place any, one without one first."""
    if site.location_id is None:
        return min(ours, key=lambda one: (one.location_id is not None, one.id), default=None)
    placed = {one.location_id: one for one in ours if one.location_id is not None}
    facts = current_facts(session, [site.location_id, *placed])
    mine = _streets(facts[site.location_id])
    return next((one for place, one in placed.items() if mine & _streets(facts[place or 0])), None)


def _streets(facts: Iterable[Fact]) -> frozenset[str]:
    """House number and street of a place, in all their spellings."""
    addresses = [decode_value("address", fact.value) for fact in facts if fact.field == "address" and fact.value]
    return frozenset().union(*(placed_streets(one.address_1, one.city, one.postal_code) for one in addresses))


def _places(survivor: Record, absorbed: Record) -> list[tuple[int, int]]:
    """The places of two listings, where both have one."""
    if survivor.location_id is None or absorbed.location_id is None or survivor.location_id == absorbed.location_id:
        return []
    return [(absorbed.location_id, survivor.location_id)]


def _is_built_upon(session: Session, record_ids: set[int]) -> bool:
    """Whether a service or site of these was merged, by another change, with one that is not theirs."""
    below, above = aliased(Record), aliased(Record)
    found = session.execute(
        sa.select(below.organization_id, above.organization_id, below.service_id, above.service_id)
        .join(above, above.id == below.merged_into)
        .where(
            below.id.not_in(record_ids),
            sa.or_(
                *(column.in_(record_ids) for one in (below, above) for column in (one.organization_id, one.service_id))
            ),
        )
    )
    return any(
        (mine in record_ids) != (other in record_ids)
        for pair in found
        for mine, other in ((pair[0], pair[1]), (pair[2], pair[3]))
    )


def _was_merged_since(session: Session, change_id: int, record_ids: set[int]) -> bool:
    later = session.scalars(
        sa.select(ChangeItem.before)
        .join(Change, Change.id == ChangeItem.change_id)
        .where(
            ChangeItem.entity == "record", ChangeItem.entity_id.in_(record_ids), ChangeItem.change_id > change_id,
            Change.state == "applied", Change.kind == "merge",
        )
    )  # fmt: skip
    return any("merged_into" in (before or "") for before in later)
