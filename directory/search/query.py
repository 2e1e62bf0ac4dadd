"""The planner: from a question to statements, and from their rows to an answer. It opens no connection.

Most questions take two statements: one reads all postings that fit, the other the cards of what is shown. A large
circle is read in rings, until the score of the last result to be shown is less than the radius of the ring (nothing
outside can be better); then what fits outside is only counted. What works for a whole county, state or nation, and what
is confidential, is found under a handful of exact terms.
"""

import datetime as dt
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import starmap
from typing import Any, NamedTuple, TypeAlias

from directory.cards.card import Card, decode_card
from directory.clock import day_number
from directory.search import ranking
from directory.search.answer import Answer, Block, Question, Result
from directory.search.criteria import Criteria
from directory.search.needs import freshness, need_answers, open_now, shown_by
from directory.search.said import Said, reading_words
from directory.search.sources import BLOCKS, METRES, NEAR, RECORD, SERVICE, WIDE, Areas, Found, Source, Sources
from directory.search.sql import Dialect, Row, Statement, Steps
from directory.search.wall_clocks import WallClocks
from directory.values.point import km_of_chord_squared

Plan: TypeAlias = Callable[[Dialect], Steps[Any]]

# With fewer fits than this, what nearly fits is shown too.
ENOUGH = 5
MOST_NEAR_MISSES = 5
# A circle up to this size is read at once; a larger one in rings, of which this is the first. Outside it no place of a
# service is better than the same service for the whole nation.
SMALL_CIRCLE_KM = 500.0
FIRST_RING_KM = ranking.WIDE_KM["nation"] + ranking.MOST_PENALTY_KM
# So many rows are read as they come and put in order here; of more, the database is asked for the first.
MANY_ROWS = 2_000
# The first: more than are shown, because places of one service and a listing of two kinds come more than once.
_ROWS_PER_RESULT = 5
_NEAR_MISS: Block = "near-miss"
_ZONES = "SELECT DISTINCT zone FROM week"


class _Best(NamedTuple):
    """One block.

    Attributes:
        found: by service its best row (as ``Found``), in order.
        places: how many listings a service has, where it is more than one.
        is_whole: all rows were read.
    """

    found: dict[int, Row]
    places: dict[int, int]
    is_whole: bool


class _Fits(NamedTuple):
    """What fits: the blocks as read, what each shows of it, and whether that is all there is."""

    blocks: Sequence[_Best]
    own: Sequence[Sequence[Row]]
    is_whole: bool


def answering(question: Question, *, areas: Areas, now: dt.datetime) -> Plan:
    """The plan that answers a question as of an instant; give it to a reader. The result is an ``Answer``."""
    return lambda dialect: _answer(question, dialect, areas, now)


def _answer(question: Question, dialect: Dialect, areas: Areas, now: dt.datetime) -> Steps[Answer]:
    clocks = WallClocks(now)
    said: Said | None = None
    if question.name:
        said = yield from reading_words(question.name, dialect, has_place=question.near is not None)
        if said is None:
            return Answer(question=question, total=0, results=())
    zones = (yield Statement(_ZONES, [])) if question.open else []
    criteria = Criteria(
        question,
        dialect,
        today=day_number(now),
        clocks=clocks,
        zones=[row[0] for row in zones],
        may_be_near=areas.may_be_near,
        in_names=said.in_names if said else None,
    )
    sources = Sources(question, dialect, areas, criteria, said)
    return (yield from _Planner(question, dialect, sources, may_miss=criteria.misses is not None).answer(clocks, areas))


class _Planner:
    def __init__(self, question: Question, dialect: Dialect, sources: Sources, *, may_miss: bool) -> None:
        self._question = question
        self._dialect = dialect
        self._sources = sources
        self._may_miss = may_miss

    def answer(self, clocks: WallClocks, areas: Areas) -> Steps[Answer]:
        """Ask for everything that is shown, then put it together."""
        fits = yield from self._fits()
        limit = self._question.limit
        near, wide, confidential = (list(starmap(Found, rows[:limit])) for rows in fits.own)
        shown = [*sorted([*near, *wide]), *confidential]
        total, places = yield from self._counts(fits, [found.service for found in shown])
        misses: list[Found] = []
        if total < ENOUGH and self._may_miss:
            misses = yield from self._near_misses(fits)
        cards = yield from self._cards([found.record_id for found in (*shown, *misses)])
        # A card that went between two statements is gone.
        fitting = [(cards[one.record_id], one, BLOCKS[one.block]) for one in shown if one.record_id in cards]
        nearly = [(cards[one.record_id], one, _NEAR_MISS) for one in misses if one.record_id in cards]

        def result(card: Card, found: Found, block: Block) -> Result:
            answers = need_answers(card, self._question, clocks, may_be_near=areas.may_be_near)
            return Result(
                card=card,
                block=block,
                score_km=found.metres / 1000,
                distance_km=None if found.chord is None else km_of_chord_squared(found.chord),
                more_sites=places.get(found.service, 1) - 1,
                needs=answers,
                missing=tuple([one.need for one in answers if one.state == "no"]) if block == _NEAR_MISS else (),
                open_now=open_now(card, clocks),
                by=shown_by(card, self._question, clocks),
                freshness=freshness(card, clocks.day),
                day=clocks.day,
            )

        return Answer(question=self._question, total=total, results=tuple(starmap(result, (*fitting, *nearly))))

    # ------------------------------------------------------------------ what fits

    def _fits(self) -> Steps[_Fits]:
        """The best of each block, at least as many as are shown."""
        limit, radius = self._question.limit, self._question.within_km
        ring = FIRST_RING_KM if self._sources.can_be_ringed and radius > SMALL_CIRCLE_KM else radius
        blocks = yield from self._best(self._sources.all(ring), limit)
        while True:
            own = yield from self._each_once(blocks)
            near = own[NEAR]
            if ring < radius and not (len(near) >= limit and near[limit - 1][METRES] < 1000 * ring - 1):
                # Something outside the ring may be better still.
                ring = min(ring * _growth(len(near), limit), radius)
                blocks[NEAR] = (yield from self._best([self._sources.near(ring)], limit))[0]
                continue
            short = [n for n, best in enumerate(blocks) if not best.is_whole and len(own[n]) < limit]
            if not short:
                return _Fits(blocks, own, is_whole=ring == radius and all(best.is_whole for best in blocks))
            # Services were taken out because another block shows them, so more must be read.
            wanted = limit + max(len(blocks[n].found) - len(own[n]) for n in short)
            sources = self._sources.all(ring)
            for n, best in zip(short, (yield from self._best([sources[n] for n in short], wanted)), strict=True):
                blocks[n] = best

    def _each_once(self, blocks: Sequence[_Best]) -> Steps[list[list[Row]]]:
        """What each block shows, in order, when a service of several is shown only where it is best.

        Where not all rows of a block were read, those of the services that the others show are asked for.
        """
        near, wide, confidential = (list(best.found.values()) for best in blocks)
        elsewhere: dict[int, Row] = {}
        unread = {row[SERVICE] for row in wide if not blocks[NEAR].is_whole}
        unread |= {row[SERVICE] for row in near if not blocks[WIDE].is_whole}
        rows: Iterable[Row] = (yield self._sources.rows_of(sorted(unread))) if unread else ()
        for row in sorted([*near, *wide, *rows]):
            elsewhere.setdefault(row[SERVICE], row)
        return [*([row for row in found if elsewhere[row[SERVICE]] == row] for found in (near, wide)), confidential]

    def _best(self, sources: Sequence[Source], count: int, *, misses: bool = False) -> Steps[list[_Best]]:
        """The best services of each source, at least ``count`` of them or all, in as few statements as it takes."""
        best: dict[int, _Best] = {}
        pending, fetch = list(sources), count * _ROWS_PER_RESULT
        # Near-misses are many and few are shown, so they are asked for in order at once.
        if not misses:
            rows = yield self._sources.any_of(sources, MANY_ROWS)
            if len(rows) < MANY_ROWS:
                by_block = _by_block(sources, rows)
                return [_each_service(by_block[source.block], is_whole=True) for source in sources]
        while pending:
            rows = yield self._sources.first_of(pending, fetch, misses=misses)
            for block, found in _by_block(pending, rows).items():
                best[block] = _each_service(found, is_whole=len(found) < fetch)
            pending = [one for one in pending if not best[one.block].is_whole and len(best[one.block].found) < count]
            fetch *= 4
        return [best[source.block] for source in sources]

    def _near_misses(self, fits: _Fits) -> Steps[list[Found]]:
        """What has a stated no: the fewest first, then the best; never a service of which something fits."""
        if fits.is_whole:
            fitting: set[int] = {service for best in fits.blocks for service in best.found}
        else:
            fitting = {row[0] for row in (yield self._sources.every_service())}
        sources = self._sources.all(self._question.within_km)
        found = yield from self._best(sources, MOST_NEAR_MISSES + len(fitting), misses=True)
        best: dict[int, Row] = {}
        for row in sorted(row for block in found for row in block.found.values() if row[SERVICE] not in fitting):
            best.setdefault(row[SERVICE], row)
        return list(starmap(Found, list(best.values())[:MOST_NEAR_MISSES]))

    def _counts(self, fits: _Fits, shown: Sequence[int]) -> Steps[tuple[int, Mapping[int, int]]]:
        """How many services fit, and how many listings each of those shown has: as read, or else asked for."""
        if fits.is_whole:
            places = _sums(dict.fromkeys(best.found, 1) | best.places for best in fits.blocks)
            return len(places), places
        total = (yield self._sources.total())[0][0]
        return total, dict((yield self._sources.listings_of(shown)) if shown else ())

    # ------------------------------------------------------------------ cards

    def _cards(self, record_ids: Sequence[int]) -> Steps[dict[int, Card]]:
        if not record_ids:
            return {}
        chosen = self._dialect.among("record_id", record_ids)
        rows = yield Statement(
            f"SELECT record_id, brief FROM card WHERE {chosen.text} AND brief IS NOT NULL", chosen.values
        )
        return {row[0]: decode_card(row[1]) for row in rows}


def _sums(counts: Iterable[dict[int, int]]) -> dict[int, int]:
    """Counts by service, added up; few services are in more than one."""
    sums: dict[int, int] = {}
    for one in counts:
        shared = {service: sums[service] + one[service] for service in sums.keys() & one.keys()}
        sums |= one | shared
    return sums


def _growth(found: int, wanted: int) -> float:
    """How much larger the next ring is, if what was found is spread evenly: to hold three times what is wanted."""
    return max(1.7, math.sqrt(3 * wanted / max(found, 1)))


def _by_block(sources: Collection[Source], rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {source.block: [] for source in sources}
    for row in rows:
        found[row[-1]].append(row)
    return found


def _each_service(rows: list[Row], *, is_whole: bool) -> _Best:
    """Rows in any order, by service."""
    rows.sort()
    found: dict[int, Row] = {}
    several: dict[int, set[int]] = {}
    for row in rows:
        first = found.setdefault(row[SERVICE], row)
        if first is not row:
            several.setdefault(row[SERVICE], {first[RECORD]}).add(row[RECORD])
    return _Best(found, {service: len(listings) for service, listings in several.items()}, is_whole)
