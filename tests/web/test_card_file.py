"""The card as a file: read by the tools that anybody has, it holds digits, a neutral word, and nothing else."""

import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from fontTools.pens.boundsPen import BoundsPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from directory.pinned import pinned_lines
from directory.settings import TELLING_WORDS
from directory.values.phone import grouped
from directory.vocabulary import terms
from tests.services import unavailable
from web.card_file import LABELS, SIZES, can_make_files, card_pdf
from web.wording import LANGUAGES, Wording

MM = 72 / 25.4
_POINTS_PER_PIXEL = 0.75
_FONTS = (b"\0\1\0\0", b"OTTO", b"true")
# The widest number last: a card for one is narrow, and all three must fit above each other.
NUMBERS = ("305 555 0142", "1 888 373 7888", "+52 55 1234 5678")
# Words as they are in each script, whatever the drafts of the catalogues say.
SCRIPTS = {
    "zh": "医生办公室", "ko": "진료 예약", "ru": "Кабинет врача", "ar": "عيادة الطبيب", "vi": "Phòng khám bác sĩ",
    "ht": "Biwo doktè", "fr": "Suivi à la clinique", "pt": "Consultório médico",
}  # fmt: skip
_INVISIBLE = dict.fromkeys([0x0C, 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_TELLING_KEYS = re.compile(
    rb"/(Lang|Info|Metadata|Producer|Creator|CreationDate|ModDate|LastModified|Title|ID|URI|Annots|Names|Outlines|"
    rb"StructTreeRoot|PieceInfo)\b"
)
_WORDS_OF_THE_CARD = re.compile(r"(?P<label>[^\d+]*)(?P<numbers>(?:[+]?\d[\d ]+\n?)+)")


class Read(msgspec.Struct, frozen=True):
    """A card as a reader sees it.

    Attributes:
        lines: the words, as they would be copied.
        boxes: left, top, right and bottom of each word, in points.
        drawn: font, size in points and letters, by the place of their drawing in the font, as they are drawn.
        objects: everything in the file but fonts.
        fonts: those that come with the file, by their names.
        about: what it says of itself.
    """

    lines: list[str]
    boxes: list[tuple[float, float, float, float]]
    drawn: list[tuple[str, float, list[int]]]
    objects: bytes
    fonts: dict[str, TTFont]
    about: dict[str, str]


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    """What draws a card, and what reads one."""
    if not can_make_files() or not shutil.which("pdftotext"):
        unavailable("print", "a card is drawn by WeasyPrint with Pango, and read by poppler-utils")


def read(drawn: bytes, folder: Path) -> Read:
    """Read a card with poppler, and once more byte by byte."""
    file = folder / "card.pdf"
    file.write_bytes(drawn)
    boxes = re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)"', _said(file, "-bbox"))
    streams = {
        number: _unpacked(stream)
        for number, stream in re.findall(
            rb"(\d+) 0 obj\s*<<[^\n]*>>\s*stream\r?\n(.*?)\r?\nendstream", drawn, re.DOTALL
        )
    }
    others = [stream for stream in streams.values() if stream[:4] not in _FONTS]
    objects = re.sub(rb"stream\r?\n.*?endstream", b"", drawn, flags=re.DOTALL) + b"".join(others)
    embedded = re.findall(rb"/FontName /(\w+)\+.*?/FontFile[23] (\d+) 0 R", objects)
    content = next(stream for stream in others if b"\nBT\n" in stream)
    return Read(
        lines=[line.strip() for line in _said(file).translate(_INVISIBLE).splitlines() if line.strip()],
        boxes=[tuple(map(float, box)) for box in boxes],  # type: ignore[misc]
        drawn=list(_drawn(content)),
        objects=objects,
        fonts={name.decode(): TTFont(BytesIO(streams[number])) for name, number in embedded},
        about=dict(re.findall(r"^(.+?): +(.*)$", _ran("pdfinfo", str(file)), re.MULTILINE)),
    )


def _drawn(content: bytes) -> Iterator[tuple[str, float, list[int]]]:
    name, size = "", 0.0
    for chosen, points, text in re.findall(rb"/(\w+) ([\d.]+) Tf|\[(.*?)\] TJ", content):
        if chosen:
            name, size = chosen.decode(), float(points) * _POINTS_PER_PIXEL
        else:
            letters = b"".join(re.findall(rb"<(\w+)>", text))
            yield name, size, [int(letters[start : start + 4], 16) for start in range(0, len(letters), 4)]


def _said(file: Path, *options: str) -> str:
    return _ran("pdftotext", *options, str(file), "-")


def _ran(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


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
        _says_nothing_of_itself(card)


@pytest.mark.parametrize(("language", "words"), SCRIPTS.items())
def test_every_script_is_drawn_with_its_letters(language: str, words: str, tmp_path: Path) -> None:
    for size in SIZES:
        card = read(card_pdf(words, NUMBERS, size=size, direction=Wording(language).direction), tmp_path)
        assert card.lines == [words, *NUMBERS]
        assert _lies_where_it_should(card, size)
        assert _is_drawn_whole(card, words)


def test_a_letter_that_no_font_has_is_noticed(tmp_path: Path) -> None:
    """Else the test above could not fail."""
    words = "Clinic \U000f1234"
    card = read(card_pdf(words, NUMBERS, size="wallet", direction="ltr"), tmp_path)
    assert card.lines[0] == words
    assert not _is_drawn_whole(card, words)


def test_the_line_to_cut_on_and_both_lines_to_fold_on_are_drawn_and_a_wallet_card_has_no_fold(tmp_path: Path) -> None:
    for size, drawn in (("fold", 2), ("wallet", 0)):
        file = tmp_path / f"{size}.pdf"
        file.write_bytes(card_pdf("Dr. office", NUMBERS[:1], size=size, direction="ltr"))
        _ran("pdftoppm", "-r", "288", "-gray", "-singlefile", str(file), str(tmp_path / size))
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
    width, height = (float(side) for side in card.about["Page size"].split(" pts")[0].split(" x "))
    return abs(width - 3.5 * 72) <= MM and abs(height - 2 * 72) <= MM


def _lies_where_it_should(card: Read, size: str) -> bool:
    """On the sheet; of a card that is folded twice in one quarter, so that the digits are inside."""
    right, bottom = (126.0, 72.0) if size == "fold" else (252.0, 144.0)
    return all(min(left, top) >= 0 and x <= right and y <= bottom for left, top, x, y in card.boxes)


def _says_nothing_of_itself(card: Read) -> None:
    told = {"Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate"}
    assert told & card.about.keys() == set()
    assert card.about["Metadata Stream"] == card.about["Tagged"] == card.about["JavaScript"] == "no"
    keys = re.findall(_TELLING_KEYS, card.objects)
    assert keys == []
    assert re.search(rb"weasyprint|pydyf|D:20\d\d|https?:", card.objects, re.IGNORECASE) is None
    assert len(card.fonts) == card.objects.count(b"/Type /FontDescriptor") > 0


def _is_drawn_whole(card: Read, words: str) -> bool:
    """Whether a font that comes with the file draws every letter, and none as the box for what is missing."""
    shapes = [(card.fonts[name], letter) for name, _, letters in card.drawn for letter in letters]
    known = [(font, letter) for font, letter in shapes if 0 < letter < font["maxp"].numGlyphs]
    blank = sum(_is_blank(font, letter) for font, letter in known)
    return len(known) == len(shapes) and blank == words.count(" ") + sum(number.count(" ") for number in NUMBERS)


def _is_blank(font: TTFont, letter: int) -> bool:
    pen = BoundsPen(font.getGlyphSet())
    font.getGlyphSet()[font.getGlyphName(letter)].draw(pen)
    return pen.bounds is None
