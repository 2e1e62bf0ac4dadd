"""What is otherwise here than a source says, because of something that is known here: read from facts and claims.

A row's last word about a value is the claim it made last and still makes. Where that is another value than the one that
anybody may see here, and people, calls or another source stand behind ours, the source should hear of it. Nothing is
told while a listing is out of sight, and nothing of which the terms of its only source forbid it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.cards.card import Document, ShownFact, decode_document
from directory.cards.service import make_cards
from directory.corrections.policy import BY_KIND, BY_METHOD, Correction, Why, day, is_since, may_tell, told
from directory.corrections.standings import Ending, endings, others_of_source
from directory.db import in_portions
from directory.freshness.models import Evidence
from directory.freshness.policy import supports, warns
from directory.freshness.queries import not_withdrawn
from directory.listings.fields import decode_plain
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.people.models import Person
from directory.sources.models import Claim, Source, SourceRecord
from directory.sources.passing_on import withheld_facts
from directory.sources.policy import Receiver

# So many rows of a source are looked at together, with all that hangs on their records.
_PORTION = 300
# Who brought it where no person did.
_SOURCE, _PROGRAM = "source", "program"


class Corrections(msgspec.Struct, frozen=True):
    """What a source should hear: what is otherwise, and the documents it was read from, by public id of their record.

    ``places`` are the listings of each service, by public ids, with their locations.
    """

    items: list[Correction]
    documents: dict[str, Document]
    places: dict[str, list[tuple[str, str]]]
    owners: dict[str, str]


class _Word(msgspec.Struct, frozen=True):
    """What a row of the source says last of one value."""

    key: str
    about: int
    fact: int
    record: int
    field: str
    slot: str
    value: str
    standing: str
    said_on: str


def receiver_of(source: Source) -> Receiver:
    """A source, as somebody who gets a copy."""
    return Receiver(source_id=source.id, licence=source.licence or "")


def find_corrections(
    session: Session, source: Source, *, now: dt.datetime, since: str = "", with_confirmed: bool = False
) -> Corrections:
    """Everything that a source should hear, in the order of its keys.

    Args:
        session: any session.
        source: who gets it.
        now: the instant whose day decides what has lapsed.
        since: only what is known since this day (ISO).
        with_confirmed: also what was found to be as the source says.
    """
    gathered = Corrections([], {}, {}, {})
    by_record: dict[int, list[_Word]] = defaultdict(list)
    for word in _words(session, source.id, with_confirmed=with_confirmed):
        by_record[word.about].append(word)
    ended = endings(session, source.id)
    has_joined = any(one.why == "same-as" for some in ended.values() for one in some)
    others = others_of_source(session, source.id) if has_joined else {}
    for portion in in_portions(sorted({*by_record, *ended}), _PORTION):
        looking = _Looking(session, source, portion, by_record, now=now)
        gathered.items.extend(one for one in looking.items(ended, others) if is_since(one.on, since))
        looking.keep(gathered)
    gathered.items.sort(key=lambda one: (one.key, one.record, one.field, one.slot))
    return gathered


def _words(session: Session, source_id: int, *, with_confirmed: bool) -> list[_Word]:
    """The last word of each row about each value that is not (or, if asked, also that is) what is shown."""
    query = (
        sa.select(
            SourceRecord.id.label("row"), SourceRecord.source_key, SourceRecord.record_id.label("about"), Fact.id,
            Fact.record_id, Fact.field, Fact.slot, Fact.value, Fact.standing, Fact.tier, Claim.said_at,
        )
        .select_from(Claim)
        .join(SourceRecord, SourceRecord.id == Claim.source_record_id)
        .join(Fact, Fact.id == Claim.fact_id)
        .where(
            SourceRecord.source_id == source_id, SourceRecord.record_id.is_not(None), Claim.gone_at.is_(None),
            Fact.value.is_not(None),
        )
    )  # fmt: skip
    is_current = Fact.standing == "current"
    said = list(session.execute(query.where(~is_current)))
    if with_confirmed:
        known = sa.select(Evidence.id).where(
            Evidence.fact_id == Fact.id, Evidence.method.in_(sorted(BY_METHOD)), not_withdrawn()
        )
        said += session.execute(query.where(is_current, known.exists()))
    for portion in in_portions(sorted({row.row for row in said})):
        said += session.execute(query.where(is_current, SourceRecord.id.in_(portion)))
    last: dict[tuple[int, int, str, str], Any] = {}
    for row in sorted(said, key=lambda row: (row.said_at, row.id)):
        last[row.row, row.record_id, row.field, row.slot] = row
    return [
        _Word(
            row.source_key, row.about, row.id, row.record_id, row.field, row.slot, row.value, row.standing,
            row.said_at.date().isoformat(),
        )
        for row in last.values()
        if row.tier == "public" and (with_confirmed or row.standing != "current")
    ]  # fmt: skip


class _Looking:
    """Some rows of a source with the records they are about, as anybody may see them."""

    def __init__(
        self,
        session: Session,
        source: Source,
        about: Sequence[int],
        words: Mapping[int, list[_Word]],
        *,
        now: dt.datetime,
    ) -> None:
        self._session = session
        self._about = about
        self._words = [word for record in about for word in words.get(record, [])]
        touched = {*about, *(word.record for word in self._words)}
        withheld = withheld_facts(session, to=receiver_of(source), records=_family(session, touched))
        made = make_cards(session, touched, now=now, without=withheld.keys())
        self._documents = {record: decode_document(bytes(row["public"])) for record, row in made.rows.items()}
        found = session.scalars(sa.select(Record).where(Record.id.in_(sorted(self._documents))))
        self._records = {record.id: record for record in found}
        self._closed = _with_confidential(session, self._records.values())
        self._held = self._current({word.record for word in self._words})
        self._witnesses = _witnesses(session, [fact for fact, _ in self._held.values()])
        self._people: dict[int, str] = {row.id: row.role for row in session.execute(sa.select(Person.id, Person.role))}
        self._dead = _found_wrong(session, [word.fact for word in self._words])

    def items(self, ended: Mapping[int, list[Ending]], others: Mapping[int, str]) -> Iterator[Correction]:
        """What is to be told: of rows as a whole, then of values."""
        for record_id in self._about:
            for ending in ended.get(record_id, []):
                item = self._of_row(self._records[record_id], ending, others)
                if item is not None:
                    yield item
        for word in self._words:
            item = self._of_value(word)
            if item is not None:
                yield item

    def keep(self, gathered: Corrections) -> None:
        """Add the documents of everything that was looked at."""
        public = {record.id: str(record.public_id) for record in self._records.values()}
        gathered.documents.update({public[record]: one for record, one in self._documents.items() if record in public})
        places: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for record in sorted(self._records.values(), key=lambda one: one.id):
            if record.kind == "listing" and record.service_id in public and record.standing == "listed":
                places[public[record.service_id]].append((public[record.id], public.get(record.location_id or 0, "")))
            if record.kind == "service" and record.organization_id in public:
                gathered.owners[public[record.id]] = public[record.organization_id]
        gathered.places.update(places)

    def _of_row(self, record: Record, ending: Ending, others: Mapping[int, str]) -> Correction | None:
        head = self._head(record)
        is_confidential = head.id in self._closed
        # How many places a confidential service had is nobody's business.
        if record.kind == "listing" and is_confidential:
            return None
        ours = None
        if ending.why == "same-as":
            other = others.get(record.merged_into or 0)
            if other is None:
                return None
            ours = {"key": other}
        return self._item(
            ending.key, record, head, why=ending.why, on=ending.on, role=self._role(ending.by_id), ours=ours
        )

    def _of_value(self, word: _Word) -> Correction | None:
        record, about = self._records[word.record], self._records[word.about]
        head = self._head(about)
        if not self._may_tell(word, record, about, head):
            return None
        is_confidential = head.id in self._closed
        shown = {
            fact.slot: told(word.field, fact.value, is_confidential=is_confidential)
            for fact in self._documents[record.id].all(word.field)
        }
        theirs, value = (
            told(word.field, decode_plain(word.value), is_confidential=is_confidential),
            shown.get(word.slot),
        )
        ours = next((fact for fact in self._documents[record.id].all(word.field) if fact.slot == word.slot), None)
        held = self._held.get((record.id, word.field, word.slot))
        # There is a value, and it is not for everybody, or not for this source; or it is none to be told.
        if theirs is None or (value is None and (held is not None or ours is not None)):
            return None
        # The same number may stand in another place of the record.
        is_same = value == theirs
        if not is_same and theirs and theirs in shown.values():
            return None
        reason = self._confirmed(word, ours) if is_same else self._reason(word, ours, held)
        if reason is None:
            return None
        why, on, role = reason
        return self._item(
            word.key, record, head, why=why, on=on, role=role, field=word.field, slot=word.slot, theirs=theirs,
            ours=value, as_of=word.said_on,
        )  # fmt: skip

    def _may_tell(self, word: _Word, record: Record, about: Record, head: Record) -> bool:
        is_confidential = head.id in self._closed
        if self._is_hidden(about) or self._is_hidden(record) or (about.kind == "listing" and is_confidential):
            return False
        return may_tell(word.field, is_confidential=is_confidential)

    def _item(self, key: str, record: Record, head: Record, *, on: str, as_of: str = "", **more: Any) -> Correction:
        is_confidential = head.id in self._closed
        service = self._documents[head.id]
        return Correction(
            key=key, service=str(head.public_id), record=str(record.public_id), record_kind=record.kind,
            name=service.text("name"), on=day(on, is_confidential=is_confidential),
            as_of=day(as_of, is_confidential=is_confidential), **more,
        )  # fmt: skip

    def _confirmed(self, word: _Word, ours: ShownFact | None) -> tuple[Why, str, str] | None:
        if word.standing != "current" or ours is None or ours.warned or ours.method not in BY_METHOD:
            return None
        return "confirmed", ours.confirmed, self._witnesses.get(word.fact, _PROGRAM)

    def _reason(
        self, word: _Word, ours: ShownFact | None, held: tuple[int, Change] | None
    ) -> tuple[Why, str, str] | None:
        """Why ours is another, since when, and by whom; None where nothing is known that speaks for ours."""
        fact, change = held or (0, None)
        if ours is not None and ours.method in BY_METHOD and not ours.warned:
            return BY_METHOD[ours.method], ours.confirmed, self._witnesses.get(fact, _PROGRAM)
        if word.standing != "proposed" and word.fact in self._dead:
            return "dead", *self._dead[word.fact]
        if ours is None or word.standing == "declined":
            change = _decided(self._session, word.fact, word.standing)
        # While it waits nobody knows better; and what a source alone took away is no news to it.
        if change is None or word.standing == "proposed" or (ours is None and change.kind == "import"):
            return None
        on = (change.decided_at or change.proposed_at).date().isoformat()
        if word.standing == "declined":
            return "person", on, self._role(change.decided_by)
        why = "ended" if ours is None else BY_KIND.get(change.kind, "person")
        return why, on, _SOURCE if change.kind == "import" else self._role(change.proposed_by)

    def _role(self, person: int | None) -> str:
        return self._people.get(person or 0, _PROGRAM)

    def _head(self, record: Record) -> Record:
        """The service that a record is of, or its organization."""
        if record.kind == "listing":
            return self._records[record.service_id or 0]
        return record

    def _is_hidden(self, record: Record) -> bool:
        """Whether it, or what it belongs to, is out of sight or gone; of that only the row as a whole is told."""
        levels = [record.id, record.service_id, record.organization_id]
        return any(self._records[one].standing != "listed" for one in levels if one in self._records)

    def _current(self, records: Collection[int]) -> dict[tuple[int, str, str], tuple[int, Change]]:
        query = (
            sa.select(Fact.id, Fact.record_id, Fact.field, Fact.slot, Change)
            .join(Change, Change.id == sa.func.coalesce(_brought_back(), Fact.change_id))
            .where(Fact.record_id.in_(sorted(records)), Fact.standing == "current")
        )
        rows = self._session.execute(query)
        return {(row.record_id, row.field, row.slot): (row.id, row.Change) for row in rows}


def _brought_back() -> sa.ScalarSelect[Any]:
    """The change that made a past fact current again, if one did."""
    return (
        sa.select(sa.func.max(ChangeItem.change_id))
        .where(
            ChangeItem.entity == "fact", ChangeItem.entity_id == Fact.id, ChangeItem.op == "update",
            ChangeItem.before == '{"standing":"past"}',
        )
        .scalar_subquery()
    )  # fmt: skip


def _decided(session: Session, fact_id: int, standing: str) -> Change | None:
    """The change that ended a fact, or in which it was declined."""
    if standing == "declined":
        return session.scalar(sa.select(Change).join(Fact, Fact.change_id == Change.id).where(Fact.id == fact_id))
    return session.scalar(
        sa.select(Change)
        .join(ChangeItem, ChangeItem.change_id == Change.id)
        .where(
            ChangeItem.entity == "fact", ChangeItem.entity_id == fact_id, Change.state == "applied",
            ChangeItem.before == '{"standing":"current"}',
        )
        .order_by(Change.id.desc())
        .limit(1)
    )  # fmt: skip


def _found_wrong(session: Session, facts: Collection[int]) -> dict[int, tuple[str, str]]:
    """Facts whose last observation by a person says that they are wrong: its day, and the role of that person."""
    found: dict[int, tuple[str, str]] = {}
    for portion in in_portions(sorted(facts)):
        query = sa.select(Evidence.fact_id, Evidence.observed_at, Evidence.log2_odds, Evidence.actor_role).where(
            Evidence.fact_id.in_(portion),
            Evidence.method.in_(("call", "callback", "provider", "lookup")),
            not_withdrawn(),
        )
        for row in session.execute(query.order_by(Evidence.observed_at, Evidence.id)):
            found.pop(row.fact_id, None)
            if warns(row.log2_odds):
                found[row.fact_id] = (row.observed_at.date().isoformat(), row.actor_role or _PROGRAM)
    return found


def _witnesses(session: Session, facts: Collection[int]) -> dict[int, str]:
    """The role of whoever confirmed each fact last."""
    found: dict[int, str] = {}
    for portion in in_portions(sorted(facts)):
        query = sa.select(Evidence.fact_id, Evidence.actor_role, Evidence.log2_odds).where(
            Evidence.fact_id.in_(portion), Evidence.method.in_(sorted(BY_METHOD)), not_withdrawn()
        )
        for row in session.execute(query.order_by(Evidence.observed_at, Evidence.id)):
            if supports(row.log2_odds):
                found[row.fact_id] = row.actor_role or _PROGRAM
    return found


def _family(session: Session, records: Collection[int]) -> set[int]:
    """The records with their services, organizations, listings and places: whatever a document is composed of."""
    found = set(records)
    one, listing = aliased(Record), aliased(Record)
    for portion in in_portions(sorted(records)):
        query = sa.select(one.id, one.service_id, one.organization_id, one.location_id).where(one.id.in_(portion))
        for parts in session.execute(query):
            found |= {part for part in parts if part is not None}
    services = sa.select(one.id).where(one.kind == "service", one.organization_id.in_(sorted(found)))
    found |= set(session.scalars(services))
    for portion in in_portions(sorted(found)):
        of_services = sa.select(listing.id, listing.location_id).where(listing.service_id.in_(portion))
        for pair in session.execute(of_services):
            found |= {part for part in pair if part is not None}
    return found


def _with_confidential(session: Session, records: Collection[Record]) -> set[int]:
    """The services whose location is confidential, and the organizations that have one."""
    services = {one.id for one in records if one.kind == "service" and one.location_disclosure != "public"}
    organizations = sorted({one.id for one in records if one.kind == "organization"})
    query = sa.select(Record.organization_id).where(
        Record.organization_id.in_(organizations), Record.kind == "service", Record.location_disclosure != "public"
    )
    return services | {organization for organization in session.scalars(query) if organization is not None}
