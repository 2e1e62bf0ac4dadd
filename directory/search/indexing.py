"""Writes what listings are found by, in the transaction that changes them; makes all of it anew, and checks it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.cards.models import CardRow
from directory.cards.service import Shown, rebuild_cards
from directory.db import Database, in_portions
from directory.freshness.learnt import version_of
from directory.freshness.models import Belief
from directory.listings.models import Record
from directory.progress import Told
from directory.search.models import (
    OriginSet,
    SearchBuild,
    SearchKey,
    SearchText,
    SearchTypo,
    SearchWord,
    WeekClosed,
    WeekSpan,
)
from directory.search.models import Week as WeekRow
from directory.search.postings import COLUMNS, Week, open_weeks, origin_codes, postings_of
from directory.search.sql import insert_missing_rows, insert_rows, wait_for_writers
from directory.search.text_index import forget_unused_words, index_words, unindex_words
from directory.search.words import typing_keys, words_of_text
from directory.values.plain_text import folded

# Whatever changes in cards, postings or lines of the desk's list raises this, and every directory makes them anew when
# it is brought up to date; other figures of belief do the same, because cards say from when on readers are warned.
INDEX_VERSION = 8_000
_PORTION = 500


def post_cards(session: Session, shown: Sequence[Shown]) -> None:
    """Bring postings and words in line with the cards of these listings, within the writer's transaction.

    A listing without a card (suspended, closed, merged ...) loses both, so that nobody finds it from the commit on.
    Of what is closed the words of its names stay: without postings it is no result, but whoever asks for it by name can
    be told (``search.closed``).
    """
    listings = {listing.record_id: listing for listing in shown}
    _write_postings(session, listings)
    _write_words(session, listings)


def _write_postings(session: Session, listings: dict[int, Shown]) -> None:
    found = {record_id: listing.card for record_id, listing in listings.items() if listing.card is not None}
    weeks = {record_id: open_weeks(card) for record_id, card in found.items()}
    week_ids = _week_ids(session, {week for pair in weeks.values() for week in pair if week is not None})
    origins = {record_id: origin_codes(card) for record_id, card in found.items()}
    origin_ids = _origin_ids(session, {codes for codes in origins.values() if codes})
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
            origins=origin_ids[origins[record_id]] if origins[record_id] else 0,
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
    by_digest = {week.digest(): week for week in weeks}
    known = _known(session, WeekRow.digest, WeekRow.id, by_digest)
    missing = {digest: week for digest, week in sorted(by_digest.items()) if digest not in known}
    if missing:
        # On PostgreSQL another writer may add the same week: then this waits for it, and finds its rows.
        rows = [(week.zone, digest) for digest, week in missing.items()]
        insert_missing_rows(session, WeekRow.__tablename__, ("zone", "digest"), rows)
        known |= _known(session, WeekRow.digest, WeekRow.id, missing)
        own = [(known[digest], week) for digest, week in missing.items()]
        spans = [(n, part, *span) for n, week in own for part, (spans, _) in enumerate(week.parts) for span in spans]
        insert_missing_rows(session, WeekSpan.__tablename__, ("week_id", "part", "start", "stop"), spans)
        closed = [(n, part, day) for n, week in own for part, (_, days) in enumerate(week.parts) for day in days]
        insert_missing_rows(session, WeekClosed.__tablename__, ("week_id", "part", "day"), closed)
    return {week: known[digest] for digest, week in by_digest.items()}


def _origin_ids(session: Session, sets: set[str]) -> dict[str, int]:
    known = _known(session, OriginSet.codes, OriginSet.id, sets)
    missing = sorted(sets - known.keys())
    if missing:
        insert_missing_rows(session, OriginSet.__tablename__, ("codes",), [(codes,) for codes in missing])
        known |= _known(session, OriginSet.codes, OriginSet.id, missing)
    return known


def _known(session: Session, key: Any, id_: Any, keys: Iterable[Any]) -> dict[Any, int]:
    known: dict[Any, int] = {}
    for portion in in_portions(sorted(keys)):
        known.update((row[0], row[1]) for row in session.execute(sa.select(key, id_).where(key.in_(portion))))
    return known


def _write_words(session: Session, listings: dict[int, Shown]) -> None:
    """Replace what changed only: the database's own index over the words is dear to change."""
    wanted = {
        record_id: (folded(listing.names), folded(listing.words))
        for record_id, listing in listings.items()
        if listing.is_known_by_words
    }
    lost: set[str] = set()
    for portion in in_portions(sorted(listings)):
        query = sa.select(SearchText.sid, SearchText.names, SearchText.words).where(SearchText.sid.in_(portion))
        stored = {row.sid: (row.names, row.words) for row in session.execute(query)}
        changed = [record_id for record_id in portion if stored.get(record_id) != wanted.get(record_id)]
        outdated = [record_id for record_id in changed if record_id in stored]
        if outdated:
            unindex_words(session, outdated)
            session.execute(sa.delete(SearchText).where(SearchText.sid.in_(outdated)))
            lost |= {word for record_id in outdated for word in words_of_text(stored[record_id][1])}
        added = [record_id for record_id in changed if record_id in wanted]
        if added:
            texts = [(record_id, *wanted[record_id]) for record_id in added]
            insert_rows(session, SearchText.__tablename__, ("sid", "names", "words"), texts)
            index_words(session, added)
            gained = {word for _, _, words in texts for word in words_of_text(words)}
            _learn_words(session, gained)
            lost -= gained
    for portion in in_portions(sorted(lost)):
        forget_unused_words(session, portion)


def _learn_words(session: Session, words: set[str]) -> None:
    known: set[str] = set()
    for portion in in_portions(sorted(words)):
        known.update(session.scalars(sa.select(SearchWord.word).where(SearchWord.word.in_(portion))))
    new = sorted(words - known)
    insert_missing_rows(session, SearchWord.__tablename__, ("word",), [(word,) for word in new])
    keys = sorted((key, word) for word in new for key in typing_keys(word))
    insert_missing_rows(session, SearchTypo.__tablename__, ("key", "word"), keys)


# ---------------------------------------------------------------------- making all of it anew


def wanted_version(session: Session) -> int:
    """The version of cards and postings that this program makes here: its own, and that of the figures of belief."""
    return INDEX_VERSION + version_of(session)


def is_current(database: Database) -> bool:
    """Whether cards and postings are those of this version of the program."""
    with database.reading() as session:
        return _build(session).version == wanted_version(session)


def was_ever_built(database: Database) -> bool:
    """Whether cards and postings were once made to the end, by any version of the program."""
    with database.reading() as session:
        return _build(session).version != 0


def rebuild(database: Database, *, progress: Told | None = None) -> int:
    """Make the cards and postings of every listing anew, and return how many listings there are.

    A portion at a time, each in a transaction of its own: searches go on meanwhile, nothing is ever missing, and after
    an interruption it goes on where it stood. ``progress`` is told how many are done, and of how many.
    """
    with database.reading() as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(Record).where(Record.kind == "listing")) or 0
        done = _done(session, _build(session).cursor)
    while portion := _next_portion(database):
        done += portion
        if progress is not None:
            progress(done, total)
    return total


def _next_portion(database: Database) -> int:
    """Make the next listings anew; 0 when that was the end."""
    with database.transaction() as session:
        build = _build(session)
        following = sa.select(Record.id).where(Record.kind == "listing", Record.id > build.cursor)
        listings = list(session.scalars(following.order_by(Record.id).limit(_PORTION)))
        if listings:
            session.info["touched"].update(listings)
            build.cursor = listings[-1]
        else:
            _remove_what_nothing_uses(session)
            build.cursor, build.version = 0, wanted_version(session)
        session.flush()
        return len(listings)


def _done(session: Session, cursor: int) -> int:
    query = sa.select(sa.func.count()).select_from(Record).where(Record.kind == "listing", Record.id <= cursor)
    return session.scalar(query) or 0


def _build(session: Session) -> SearchBuild:
    return session.scalars(sa.select(SearchBuild)).one()


def _remove_what_nothing_uses(session: Session) -> None:
    # Somebody may have looked a week up and not yet written the posting that uses it.
    wait_for_writers(session, [WeekRow.__tablename__, OriginSet.__tablename__])
    used = sa.union(sa.select(SearchKey.open_week), sa.select(SearchKey.intake_week))
    session.execute(sa.delete(WeekRow).where(WeekRow.id.not_in(used)))
    session.execute(sa.delete(OriginSet).where(OriginSet.id.not_in(sa.select(SearchKey.origins))))


class Differences(msgspec.Struct, frozen=True):
    """How many listings were looked at, and how many have another card or other postings than their facts say."""

    listings: int
    cards: int
    postings: int


def check(database: Database, *, progress: Told | None = None) -> Differences:
    """Make every card and posting anew beside the stored ones, compare, and store nothing."""
    with database.reading() as session:
        listings = list(session.scalars(sa.select(Record.id).where(Record.kind == "listing").order_by(Record.id)))
    cards = postings = 0
    for number, portion in enumerate(in_portions(listings, _PORTION)):
        found = _differences(database, portion)
        cards, postings = cards + found[0], postings + found[1]
        if progress is not None:
            progress(min((number + 1) * _PORTION, len(listings)), len(listings))
    return Differences(len(listings), cards, postings)


def _differences(database: Database, portion: Sequence[int]) -> tuple[int, int]:
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        with session.begin_nested() as tried:
            before = _stored(session, portion)
            post_cards(session, rebuild_cards(session, portion, now=now))
            after = _stored(session, portion)
            tried.rollback()
    cards, postings = (sum(old[one] != new[one] for one in portion) for old, new in zip(before, after, strict=True))
    return cards, postings


def _stored(session: Session, portion: Sequence[int]) -> tuple[dict[int, Any], dict[int, Any]]:
    """By listing its card with what is believed of it, and its postings with its words."""
    cards: dict[int, Any] = {one: [] for one in portion}
    for key, query in (
        (CardRow.record_id, sa.select(CardRow.record_id, CardRow.brief)),
        (Belief.listing_id, sa.select(Belief.__table__)),
    ):
        for row in session.execute(query.where(key.in_(portion))):
            cards[row[0]].append(tuple(row))
    postings: dict[int, Any] = {one: [] for one in portion}
    for row in session.execute(
        sa.select(SearchKey.__table__)
        .where(SearchKey.sid.in_(portion))
        .order_by(SearchKey.sid, SearchKey.term, SearchKey.cell)
    ):
        postings[row.sid].append(tuple(row))
    for text in session.execute(sa.select(SearchText.__table__).where(SearchText.sid.in_(portion))):
        postings[text.sid].append(tuple(text))
    return cards, postings
