"""What a run brought, and what of it nobody has touched since: only that can be taken back with it.

A change of a run stays whole, or is taken back whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.freshness.models import Evidence
from directory.integrity.protection import is_protected
from directory.integrity.reach import verified_families
from directory.listings.models import Change, ChangeItem, ChangeProof, Fact, Record
from directory.sources.models import Claim, ImportRun, SourceRecord

WHY_KEPT: dict[str, str] = {
    "confirmed": "somebody has confirmed it since",
    "changed": "a person or another source has changed it since",
    "withdrawn": "something became confidential there; nothing leads back across that",
    "needed": "something that stays belongs to it",
}
# What a source says of itself is no reason to keep what it said.
_SAID_BY_SOURCES = ("feed", "import")
_OPEN = ("applied", "proposed")


class Item(msgspec.Struct, frozen=True):
    """A transition of a row that was there before a change."""

    change_id: int
    op: str
    entity: str
    entity_id: int
    before: dict[str, Any]


class Traces(msgspec.Struct):
    """What the changes of a run brought.

    Attributes:
        changes: by id, in their order.
        facts: born in them (columns of ``fact`` but its value).
        records: born in them.
        items: transitions of what was there before.
        kept: change -> code of ``WHY_KEPT``.
    """

    changes: dict[int, Change]
    facts: list[Any]
    records: list[Any]
    items: list[Item]
    kept: dict[int, str] = {}

    def keep(self, changes: Iterable[int | None], why: str) -> None:
        """Let changes stand; the first reason counts."""
        for change_id in changes:
            if change_id in self.changes:
                self.kept.setdefault(change_id, why)

    def taken(self, state: str) -> list[Change]:
        """The changes with this state that are taken back."""
        return [one for one in self.changes.values() if one.id not in self.kept and one.state == state]


def traces_of(session: Session, run: ImportRun) -> Traces:
    """Read what a run brought, and decide which of its changes stay."""
    of_run = _ids(run)
    changes = {
        one.id: one for one in session.scalars(sa.select(Change).where(Change.id.in_(of_run)).order_by(Change.id))
    }
    fact = (
        Fact.id, Fact.record_id, Fact.record_kind, Fact.field, Fact.slot, Fact.standing, Fact.change_id,
    )  # fmt: skip
    facts = session.execute(sa.select(*fact).where(Fact.change_id.in_(of_run)).order_by(Fact.id)).all()
    records = session.execute(
        sa.select(
            Record.id, Record.kind, Record.organization_id, Record.service_id, Record.standing, Record.change_id
        ).where(Record.change_id.in_(of_run)).order_by(Record.id)
    ).all()  # fmt: skip
    rows = session.execute(
        sa.select(ChangeItem).where(ChangeItem.change_id.in_(of_run)).order_by(ChangeItem.change_id, ChangeItem.seq)
    ).scalars()
    items = [
        Item(row.change_id, row.op, row.entity, row.entity_id, msgspec.json.decode(row.before or "{}")) for row in rows
    ]
    found = Traces(changes, list(facts), list(records), items)
    _keep_what_is_confidential(session, found)
    _keep_what_is_confirmed(session, found, run)
    _keep_what_moved_on(session, found, run)
    _keep_what_others_say(session, found, run)
    _keep_what_is_needed(session, found, run)
    return found


def _keep_what_is_confidential(session: Session, traces: Traces) -> None:
    traces.keep((item.change_id for item in traces.items if item.op == "purge"), "withdrawn")
    traces.keep((fact.change_id for fact in traces.facts if fact.standing == "purged"), "withdrawn")
    standing = _standings(session, (item.entity_id for item in traces.items if item.entity == "fact"))
    traces.keep(
        (i.change_id for i in traces.items if i.entity == "fact" and standing[i.entity_id] == "purged"), "withdrawn"
    )


def _keep_what_is_confirmed(session: Session, traces: Traces, run: ImportRun) -> None:
    is_own = sa.and_(Evidence.method.in_(_SAID_BY_SOURCES), Evidence.source_id == run.source_id)
    looked_at = sa.select(Fact.change_id).join(Evidence, Evidence.fact_id == Fact.id)
    changes = session.scalars(looked_at.where(Fact.change_id.in_(_ids(run)), ~is_own).distinct())
    traces.keep(changes, "confirmed")
    born = {record.id for record in traces.records}
    moved = [fact for fact in traces.facts if fact.record_id not in born and is_protected(fact.field, fact.slot)]
    families = _records(session, {fact.record_id for fact in moved})
    places = _services_at(session, [one.id for one in families.values() if one.kind == "location"])
    verified = verified_families(session, {one.organization_id or one.id for one in families.values()})
    for fact in moved:
        record = families[fact.record_id]
        # A proposal ends nothing, and may be taken back though what it was about is verified.
        if traces.changes[fact.change_id].state == "applied" and (
            verified.holds(record) or places.get(record.id, set()) & verified.services
        ):
            traces.keep([fact.change_id], "confirmed")


def _keep_what_moved_on(session: Session, traces: Traces, run: ImportRun) -> None:
    expected = {"applied": "current", "proposed": "proposed"}
    traces.keep(
        (one.change_id for one in traces.facts if one.standing != expected[traces.changes[one.change_id].state]),
        "changed",
    )
    ended = [
        item for item in traces.items
        if item.entity == "fact" and traces.changes[item.change_id].state == "applied" and item.op == "update"
    ]  # fmt: skip
    standing = _standings(session, (item.entity_id for item in ended))
    traces.keep((item.change_id for item in ended if standing[item.entity_id] != "past"), "changed")
    proven = sa.select(ChangeProof.change_id).where(ChangeProof.change_id.in_(_ids(run)))
    traces.keep(session.scalars(proven), "changed")


def _keep_what_others_say(session: Session, traces: Traces, run: ImportRun) -> None:
    """What other changes, and other sources, have done to what the run brought."""
    born_in = {record.id: record.change_id for record in traces.records}
    for portion in in_portions(sorted(born_in)):
        others = sa.select(Fact.record_id).where(
            Fact.record_id.in_(portion),
            Fact.standing.in_(("current", "past", "proposed")),
            Fact.change_id.not_in(_ids(run)),
        )
        traces.keep((born_in[record_id] for record_id in session.scalars(others)), "changed")
    touched: dict[tuple[str, int], set[int]] = defaultdict(set)
    for record_id, change_id in born_in.items():
        touched["record", record_id].add(change_id)
    for fact in traces.facts:
        touched["fact", fact.id].add(fact.change_id)
    for item in traces.items:
        if item.entity == "record":
            touched["record", item.entity_id].add(item.change_id)
    for entity in ("record", "fact"):
        wanted = sorted(entity_id for kind, entity_id in touched if kind == entity)
        for portion in in_portions(wanted):
            rows = session.execute(
                sa.select(ChangeItem.entity_id, ChangeItem.change_id)
                .join(Change, Change.id == ChangeItem.change_id)
                .where(
                    ChangeItem.entity == entity,
                    ChangeItem.entity_id.in_(portion),
                    Change.state == "applied",
                    sa.or_(Change.run_id.is_(None), Change.run_id != run.id),
                )
            )
            for entity_id, other in rows:
                traces.keep((one for one in touched[entity, entity_id] if one < other), "changed")
    said = (
        sa.select(Fact.change_id)
        .join(Claim, Claim.fact_id == Fact.id)
        .join(SourceRecord, SourceRecord.id == Claim.source_record_id)
        .where(Fact.change_id.in_(_ids(run)), SourceRecord.source_id != run.source_id, Claim.gone_at.is_(None))
    )
    traces.keep(session.scalars(said.distinct()), "changed")


def _keep_what_is_needed(session: Session, traces: Traces, run: ImportRun) -> None:
    born_in = {record.id: record.change_id for record in traces.records}
    for column in (Record.organization_id, Record.service_id, Record.location_id):
        for portion in in_portions(sorted(born_in)):
            strangers = (
                sa.select(column)
                .join(Change, Change.id == Record.change_id)
                .where(
                    column.in_(portion),
                    Change.state != "undone",
                    sa.or_(Change.run_id.is_(None), Record.change_id.not_in(_ids(run))),
                )
            )
            traces.keep((born_in[one] for one in session.scalars(strangers) if one is not None), "needed")
    needs: dict[int, set[int]] = defaultdict(set)
    for record in traces.records:
        needs[record.change_id] |= {one for one in (record.organization_id, record.service_id) if one in born_in}
    for fact in traces.facts:
        needs[fact.change_id].add(fact.record_id)
    for item in traces.items:
        if item.entity == "record":
            needs[item.change_id].add(item.entity_id)
    waiting = list(traces.kept)
    while waiting:
        for record_id in needs[waiting.pop()]:
            owner = born_in.get(record_id)
            if owner is not None and owner not in traces.kept:
                traces.keep([owner], "needed")
                waiting.append(owner)


def _ids(run: ImportRun) -> sa.Select[Any]:
    """The changes of the run, as a query can ask for them."""
    return sa.select(Change.id).where(Change.run_id == run.id, Change.state.in_(_OPEN))


def _standings(session: Session, fact_ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for portion in in_portions(sorted(set(fact_ids))):
        rows = session.execute(sa.select(Fact.id, Fact.standing).where(Fact.id.in_(portion)))
        found.update((row.id, row.standing) for row in rows)
    return found


def _records(session: Session, ids: Iterable[int]) -> dict[int, Record]:
    found: dict[int, Record] = {}
    for portion in in_portions(sorted(ids)):
        found |= {one.id: one for one in session.scalars(sa.select(Record).where(Record.id.in_(portion)))}
    return found


def _services_at(session: Session, location_ids: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for portion in in_portions(location_ids):
        rows = session.execute(sa.select(Record.location_id, Record.service_id).where(Record.location_id.in_(portion)))
        for location_id, service_id in rows:
            if location_id is not None and service_id is not None:
                found[location_id].add(service_id)
    return found
