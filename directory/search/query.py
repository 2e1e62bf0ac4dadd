"""The planner: from a question to statements, and from their rows to an answer. It opens no connection.

Most questions take two statements: one reads all postings that fit, the other the cards of what is shown. A large
circle is read in rings, until the score of the last result to be shown is less than the radius of the ring (nothing
outside can be better); then what fits outside is only counted. What works for a whole county, state or nation, and what
is confidential, is found under a handful of exact terms.
"""

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import starmap
from typing import Any, NamedTuple, TypeAlias

from directory.cards.card import Card, decode_card
from directory.clock import day_number
from directory.search import ranking
from directory.search.answer import Answer, Block, Question, Result
from directory.search.criteria import Criteria
from directory.search.needs import WallClocks, freshness, need_answers, open_now
from directory.search.postings import (
    ANY_KIND,
    CONFIDENTIAL,
    COUNTIES,
    COUNTRIES,
    REGIONS,
    confidential_terms,
    kind_cell,
    kind_term,
    wide_terms,
)
from directory.search.sql import Dialect, Row, Sql, Statement, Steps
from directory.values.point import EARTH_RADIUS_KM, chord_squared, cover, km_of_chord_squared, unit_vector
from directory.vocabulary.terms import expand_kind, kind_mask

Plan: TypeAlias = Callable[[Dialect], Steps[Any]]

# With fewer fits than this, what nearly fits is shown too.
ENOUGH = 5
MOST_NEAR_MISSES = 5
# A circle up to this size is read at once; a larger one in rings, of which this is the first.
SMALL_CIRCLE_KM = 500.0
FIRST_RING_KM = 40.0
# So many rows are read as they come and put in order here; of more, the database is asked for the first.
MANY_ROWS = 2_000
# The first: more than are shown, because places of one service and a listing of two kinds come more than once.
_ROWS_PER_RESULT = 5
# With more seeks than this, postings of whole areas are read once for all kinds rather than once for each.
_MOST_SEEKS = 300
# Ranges of cells to cover a ring: with more, fewer rows lie outside it, and more are sought.
_RANGES = 8
_BLOCKS: tuple[Block, ...] = ("near", "wide", "confidential")
_NEAR, _WIDE, _CONFIDENTIAL = 0, 1, 2
_NEAR_MISS: Block = "near-miss"

_WIDE_KM = (
    f"CASE WHEN g.term >= {COUNTIES} THEN {ranking.WIDE_KM['county']:g}"
    f" WHEN g.term >= {REGIONS} THEN {ranking.WIDE_KM['state']:g} ELSE {ranking.WIDE_KM['nation']:g} END"
)
# It only places a confidential listing among near-misses; in its own block there is no distance at all.
_CONFIDENTIAL_KM = f"{ranking.WIDE_KM['state']:g}"
# The cosine of the angle between two places is the product of their vectors. Half of what it lacks to 1 is the square
# of the sine of half the angle. Rounding may carry it past 1 or -1.
_HALF_ANGLE = "asin(CASE WHEN cosine >= 1 THEN 0 WHEN cosine <= -1 THEN 1 ELSE sqrt((1 - cosine) / 2) END)"
_DISTANCE_KM = f"{2 * EARTH_RADIUS_KM} * {_HALF_ANGLE}"
_NO_COSINE = Sql("CAST(NULL AS double precision)")


class Found(NamedTuple):
    """A row of postings: a listing that fits, or nearly. The lowest comes first.

    Attributes:
        rank: of near-misses how many needs are missing, of confidential listings how many are unknown, else 0.
        metres: the score, rounded as by ``ranking.round_km``.
        tie: orders equal scores.
        cosine: of the angle between it and the place; None where there is no distance.
    """

    rank: int
    metres: float
    tie: int
    service: int
    record_id: int
    cosine: float | None
    block: int


# Rows are plain tuples of these fields until it is known that they are shown.
_METRES, _SERVICE, _RECORD = map(Found._fields.index, ("metres", "service", "record_id"))


class _Source(NamedTuple):
    """Where one block's postings are: FROM and WHERE, how far each is (a cosine), or kilometres in its stead."""

    block: int
    rows: Sql
    cosine: Sql = _NO_COSINE
    base: str = "0"


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


def answering(question: Question, *, touched: Collection[int], now: dt.datetime) -> Plan:
    """The plan that answers a question as of an instant; give it to a reader. The result is an ``Answer``.

    ``touched`` are the numbers of the confidential areas that the circle touches (``Gazetteer.areas_within``).
    """
    return lambda dialect: _Planner(question, dialect, touched, now).answer()


class _Planner:
    def __init__(self, question: Question, dialect: Dialect, touched: Collection[int], now: dt.datetime) -> None:
        self._question = question
        self._touched = touched
        self._dialect = dialect
        self._clocks = WallClocks(now)
        self._criteria = Criteria(question, today=day_number(now))
        self._kinds = sorted(expand_kind(question.need))
        place = question.near
        self._point = None if place is None else (place.lat, place.lon)

    def answer(self) -> Steps[Answer]:
        """Ask for everything that is shown, then put it together."""
        blocks = yield from self._fits()
        limit = self._question.limit
        near, wide, confidential = (list(starmap(Found, rows[:limit])) for rows in _each_service_once(blocks))
        places = yield from self._places(blocks)
        misses: list[Found] = []
        if len(places) < ENOUGH and self._criteria.misses is not None:
            misses = yield from self._near_misses(places)
        shown = [*sorted([*near, *wide]), *confidential]
        cards = yield from self._cards([found.record_id for found in (*shown, *misses)])
        # A card that went between two statements is gone.
        fits = [(cards[one.record_id], one, _BLOCKS[one.block]) for one in shown if one.record_id in cards]
        nearly = [(cards[one.record_id], one, _NEAR_MISS) for one in misses if one.record_id in cards]
        return Answer(
            question=self._question,
            total=len(places),
            results=tuple(
                self._result(card, one, block, places.get(one.service, 1)) for card, one, block in (*fits, *nearly)
            ),
        )

    # ------------------------------------------------------------------ what fits

    def _fits(self) -> Steps[list[_Best]]:
        """The best of each block, at least as many as are shown."""
        limit, radius = self._question.limit, self._question.within_km
        ring = FIRST_RING_KM if self._point is not None and radius > SMALL_CIRCLE_KM else radius
        blocks = yield from self._best([self._near(ring), self._wide(), self._confidential()], limit)
        while True:
            own = _each_service_once(blocks)
            near = own[_NEAR]
            if ring < radius and not (len(near) >= limit and near[limit - 1][_METRES] < 1000 * ring - 1):
                # Something outside the ring may be better still.
                ring = min(ring * _growth(len(near), limit), radius)
                blocks[_NEAR] = (yield from self._best([self._near(ring)], limit))[0]
                continue
            short = [n for n, best in enumerate(blocks) if not best.is_whole and len(own[n]) < limit]
            if not short:
                break
            # Services were taken out because another block shows them, so more must be read.
            wanted = limit + max(len(blocks[n].found) - len(own[n]) for n in short)
            sources = (self._near(ring), self._wide(), self._confidential())
            for n, best in zip(short, (yield from self._best([sources[n] for n in short], wanted)), strict=True):
                blocks[n] = best
        if ring < radius:
            blocks[_NEAR] = blocks[_NEAR]._replace(is_whole=False)
        return blocks

    def _best(self, sources: Sequence[_Source], count: int, *, misses: bool = False) -> Steps[list[_Best]]:
        """The best services of each source, at least ``count`` of them or all, in as few statements as it takes."""
        best: dict[int, _Best] = {}
        pending, fetch = list(sources), count * _ROWS_PER_RESULT
        # Near-misses are many and few are shown, so they are asked for in order at once.
        if not misses:
            rows = yield _any_of([self._select(source) for source in sources], MANY_ROWS)
            if len(rows) < MANY_ROWS:
                by_block = _by_block(sources, rows)
                return [_each_service(by_block[source.block], is_whole=True) for source in sources]
        while pending:
            rows = yield _first_of([self._select(source, misses=misses) for source in pending], fetch)
            for block, found in _by_block(pending, rows).items():
                best[block] = _each_service(found, is_whole=len(found) < fetch)
            pending = [one for one in pending if not best[one.block].is_whole and len(best[one.block].found) < count]
            fetch *= 4
        return [best[source.block] for source in sources]

    def _near_misses(self, fitting: Collection[int]) -> Steps[list[Found]]:
        """What has a stated no: the fewest first, then the best; never a service of which something fits."""
        sources = [self._near(self._question.within_km), self._wide(), self._confidential()]
        blocks = yield from self._best(sources, MOST_NEAR_MISSES + len(fitting), misses=True)
        found = sorted(row for rows in _each_service_once(blocks) for row in rows if row[_SERVICE] not in fitting)
        return list(starmap(Found, found[:MOST_NEAR_MISSES]))

    def _places(self, blocks: Sequence[_Best]) -> Steps[Mapping[int, int]]:
        """How many listings fit of each service that fits: as read, or, where there are more, asked for."""
        counts: list[dict[int, int]] = [dict.fromkeys(one.found, 1) | one.places for one in blocks if one.is_whole]
        more = [n for n, best in enumerate(blocks) if not best.is_whole]
        if more:
            sources = (self._near(self._question.within_km), self._wide(), self._confidential())
            for is_pairs, listings in (yield _any_of([self._every(sources[n]) for n in more], len(more))):
                each = listings.split(",") if listings else []
                counts.append(Counter(map(int, (pair.partition(":")[0] for pair in set(each)) if is_pairs else each)))
        return _sums(counts)

    # ------------------------------------------------------------------ statements

    def _near(self, ring_km: float) -> _Source:
        """Public sites of the kinds, in cells that cover the ring; everywhere when no place was asked for."""
        kinds = [kind_term(code) for code in self._kinds]
        if self._point is None:
            terms = self._dialect.among("g.term", kinds)
            return _Source(_NEAR, Sql(f"search_key AS g WHERE {terms.text}", terms.values))
        rows = self._dialect.in_ranges(kinds, cover(*self._point, ring_km, _RANGES))
        x, y, z = unit_vector(*self._point)
        return _Source(_NEAR, rows, Sql("(g.x * ? + g.y * ? + g.z * ?)", [x, y, z]))

    def _wide(self) -> _Source:
        """What works for the whole county, state or nation of the place."""
        terms = None if self._question.near is None else wide_terms(self._question.near)
        return _Source(_WIDE, self._area_rows(terms, COUNTRIES), base=_WIDE_KM)

    def _confidential(self) -> _Source:
        """What is confidential and published in an area that the circle touches, or serves the place's area."""
        place = self._question.near
        terms = None if place is None else confidential_terms(place, self._touched)
        return _Source(_CONFIDENTIAL, self._area_rows(terms, CONFIDENTIAL), base=_CONFIDENTIAL_KM)

    def _area_rows(self, terms: Sequence[int] | None, first_term: int) -> Sql:
        """Postings of areas with these terms; all that begin at ``first_term`` when no place was asked for."""
        found = (
            Sql("g.term BETWEEN ? AND ?", [first_term, first_term + CONFIDENTIAL - COUNTRIES - 1])
            if terms is None
            else self._dialect.among("g.term", terms)
        )
        if terms is not None and len(terms) * len(self._kinds) <= _MOST_SEEKS:
            cells = self._dialect.among("g.cell", [kind_cell(code) for code in self._kinds])
            return Sql(f"search_key AS g WHERE {found.text} AND {cells.text}", [*found.values, *cells.values])
        return Sql(
            f"search_key AS g WHERE {found.text} AND g.cell = {ANY_KIND} AND ((g.k0 & ?) <> 0 OR (g.k1 & ?) <> 0)",
            [*found.values, *kind_mask(self._kinds)],
        )

    def _filtered(self, source: _Source, condition: Sql) -> Sql:
        """FROM and WHERE of a source with a condition and, where there are distances, the radius."""
        text = f"{source.rows.text} AND {condition.text}"
        values = [*source.rows.values, *condition.values]
        if source.cosine is not _NO_COSINE:
            text += f" AND {source.cosine.text} >= ?"
            values += [*source.cosine.values, 1 - chord_squared(self._question.within_km) / 2]
        return Sql(text, values)

    def _every(self, source: _Source) -> Sql:
        """The services of all postings of a source that fit, as one text.

        Where a listing may have several postings there (of two kinds, or for two areas) they are pairs of a service and
        a listing.
        """
        fitting = self._filtered(source, self._criteria.fits)
        is_pairs = source.block != _NEAR or len(self._kinds) > 1
        listings = self._dialect.joined("g.service || ':' || g.sid" if is_pairs else "g.service")
        return Sql(
            f"SELECT {is_pairs:d} AS is_pairs, {listings} AS listings FROM {fitting.text}",
            fitting.values,
        )

    def _select(self, source: _Source, *, misses: bool = False) -> Sql:
        """The rows of a source that fit, or that nearly do, as ``Found``."""
        criteria = self._criteria
        condition = criteria.misses if misses and criteria.misses is not None else criteria.fits
        # Confidential listings are ordered by what is known of them alone (SAFETY L5): the fewest open questions first.
        rank = criteria.missing if misses else criteria.unknown if source.block == _CONFIDENTIAL else Sql("0")
        rows = self._filtered(source, condition)
        km = "base" if source.cosine is _NO_COSINE else _DISTANCE_KM
        return Sql(
            f"SELECT rank, floor(({km} + penalty) * 1000 + 0.5) AS metres, tie, service, sid, cosine,"
            f" {source.block} AS block FROM ("
            f"SELECT g.sid AS sid, g.service AS service, g.tie AS tie, {source.cosine.text} AS cosine,"
            f" {source.base} AS base, {criteria.penalty.text} AS penalty, {rank.text} AS rank"
            f" FROM {rows.text}) AS found",
            [*source.cosine.values, *criteria.penalty.values, *rank.values, *rows.values],
        )

    # ------------------------------------------------------------------ cards

    def _cards(self, record_ids: Sequence[int]) -> Steps[dict[int, Card]]:
        if not record_ids:
            return {}
        chosen = self._dialect.among("record_id", record_ids)
        rows = yield Statement(
            f"SELECT record_id, brief FROM card WHERE {chosen.text} AND brief IS NOT NULL", chosen.values
        )
        return {row[0]: decode_card(row[1]) for row in rows}

    def _result(self, card: Card, found: Found, block: Block, places: int) -> Result:
        answers = need_answers(card, self._question)
        return Result(
            card=card,
            block=block,
            score_km=found.metres / 1000,
            distance_km=None if found.cosine is None else km_of_chord_squared(2 - 2 * found.cosine),
            more_sites=places - 1,
            needs=answers,
            missing=tuple([one.need for one in answers if one.state == "no"]) if block == _NEAR_MISS else (),
            open_now=open_now(card, self._clocks),
            freshness=freshness(card),
        )


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


def _any_of(selects: Sequence[Sql], most: int) -> Statement:
    """All rows of several selects, in no order, and no more than so many together."""
    text = " UNION ALL ".join(select.text for select in selects)
    return Statement(f"{text} LIMIT ?", [*(value for select in selects for value in select.values), most])


def _first_of(selects: Sequence[Sql], most: int) -> Statement:
    """The best rows of each of several selects, so many of each."""
    text = " UNION ALL ".join(
        f"SELECT * FROM ({select.text} ORDER BY rank, metres, tie LIMIT ?) AS part{n}"
        for n, select in enumerate(selects)
    )
    return Statement(text, [value for select in selects for value in (*select.values, most)])


def _by_block(sources: Sequence[_Source], rows: Iterable[Row]) -> dict[int, list[Row]]:
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
        first = found.setdefault(row[_SERVICE], row)
        if first is not row:
            several.setdefault(row[_SERVICE], {first[_RECORD]}).add(row[_RECORD])
    return _Best(found, {service: len(listings) for service, listings in several.items()}, is_whole)


def _each_service_once(blocks: Sequence[_Best]) -> list[list[Row]]:
    """What each block shows, in order, when a service of several is shown only where it is best."""
    near, wide, _ = (best.found for best in blocks)
    worse = {max(near[service], wide[service]) for service in near.keys() & wide.keys()}
    return [[row for row in best.found.values() if row not in worse] for best in blocks]
