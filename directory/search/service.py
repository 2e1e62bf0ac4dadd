"""Writes what listings are found by, in the transaction that changes them; turns typed words into questions."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.cards.service import Shown
from directory.db import Database, in_portions
from directory.errors import BadInputError
from directory.listings.models import Record
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Answer, Question
from directory.search.models import DAYS, SearchKey, SearchText
from directory.search.models import Week as WeekRow
from directory.search.postings import COLUMNS, Week, open_weeks, postings_of
from directory.search.query import Plan, answering
from directory.search.reader import read
from directory.search.sql import insert_rows
from directory.search.text_index import index_words, unindex_words
from directory.values.language import find_language
from directory.values.plain_text import folded
from directory.vocabulary.terms import barrier, kind, population, trauma_level

_ADD_WEEK = sa.text(
    f"INSERT INTO week (zone, {', '.join(DAYS)}) VALUES (:zone, {', '.join(':' + day for day in DAYS)})"
    " ON CONFLICT DO NOTHING"
)

LARGEST_CIRCLE_KM = 20_100.0  # the whole Earth
MOST_RESULTS = 1_000
_MOST_NEEDS = 30
# Areas are touched by a circle of at least this size, so that a small one around a town still finds the town's area.
_LEAST_TOUCHING_KM = 10.0


def check_question(
    *,
    need: str,
    near: str = "",
    within_km: float = 40.0,
    languages: Sequence[str] = (),
    who: Sequence[str] = (),
    barriers: Sequence[str] = (),
    trauma_informed: str | None = None,
    limit: int = 20,
    gazetteer: Gazetteer,
    country: str = "US",
    near_region: str | None = None,
) -> Question:
    """Make a question of what somebody typed or chose.

    Args:
        need: slug of a kind or a parent of kinds.
        near: a place as ``Gazetteer.find`` understands it; empty = anywhere.
        within_km: radius.
        languages: names or tags.
        who: slugs of populations.
        barriers: slugs of barriers.
        trauma_informed: least level.
        limit: results in each block.
        gazetteer: finds the place.
        country: where the deployment is; its places are meant first.
        near_region: the state it serves; of several places with one name the one there is meant.

    Raises:
        UnknownTermError: a place, language or slug that is not known; the text does not repeat it.
        SeveralPlacesError: several places have this name (``candidates``).
        BadInputError: a figure is out of bounds, or too much is asked at once.
    """
    if not 0 < within_km <= LARGEST_CIRCLE_KM:
        raise BadInputError("The distance must be more than nothing and no more than half-way round the Earth.")
    if not 1 <= limit <= MOST_RESULTS:
        raise BadInputError(f"Ask for 1 to {MOST_RESULTS} results.")
    if len(languages) + len(who) + len(barriers) > _MOST_NEEDS:
        raise BadInputError(f"Ask for at most {_MOST_NEEDS} needs at once.")
    return Question(
        need=kind(need).code,
        near=gazetteer.find(near, country=country, near_region=near_region) if near.strip() else None,
        within_km=within_km,
        languages=_once(find_language(text) for text in languages),
        who=_once(population(slug).code for slug in who),
        barriers=_once(barrier(slug).code for slug in barriers),
        trauma_informed=trauma_informed if trauma_informed and trauma_level(trauma_informed) else None,
        limit=limit,
    )


def plan_for(question: Question, *, gazetteer: Gazetteer, now: dt.datetime) -> Plan:
    """The plan that answers a question as of an instant: ``await reader.run(plan_for(...))`` gives its ``Answer``."""
    place = question.near
    touched: frozenset[int] = frozenset()
    if place is not None:
        touched = gazetteer.areas_within(place.lat, place.lon, max(question.within_km, _LEAST_TOUCHING_KM))
    return answering(question, touched=touched, now=now)


def search(database: Database, question: Question, *, gazetteer: Gazetteer, now: dt.datetime) -> Answer:
    """Answer a question as of an instant, for commands and jobs."""
    answer: Answer = read(database, plan_for(question, gazetteer=gazetteer, now=now))
    return answer


def _once(slugs: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(slugs))


def post_cards(session: Session, shown: Sequence[Shown]) -> None:
    """Bring postings and words in line with the cards of these listings, within the writer's transaction.

    A listing without a card (suspended, closed, merged ...) loses both, so that nobody finds it from the commit on.
    """
    listings = {listing.record_id: listing for listing in shown}
    _write_postings(session, listings)
    _write_words(session, listings)


def _write_postings(session: Session, listings: dict[int, Shown]) -> None:
    found = {record_id: listing.card for record_id, listing in listings.items() if listing.card is not None}
    weeks = {record_id: open_weeks(card) for record_id, card in found.items()}
    week_ids = _week_ids(session, {week for pair in weeks.values() for week in pair if week is not None})
    services = _services(session, found)
    rows = []
    for record_id, card in found.items():
        open_week, intake_week = weeks[record_id]
        rows += postings_of(
            card,
            record_id=record_id,
            service_id=services[record_id],
            point=listings[record_id].point,
            open_week=week_ids[open_week] if open_week else 0,
            intake_week=week_ids[intake_week] if intake_week else 0,
        )
    for portion in in_portions(sorted(listings)):
        session.execute(sa.delete(SearchKey).where(SearchKey.sid.in_(portion)))
    rows.sort(key=lambda row: row[:3])  # in the order of the key, each page of the table is written once
    insert_rows(session, SearchKey.__tablename__, COLUMNS, rows)


def _services(session: Session, record_ids: Iterable[int]) -> dict[int, int]:
    """Listing -> its service, or the service that this one was merged into."""
    service = aliased(Record)
    found: dict[int, int] = {}
    for portion in in_portions(sorted(record_ids)):
        rows = session.execute(
            sa.select(Record.id, sa.func.coalesce(service.merged_into, service.id))
            .join(service, service.id == Record.service_id)
            .where(Record.id.in_(portion))
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def _week_ids(session: Session, weeks: set[Week]) -> dict[Week, int]:
    """The id of each week; those that are not there yet are added."""
    known = _known_weeks(session, weeks)
    missing = sorted(weeks - known.keys(), key=lambda week: (week.zone, week.days))
    if missing:
        # On PostgreSQL another writer may add the same week: then this waits for it, and finds its row.
        session.execute(_ADD_WEEK, [{"zone": week.zone, **dict(zip(DAYS, week.days, strict=True))} for week in missing])
        known |= _known_weeks(session, set(missing))
    return known


def _known_weeks(session: Session, weeks: set[Week]) -> dict[Week, int]:
    table = WeekRow.__table__
    key = sa.tuple_(table.c.zone, *(table.c[day] for day in DAYS))
    known: dict[Week, int] = {}
    for portion in in_portions(list(weeks), 500):
        rows: Any = session.execute(sa.select(table).where(key.in_([(week.zone, *week.days) for week in portion])))
        known.update((Week(row.zone, tuple(row[2:])), row.id) for row in rows)
    return known


def _write_words(session: Session, listings: dict[int, Shown]) -> None:
    """Replace what changed only: the database's own index over the words is dear to change."""
    wanted = {record_id: folded(listing.words) for record_id, listing in listings.items() if listing.card is not None}
    for portion in in_portions(sorted(listings)):
        query = sa.select(SearchText.sid, SearchText.words).where(SearchText.sid.in_(portion))
        stored = {row.sid: row.words for row in session.execute(query)}
        changed = [record_id for record_id in portion if stored.get(record_id) != wanted.get(record_id)]
        outdated = [record_id for record_id in changed if record_id in stored]
        if outdated:
            unindex_words(session, outdated)
            session.execute(sa.delete(SearchText).where(SearchText.sid.in_(outdated)))
        added = [{"sid": record_id, "words": wanted[record_id]} for record_id in changed if record_id in wanted]
        if added:
            session.execute(sa.insert(SearchText), added)
            index_words(session, [row["sid"] for row in added])
