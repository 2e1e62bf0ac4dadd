"""The needs of a question as conditions on postings: what excludes, what is unknown, and what that costs.

Every need has three answers (MODEL: ``yes`` bit, ``no`` bit, neither). A stated no excludes; an unknown one passes and
adds its penalty to the score. The figures come from ``directory.search.ranking``.
"""

from collections.abc import Sequence
from typing import Any

from directory.search import ranking
from directory.search.answer import Question
from directory.search.postings import INTERPRETER, LANGUAGES_STATED, MAY_NOT_WORK, TRAUMA_LEVELS, TRAUMA_SHIFT
from directory.search.sql import Sql
from directory.values.language import bit_of
from directory.vocabulary.terms import needs_mask, trauma_level

_NOTHING = Sql("0")
_LANGUAGE_FLAGS = INTERPRETER | LANGUAGES_STATED


class Criteria:
    """The conditions of one question, written for rows of postings named ``g``.

    Attributes:
        fits: that no need is a stated no.
        misses: that some need is (None when nothing was asked that could be one).
        missing: how many needs are a stated no.
        unknown: how many needs nobody has answered.
        penalty: kilometres for what is not known, as ``ranking.penalty_km``.
    """

    def __init__(self, question: Question, *, today: int) -> None:
        """``today`` is the day number that decides what is stale."""
        slugs = [needs_mask([slug]) for slug in (*question.who, *question.barriers)]
        languages = [_language_bit(tag) for tag in question.languages]
        levels = [trauma_level(question.trauma_informed) << TRAUMA_SHIFT] if question.trauma_informed else []
        self.fits = _all(
            [*_no_stated_no(slugs), *(Sql(f"NOT {text}", [bit]) for text, bit in _stated_without(languages))]
        )
        refusals = [*(("(g.no & ?) <> 0", bit) for bit in slugs), *_stated_without(languages)]
        self.misses = (
            Sql(f"({' OR '.join(text for text, _ in refusals)})", [bit for _, bit in refusals]) if refusals else None
        )
        self.missing = _count(refusals)
        self.unknown = _count(
            [
                *(("((g.yes | g.no) & ?) = 0", bit) for bit in slugs),
                *((f"((g.{word} & ?) = 0 AND (g.flags & {_LANGUAGE_FLAGS}) = 0)", bit) for word, bit in languages),
                *((f"(g.flags & {TRAUMA_LEVELS}) < ?", level) for level in levels),
            ]
        )
        interpreted = _count(
            [(f"((g.{word} & ?) = 0 AND (g.flags & {INTERPRETER}) <> 0)", bit) for word, bit in languages]
        )
        self.penalty = _penalty(self.unknown, interpreted, needs=len(slugs) + len(languages) + len(levels), today=today)


def _language_bit(tag: str) -> tuple[str, int]:
    """The word (a column) and the bit in it of a language."""
    place = bit_of(tag)
    if place is None:
        msg = "a question holds only languages that the directory knows"
        raise ValueError(msg)
    return f"l{place[0]}", 1 << place[1]


def _no_stated_no(slugs: Sequence[int]) -> list[Sql]:
    wanted = 0
    for bit in slugs:
        wanted |= bit
    return [Sql("(g.no & ?) = 0", [wanted])] if wanted else []


def _stated_without(languages: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """That languages are stated, this one is not among them, and there is no interpreter on request."""
    return [
        (f"((g.{word} & ?) = 0 AND (g.flags & {_LANGUAGE_FLAGS}) = {LANGUAGES_STATED})", bit) for word, bit in languages
    ]


def _all(conditions: Sequence[Sql]) -> Sql:
    if not conditions:
        return Sql("1 = 1")
    return Sql(
        " AND ".join(condition.text for condition in conditions),
        [value for condition in conditions for value in condition.values],
    )


def _count(conditions: Sequence[tuple[str, int]]) -> Sql:
    if not conditions:
        return _NOTHING
    cases = [f"CASE WHEN {text} THEN 1 ELSE 0 END" for text, _ in conditions]
    return Sql(f"({' + '.join(cases)})", [bit for _, bit in conditions])


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
