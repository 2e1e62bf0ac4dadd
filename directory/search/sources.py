"""Where the postings of each block are, and the SELECTs over them. Pure: SQL and values, no connection."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from directory.places.gazetteer import Gazetteer
from directory.search import ranking
from directory.search.answer import Block, Question
from directory.search.criteria import Criteria
from directory.search.postings import (
    ANY_KIND,
    ANY_SITE,
    CONFIDENTIAL,
    COUNTIES,
    COUNTRIES,
    REGIONS,
    confidential_terms,
    kind_cell,
    kind_term,
    wide_terms,
)
from directory.search.said import Said
from directory.search.sql import Dialect, Sql, Statement
from directory.values.point import EARTH_RADIUS_KM, chord_squared, cover, earth_vector
from directory.vocabulary.terms import expand_kind, kind_mask

BLOCKS: tuple[Block, ...] = ("near", "wide", "confidential")
NEAR, WIDE, CONFIDENTIALS = 0, 1, 2

# With more seeks than this, postings of whole areas are read once for all kinds rather than once for each.
_MOST_SEEKS = 300
# Ranges of cells to cover a ring: with more, fewer rows lie outside it, and more are sought.
_RANGES = 8
_WIDE_KM = (
    f"CASE WHEN g.term >= {COUNTIES} THEN {ranking.WIDE_KM['county']:g}"
    f" WHEN g.term >= {REGIONS} THEN {ranking.WIDE_KM['state']:g} ELSE {ranking.WIDE_KM['nation']:g} END"
)
# It only places a confidential listing among near-misses; in its own block there is no distance at all.
_CONFIDENTIAL_KM = f"{ranking.WIDE_KM['state']:g}"
# As ``values.point.km_of_chord_squared`` has it.
_DISTANCE_KM = f"{2 * EARTH_RADIUS_KM} * asin(CASE WHEN chord >= 4 THEN 1 ELSE sqrt(chord) / 2 END)"
# The table of the few listings that have the words asked for.
_SAID = "said"
# Areas are touched by a circle of at least this size, so that a small one around a town still finds the town's area.
_LEAST_TOUCHING_KM = 10.0
_NO_CHORD = Sql("CAST(NULL AS double precision)")


class Areas(NamedTuple):
    """Numbers of confidential areas, fine and coarse.

    Attributes:
        touched: those that the circle touches (``Gazetteer.areas_within``).
        held: those that lie wholly within the distance to keep away from (``Gazetteer.areas_held``).
        may_be_near: those that reach into it.
    """

    touched: Collection[int] = ()
    held: Collection[int] = ()
    may_be_near: Collection[int] = ()


def areas_of(question: Question, gazetteer: Gazetteer) -> Areas:
    """The confidential areas that a question is about."""
    place, away, beyond = question.near, question.away_from, question.beyond_km
    touched: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()
    reached: frozenset[int] = frozenset()
    if place is not None:
        touched = gazetteer.areas_within(place.lat, place.lon, max(question.within_km, _LEAST_TOUCHING_KM))
    if away is not None:
        held = gazetteer.areas_held(away.lat, away.lon, beyond)
        reached = gazetteer.areas_within(away.lat, away.lon, max(beyond, _LEAST_TOUCHING_KM)) - held
    return Areas(touched, held, reached)


class Found(NamedTuple):
    """A row of postings: a listing that fits, or nearly. The lowest comes first.

    Attributes:
        rank: of near-misses how many needs are missing, of confidential listings how many are unknown, else 0.
        metres: the score, rounded as by ``ranking.round_km``.
        tie: orders equal scores.
        chord: the squared chord between it and the place; None where there is no distance.
    """

    rank: int
    metres: float
    tie: int
    service: int
    record_id: int
    chord: float | None
    block: int


# Rows are plain tuples of these fields until it is known that they are shown.
METRES, SERVICE, RECORD = map(Found._fields.index, ("metres", "service", "record_id"))


class Source(NamedTuple):
    """Where one block's postings are: FROM and WHERE, how far each is (a chord), or kilometres in its stead."""

    block: int
    rows: Sql
    chord: Sql = _NO_CHORD
    base: str = "0"
    has_words: bool = False  # only listings that have the words asked for are in it


class Sources:
    """The postings that may answer one question, and what is asked of them."""

    def __init__(
        self, question: Question, dialect: Dialect, areas: Areas, criteria: Criteria, said: Said | None
    ) -> None:
        self._question = question
        self._dialect = dialect
        self._areas = areas
        self._criteria = criteria
        self._said = said
        self._kinds = sorted(expand_kind(question.need)) if question.need else []
        self._site_terms = [kind_term(code) for code in self._kinds] or [ANY_SITE]
        place = question.near
        self._point = None if place is None else (place.lat, place.lon)
        self._chord = _NO_CHORD if self._point is None else _chord_to(*self._point)
        few = _SAID if self._is_few else ""
        self.wide = self._wide(few)
        self.confidential = self._confidential(few)

    @property
    def can_be_ringed(self) -> bool:
        """Whether reading a smaller circle first reads less."""
        return self._point is not None and not self._is_few

    @property
    def _is_few(self) -> bool:
        return self._said is not None and self._said.is_few

    # ------------------------------------------------------------------ where the postings are

    def near(self, ring_km: float) -> Source:
        """Public sites of the kinds, in cells that cover the ring; everywhere when no place was asked for."""
        if self._is_few:
            return self._sites_among(_SAID)
        if self._point is None:
            among = self._dialect.among("g.term", self._site_terms)
            return self._sites(Sql(f"search_key AS g WHERE {among.text}", among.values))
        return self._sites(self._dialect.in_ranges(self._site_terms, cover(*self._point, ring_km, _RANGES)))

    def _sites_among(self, table: str) -> Source:
        """Those of the listings that stand in a table, of which there are few."""
        sites = self._sites(self._among(table, self._dialect.among("+g.term", self._site_terms)))
        return sites._replace(has_words=table == _SAID)

    def _among(self, table: str, condition: Sql) -> Sql:
        """Postings of the listings in a table, of which there are few.

        Conditions on the key have a plus sign before it: without, SQLite would look through the key rather than for
        the few listings.
        """
        rows = f"{table} AS few CROSS JOIN search_key AS g WHERE g.sid = few.sid AND {condition.text}"
        return Sql(rows, condition.values)

    def _sites(self, rows: Sql) -> Source:
        away = self._question.away_from
        if away is not None:
            apart = _chord_to(away.lat, away.lon)
            limit = chord_squared(self._question.beyond_km)
            rows = Sql(f"{rows.text} AND {apart.text} > ?", [*rows.values, *apart.values, limit])
        return Source(NEAR, rows, self._chord)

    def all(self, ring_km: float) -> tuple[Source, Source, Source]:
        """The sources of all blocks."""
        return self.near(ring_km), self.wide, self.confidential

    def _wide(self, few: str = "") -> Source:
        """What works for the whole county, state or nation of the place."""
        terms = None if self._question.near is None else wide_terms(self._question.near)
        return Source(WIDE, self._area_rows(terms, COUNTRIES, few), base=_WIDE_KM, has_words=few == _SAID)

    def _confidential(self, few: str = "") -> Source:
        """What is confidential and published in an area that the circle touches, or serves the place's area.

        It counts as being everywhere in its area, so it is left out where all of that is too near to what to keep away
        from; where a part is, it has to be asked about.
        """
        place = self._question.near
        terms = None if place is None else confidential_terms(place, self._areas.touched)
        rows = self._area_rows(terms, CONFIDENTIAL, few)
        if self._areas.held:
            held = self._dialect.among("g.area", sorted(self._areas.held))
            rows = Sql(f"{rows.text} AND NOT {held.text}", [*rows.values, *held.values])
        return Source(CONFIDENTIALS, rows, base=_CONFIDENTIAL_KM, has_words=few == _SAID)

    def _area_rows(self, terms: Sequence[int] | None, first_term: int, few: str) -> Sql:
        """Postings of areas with these terms; all that begin at ``first_term`` when no place was asked for.

        ``few`` is a table of the listings to look at; empty for all.
        """
        plus = "+" if few else ""
        found = (
            Sql(f"{plus}g.term BETWEEN ? AND ?", [first_term, first_term + CONFIDENTIAL - COUNTRIES - 1])
            if terms is None
            else self._dialect.among(f"{plus}g.term", terms)
        )
        if not self._kinds:
            cells = Sql(f"{plus}g.cell = {ANY_KIND}")
        elif few or (terms is not None and len(terms) * len(self._kinds) <= _MOST_SEEKS):
            cells = self._dialect.among(f"{plus}g.cell", [kind_cell(code) for code in self._kinds])
        else:
            any_of_them = "((g.k0 & ?) <> 0 OR (g.k1 & ?) <> 0)"
            cells = Sql(f"g.cell = {ANY_KIND} AND {any_of_them}", kind_mask(self._kinds))
        both = Sql(f"{found.text} AND {cells.text}", [*found.values, *cells.values])
        return self._among(few, both) if few else Sql(f"search_key AS g WHERE {both.text}", both.values)

    # ------------------------------------------------------------------ what is asked of them

    def any_of(self, sources: Sequence[Source], most: int) -> Statement:
        """All rows that fit, in no order, and no more than so many together."""
        selects = [self._select(source) for source in sources]
        text = " UNION ALL ".join(select.text for select in selects)
        return self._statement(Sql(f"{text} LIMIT ?", [*_values(selects), most]))

    def first_of(self, sources: Sequence[Source], most: int, *, misses: bool = False) -> Statement:
        """The best rows of each source, so many of each: of those that fit, or that nearly do."""
        selects = [self._select(source, misses=misses) for source in sources]
        text = " UNION ALL ".join(
            f"SELECT * FROM ({select.text} ORDER BY rank, metres, tie LIMIT ?) AS part{n}"
            for n, select in enumerate(selects)
        )
        return self._statement(Sql(text, [value for select in selects for value in (*select.values, most)]))

    def services(self) -> Sql:
        """Every service that fits, once."""
        fitting = [self._filtered(one, self._criteria.fits) for one in self.all(self._question.within_km)]
        return Sql(" UNION ".join(f"SELECT g.service FROM {one.text}" for one in fitting), _values(fitting))

    def total(self) -> Statement:
        """How many services fit."""
        services = self.services()
        return self._statement(Sql(f"SELECT count(*) FROM ({services.text}) AS fitting", services.values))

    def every_service(self) -> Statement:
        """The services that fit, a row each."""
        return self._statement(self.services())

    def listings_of(self, services: Sequence[int]) -> Statement:
        """Service -> how many of its listings fit, a row each."""
        sources = (self._sites_among("own"), self._wide("own"), self._confidential("own"))
        fitting = [self._filtered(one, self._criteria.fits) for one in sources]
        listings = " UNION ".join(f"SELECT g.service AS service, g.sid AS sid FROM {one.text}" for one in fitting)
        counted = f"SELECT service, count(*) FROM ({listings}) AS fitting GROUP BY service"
        return self._statement(Sql(counted, _values(fitting)), self._own(services))

    def rows_of(self, services: Sequence[int]) -> Statement:
        """The rows near and wide, as ``Found``, of a few services that fit."""
        selects = [self._select(one) for one in (self._sites_among("own"), self._wide("own"))]
        text = " UNION ALL ".join(select.text for select in selects)
        return self._statement(Sql(text, _values(selects)), self._own(services))

    def _own(self, services: Sequence[int]) -> Sql:
        """The table ``own`` of the listings of some services, and of those merged into them."""
        whose, merged = self._dialect.among("service_id", services), self._dialect.among("merged_into", services)
        return Sql(
            f"own(sid) AS MATERIALIZED (SELECT id FROM record WHERE {whose.text} AND kind = 'listing' UNION"
            " SELECT id FROM record WHERE kind = 'listing'"
            f" AND service_id IN (SELECT id FROM record WHERE {merged.text}))",
            [*whose.values, *merged.values],
        )

    def _statement(self, select: Sql, *tables: Sql) -> Statement:
        """A statement with the tables that its conditions name before it."""
        given = [*tables, *(self._said.given if self._said else ()), *self._criteria.given]
        if not given:
            return Statement(*select)
        named = ", ".join(table.text for table in given)
        return Statement(f"WITH {named} {select.text}", [*_values(given), *select.values])

    def _filtered(self, source: Source, condition: Sql) -> Sql:
        """FROM and WHERE of a source with a condition, what was typed and, where there are distances, the radius."""
        parts = [source.rows, condition]
        if source.chord is not _NO_CHORD:
            limit = chord_squared(self._question.within_km)
            parts.append(Sql(f"{source.chord.text} <= ?", [*source.chord.values, limit]))
        if self._said is not None and not source.has_words:
            parts.append(self._said.fits)
        return Sql(" AND ".join(part.text for part in parts), _values(parts))

    def _select(self, source: Source, *, misses: bool = False) -> Sql:
        """The rows of a source that fit, or that nearly do, as ``Found``."""
        criteria = self._criteria
        condition = criteria.misses if misses and criteria.misses is not None else criteria.fits
        # Confidential listings are ordered by what is known of them alone (SAFETY L5): the fewest open questions first.
        rank = criteria.missing if misses else criteria.unknown if source.block == CONFIDENTIALS else Sql("0")
        rows = self._filtered(source, condition)
        km = "base" if source.chord is _NO_CHORD else _DISTANCE_KM
        return Sql(
            f"SELECT rank, floor(({km} + penalty) * 1000 + 0.5) AS metres, tie, service, sid, chord,"
            f" {source.block} AS block FROM ("
            f"SELECT g.sid AS sid, g.service AS service, g.tie AS tie, {source.chord.text} AS chord,"
            f" {source.base} AS base, {criteria.penalty.text} AS penalty, {rank.text} AS rank"
            f" FROM {rows.text}) AS found",
            [*source.chord.values, *criteria.penalty.values, *rank.values, *rows.values],
        )


def _chord_to(lat: float, lon: float) -> Sql:
    """The squared chord between a posting and a point."""
    x, y, z = earth_vector(lat, lon)
    return Sql("((g.x - ?) * (g.x - ?) + (g.y - ?) * (g.y - ?) + (g.z - ?) * (g.z - ?))", [x, x, y, y, z, z])


def _values(parts: Iterable[Sql]) -> list[Any]:
    return [value for part in parts for value in part.values]
