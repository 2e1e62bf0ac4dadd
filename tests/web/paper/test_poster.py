"""A poster names no topic, its number is the pinned one, and what is torn off it holds digits alone."""

from itertools import combinations
from pathlib import Path

import msgspec
import pytest

from directory.errors import NothingFitsError
from directory.pinned import PinnedLines, pinned_lines
from directory.settings import tells
from directory.values.phone import grouped
from directory.vocabulary import terms
from tests.web.paper.reading import Read, has_every_letter, is_of, need_tools, read, says_nothing_of_itself
from web.paper.drawing import MEASURES, PAPERS, Paper
from web.paper.poster import STRIPS, poster_pdf, strip_mm
from web.wording import LANGUAGES, Wording, catalogue

US = pinned_lines("US")
DIGITS = grouped(US.lines[0].number)
_ON_IT = (*(text_id for text_id in catalogue("en").texts if text_id.startswith("poster.")), "always.emergency")
# The three whose words are longest.
_LONGEST = ("tl", "ru", "vi")


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    need_tools()


def _spoken(*languages: str) -> list[Wording]:
    return [Wording(language, lent="") for language in languages]


def _letters(text: str) -> list[str]:
    """Without hyphens: at the end of a line poppler takes them for those of a printer."""
    return sorted("".join(text.split()).replace("-", ""))


def _looks_right(languages: list[Wording], pinned: PinnedLines, paper: Paper, folder: Path) -> Read:
    poster = read(poster_pdf(languages, pinned, paper=paper), folder)
    assert len(poster.pages) == 1
    assert is_of(poster, paper)
    assert has_every_letter(poster)
    assert min(size for _, size, _ in poster.drawn) >= 11
    # The number is the largest thing by far, and nothing of the words lies on the strips or beyond the sheet.
    largest = sorted({size for _, size, _ in poster.drawn})
    assert largest[-1] >= 1.7 * largest[-2]
    width, height = (side * 72 / 25.4 for side in MEASURES[paper])
    strips = height - strip_mm(len(languages)) * 72 / 25.4
    digits = grouped(pinned.shown[0].number).split()
    torn_off = [word for word, box in zip(poster.words, poster.boxes, strict=True) if box[3] > strips - 8]
    assert sorted(torn_off) == sorted(digits * STRIPS)
    assert all(min(left, top) > 12 and right < width - 12 for left, top, right, _ in poster.boxes)
    assert all(bottom < height - 12 for _, _, _, bottom in poster.boxes)
    says_nothing_of_itself(poster)
    return poster


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poster_holds_its_words_the_pinned_number_and_digits_to_tear_off(language: str, tmp_path: Path) -> None:
    (t,) = _spoken(language)
    words = [t(text_id, **({"code": "233733"} if text_id == "poster.text" else {})) for text_id in _ON_IT]
    for paper in PAPERS:
        poster = _looks_right([t], US, paper, tmp_path)
        said = [*words, US.emergency, *[DIGITS] * (1 + STRIPS)]
        # Marks that keep a number together between words from right to left are not seen.
        assert _letters("".join(poster.lines)) == _letters("".join(said).translate(dict.fromkeys([0x2068, 0x2069])))


@pytest.mark.parametrize("languages", [_LONGEST, *combinations(_LONGEST, 2), ("en", "es", "zh"), ("ar", "ko", "ht")])
def test_two_or_three_languages_share_a_sheet_and_one_number(languages: tuple[str, ...], tmp_path: Path) -> None:
    for paper in PAPERS:
        poster = _looks_right(_spoken(*languages), US, paper, tmp_path)
        assert poster.lines.count(DIGITS) == 1 + STRIPS


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_a_poster_names_the_topic(language: str) -> None:
    (t,) = _spoken(language)
    kinds = {terms.label("kind", term.code, language).casefold() for term in terms.terms("kind")}
    words = [str(t(text_id, **({"code": ""} if text_id == "poster.text" else {}))) for text_id in _ON_IT]
    assert [one for one in words if tells(one)] == []
    assert [one for one in words if any(kind in one.casefold() for kind in kinds if len(kind) > 4)] == []


def test_a_poster_says_of_the_line_only_what_the_pinned_file_says(tmp_path: Path) -> None:
    t, line = Wording("en"), US.lines[0]
    plain = msgspec.structs.replace(line, text=None, always_open=False, languages={}, number="+525512345678")
    poster = _looks_right([t], PinnedLines((plain,), "", US.dated), "letter", tmp_path)
    said = " ".join(poster.lines)
    told = [t(f"poster.{part}") in said for part in ("any_hour", "free", "language")]
    assert told == [False] * 3
    assert "Text messages" not in said
    assert t("always.emergency") not in said
    assert "+52 55 1234 5678" in poster.lines


def test_there_is_no_poster_without_a_number_that_pages_show() -> None:
    being_checked = msgspec.structs.replace(US, being_checked=frozenset({0}))
    for pinned in (PinnedLines((), "911", US.dated), being_checked):
        with pytest.raises(NothingFitsError):
            poster_pdf(_spoken("en"), pinned, paper="letter")
