"""A listing's facts as the desk shows them: what we say, how sure, who says so; and what can be done about each."""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.queries import documents_of
from directory.integrity.protection import is_protected
from directory.integrity.reach import family, is_verified
from directory.integrity.said_by import Behind, people_behind
from directory.listings.fields import FIELDS, Tier, decode_plain
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import current_facts
from web.desk.value_words import FIELD_WORDS, slot_in_words, value_in_words

# What people look for comes first; the rest in the order of the registry.
_FIRST = ("name", "phone", "url", "email", "alert", "description", "schedule", "kind", "language")
ORDER = {field: place for place, field in enumerate(dict.fromkeys([*_FIRST, *FIELDS]))}
_RECORDS = ("service", "listing", "location", "organization")
# Opened by a press that is noted, or no word.
_NOT_LENT = frozenset({"contact", "point"})
_KINDS = {"organization": "of the organization", "service": "", "listing": "of this place", "location": "of the place"}
_METHODS = {
    "call": "by phone", "callback": "on the old number", "provider": "by the program", "website": "on their site",
    "lookup": "by a look-up", "peer": "by a neighbour", "import": "by a source", "feed": "by a source",
}  # fmt: skip


class ShownFact(msgspec.Struct, frozen=True):
    """A row of the table.

    Attributes:
        id: of the fact.
        record: public id of the record on which it stands.
        on: what that is, in words; empty for the service itself.
        field: HSDS's word.
        slot: its place within the field.
        word: the field in words.
        part: what the slot adds to it.
        value: what is shown.
        is_guarded: whether it changes by two people only.
        answer: yes or no, of a population.
        waiting: (id of a proposal, what it would say) of each that waits; whoever keeps listings is told.
        source: which source says so; empty for none.
        since: the day since when, as ISO; of what is kept private its month.
        confirmed: when it was confirmed last; None if never.
        method: how, in words.
        warned: whether the last look says that it is wrong.
        behind: who of the people here entered it and found it right; whoever keeps listings is told.
    """

    id: int
    record: str
    on: str
    field: str
    slot: str
    word: str
    part: str
    value: str
    is_guarded: bool
    answer: str
    waiting: tuple[tuple[int, str], ...]
    source: str
    since: str
    confirmed: dt.date | None
    method: str
    warned: bool
    behind: Behind


def facts_of(session: Session, listing: Record, *, tier: Tier) -> list[ShownFact]:
    """All facts of a listing that a tier may see, those of the service first."""
    records = {
        str(one.public_id): one for one in family(session, listing) if one.kind != "listing" or one.id == listing.id
    }
    current = {
        (fact.record_id, fact.field, fact.slot): fact
        for fact in session.scalars(
            sa.select(Fact).where(Fact.record_id.in_([one.id for one in records.values()]), Fact.standing == "current")
        )
    }
    is_told = tier == "coordinator"
    waiting = _waiting(session, [one.id for one in records.values()]) if is_told else {}
    behind = people_behind(session, [fact.id for fact in current.values()]) if is_told else {}
    verified = is_verified(session, listing)
    shown = []
    for document in sorted(documents_of(session, listing, tier=tier), key=lambda one: _RECORDS.index(one.kind)):
        record = records.get(document.id)
        if record is None:
            continue
        for one in sorted(document.facts, key=lambda one: (ORDER[one.field], one.slot)):
            fact = current.get((record.id, one.field, one.slot))
            if fact is None:
                continue
            shown.append(
                ShownFact(
                    fact.id, document.id, _KINDS[document.kind], one.field, one.slot, FIELD_WORDS[one.field],
                    slot_in_words(one.field, one.slot), value_in_words(one.field, one.value, one.slot),
                    verified and is_protected(one.field, one.slot),
                    str(one.value.get("answer", "")) if one.field == "eligibility" else "",
                    tuple(waiting.get((record.id, one.field, one.slot), ())), one.source, one.said,
                    dt.date.fromisoformat(one.confirmed) if one.confirmed else None,
                    _METHODS.get(one.method, one.method), one.warned,
                    behind.get(fact.id, Behind()),
                )
            )  # fmt: skip
    return shown


def lent_to(session: Session, listing: Record, *, tier: Tier) -> list[tuple[str, str]]:
    """What is shown of a listing because something was merged into it: the field in words, and the value."""
    own = {str(one.public_id): one.id for one in family(session, listing)}
    stated = {
        (fact.record_id, fact.field, fact.slot)
        for many in current_facts(session, own.values()).values()
        for fact in many
    }
    return [
        (FIELD_WORDS[one.field], value_in_words(one.field, one.value, one.slot))
        for document in documents_of(session, listing, tier=tier)
        for one in sorted(document.facts, key=lambda one: (ORDER[one.field], one.slot))
        if one.field not in _NOT_LENT and (own.get(document.id), one.field, one.slot) not in stated
    ]


def _waiting(session: Session, record_ids: list[int]) -> dict[tuple[int, str, str], list[tuple[int, str]]]:
    found: dict[tuple[int, str, str], list[tuple[int, str]]] = {}
    rows = session.execute(
        sa.select(Fact.record_id, Fact.field, Fact.slot, Fact.value, Change.id)
        .join(Change, Change.id == Fact.change_id)
        .where(Fact.record_id.in_(record_ids), Fact.standing == "proposed", Change.state == "proposed")
        .order_by(Fact.id)
    )
    for record_id, field, slot, value, change_id in rows:
        said = value_in_words(field, decode_plain(value or "{}"), slot)
        found.setdefault((record_id, field, slot), []).append((change_id, said))
    return found


def tier_of(role: str) -> Tier:
    """What a role may see without opening a contact: partners and law enforcement what everybody sees."""
    return "coordinator" if role in {"coordinator", "admin"} else "public"
