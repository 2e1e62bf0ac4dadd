"""Needs are named as they were asked, with their figures."""

import pytest

from directory.places.gazetteer import Gazetteer
from directory.search.answer import Child, Question
from web.pages.need_words import NeedWords
from web.wording import LANGUAGES, Wording

T, ES = Wording("en"), Wording("es")
EVERY_NEED = (
    "minors", "with-children", "trans-women", "transport", "language:es", "open:now", "open:tonight", "group",
    "accepts-from", "away-from", "trauma-informed", "name",
)  # fmt: skip


def _words(question: Question | None = None, t: Wording = T) -> NeedWords:
    return NeedWords(t, question, area=lambda code: {"US-TX": "Texas", "MX": "Mexico"}[code])


def test_terms_languages_and_the_rest_begin_a_line_or_stand_inside_a_sentence() -> None:
    words = _words()
    assert (words("trans-women"), words("trans-women", inside=True)) == ("Trans women", "trans women")
    assert (words("lgbtq", inside=True), words("language:es", inside=True)) == ("LGBTQ people", "Spanish")
    assert _words(t=ES)("language:es", inside=True) == "español"
    assert (words("trauma-informed"), words("open:tonight", inside=True)) == ("Trauma-informed", "coming in tonight")


def test_figures_stand_behind_what_they_belong_to() -> None:
    words = _words(
        Question(minor_age=16, children=(Child(12, "m"), Child(0, "f"), Child(3)), group=14, accepts_from="US-TX")
    )
    assert words("minors") == "Under 18 (age 16)"
    assert words("with-children", inside=True) == "with children (boy 12, girl under 1, age 3)"
    assert words("group") == "14 people together"
    assert words("accepts-from", inside=True) == "people from Texas"


def test_a_baby_is_an_age_too() -> None:
    assert _words(Question(minor_age=0))("minors") == "Under 18 (under 1)"


def test_the_place_to_keep_away_from_and_a_name_are_named() -> None:
    with Gazetteer() as gazetteer:
        words = _words(Question(away_from=gazetteer.find("33130"), name="Luz"))
    assert words("away-from") == "Far enough from 33130 (Miami, FL)"
    assert words("name", inside=True) == "named “Luz”"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_need_has_words_without_any_figure(language: str) -> None:
    words = _words(t=Wording(language))
    assert all(words(need) and "{" not in words(need) for need in EVERY_NEED)
