"""The national lines: their digits stand here a second time, typed by hand (SAFETY I4)."""

import datetime as dt
import inspect

import pytest

from directory import pinned
from directory.pinned import PinnedLine, pinned_lines
from directory.settings import TELLING_WORDS, Settings
from directory.values.phone import grouped

_LETTERS = {letter: digit for digit, letters in enumerate(
    ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), start=2) for letter in letters}  # fmt: skip
_EVERY_LINE = [line for country in ("US", "CA") for line in pinned_lines(country).lines]


def test_the_line_of_the_united_states_has_these_digits() -> None:
    (line,) = pinned_lines("US").lines
    assert grouped(line.number) == "1 888 373 7888"
    assert line.text is not None
    assert line.text.code == "233733"
    assert line.tty == "711"
    assert line.always_open


def test_the_line_of_canada_has_these_digits() -> None:
    (line,) = pinned_lines("CA").lines
    assert grouped(line.number) == "1 833 900 1010"
    assert line.always_open


def test_what_is_not_known_of_a_line_is_empty() -> None:
    (line,) = pinned_lines("CA").lines
    assert (line.text, line.tty) == (None, "")


def test_the_word_of_a_text_number_spells_its_digits() -> None:
    text = pinned_lines("US").lines[0].text
    assert text is not None
    assert text.spelled == "BeFree"
    assert "".join(str(_LETTERS[letter]) for letter in text.spelled.lower()) == text.code


@pytest.mark.parametrize("country", ["US", "CA"])
def test_the_emergency_number_is_911(country: str) -> None:
    assert pinned_lines(country).emergency == "911"


@pytest.mark.parametrize("territory", ["PR", "GU", "VI", "AS", "MP"])
def test_a_territory_has_the_lines_of_its_nation(territory: str) -> None:
    assert pinned_lines(territory) == pinned_lines("US")


@pytest.mark.parametrize("country", ["MX", "DE", "us", ""])
def test_a_country_without_a_known_line_is_told_nothing_false(country: str) -> None:
    shown = pinned_lines(country)
    assert (shown.lines, shown.emergency) == ((), "")


def test_the_lines_say_how_old_they_are() -> None:
    assert dt.date(2026, 1, 1) < pinned_lines("US").dated == pinned_lines("CA").dated


@pytest.mark.parametrize("line", _EVERY_LINE, ids=lambda line: line.number)
def test_the_words_of_the_public_page_do_not_tell_what_it_is_about(line: PinnedLine) -> None:
    shown = [*line.label.values(), *line.languages.values()]
    assert set(line.label) == set(line.languages) == set(line.name) == {"en", "es"}
    assert [word for word in TELLING_WORDS for text in shown if word in text.casefold()] == []


def test_nothing_but_the_file_says_what_is_pinned() -> None:
    """No setting names a number or the file, and the module can read neither settings nor the database.

    It knows in which folder a newer signed file would lie, and nothing else of a deployment.
    """
    assert [name for name in Settings.__struct_fields__ if "pinned" in name or "phone" in name] == []
    assert list(inspect.signature(pinned_lines).parameters) == ["country"]
    ours = {getattr(value, "__module__", "") for value in vars(pinned).values()}
    known = {module for module in ours if module.startswith("directory")}
    assert known == {"directory.pinned", "directory.errors", "directory.files", "directory.settings"}
    assert [
        name for name, value in vars(pinned).items() if getattr(value, "__module__", "") == "directory.settings"
    ] == ["data_folder"]
