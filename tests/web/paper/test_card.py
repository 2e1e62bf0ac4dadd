"""The card as a file: read by the tools that anybody has, it holds digits, a neutral word, and nothing else."""

import re
from pathlib import Path

import pytest

from directory.pinned import pinned_lines
from directory.settings import TELLING_WORDS
from directory.values.phone import grouped
from directory.vocabulary import terms
from tests.web.paper.reading import Read, is_drawn_whole, need_tools, ran, read, says_nothing_of_itself
from web.paper.card import LABELS, SIZES, card_pdf
from web.wording import LANGUAGES, Wording

# The widest number last: a card for one is narrow, and all three must fit above each other.
NUMBERS = ("305 555 0142", "1 888 373 7888", "+52 55 1234 5678")
# Words as they are in each script, whatever the drafts of the catalogues say.
SCRIPTS = {
    "zh": "医生办公室", "ko": "진료 예약", "ru": "Кабинет врача", "ar": "عيادة الطبيب", "vi": "Phòng khám bác sĩ",
    "ht": "Biwo doktè", "fr": "Suivi à la clinique", "pt": "Consultório médico",
}  # fmt: skip
_WORDS_OF_THE_CARD = re.compile(r"(?P<label>[^\d+]*)(?P<numbers>(?:[+]?\d[\d ]+\n?)+)")


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    need_tools()


def _cards() -> list[tuple[str, str, str, int]]:
    """Language, label, size, how many numbers: every pair of them in fewer than sixty cards."""
    return [
        (language, LABELS[(place + turn) % len(LABELS)], size, 1 + (place + turn // 2) % 3)
        for place, language in enumerate(LANGUAGES)
        for turn, size in enumerate(SIZES * 2)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_holds_digits_and_a_word_of_the_list_and_says_nothing_of_itself(language: str, tmp_path: Path) -> None:
    t = Wording(language)
    allowed = {str(t(f"card_label.{label}")) for label in LABELS if label != "blank"}
    for _, label, size, count in (card for card in _cards() if card[0] == language):
        words = "" if label == "blank" else str(t(f"card_label.{label}"))
        numbers = NUMBERS[-count:]
        card = read(card_pdf(words, numbers, size=size, direction=t.direction), tmp_path)
        # One sign may be drawn for two Arabic letters; poppler gives them in the order in which they are seen.
        assert list(map(sorted, card.lines)) == list(map(sorted, [*([words] if words else []), *numbers])), (
            label,
            size,
        )
        found = _WORDS_OF_THE_CARD.fullmatch("\n".join(card.lines))
        assert found
        assert sorted(found["label"].strip()) in [[], *map(sorted, allowed)]
        assert card.lines[-count:] == list(numbers)
        assert card.about["Pages"] == "1"
        assert _is_a_wallet_card(card)
        assert min(size for _, size, _ in card.drawn) >= 11
        assert _lies_where_it_should(card, size)
        says_nothing_of_itself(card)


@pytest.mark.parametrize(("language", "words"), SCRIPTS.items())
def test_every_script_is_drawn_with_its_letters(language: str, words: str, tmp_path: Path) -> None:
    for size in SIZES:
        card = read(card_pdf(words, NUMBERS, size=size, direction=Wording(language).direction), tmp_path)
        assert card.lines == [words, *NUMBERS]
        assert _lies_where_it_should(card, size)
        assert is_drawn_whole(card, _spaces(words))


def test_a_letter_that_no_font_has_is_noticed(tmp_path: Path) -> None:
    """Else the test above could not fail."""
    words = "Clinic \U000f1234"
    card = read(card_pdf(words, NUMBERS, size="wallet", direction="ltr"), tmp_path)
    assert card.lines[0] == words
    assert not is_drawn_whole(card, _spaces(words))


def test_the_line_to_cut_on_and_both_lines_to_fold_on_are_drawn_and_a_wallet_card_has_no_fold(tmp_path: Path) -> None:
    for size, drawn in (("fold", 2), ("wallet", 0)):
        file = tmp_path / f"{size}.pdf"
        file.write_bytes(card_pdf("Dr. office", NUMBERS[:1], size=size, direction="ltr"))
        ran("pdftoppm", "-r", "288", "-gray", "-singlefile", str(file), str(tmp_path / size))
        head, pixels = (tmp_path / f"{size}.pgm").read_bytes().split(b"\n255\n", 1)
        width, height = map(int, head.split()[1:3])
        rows = [pixels[start : start + width] for start in range(0, width * height, width)]
        # All around is the line to cut on.
        assert sum(pixel < 200 for pixel in rows[1]) > width // 3
        rows = [row[8:-8] for row in rows[8:-8]]
        width, height = len(rows[0]), len(rows)
        # The digits stand in the first quarter; beyond it nothing but the two lines is drawn.
        across = any(sum(pixel < 200 for pixel in row[width * 3 // 4 :]) > 50 for row in rows)
        down = any(sum(row[place] < 200 for row in rows[height * 3 // 4 :]) > 30 for place in range(width))
        assert across + down == drawn, size


def test_the_same_card_is_the_same_file_at_any_time() -> None:
    first, second = (card_pdf("Clinic follow-up", NUMBERS, size="fold", direction="ltr") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_above_the_number_tells(language: str) -> None:
    t = Wording(language)
    telling = {terms.label("kind", term.code, language).casefold() for term in terms.terms("kind")} | set(TELLING_WORDS)
    telling |= {name.casefold() for line in pinned_lines("US").lines for name in line.name.values()}
    for label in LABELS:
        words = str(t(f"card_label.{label}"))
        assert words
        assert not any(sign.isdigit() or sign in "@/:" for sign in words)
        assert not any(word in words.casefold() for word in telling), words


def test_what_looks_like_markup_stays_words_and_loads_nothing(tmp_path: Path) -> None:
    words = '<img src="http://127.0.0.1:9/x">&amp;'
    card = read(card_pdf(words, [grouped("+13055550142")], size="wallet", direction="ltr"), tmp_path)
    assert card.lines == [words, "305 555 0142"]


def _is_a_wallet_card(card: Read) -> bool:
    ((width, height),) = card.pages
    return abs(width - 3.5 * 25.4) <= 1 and abs(height - 2 * 25.4) <= 1


def _lies_where_it_should(card: Read, size: str) -> bool:
    """On the sheet; of a card that is folded twice in one quarter, so that the digits are inside."""
    right, bottom = (126.0, 72.0) if size == "fold" else (252.0, 144.0)
    return all(min(left, top) >= 0 and x <= right and y <= bottom for left, top, x, y in card.boxes)


def _spaces(words: str) -> int:
    return words.count(" ") + sum(number.count(" ") for number in NUMBERS)
