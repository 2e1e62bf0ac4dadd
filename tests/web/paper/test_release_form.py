"""The form that a person may sign: one sheet in a language that they read, and every line on it empty."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from directory.settings import tells
from tests.web.paper.reading import has_every_letter, is_of, need_tools, pixels_of, read, says_nothing_of_itself
from web.paper.drawing import PAPERS, paper_of
from web.paper.release_form import release_form_pdf
from web.wording import LANGUAGES, Wording, catalogue

_ON_IT = tuple(
    text_id
    for text_id in catalogue("en").texts
    if text_id.startswith("form.") and text_id not in {"form.open", "form.page", "form.make"}
)
_ENGLISH = Wording("en")


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    need_tools()


def _languages(language: str) -> tuple[Wording, ...]:
    return (_ENGLISH,) if language == "en" else (Wording(language, lent=""), _ENGLISH)


def _letters(text: str) -> list[str]:
    """Every letter of a text in some order: of Arabic, poppler gives the order in which they are seen."""
    return sorted(re.sub(r"\s", "", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_is_one_sheet_with_its_own_words_and_nothing_filled_in(language: str, tmp_path: Path) -> None:
    languages = _languages(language)
    expected = [t(text_id) for text_id in _ON_IT for t in languages]
    # Three people sign, each with a day; between two languages stands a dot.
    expected += [t("form.day") for t in languages] * 2 + ["·"] * (6 if len(languages) == 2 else 0)
    for paper in PAPERS:
        form = read(release_form_pdf(languages, paper=paper), tmp_path)
        assert _letters("".join(form.lines)) == _letters("".join(expected)), paper
        assert len(form.pages) == 1
        assert is_of(form, paper)
        assert has_every_letter(form)
        assert min(size for _, size, _ in form.drawn) >= 11
        says_nothing_of_itself(form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_names_neither_topic_nor_house(language: str) -> None:
    t = Wording(language, lent="")
    assert len(_ON_IT) == 20
    assert [text_id for text_id in _ON_IT if tells(str(t(text_id)))] == []
    assert [text_id for text_id in _ON_IT if "{" in catalogue(language).texts[text_id][0]] == []


def test_there_are_eight_lines_to_write_on_and_three_to_sign_on(tmp_path: Path) -> None:
    for languages in (_languages("en"), _languages("ar")):
        rows = pixels_of(release_form_pdf(languages, paper="letter"), tmp_path, dots_per_inch=144)
        inked = [sum(grey < 200 for grey in row) / len(row) for row in rows]
        # One line may be drawn in two rows of dots.
        lines = [share for above, share in pairwise(inked) if share > 0.7 and above <= 0.7]
        assert sorted(share > 0.84 for share in lines) == [False] * 3 + [True] * 8


def test_paper_is_that_of_the_country() -> None:
    assert [paper_of(country) for country in ("US", "CA", "PR", "MX", "DE", "ZZ")] == [*["letter"] * 4, "a4", "a4"]
