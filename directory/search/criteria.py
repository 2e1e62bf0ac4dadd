"""The needs of a question as conditions on postings: what excludes, what is unknown, and what that costs.

Every need has three answers. A stated no excludes; an unknown one passes and adds its penalty to the score. What the
conditions say of a posting, ``directory.search.needs`` says of its card. The figures come from
``directory.search.ranking``.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from directory.freshness.policy import KEPT_DAYS
from directory.search import ranking
from directory.search.answer import Question
from directory.search.needs import MINORS, WITH_CHILDREN, boys_and_others
from directory.search.postings import (
    ABROAD,
    AGE_MASK,
    AGES_STATED,
    BOYS_TO_MASK,
    BOYS_TO_SHIFT,
    CONFIDENTIAL,
    GROUP_MASK,
    GROUP_SHIFT,
    HIGHEST_AGE_SHIFT,
    INTERPRETER,
    LANGUAGES_STATED,
    LOWEST_AGE_SHIFT,
    MAY_NOT_WORK,
    MOST_CHILDREN_MASK,
    MOST_CHILDREN_SHIFT,
    TRAUMA_LEVELS,
    TRAUMA_SHIFT,
    origin_code,
    wider_origins,
)
from directory.search.sql import Dialect, Sql, joined
from directory.search.wall_clocks import WallClocks, Window
from directory.values.language import bit_of
from directory.vocabulary.terms import needs_mask, trauma_level

_NOTHING = Sql("0")
_LANGUAGE_FLAGS = INTERPRETER | LANGUAGES_STATED
_LOWEST_AGE = f"((g.flags >> {LOWEST_AGE_SHIFT}) & {AGE_MASK})"
_HIGHEST_AGE = f"((g.flags >> {HIGHEST_AGE_SHIFT}) & {AGE_MASK})"
_MOST_CHILDREN = f"((g.flags >> {MOST_CHILDREN_SHIFT}) & {MOST_CHILDREN_MASK})"
_BOYS_TO = f"((g.flags >> {BOYS_TO_SHIFT}) & {BOYS_TO_MASK})"
_GROUP = f"((g.flags >> {GROUP_SHIFT}) & {GROUP_MASK})"


class _Need(NamedTuple):
    """When the answer is no (None: never), and when nobody has answered. ``bit``: the no is that bit, no more."""

    no: Sql | None
    unknown: Sql
    bit: int = 0


class Criteria:
    """The conditions of one question, written for rows of postings named ``g``.

    Attributes:
        given: small tables that the conditions name; they stand in ``WITH`` before a statement.
        fits: that no need is a stated no.
        misses: that some need is (None when nothing was asked that could be one).
        missing: how many needs are a stated no.
        unknown: how many needs nobody has answered.
        penalty: kilometres for what is not known, as ``ranking.penalty_km``.
    """

    def __init__(
        self,
        question: Question,
        dialect: Dialect,
        *,
        today: int,
        clocks: WallClocks,
        zones: Sequence[str] = (),
        may_be_near: Collection[int] = (),
        in_names: Sql | None = None,
    ) -> None:
        """Write the conditions.

        Args:
            question: what is asked.
            dialect: of the database.
            today: the day number that decides what is stale.
            clocks: what time it is.
            zones: every zone in which a listing states hours; needed when it is asked what is open.
            may_be_near: numbers of the confidential areas that reach into the distance to keep away from.
            in_names: that the words asked for stand in the names of a listing, and not only in what it says of itself.
        """
        given: list[Sql] = []
        if question.open:
            given.append(_opened([(zone, *window) for zone in zones for window in _windows(question, clocks, zone)]))
        if question.accepts_from is not None:
            given += _origins(question.accepts_from, dialect)
        self.given = given
        needs = [*_needs_of_a_person(question), *_needs_of_a_place(question, dialect, may_be_near)]
        languages = [_language_bit(tag) for tag in question.languages]
        refusals = [need.no for need in needs if need.no is not None]
        self.fits = _all_fit(needs)
        self.misses = joined(" OR ", refusals) if refusals else None
        if question.only_confirmed:
            # Hard for what fits and for what nearly fits alike.
            confirmed = "g.sid IN (SELECT listing_id FROM belief WHERE confirmed_on > ?)"
            least = today - KEPT_DAYS
            self.fits = Sql(f"({self.fits.text}) AND {confirmed}", [*self.fits.values, least])
            if self.misses is not None:
                self.misses = Sql(f"(({self.misses.text}) AND {confirmed})", [*self.misses.values, least])
        self.missing = _count(refusals)
        unknown = [need.unknown for need in needs]
        if in_names is not None:
            unknown.append(_negated(in_names))
        self.unknown = _count(unknown)
        interpreted = _count(
            [Sql(f"((g.{word} & ?) = 0 AND (g.flags & {INTERPRETER}) <> 0)", [bit]) for word, bit in languages]
        )
        self.penalty = _penalty(self.unknown, interpreted, needs=len(unknown), today=today)


def _needs_of_a_person(question: Question) -> Iterator[_Need]:
    for slug in question.who:
        bit = needs_mask([slug])
        if slug == MINORS and question.minor_age is not None:
            yield _minor(bit, question.minor_age)
        elif slug == WITH_CHILDREN and question.children:
            yield _children(bit, question)
        else:
            yield _stated(bit)
    for slug in question.barriers:
        yield _stated(needs_mask([slug]))
    for tag in question.languages:
        word, bit = _language_bit(tag)
        yield _Need(
            Sql(f"((g.{word} & ?) = 0 AND (g.flags & {_LANGUAGE_FLAGS}) = {LANGUAGES_STATED})", [bit]),
            Sql(f"((g.{word} & ?) = 0 AND (g.flags & {_LANGUAGE_FLAGS}) = 0)", [bit]),
        )
    if question.trauma_informed:
        level = trauma_level(question.trauma_informed) << TRAUMA_SHIFT
        # Nobody has said that a program is not assessed; see ARCHITECTURE.
        yield _Need(None, Sql(f"(g.flags & {TRAUMA_LEVELS}) < ?", [level]))


def _needs_of_a_place(question: Question, dialect: Dialect, may_be_near: Collection[int]) -> Iterator[_Need]:
    if question.open:
        week = "g.open_week" if question.open == "now" else "g.intake_week"
        yield _Need(Sql(f"({week} <> 0 AND {week} NOT IN (SELECT id FROM opened))"), Sql(f"{week} = 0"))
    if question.group is not None:
        yield _Need(Sql(f"({_GROUP} <> 0 AND {_GROUP} < ?)", [question.group]), Sql(f"{_GROUP} = 0"))
    if question.accepts_from is not None:
        known = "g.origins IN (SELECT id FROM taken) OR g.origins IN (SELECT id FROM partly_taken)"
        partly = (
            "g.origins = 0 OR (g.origins IN (SELECT id FROM partly_taken) AND g.origins NOT IN (SELECT id FROM taken))"
        )
        yield _Need(Sql(f"(g.origins <> 0 AND NOT ({known}))"), Sql(f"({partly})"))
    if question.away_from is not None:
        areas = dialect.among("g.area", sorted({0, *may_be_near}))
        yield _Need(None, Sql(f"(g.term >= {CONFIDENTIAL} AND {areas.text})", areas.values))


def _stated(bit: int) -> _Need:
    return _Need(Sql("(g.no & ?) <> 0", [bit]), Sql("((g.yes | g.no) & ?) = 0", [bit]), bit)


def _minor(bit: int, age: int) -> _Need:
    out_of_range = f"((g.flags & {AGES_STATED}) <> 0 AND ({_LOWEST_AGE} > ? OR {_HIGHEST_AGE} < ?))"
    return _Need(
        Sql(f"((g.no & ?) <> 0 OR {out_of_range})", [bit, age, age]),
        Sql(f"((g.no & ?) = 0 AND (g.flags & {AGES_STATED}) = 0)", [bit]),
    )


def _children(bit: int, question: Question) -> _Need:
    count = len(question.children)
    boys, others = boys_and_others(question.children)
    too_many = f"({_MOST_CHILDREN} <> 0 AND {_MOST_CHILDREN} <= ?)"
    too_old = f"({_BOYS_TO} <> 0 AND {_BOYS_TO} <= ?)"
    no = Sql(f"((g.no & ?) <> 0 OR {too_many} OR {too_old})", [bit, count, boys])
    asks = ["(g.yes & ?) = 0"]
    if count > 1:
        asks.append(f"{_MOST_CHILDREN} = 0")
    if max(boys, others) >= 0:
        asks.append(f"{_BOYS_TO} = 0")
    asks.append(f"({_BOYS_TO} <> 0 AND {_BOYS_TO} <= ?)")
    return _Need(no, Sql(f"(NOT {no.text} AND ({' OR '.join(asks)}))", [*no.values, bit, others]))


def _origins(code: str, dialect: Dialect) -> list[Sql]:
    """The sets of origins that hold all of an area (``taken``), and those that hold a part (``partly_taken``)."""
    here = [f" {wider} " for wider in wider_origins(code)]
    holds = dialect.holds("codes")
    any_ = " OR ".join([holds] * len(here))
    # Whoever takes people from abroad takes them from every country but its own.
    foreign = f"({holds} AND NOT {holds})"
    return [
        Sql(
            f"taken(id) AS MATERIALIZED (SELECT id FROM origin_set WHERE {any_} OR {foreign})",
            [*here, f" {ABROAD}:", f" {ABROAD}:{here[-1].strip()} "],
        ),
        Sql(
            f"partly_taken(id) AS MATERIALIZED (SELECT id FROM origin_set WHERE {holds})",
            [f" {origin_code(code)}-"],
        ),
    ]


def _windows(question: Question, clocks: WallClocks, zone: str) -> Sequence[Window]:
    return clocks.this_minute(zone) if question.open == "now" else clocks.tonight(zone)


def _opened(windows: Sequence[tuple[str, int, int, int]]) -> Sql:
    """The weeks of which a schedule holds at some time in these windows, by the clock of each zone."""
    # A window that holds nothing keeps the statement whole where no listing states hours.
    rows = [*windows, ("", 0, 0, 0)]
    marks = ", ".join(
        ["(CAST(? AS text), CAST(? AS bigint), CAST(? AS bigint), CAST(? AS bigint))"]
        + ["(?, ?, ?, ?)"] * (len(rows) - 1)
    )
    return Sql(
        f"moment(zone, start, stop, day) AS (VALUES {marks}), opened(id) AS MATERIALIZED ("
        "SELECT DISTINCT week.id FROM moment JOIN week ON week.zone = moment.zone"
        " JOIN week_span AS span ON span.week_id = week.id AND span.start < moment.stop AND span.stop > moment.start"
        " WHERE NOT EXISTS (SELECT 1 FROM week_closed AS closed WHERE closed.week_id = week.id"
        " AND closed.part = span.part AND closed.day = moment.day))",
        [value for row in rows for value in row],
    )


def _language_bit(tag: str) -> tuple[str, int]:
    """The word (a column) and the bit in it of a language."""
    place = bit_of(tag)
    if place is None:
        msg = "a question holds only languages that the directory knows"
        raise ValueError(msg)
    return f"l{place[0]}", 1 << place[1]


def _all_fit(needs: Sequence[_Need]) -> Sql:
    """That no need is a stated no; those that are a bit are looked at together."""
    mask = 0
    for need in needs:
        mask |= need.bit
    conditions = [Sql("(g.no & ?) = 0", [mask])] if mask else []
    conditions += [_negated(need.no) for need in needs if need.no is not None and not need.bit]
    return joined(" AND ", conditions) if conditions else Sql("1 = 1")


def _negated(condition: Sql) -> Sql:
    return Sql(f"NOT {condition.text}", condition.values)


def _count(conditions: Sequence[Sql]) -> Sql:
    if not conditions:
        return _NOTHING
    cases = [f"CASE WHEN {condition.text} THEN 1 ELSE 0 END" for condition in conditions]
    return Sql(f"({' + '.join(cases)})", [value for condition in conditions for value in condition.values])


def _penalty(unknown: Sql, interpreted: Sql, *, needs: int, today: int) -> Sql:
    line = (
        f"CASE WHEN g.fresh_until >= ? THEN {_real(0)} WHEN g.fresh_until > 0 THEN {_real(ranking.STALE_KM)}"
        f" ELSE {_real(ranking.NEVER_CONFIRMED_KM)} END"
        f" + CASE WHEN (g.flags & {MAY_NOT_WORK}) <> 0 THEN {_real(ranking.MAY_NOT_WORK_KM)} ELSE {_real(0)} END"
    )
    parts: list[tuple[str, Sequence[Any]]] = [(line, [today])]
    each = ranking.unknown_need_km(needs)
    for count, km in ((unknown, each), (interpreted, each * ranking.INTERPRETED_SHARE)):
        if count is not _NOTHING:
            parts.append((f"{count.text} * ?", [*count.values, km]))
    return Sql(" + ".join(text for text, _ in parts), [value for _, values in parts for value in values])


def _real(km: float) -> str:
    """A figure as both databases read it as floating point."""
    return f"CAST({km:g} AS double precision)"
