"""A pack on paper: whole in every language, dated on each sheet but that of the cards, and cards that tell nothing."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from directory.settings import tells
from tests.services import ROOT
from tests.web.paper.packs import CELLS, GOOD_UNTIL, SERIAL, entry_of, full_pack, pack_of
from tests.web.paper.reading import (
    has_every_letter,
    is_of,
    need_tools,
    read,
    says_nothing_of_itself,
    words_of_sheet,
)
from web.pack.contents import PackContents
from web.pages.asking import TILES
from web.pages.result_card import ShownLine
from web.paper.card import LABELS
from web.paper.drawing import MEASURES, Paper
from web.paper.pack import box_lines, cards_of_pack, pack_pdf, turns
from web.wording import LANGUAGES, Wording

PINNED = "1 888 373 7888"
_SHEETS = [*((language, "letter") for language in LANGUAGES), ("en", "a4"), ("ar", "a4")]
_LONG = "Northern Regional Coalition of Everybody and Their Families, Downtown Walk-in Office for Papers " * 2


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    need_tools()


def _whole(language: str) -> Wording:
    return Wording(language, lent="")


@cache
def _drawn(language: str, paper: Paper) -> bytes:
    t = _whole(language)
    return pack_pdf(full_pack(t, 9), t, paper=paper)


@pytest.mark.parametrize(("language", "paper"), _SHEETS)
def test_a_pack_is_drawn_whole_and_every_sheet_but_that_of_the_cards_says_until_when(
    language: str, paper: Paper, tmp_path: Path
) -> None:
    drawn = _drawn(language, paper)
    pack = read(drawn, tmp_path)
    assert is_of(pack, paper)
    assert has_every_letter(pack)
    assert min(size for _, size, _ in pack.drawn) >= 11
    says_nothing_of_itself(pack)
    width, height = MEASURES[paper]
    for sheet in range(1, len(pack.pages) + 1):
        words = words_of_sheet(drawn, tmp_path, sheet)
        assert all(min(left, top) > 4 and right < width - 4 for _, (left, top, right, _) in words), sheet
        foot = sorted((round(box[1]), box[0], word) for word, box in words if box[1] > height - 24)
        said = [word for _, _, word in foot]
        is_of_cards = sheet == len(pack.pages)
        assert (SERIAL in said) is not is_of_cards
        assert (str(GOOD_UNTIL.year) in "".join(said)) is not is_of_cards
        # Digits keep their order also between words that run from right to left.
        if not is_of_cards:
            assert PINNED in " ".join(said)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_nothing_stands_on_it_but_the_words_of_the_pack_and_of_its_sheets(language: str, tmp_path: Path) -> None:
    t = _whole(language)
    contents = full_pack(t, 9)
    template = (ROOT / "web/templates/paper/pack.html").read_text(encoding="utf-8")
    ids = {
        *re.findall(r"\bt\('([a-z_.-]+)'", template),
        *re.findall(r"sheet\.own[.a-z]*", (ROOT / "web/paper/pack.py").read_text()),
    }
    values: dict[str, Any] = {"serial": SERIAL, "date": "", "digits": PINNED, "names": ""}
    said = [*_texts(msgspec.to_builtins(contents, enc_hook=str)), *(t(text_id, **values) for text_id in ids)]
    said += [t(f"tile.{tile}") for tile in TILES] + [t(f"card_label.{label}") for label in LABELS]
    said += [t("carry.says_topic"), t("pack.made", date=contents.made_on), t("pack.good", date=GOOD_UNTIL)]
    allowed = {part.strip("().,:;") for text in said for part in text.split()} | {"·", *map(str, range(30))}
    pack = read(_drawn(language, "letter"), tmp_path)
    printed = {part.strip("().,:;") for line in pack.lines for part in line.split()}
    assert printed - allowed <= {""}


def _texts(found: Any) -> list[str]:
    if isinstance(found, dict):
        return [text for value in found.values() for text in _texts(value)]
    if isinstance(found, (list, tuple)):
        return [text for value in found for text in _texts(value)]
    return [str(found)]


@pytest.mark.parametrize(
    ("language", "count", "name", "paper"), [("en", 0, "", "a4"), ("en", 40, _LONG, "letter"), ("ar", 40, _LONG, "a4")]
)
def test_an_empty_pack_and_a_full_one_with_long_names_keep_within_their_sheets(
    language: str, count: int, name: str, paper: Paper, tmp_path: Path
) -> None:
    t = _whole(language)
    drawn = pack_pdf(full_pack(t, count, name=name), t, paper=paper)
    pack = read(drawn, tmp_path)
    width, height = MEASURES[paper]
    assert 3 <= len(pack.pages) <= (6 if count == 0 else 30)
    for sheet in range(1, len(pack.pages)):
        words = words_of_sheet(drawn, tmp_path, sheet)
        assert all(left > 10 and right < width - 10 for _, (left, _, right, _) in words), sheet
        # Nothing of the page runs into its foot.
        assert not any(bottom > height - 23.5 and top < height - 24.5 for _, (_, top, _, bottom) in words), sheet
    said = " ".join(pack.lines)
    assert all(f"305 555 {number:04}" in said for number in range(count))
    assert PINNED in said


@pytest.mark.parametrize(("language", "paper"), _SHEETS)
def test_the_sheet_of_cards_holds_ten_of_their_size_with_digits_and_words_of_the_list(
    language: str, paper: Paper, tmp_path: Path
) -> None:
    t, drawn = _whole(language), _drawn(language, paper)
    labels = {sign for label in LABELS if label != "blank" for sign in t(f"card_label.{label}")}
    numbers = [card.digits for card in cards_of_pack(full_pack(t, 9), t)]
    words = words_of_sheet(drawn, tmp_path, len(read(drawn, tmp_path).pages))
    digits = [word for word, _ in words if word.isascii() and word.isdigit()]
    assert sorted(digits) == sorted(part for number in numbers for part in number.split() * 2)
    assert {sign for word, _ in words if not word.isdigit() for sign in word} <= labels
    width, height = MEASURES[paper]
    left, top = (width - 177.8) / 2, (height - 254) / 2
    places = set()
    for _, (begins, above, ends, below) in words:
        column, row = int((begins - left) // 88.9), int((above - top) // 50.8)
        places.add((column, row))
        assert ends <= left + (column + 1) * 88.9
        assert below <= top + (row + 1) * 50.8
    assert places == {(column, row) for column in range(2) for row in range(5)}


def test_only_numbers_that_answer_neutrally_are_on_cards_and_the_pinned_one_after_its_warning(tmp_path: Path) -> None:
    t = _whole("en")
    odd = {
        "hotline": [entry_of(t, 1, is_neutral=True), entry_of(t, 2)],
        "shelter": [
            entry_of(t, 3, is_neutral=True, is_practice=True),
            entry_of(t, 4, is_neutral=True, reported="Reported wrong."),
            entry_of(t, 5, is_neutral=True, lines=(ShownLine("305 555 0005", after="ext. 12"),)),
        ],
    }
    contents = pack_of(t, odd)
    assert [card.digits for card in cards_of_pack(contents, t)] == ["305 555 0001", PINNED]
    drawn = pack_pdf(contents, t, paper="letter")
    sheets = len(read(drawn, tmp_path).pages)
    beside = " ".join(word for word, _ in words_of_sheet(drawn, tmp_path, sheets - 1))
    assert f"305 555 0001 {t.sentence('answers without saying what it is')}" in beside
    assert f"{PINNED} {t('carry.says_topic')}" in beside
    many = full_pack(t, 40)
    digits = [card.digits for card in cards_of_pack(many, t)]
    assert (len(digits), digits[-1]) == (5, PINNED)


def test_who_is_called_first_is_who_answers_all_of_that_time_and_nobody_who_does_not() -> None:
    t = _whole("en")
    part, night, day = (
        entry_of(t, number, cells=cells) for number, cells in ((1, CELLS[2]), (2, CELLS[3]), (3, CELLS[1]))
    )
    (turn,) = turns(pack_of(t, {"shelter": [part, night, day]}))
    assert turn.calls == ((day, part), (night, part), (night,))
    assert turns(pack_of(t, {})) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_boxes_hold_digits_with_neutral_words_within_their_lines(language: str, tmp_path: Path) -> None:
    t = _whole(language)
    contents = full_pack(t, 9)
    lines = box_lines(contents, t)
    assert lines[0].digits == PINNED
    assert len(lines) == 7
    assert not any(tells(line.label) for line in lines)
    assert not any(
        entry.name in line.label for line in lines for section in contents.sections for entry in section.entries
    )
    drawn = _drawn(language, "letter")
    words = words_of_sheet(drawn, tmp_path, len(read(drawn, tmp_path).pages) - 1)
    tops = [top for word, (_, top, _, _) in words if word == SERIAL][:2]
    assert len(tops) == 2
    # A number on the last line of the first box still lies above the second box.
    last = [bottom for word, (_, _, _, bottom) in words if tops[0] < bottom < tops[1] - 4]
    assert max(last) < tops[0] + 55


def test_a_country_without_a_pinned_line_has_a_pack_too(tmp_path: Path) -> None:
    t = _whole("en")
    contents: PackContents = msgspec.structs.replace(pack_of(t, {"shelter": [entry_of(t, 1)]}), pinned=())
    said = " ".join(read(pack_pdf(contents, t, paper="a4"), tmp_path).lines)
    assert "305 555 0001" in said
    assert t("carry.title") not in said
