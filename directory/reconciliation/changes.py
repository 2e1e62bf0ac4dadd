"""Facts and records against changes, and changes against the audit chain.

A digest covers no location and no free text (SAFETY L17): of those the chain can tell when they began and ended, not
what they say. A change of which a covered fact was emptied for ever cannot be recomputed, and is left out.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.listings.changes import digest
from directory.listings.fields import FIELDS
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.listings.service import STANDINGS
from directory.listings.withdrawal import WITHDRAWN
from directory.reconciliation.alarm import Alarm
from directory.reconciliation.chain import Chain, Vouched

# What each transition of a fact leads to, by what it was.
_BECOMES = {"current": "past", "past": "current", "proposed": "current"}
_BORN = {"applied": "current", "undone": "current", "proposed": "proposed", "declined": "declined"}
_TOOK_EFFECT = frozenset({"applied", "undone"})
_WANTED = {"close": "closed", "do-not-list": "do-not-list", "list": "listed", "show-again": "listed"}
_STREAMED = {"yield_per": 2_000}


class Item(NamedTuple):
    """A transition that took effect, with its place in the chain first, so that they can be put in order."""

    at: int
    change_id: int
    seq: int
    op: str
    before: dict[str, Any]


class Ledger:
    """All changes and transitions, read once."""

    def __init__(self, session: Session, chain: Chain) -> None:
        self.chain = chain
        self.changes = {row.id: row for row in session.execute(sa.select(Change.__table__))}
        proven = [(row.proof_id, self.place(row.id)) for row in self.changes.values() if row.proof_id is not None]
        # It was there before the change that it speaks for.
        self.chain = chain.also_knowing((proof, at - 1) for proof, at in proven if at)
        self.of_facts: dict[int, list[Item]] = defaultdict(list)
        self.of_records: dict[int, list[Item]] = defaultdict(list)
        for row in _streamed(session, sa.select(ChangeItem.__table__)):
            if row.entity in ("fact", "record") and self.took_effect(row.change_id):
                kept = self.of_facts if row.entity == "fact" else self.of_records
                at = self.place(row.change_id)
                kept[row.entity_id].append(Item(at, row.change_id, row.seq, row.op, _before(row.before)))
        for items in itertools.chain(self.of_facts.values(), self.of_records.values()):
            items.sort(key=lambda item: item[:3])

    def took_effect(self, change_id: int) -> bool:
        """Whether the directory differs by a change, or did until it was undone."""
        change = self.changes.get(change_id)
        return change is not None and change.state in _TOOK_EFFECT

    def place(self, change_id: int) -> int:
        """The place in the chain at which a change took effect."""
        return self.vouched(change_id).applied_at

    def vouched(self, change_id: int) -> Vouched:
        """What the chain says of a change."""
        return self.chain.changes.get(change_id) or Vouched()


def _before(stored: str | None) -> dict[str, Any]:
    try:
        return msgspec.json.decode(stored or "{}", type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return {}


def _streamed(session: Session, query: Any) -> Iterator[Any]:
    with session.execute(query.execution_options(**_STREAMED)) as rows:
        yield from rows


def check_changes(ledger: Ledger) -> Iterator[Alarm]:
    """A change that the chain does not know, an entry without its change, a state that is not the one told."""
    for change in ledger.changes.values():
        subject = f"change {change.id}"
        vouched = ledger.chain.changes.get(change.id)
        if vouched is None:
            yield Alarm("change", subject, "A change stands in the database of which the audit knows nothing.")
        elif (change.state in _TOOK_EFFECT) != (vouched.applied_at > 0):
            words = "A proposal was made an applied change, or the other way round, without an entry in the audit."
            yield Alarm("change", subject, words)
        if change.state in _TOOK_EFFECT and _lacks_a_second(change):
            words = "A change that needs a second person and a key took effect without them."
            yield Alarm("second-person", subject, words)
    for change_id in ledger.chain.changes.keys() - ledger.changes.keys():
        yield Alarm("change", f"change {change_id}", "The audit tells of a change that is not in the database.")


def _lacks_a_second(change: Any) -> bool:
    without_person = change.needs_second and change.decided_by in (None, change.proposed_by)
    return bool(without_person or (change.needs_proof and change.proof_id is None and not change.broke_glass))


def check_facts(session: Session, ledger: Ledger) -> Iterator[Alarm]:
    """What every change brought and ended is what its entry says, and every fact stands as the changes left it."""
    columns = (
        Fact.id, Fact.record_id, Fact.record_kind, Fact.field, Fact.slot, Fact.value, Fact.standing, Fact.change_id,
    )  # fmt: skip
    with_facts: set[int] = set()
    born = _streamed(session, sa.select(*columns).order_by(Fact.change_id, Fact.id))
    for change_id, group in itertools.groupby(born, key=lambda fact: fact.change_id):
        facts = list(group)
        with_facts.add(change_id)
        yield from _check_added(ledger, change_id, facts)
        for fact in facts:
            yield from _check_standing(ledger, fact)
    for change_id in ledger.changes.keys() - with_facts:
        yield from _check_added(ledger, change_id, ())
    yield from _check_ended(session, ledger, columns)


def _check_added(ledger: Ledger, change_id: int, facts: Sequence[Any]) -> Iterator[Alarm]:
    told = set(ledger.vouched(change_id).added)
    if told and _is_known(facts) and told != {digest_of(facts)}:
        words = "What a change brought is not what the audit vouches for: a value was changed, added or removed."
        yield Alarm("values", f"change {change_id}", words)


def _check_ended(session: Session, ledger: Ledger, columns: Iterable[Any]) -> Iterator[Alarm]:
    query = (
        sa.select(ChangeItem.change_id.label("by_change"), ChangeItem.before, *columns)
        .join(Fact, Fact.id == ChangeItem.entity_id)
        .where(ChangeItem.entity == "fact", ChangeItem.op == "update")
        .order_by(ChangeItem.change_id, ChangeItem.seq)
    )
    has_ended: set[int] = set()
    ended = (row for row in _streamed(session, query) if _before(row.before).get("standing") == "current")
    for change_id, group in itertools.groupby(ended, key=lambda row: row.by_change):
        facts = list(group)
        has_ended.add(change_id)
        told = ledger.vouched(change_id).ended
        if ledger.place(change_id) and _is_known(facts) and told != digest_of(facts):
            yield _ended_otherwise(change_id)
    for change_id, vouched in ledger.chain.changes.items():
        if vouched.ended is not None and change_id not in has_ended and change_id in ledger.changes:
            yield _ended_otherwise(change_id)


def _ended_otherwise(change_id: int) -> Alarm:
    words = "What a change ended is not what the audit vouches for: a value was changed, or its end made up or hidden."
    return Alarm("values", f"change {change_id}", words)


def _is_known(facts: Iterable[Any]) -> bool:
    """Whether all that a digest covers is still there."""
    return all(fact.value is not None or not _is_covered(fact) for fact in facts)


def _is_covered(fact: Any) -> bool:
    field = FIELDS.get(fact.field)
    return fact.record_kind != "location" and (field is None or not field.is_text)


def digest_of(facts: Iterable[Any]) -> str:
    """The digest of facts as they are; empty when one of them holds something that no change could have brought."""
    covered = ((fact.record_id, fact.field, fact.slot, fact.value) for fact in facts if _is_covered(fact))
    try:
        return digest(covered)
    except (msgspec.MsgspecError, UnicodeEncodeError, KeyError, AttributeError, TypeError):
        return ""


def _check_standing(ledger: Ledger, fact: Any) -> Iterator[Alarm]:
    change = ledger.changes.get(fact.change_id)
    expected = _BORN.get(change.state, "") if change is not None else ""
    for item in ledger.of_facts.get(fact.id, ()):
        expected = "purged" if item.op == "purge" else _BECOMES.get(str(item.before.get("standing")), expected)
        if item.before.get("standing") == "past" and not _is_undone_by(ledger, fact.id, item):
            words = "A past fact came back, and no undoing of what had ended it says so."
            yield Alarm("standing", f"fact {fact.id}", words)
    if fact.standing != expected:
        words = f"A fact is {_said(fact.standing)}, and by all changes that were made it is {_said(expected)}."
        yield Alarm("standing", f"fact {fact.id}", words)


def _is_undone_by(ledger: Ledger, fact_id: int, item: Item) -> bool:
    """Whether a transition back belongs to the undoing of the change that had ended the fact."""
    change = ledger.changes[item.change_id]
    return change.kind == "undo" and any(one.change_id == change.undoes_id for one in ledger.of_facts[fact_id])


def _said(standing: str) -> str:
    return standing if standing in ("current", "past", "proposed", "declined", "purged") else "nothing of the kind"


def check_records(session: Session, ledger: Ledger) -> Iterator[Alarm]:
    """Standing, merging and disclosure of every record are what the changes left, as far as those tell."""
    columns = (Record.id, Record.standing, Record.merged_into, Record.location_disclosure)
    for record in _streamed(session, sa.select(*columns).order_by(Record.id)):
        items = ledger.of_records.get(record.id, ())
        subject = f"record {record.id}"
        if record.standing not in _standings(ledger, items, record.standing):
            yield Alarm("record", subject, "A record was listed, closed, hidden or merged without a change.")
        if record.merged_into is not None and not any("merged_into" in item.before for item in items):
            yield Alarm("record", subject, "A record was merged into another without a change.")
        opened = [item for item in items if "location_disclosure" in item.before]
        if opened and opened[-1].before["location_disclosure"] == record.location_disclosure:
            yield Alarm("record", subject, "How confidential a record is was changed without a change.")


def _standings(ledger: Ledger, items: Iterable[Item], stored: str) -> set[str]:
    """Which standings a record may have after its changes."""
    allowed = {"listed"}
    for item in items:
        if "standing" not in item.before:
            continue
        verb = ledger.vouched(item.change_id).verb
        told = verb.partition(".")[2]
        if told in STANDINGS or told == "merged":
            allowed = {told}
        elif told == "unmerged":
            # Only what was listed is ever merged.
            allowed = {"listed"}
        elif verb == WITHDRAWN:
            allowed = {"closed"}
        elif (wanted := _WANTED.get(ledger.changes[item.change_id].intends or "")) is not None:
            allowed = {wanted}
        else:
            allowed = {stored} - {str(item.before["standing"])}
    return allowed
