"""Needs in words, as they were asked: "Under 18 (age 16)", "With children (girl 3, boy 12)", "A group of 14"."""

from collections.abc import Callable

from directory.search.answer import Child, Question
from directory.vocabulary import terms
from web.pages.asking import MINORS, WITH_CHILDREN
from web.pages.term_words import language_words, term_words
from web.wording import Wording, lower_first, upper_first


class NeedWords:
    """Names the needs of one question.

    Args:
        t: the language.
        question: what was asked; without one, needs are named without their figures.
        area: gives the name of an area's code.
    """

    def __init__(self, t: Wording, question: Question | None, *, area: Callable[[str], str]) -> None:
        self._t = t
        self._question = question or Question()
        self._area = area

    def __call__(self, need: str, *, inside: bool = False) -> str:
        """A need as answers name it (``trans-women``, ``language:es``, ``open:tonight``, ``group`` ...).

        It begins a line, or stands ``inside`` a sentence.
        """
        topic, _, tag = need.partition(":")
        if topic == "language":
            return language_words(tag, self._t, inside=inside)
        words = self._own_words(need)
        if words:
            return lower_first(words) if inside else upper_first(words)
        named = term_words(terms.need(need).scheme, need, self._t, inside=inside)
        figures = self._figures(need)
        return f"{named} ({figures})" if figures else named

    def _own_words(self, need: str) -> str:
        """Words of needs that are no terms of the vocabulary, with their figure where the question has one."""
        asked = self._question
        figures: dict[str, object] = {
            "group": asked.group,
            "accepts-from": self._area(asked.accepts_from) if asked.accepts_from else "",
            "away-from": asked.away_from.label if asked.away_from else "",
            "name": asked.name,
        }
        if figures.get(need):
            return self._t(f"need.{need}.of", figure=figures[need])
        if need in figures or need.startswith("open:"):
            return self._t(f"need.{need}")
        return self._t("trauma.name") if need == "trauma-informed" else ""

    def _figures(self, need: str) -> str:
        asked = self._question
        if need == MINORS and asked.minor_age is not None:
            return self._t("need.age", age=asked.minor_age) if asked.minor_age else self._t("need.age_under_1")
        if need == WITH_CHILDREN:
            return self._t("list.comma").join(map(self._child, asked.children))
        return ""

    def _child(self, child: Child) -> str:
        who = child.sex or "any"
        return self._t(f"child.{who}", age=child.age) if child.age else self._t(f"child.{who}.under_1")
