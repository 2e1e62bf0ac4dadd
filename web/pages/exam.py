"""What to know where an exam is looked for: what to ask for in a hospital already, care first, and who answers now.

Nothing is asked of anybody for it, so nothing of a person can be kept; no hour is told as the end of anything. How
many hours ago it was is put in by whoever wants to, and worked out in the page alone (``web/static/clocks.js``).
"""

from collections.abc import Iterable

import msgspec

from directory.forensic.clocks import Step, clocks
from directory.forensic.nearest import exam_kinds, group_of, nearest_open
from directory.forensic.windows import covered
from directory.search.answer import Question, Result
from web.pages.choices import Choice
from web.pages.report_lines import ages_in_words, source_in_words
from web.pages.result_card import CardWords, ShownCard
from web.pages.term_words import term_words
from web.wording import Wording

_ADVOCATE = "victim-advocacy"
_CARE = {"hiv-prevention": "exam.hiv-prevention", "pregnancy-prevention": "exam.pregnancy-prevention"}


class ShownHours(msgspec.Struct, frozen=True):
    """One thing that is best done early, and whose page says so.

    ``past`` is said after the hours that it names; ``ages`` are of whom it is, where that matters.
    """

    text: str
    sources: tuple[str, ...]
    within_hours: int
    past: str
    ages: str = ""


class ShownAnswering(msgspec.Struct, frozen=True):
    """One that answers now, and whom it is for: adults, children, or both by video."""

    card: ShownCard
    kinds: str


class ShownNow(msgspec.Struct, frozen=True):
    """Who answers now; ``advocate`` is whom the same search finds with one press more."""

    advocate: Choice
    site: ShownAnswering | None
    by_video: ShownAnswering | None


class ShownExam(msgspec.Struct, frozen=True, kw_only=True):
    """All of it in its order.

    ``ages`` are those that evidence goes by, where there are several. ``asked`` says where the exam line is asked for
    hours, and ``covered`` of how many places they are known; ``check`` how old figures are. ``now`` is None where
    nothing was searched for, as on the page of a listing.
    """

    care: tuple[ShownHours, ...]
    evidence: tuple[ShownHours, ...]
    ages: tuple[str, ...]
    asked: str
    covered: str
    check: str
    now: ShownNow | None


def shown_exam(
    t: Wording, question: Question, answering: Iterable[Result] | None, *, cards: CardWords
) -> ShownExam:  # fmt: skip
    """What stands before the numbers of a search for an exam, or on the page of a listing that does it.

    Args:
        t: the language.
        question: what was asked; its place decides how long evidence is taken.
        answering: what the same search finds of those who answer now; None where there is no search.
        cards: puts single listings into words.
    """
    told = clocks(None, question.near, question.minor_age)
    today = cards.today(question.near.zone if question.near else "UTC")
    is_old = any(source.is_stale(today) for step in told.steps for source in step.sources)
    others = "exam.evidence.others" if told.evidence else "exam.evidence.unknown"
    evidence = tuple(_evidence(step, t) for step in told.evidence)
    return ShownExam(
        care=tuple(_hours(step, t(_CARE[step.what], hours=step.within_hours), t) for step in told.care),
        evidence=evidence,
        ages=tuple(one.ages for one in evidence) if len(evidence) > 1 else (),
        asked=t(others) if told.is_asked else "",
        covered=_covered(t) if told.is_asked else "",
        check=t("takes.check") if is_old else "",
        now=None if answering is None else _now(t, question, answering, cards),
    )


def _now(t: Wording, question: Question, answering: Iterable[Result], cards: CardWords) -> ShownNow:
    nearest = nearest_open(answering, group_of(question))
    return ShownNow(
        advocate=Choice(_ADVOCATE, term_words("kind", _ADVOCATE, t)),
        site=_answering(nearest.site, t, cards),
        by_video=_answering(nearest.by_video, t, cards),
    )


def _covered(t: Wording) -> str:
    known = covered()
    return t("exam.covered", us=known.us, us_of=known.us_of, ca=known.ca, ca_of=known.ca_of)


def _evidence(step: Step, t: Wording) -> ShownHours:
    ages = ages_in_words(step.from_age, step.to_age)
    if not step.from_age and step.to_age is None:
        return _hours(step, t("exam.evidence.all", hours=step.within_hours), t)
    return _hours(step, t("exam.evidence", ages=ages, hours=step.within_hours), t, ages=ages)


def _hours(step: Step, text: str, t: Wording, *, ages: str = "") -> ShownHours:
    sources = tuple(source_in_words(source, t) for source in step.sources)
    return ShownHours(text, sources, step.within_hours, t("exam.past", hours=step.within_hours), ages)


def _answering(found: Result | None, t: Wording, cards: CardWords) -> ShownAnswering | None:
    if found is None:
        return None
    kinds = " \u00b7 ".join(term_words("kind", kind, t) for kind in exam_kinds(found.card))
    return ShownAnswering(cards.card(found.card, distance_km=found.distance_km), kinds)
