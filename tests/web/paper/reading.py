"""Reads paper with the tools that anybody has: what it says, how it is drawn, and what it tells of itself."""

import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path

import msgspec
from fontTools.pens.boundsPen import BoundsPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from tests.services import unavailable
from web.paper.drawing import MEASURES, Paper, can_make_files

MM = 72 / 25.4
_POINTS_PER_PIXEL = 0.75
_FONTS = (b"\0\1\0\0", b"OTTO", b"true")
_INVISIBLE = dict.fromkeys([0x0C, 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_TELLING_KEYS = re.compile(
    rb"/(Lang|Info|Metadata|Producer|Creator|CreationDate|ModDate|LastModified|Title|ID|URI|Annots|Names|Outlines|"
    rb"StructTreeRoot|PieceInfo)\b"
)


def need_tools() -> None:
    """What draws paper, and what reads it."""
    if not can_make_files() or not shutil.which("pdftotext"):
        unavailable("print", "paper is drawn by WeasyPrint with Pango, and read by poppler-utils")


class Read(msgspec.Struct, frozen=True):
    """Paper as a reader sees it.

    Attributes:
        lines: the words, as they would be copied.
        pages: width and height of each, in millimetres.
        boxes: left, top, right and bottom of each word, in points.
        words: those words.
        drawn: font, size in points and letters, by the place of their drawing in the font, as they are drawn.
        objects: everything in the file but fonts.
        fonts: those that come with the file, by their names.
        about: what it says of itself.
    """

    lines: list[str]
    pages: list[tuple[float, float]]
    boxes: list[tuple[float, float, float, float]]
    words: list[str]
    drawn: list[tuple[str, float, list[int]]]
    objects: bytes
    fonts: dict[str, TTFont]
    about: dict[str, str]


def read(drawn: bytes, folder: Path) -> Read:
    """Read a file with poppler, and once more byte by byte."""
    file = folder / "paper.pdf"
    file.write_bytes(drawn)
    boxes = re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>', _said(file, "-bbox"))
    # As long as they say: what is compressed may end like a line.
    streams = {
        begun[1]: _unpacked(drawn[begun.end() : begun.end() + int(begun[2])])
        for begun in re.finditer(rb"(\d+) 0 obj\s*<<[^\n]*?/Length (\d+)[^\n]*?>>\s*stream\r?\n", drawn)
    }
    others = [stream for stream in streams.values() if stream[:4] not in _FONTS]
    objects = re.sub(rb"stream\r?\n.*?endstream", b"", drawn, flags=re.DOTALL) + b"".join(others)
    embedded = re.findall(rb"/FontName /(\w+)\+.*?/FontFile[23] (\d+) 0 R", objects)
    contents = [stream for stream in others if b"\nBT\n" in stream]
    sizes = re.findall(r"^Page +\d+ size: +([\d.]+) x ([\d.]+)", ran("pdfinfo", "-l", "999", str(file)), re.MULTILINE)
    return Read(
        lines=[line.strip() for line in _said(file).translate(_INVISIBLE).splitlines() if line.strip()],
        pages=[(float(width) / MM, float(height) / MM) for width, height in sizes],
        boxes=[tuple(map(float, box[:4])) for box in boxes],  # type: ignore[misc]
        words=[box[4] for box in boxes],
        drawn=[one for content in contents for one in _drawn(content)],
        objects=objects,
        fonts={name.decode(): TTFont(BytesIO(streams[number])) for name, number in embedded},
        about=dict(re.findall(r"^(.+?): +(.*)$", ran("pdfinfo", str(file)), re.MULTILINE)),
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
    return ran("pdftotext", *options, str(file), "-")


def ran(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def says_nothing_of_itself(paper: Read) -> None:
    told = {"Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate"}
    assert told & paper.about.keys() == set()
    assert paper.about["Metadata Stream"] == paper.about["Tagged"] == paper.about["JavaScript"] == "no"
    keys = re.findall(_TELLING_KEYS, paper.objects)
    assert keys == []
    assert re.search(rb"weasyprint|pydyf|D:20\d\d|https?:", paper.objects, re.IGNORECASE) is None
    assert len(paper.fonts) == paper.objects.count(b"/Type /FontDescriptor") > 0


def words_of_sheet(drawn: bytes, folder: Path, sheet: int) -> list[tuple[str, tuple[float, ...]]]:
    """The words of one sheet, 1 = the first, with left, top, right and bottom of each in millimetres."""
    (folder / "sheet.pdf").write_bytes(drawn)
    found = re.findall(
        r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>',
        _said(folder / "sheet.pdf", "-bbox", "-f", str(sheet), "-l", str(sheet)),
    )
    return [(unescape(word.translate(_INVISIBLE)), tuple(float(side) / MM for side in sides)) for *sides, word in found]


def is_of(paper: Read, kind: Paper) -> bool:
    """Whether every page has its size, to a millimetre."""
    width, height = MEASURES[kind]
    return all(abs(wide - width) <= 1 and abs(high - height) <= 1 for wide, high in paper.pages)


def has_every_letter(paper: Read) -> bool:
    """Whether a font that comes with the file draws every letter, and none as the box for what is missing."""
    return all(0 < letter < font["maxp"].numGlyphs for font, letter in _shapes(paper))


def is_drawn_whole(paper: Read, spaces: int) -> bool:
    """Whether it has every letter, and nothing but spaces is drawn as nothing."""
    return has_every_letter(paper) and sum(_is_blank(font, letter) for font, letter in _shapes(paper)) == spaces


def pixels_of(drawn: bytes, folder: Path, *, dots_per_inch: int, page: int = 1) -> list[bytes]:
    """A page as it is seen: rows of greys, 0 = black."""
    (folder / "seen.pdf").write_bytes(drawn)
    number = str(page)
    ran(
        "pdftoppm", "-r", str(dots_per_inch), "-gray", "-singlefile", "-f", number, "-l", number,
        str(folder / "seen.pdf"), str(folder / "seen"),
    )  # fmt: skip
    head, pixels = (folder / "seen.pgm").read_bytes().split(b"\n255\n", 1)
    width, height = map(int, head.split()[1:3])
    return [pixels[start : start + width] for start in range(0, width * height, width)]


def _shapes(paper: Read) -> list[tuple[TTFont, int]]:
    return [(paper.fonts[name], letter) for name, _, letters in paper.drawn for letter in letters]


def _is_blank(font: TTFont, letter: int) -> bool:
    pen = BoundsPen(font.getGlyphSet())
    font.getGlyphSet()[font.getGlyphName(letter)].draw(pen)
    return pen.bounds is None
