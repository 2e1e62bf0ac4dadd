"""What to know where an exam is looked for: what to ask for in a hospital already, care first, and who answers now.

Nothing is asked of anybody for it, so nothing of a person can be kept; no hour is told as the end of anything.
"""

from collections.abc import Iterable

import msgspec

from directory.forensic.clocks import Step, clocks
from directory.forensic.nearest import group_of, nearest_open
from directory.search.answer import Question, Result
from web.pages.choices import Choice
from web.pages.report_lines import ages_in_words, source_in_words
from web.pages.result_card import CardWords, ShownCard
from web.pages.term_words import term_words
from web.wording import Wording

_ADVOCATE = "victim-advocacy"
_CARE = {"hiv-prevention": "exam.hiv-prevention", "pregnancy-prevention": "exam.pregnancy-prevention"}


class ShownHours(msgspec.Struct, frozen=True):
    """One thing that is best done early, and whose page says so."""

    text: str
    sources: tuple[str, ...]


class ShownExam(msgspec.Struct, frozen=True, kw_only=True):
    """All of it in its order.

    ``asked`` says where the exam line is asked for hours, ``check`` how old figures are; ``advocate`` is whom the same
    search finds with one press more.
    """

    care: tuple[ShownHours, ...]
    evidence: tuple[ShownHours, ...]
    asked: str
    check: str
    advocate: Choice
    site: ShownCard | None
    by_video: ShownCard | None


def shown_exam(t: Wording, question: Question, answering: Iterable[Result], *, cards: CardWords) -> ShownExam:
    """What stands before the numbers of a search for an exam.

    Args:
        t: the language.
        question: what was asked; its place decides how long evidence is taken.
        answering: what the same search finds of those who answer now.
        cards: puts single listings into words.
    """
    told = clocks(None, question.near, question.minor_age)
    nearest = nearest_open(answering, group_of(question))
    today = cards.today(question.near.zone if question.near else "UTC")
    is_old = any(source.is_stale(today) for step in told.steps for source in step.sources)
    others = "exam.evidence.others" if told.evidence else "exam.evidence.unknown"
    return ShownExam(
        care=tuple(_hours(step, t(_CARE[step.what], hours=step.within_hours), t) for step in told.care),
        evidence=tuple(_hours(step, _evidence(step, t), t) for step in told.evidence),
        asked=t(others) if told.is_asked else "",
        check=t("takes.check") if is_old else "",
        advocate=Choice(_ADVOCATE, term_words("kind", _ADVOCATE, t)),
        site=_card(nearest.site, cards),
        by_video=_card(nearest.by_video, cards),
    )


def _evidence(step: Step, t: Wording) -> str:
    return t("exam.evidence", ages=ages_in_words(step.from_age, step.to_age), hours=step.within_hours)


def _hours(step: Step, text: str, t: Wording) -> ShownHours:
    return ShownHours(text, tuple(source_in_words(source, t) for source in step.sources))


def _card(found: Result | None, cards: CardWords) -> ShownCard | None:
    return cards.card(found.card, distance_km=found.distance_km) if found else None
