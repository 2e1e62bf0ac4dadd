"""How cells are shown in an ODS file, and which are merged. As in ``formats``: what is unusual costs only this.

An ODS file holds beside each value the text that was shown, so a ZIP code of 2139 says "02139" itself.
"""

import html
import re
import zipfile
from collections.abc import Collection, Iterator

from directory.errors import BadInputError
from importers.sheets.archives import whole_pieces_of
from importers.sheets.formats import Look

_MOST_MARKED = 2_000_000
_MOST_REPEATED = 1_000
_TOKEN = re.compile(
    rb"<table:table (?P<table>[^<>]*)>|<table:table-row(?P<row>[^<>]*)>"
    rb"|<table:(?:covered-)?table-cell(?P<cell>[^<>]*)>(?:<text:p[^<>]*>(?P<shown>[^<]{1,40})</text:p>)?"
)
_NAME = re.compile(rb'table:name="([^"]*)"')
_NUMBER = re.compile(rb'table:number-(rows|columns)-(repeated|spanned)="([0-9]{1,7})"')
_VALUE = re.compile(rb'office:value="([0-9.]{1,20})"')
_PERCENT = re.compile(r"[0-9,]+(?:\.([0-9]+))? ?%")
_PADDED = re.compile(r"0[0-9]+")


def looks_of_ods(archive: zipfile.ZipFile, names: Collection[str]) -> dict[str, Look]:
    """What these sheets show beside their values, by their names; none if it cannot be told."""
    looks: dict[str, Look] = {}
    reading = _Sheet(Look())
    try:
        for token in _tokens(archive):
            if token["table"] is not None:
                name = _NAME.search(token["table"])
                written = html.unescape(name[1].decode(errors="replace")) if name else ""
                reading = _Sheet(Look())
                if written in names:
                    looks[written] = reading.look
            elif token["row"] is not None:
                reading.begin_row(token["row"])
            else:
                reading.take_cell(token["cell"], token["shown"])
    except BadInputError:
        return {}
    return looks


def _tokens(archive: zipfile.ZipFile) -> Iterator[re.Match[bytes]]:
    for piece in whole_pieces_of(archive, "content.xml", end=b"</table:table-row>"):
        yield from _TOKEN.finditer(piece)


class _Sheet:
    """The look of the sheet that is being read, and where."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._row = self._next_row = self._column = 0

    def begin_row(self, attributes: bytes) -> None:
        """A row begins, which may stand for several."""
        self._row, self._column = self._next_row, 0
        self._next_row += _numbers(attributes).get(b"rows-repeated", 1)

    def take_cell(self, attributes: bytes, shown: bytes | None) -> None:
        """A cell, which may stand for several beside it and be merged with others."""
        numbers = _numbers(attributes)
        look, row, column = self.look, self._row, self._column
        repeated = numbers.get(b"columns-repeated", 1)
        self._column += repeated
        down, across = numbers.get(b"rows-spanned", 1), numbers.get(b"columns-spanned", 1)
        if down > 1 or across > 1:
            look.merged.append((row, column, row + down - 1, column + across - 1))
        look.formulas += b"table:formula=" in attributes
        look.errors += b'value-type="error"' in attributes
        shape = _shape(attributes, shown) if shown else ""
        if shape and len(look.shapes) < _MOST_MARKED:
            for each_row in range(row, min(self._next_row, row + _MOST_REPEATED)):
                for each in range(column, column + min(repeated, _MOST_REPEATED)):
                    look.shapes[each_row, each] = shape


def _numbers(attributes: bytes) -> dict[bytes, int]:
    return {b"%s-%s" % found[:2]: int(found[2]) for found in _NUMBER.findall(attributes)}


def _shape(attributes: bytes, shown: bytes) -> str:
    """The number format that makes the shown text of the value, as ``cells.shape_of`` has it; mostly none."""
    value = _VALUE.search(attributes)
    if value is None:
        return ""
    text = shown.decode(errors="replace").strip()
    if found := _PERCENT.fullmatch(text):
        return f"0.{'0' * len(found[1])}%" if found[1] else "0%"
    return "0" * len(text) if _PADDED.fullmatch(text) and float(value[1]) == int(text) else ""
