"""Which listings go into a pack: near its place, of the kinds that a ward needs, and sure until it ends.

Paper cannot be corrected. So a number that nobody confirmed stays out, as does one that readers will soon be warned of:
how many is said in the pack, and how to have them is to call them first.
"""

import datetime as dt
import uuid
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.card import Card, CardPhone
from directory.cards.passing_on import cards_to_pass_on
from directory.clock import day_number
from directory.db import Database, in_portions
from directory.listings.models import Record
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.search.answer import Question
from directory.search.service import MOST_RESULTS, search
from directory.sources.policy import OWN_PEOPLE
from directory.values.phone import RELAY_CODE

# Kinds of need in the order in which a ward meets them; a parent stands for its children.
SECTIONS = ("hotline", "shelter", "sane", "victim-advocacy", "legal", "immigration-relief", "interpretation")
MOST_LINES = 40
MOST_DAYS = 90
# A listing that readers are to be warned of before so many days have passed would end the whole pack.
_LEAST_DAYS = 14


class Section(msgspec.Struct, frozen=True):
    """The listings of one kind of need, nearest first."""

    kind: str
    cards: tuple[Card, ...]


class Chosen(msgspec.Struct, frozen=True):
    """What goes into a pack, whatever language it is in.

    Attributes:
        sections: in the order of the pack; of a kind without a listing there is none.
        good_until: the last day on which all of it holds if nothing is heard.
        left_out: how many more there were no room for.
        unsure: how many more are listed whose number nobody confirmed, or not lately.
        records: public id of a listing -> its record.
    """

    sections: tuple[Section, ...]
    good_until: dt.date
    left_out: int
    unsure: int
    records: dict[str, int]


def choose(
    database: Database, place: Place, *, days: int, made_on: dt.date, gazetteer: Gazetteer, now: dt.datetime
) -> Chosen:
    """Choose the listings of a pack for a place, of what anybody may see.

    Args:
        database: a database that is up to date.
        place: where the ward is; a search from there decides what is near, and a confidential listing is in its area.
        days: for how many days at most it is to be good.
        made_on: the day that stands on it.
        gazetteer: knows places.
        now: the instant.
    """
    found = {kind: _found(database, kind, place, gazetteer, now) for kind in SECTIONS}
    with database.reading() as session:
        records = _records(session, {card.id for cards in found.values() for card in cards})
        instead = cards_to_pass_on(session, to=OWN_PEOPLE, now=now)
    seen: set[str] = set()
    sure: dict[str, list[Card]] = {}
    unsure: set[str] = set()
    least = day_number(now) + min(_LEAST_DAYS, days)
    for kind, cards in found.items():
        for card in cards:
            # What went meanwhile has no record any more.
            record = records.get(card.id)
            shown = None if record is None else instead.get(record, card)
            if shown is None or card.service in seen:
                continue
            if not is_sure(shown, until=least):
                unsure.add(card.service)
                continue
            seen.add(card.service)
            sure.setdefault(kind, []).append(shown)
    chosen = _in_turns(sure)
    kept = [card for section in chosen for card in section.cards]
    last = min((dt.date.fromordinal(card.fresh_until) for card in kept), default=dt.date.max)
    return Chosen(
        sections=chosen,
        good_until=min(made_on + dt.timedelta(days=days), last),
        left_out=len(seen) - len(kept),
        unsure=len(unsure - seen),
        records={card.id: records[card.id] for card in kept},
    )


def is_sure(card: Card, *, until: int) -> bool:
    """Whether the line that is usually called was confirmed and is to be believed until a day (number)."""
    lines = lines_of_pack(card)
    is_called = bool(lines) and lines[0].slot == card.phones[0].slot
    return is_called and card.fresh_until >= until and not card.may_not_work and not card.unreachable


def lines_of_pack(card: Card) -> list[CardPhone]:
    """The lines of a listing that somebody confirmed; the relay code is nobody's line."""
    return [phone for phone in card.phones if phone.kind != "fax" and (phone.confirmed or phone.number == RELAY_CODE)]


def _found(database: Database, kind: str, place: Place, gazetteer: Gazetteer, now: dt.datetime) -> list[Card]:
    question = Question(need=kind, near=place, limit=MOST_RESULTS)
    answer = search(database, question, gazetteer=gazetteer, now=now)
    return [result.card for result in answer.results if result.block != "near-miss"]


def _in_turns(sure: dict[str, list[Card]]) -> tuple[Section, ...]:
    """As many as there is room for, the best of each kind first, so that no kind takes the place of another."""
    kept: dict[str, list[Card]] = {kind: [] for kind in sure}
    for turn in range(max(map(len, sure.values()), default=0)):
        for kind, cards in sure.items():
            if turn < len(cards) and sum(map(len, kept.values())) < MOST_LINES:
                kept[kind].append(cards[turn])
    return tuple(Section(kind, tuple(cards)) for kind, cards in kept.items() if cards)


def _records(session: Session, ids: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for portion in in_portions(sorted(ids)):
        rows = session.execute(
            sa.select(Record.public_id, Record.id).where(Record.public_id.in_([uuid.UUID(one) for one in portion]))
        )
        found |= {str(public_id): record for public_id, record in rows}
    return found
