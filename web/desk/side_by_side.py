"""Two records side by side, field by field, in words: what is the same and what differs; and what everybody reads."""

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.card import Document
from directory.cards.queries import documents_of
from directory.integrity.queries import name_of, state_of
from directory.listings.fields import Tier
from directory.listings.models import Record
from directory.listings.queries import get_record, joined_ids
from web.desk.facts_shown import ORDER
from web.desk.listings import STATE_WORDS
from web.desk.value_words import FIELD_WORDS, slot_in_words, value_in_words

# Whom to ask for is opened by a press that is noted, and where something is on a map is no word.
_NOT_SHOWN = frozenset({"contact", "point", "vetting"})
# Of what an organization offers only what tells who it is.
_OF_OFFERS = frozenset({"phone", "address", "kind"})
_FIRST = ("Name", "Organization", "Offers", "Address")
_PLACES = {word: place for place, word in enumerate(dict.fromkeys([*_FIRST, *(FIELD_WORDS[one] for one in ORDER)]))}
_MOST_LISTINGS = 20
BY_HAND = "entered by hand"
SAME, PARTLY, DIFFERENT = "Same", "In part the same", "Different"
ONLY = ("Only the first", "Only the second")

Values = Mapping[str, tuple[str, ...]]


class Side(msgspec.Struct, frozen=True):
    """One of two records.

    Attributes:
        record: its public id.
        listing: that of the listing that shows it best.
        name: of it.
        state: how that listing stands, in words.
        is_private: whether its place is kept confidential.
        values: what it says, by the word of the field.
        sources: who says so.
        confirmed: when something of it was confirmed last; None if never.
    """

    record: str
    listing: str
    name: str
    state: str
    is_private: bool
    values: Values
    sources: tuple[str, ...]
    confirmed: dt.date | None


class Row(msgspec.Struct, frozen=True):
    """A field of both, and how they stand to each other, in words."""

    word: str
    one: tuple[str, ...]
    other: tuple[str, ...]
    said: str


class Moved(msgspec.Struct, frozen=True):
    """A field as everybody reads it: what stays, what comes and what goes."""

    word: str
    stays: tuple[str, ...]
    comes: tuple[str, ...]
    goes: tuple[str, ...]


def side_of(session: Session, record_id: int, *, tier: Tier) -> Side:
    """A record with all that it says and a tier may see."""
    record = get_record(session, record_id)
    listings = listings_behind(session, record)
    documents = _documents(session, listings, tier)
    facts = [fact for one in documents for fact in one.facts if _is_its_own(one.kind, record.kind)]
    days = [dt.date.fromisoformat(fact.confirmed) for fact in facts if fact.confirmed]
    best = listings[0] if listings else record
    return Side(
        record=str(record.public_id),
        listing=str(best.public_id),
        name=name_of(session, record),
        state=STATE_WORDS[state_of(session, best.id).state] if best.kind == "listing" else "",
        is_private=any(one.location_disclosure != "public" for one in listings),
        values=_values(documents, record.kind),
        sources=tuple(dict.fromkeys(fact.source or BY_HAND for fact in facts)),
        confirmed=max(days, default=None),
    )


def listings_behind(session: Session, record: Record) -> list[Record]:
    """The listings that show a record, the oldest first; those of an organization up to a number."""
    if record.kind == "listing":
        return [record]
    column = Record.service_id if record.kind == "service" else Record.organization_id
    return list(
        session.scalars(
            sa.select(Record)
            .where(column.in_(joined_ids(session, [record.id])), Record.kind == "listing", Record.standing != "merged")
            .order_by(column != record.id, Record.id)
            .limit(_MOST_LISTINGS)
        )
    )


def everybody_reads(session: Session, record_id: int) -> Values:
    """What anybody can read of a record and of the listings that show it."""
    record = get_record(session, record_id)
    return _values(_documents(session, listings_behind(session, record), "public"), record.kind)


def rows_of(one: Side, other: Side) -> list[Row]:
    """All fields of which one of the two says something."""
    rows = []
    for word in _in_order({**one.values, **other.values}):
        left, right = one.values.get(word, ()), other.values.get(word, ())
        rows.append(Row(word, left, right, _how(left, right)))
    sources = one.sources, other.sources
    rows.append(Row("Who says so", *sources, _how(*sources)))
    return rows


def moved(before: Values, after: Values) -> list[Moved]:
    """What becomes of what everybody reads."""
    rows = []
    for word in _in_order({**before, **after}):
        old, new = before.get(word, ()), after.get(word, ())
        rows.append(
            Moved(
                word, tuple(one for one in new if one in old), tuple(one for one in new if one not in old),
                tuple(one for one in old if one not in new),
            )
        )  # fmt: skip
    return rows


def _how(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    if not one or not other:
        return ONLY[0] if one else ONLY[1]
    mine, theirs = ({value.casefold() for value in many} for many in (one, other))
    if mine == theirs:
        return SAME
    return PARTLY if mine & theirs else DIFFERENT


def _documents(session: Session, listings: Iterable[Record], tier: Tier) -> list[Document]:
    """The documents of listings, each once."""
    return list({one.id: one for listing in listings for one in documents_of(session, listing, tier=tier)}.values())


def _is_its_own(kind: str, of: str) -> bool:
    return kind == "organization" if of == "organization" else kind != "organization"


def _values(documents: Iterable[Document], of: str) -> Values:
    """Each field in words, with everything that is said there."""
    found: dict[str, dict[str, None]] = {}
    for document in documents:
        is_own = _is_its_own(document.kind, of)
        for fact in sorted(document.facts, key=lambda fact: (ORDER[fact.field], fact.slot)):
            if fact.field in _NOT_SHOWN or not (is_own or fact.field == "name" or _is_told(fact.field, of)):
                continue
            word = FIELD_WORDS[fact.field]
            if not is_own and fact.field == "name":
                word = "Offers" if of == "organization" else "Organization"
            part = slot_in_words(fact.field, fact.slot)
            said = value_in_words(fact.field, fact.value, fact.slot)
            found.setdefault(word, {})[f"{said} ({part.lower()})" if part and fact.field == "schedule" else said] = None
    return {word: tuple(many) for word, many in found.items()}


def _is_told(field: str, of: str) -> bool:
    return of == "organization" and field in _OF_OFFERS


def _in_order(words: Iterable[str]) -> list[str]:
    return sorted(words, key=_PLACES.__getitem__)
