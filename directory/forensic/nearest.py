"""The nearest site that does the exam and answers now, and whoever does it by video, among what a search has found.

What fits and what is open is decided by the search; here is only chosen.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from directory.cards.card import Card
from directory.search.answer import Answer, Question, Result
from directory.vocabulary.terms import expand_kind

BY_VIDEO = "tele-sane"
# Whom an exam is for; empty where it is not known.
Group = Literal["", "adult", "pediatric"]
_OF_GROUP: dict[Group, str] = {"adult": "sane-adult", "pediatric": "sane-pediatric"}


class Nearest(msgspec.Struct, frozen=True, kw_only=True):
    """What answers now: a site to go to, and whoever can help by video where somebody already is."""

    site: Result | None = None
    by_video: Result | None = None


def is_about_exams(question: Question) -> bool:
    """Whether an exam is looked for."""
    return bool(question.need) and question.need in expand_kind("sane")


def exam_kinds(card: Card) -> tuple[str, ...]:
    """Which exams a listing does: for adults, for children, by video; or just that it does them."""
    kinds = [kind for kind in card.kinds if kind in expand_kind("sane")]
    return tuple(kind for kind in kinds if kind != "sane") or tuple(kinds)


def holds_all_open(answer: Answer) -> bool:
    """Whether nobody who answers now is missing from an answer: it shows all that fit, and each at its only site."""
    fitting = [result for result in answer.results if result.block != "near-miss"]
    is_whole = answer.total == len(fitting) and not any(result.more_sites for result in fitting)
    # Those who answer now and take nobody new tonight did not fit.
    return is_whole and answer.question.open != "tonight"


def group_of(question: Question) -> Group:
    """Whom the exam is for, as far as the question says so."""
    if question.minor_age is not None or "minors" in question.who or question.need == _OF_GROUP["pediatric"]:
        return "pediatric"
    return "adult" if question.need == _OF_GROUP["adult"] else ""


def nearest_open(results: Iterable[Result], group: Group) -> Nearest:
    """The nearest of both kinds that answer now; None where none is known to.

    A number that may not work comes after every other, however near it is. Of two lines at one place, as a hospital has
    them, that for children alone comes second: whoever asks for a child is led to it by saying so.
    """
    answering = sorted((one for one in results if one.open_now and one.block != "near-miss"), key=_last)
    sites = [one for one in answering if _is_site_for(one.card, group)]
    videos = [one for one in answering if BY_VIDEO in one.card.kinds]
    return Nearest(site=sites[0] if sites else None, by_video=videos[0] if videos else None)


def _is_site_for(card: Card, group: Group) -> bool:
    kinds = (set(card.kinds) & expand_kind("sane")) - {BY_VIDEO}
    if not group:
        return bool(kinds)
    takes_minors = group == "pediatric" and "minors" in card.yes
    return "sane" in kinds or _OF_GROUP[group] in kinds or (bool(kinds) and takes_minors)


def _last(result: Result) -> tuple[bool, bool, float, bool]:
    card, far = result.card, result.distance_km
    return card.may_not_work, far is None, far or 0.0, set(exam_kinds(card)) == {_OF_GROUP["pediatric"]}
