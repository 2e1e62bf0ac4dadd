"""The headline of an answer says no more than is known."""

import datetime as dt

import pytest

from directory.cards.card import Card
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Answer, NeedAnswer, Question, Result
from web.pages.answer_words import AnswerWords, ShownAnswer
from web.pages.asking import Asked
from web.pages.result_card import CardWords
from web.wording import Wording

NOW = dt.datetime(2026, 11, 14, 7, 6, tzinfo=dt.UTC)
YES = NeedAnswer(need="women", state="yes", as_of="2026-11-02", verified=True)
ASK = NeedAnswer(need="women", state="ask")
NO = NeedAnswer(need="women", state="no", as_of="2026-11-02")


def _shown(*results: Result, total: int, asked: Asked | None = None, language: str = "en") -> ShownAnswer:
    asked = asked or Asked(place="33130", need="shelter", who=("women",))
    with Gazetteer() as gazetteer:
        near = gazetteer.find("33130")
        t = Wording(language)
        words = AnswerWords(t, cards=CardWords(t, now=NOW, gazetteer=gazetteer), country="US")
        question = Question(need=asked.need, near=near, who=asked.who)
        return words.answer(asked, Answer(question=question, results=results, total=total))


def _result(*needs: NeedAnswer, block: str = "near") -> Result:
    card = Card(id="1", service="1", name="Practice")
    return Result(card=card, block=block, score_km=1, needs=needs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("results", "total", "english", "spanish"),
    [
        ([_result(YES)], 1, "1 fits both needs", "1 cumple con las dos necesidades"),
        ([_result(YES), _result(YES), _result(ASK)], 3, "2 fit both needs", "2 cumplen con las dos necesidades"),
        ([_result(YES)], 40, "At least 1 fits both needs", "Al menos 1 cumple con las dos necesidades"),
        ([_result(ASK)], 1, "1 may fit: ask first", "1 podría servir: pregunte antes"),
        ([_result(ASK)], 40, "40 may fit: ask first", "40 podrían servir: pregunte antes"),
        ([_result(NO, block="near-miss")], 0, "Nothing within 25 miles fits it all",
         "No hay nada a menos de 25 millas que cumpla todo"),
        ([], 0, "Nothing within 25 miles fits it all", "No hay nada a menos de 25 millas que cumpla todo"),
    ],
)  # fmt: skip
def test_the_headline_counts_what_fits(results: list[Result], total: int, english: str, spanish: str) -> None:
    assert _shown(*results, total=total).headline == english
    assert _shown(*results, total=total, language="es").headline == spanish


def test_one_need_is_counted_as_numbers() -> None:
    asked = Asked(place="33130", need="shelter")
    assert _shown(_result(), total=1, asked=asked).headline == "1 number for 33130 (Miami, FL)"
    many = _shown(_result(), total=783, asked=asked)
    assert (many.headline, many.remark) == ("783 numbers for 33130 (Miami, FL)", "The best 1 are shown.")


def test_what_may_fit_and_what_comes_close_is_said_below() -> None:
    shown = _shown(_result(YES), _result(ASK), _result(ASK), _result(NO, block="near-miss"), total=3)
    assert shown.remark == "2 more fit if the answers are yes. 1 comes close."


def test_a_block_without_results_is_left_out() -> None:
    shown = _shown(_result(YES), _result(YES, block="confidential"), total=2)
    assert [block.id for block in shown.blocks] == ["near", "private"]


def test_only_an_empty_answer_offers_changes() -> None:
    assert _shown(total=0).nothing_fits
    assert not _shown(_result(ASK), total=1).nothing_fits


def test_many_needs_are_counted_in_words() -> None:
    asked = Asked(place="33130", need="shelter", who=("women", "deaf"), language="es", level="assessed")
    assert _shown(_result(YES), total=1, asked=asked).headline == "1 fits all five needs"
    everyone = Asked(place="33130", need="shelter", who=("women", "deaf", "lgbtq", "pregnant", "couples"), barriers=(
        "free", "walk-in", "transport", "accessible"))  # fmt: skip
    assert _shown(_result(YES), total=1, asked=everyone).headline == "1 fits all needs"
