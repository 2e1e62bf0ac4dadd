"""How numbers are shown in an XLSX file: the figures alone do not say that 2139 is the ZIP code 02139, or 0.5 is 50%.

The library that reads the cells does not tell their formats, nor which ones show an error, so the files of the archive
are looked at once more. Whatever is unusual in them costs only this, never a cell.
"""

import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from xml.etree.ElementTree import Element, ParseError

import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from directory.errors import BadInputError, RefusedError
from importers.sheets.archives import content_of, whole_pieces_of
from importers.sheets.cells import shape_of

_LARGEST_PART = 2 * 1024 * 1024
_LONGEST_CODE = 255
_STYLES = "xl/styles.xml"
_MOST_MARKED = 2_000_000
_BUILT_IN = {9: "0%", 10: "0.00%"}
_CELL = re.compile(rb"<(?:\w{1,20}:)?c\s([^<>]{1,300})>")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_STYLE = re.compile(rb'\bs="([0-9]{1,6})"')
_ERROR = b't="e"'
_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f[ />]")
_WITHOUT_VALUE = re.compile(
    rb"</(?:\w{1,20}:)?f>\s{0,9}(?:<(?:\w{1,20}:)?v\s?/>|<(?:\w{1,20}:)?v></(?:\w{1,20}:)?v>|</(?:\w{1,20}:)?c>)"
)


class Look(msgspec.Struct):
    """What one sheet shows beside its values.

    Attributes:
        shapes: number formats of cells (row, column, from 0) that say more than the number.
        errors: how many cells show an error.
        formulas: how many are computed; their last values are read.
        without_value: how many of those have no value.
        merged: merged cells (first and last row and column, from 0), where the library does not tell them.
    """

    shapes: dict[tuple[int, int], str] = {}
    errors: int = 0
    formulas: int = 0
    without_value: int = 0
    merged: list[tuple[int, int, int, int]] = []


def looks_of(archive: zipfile.ZipFile, names: Collection[str]) -> dict[str, Look]:
    """What these sheets of a workbook show beside their values, by their names; none if it cannot be told.

    Raises:
        RefusedError: one part of the archive is several sheets.
    """
    try:
        parts = {name: part for name, part in _parts(archive) if name in names}
        if len(set(parts.values())) < len(parts):
            raise RefusedError("The spreadsheet holds one sheet several times, which no honest program does.")
        shapes = _shapes(archive)
        return {name: _look(archive, part, shapes) for name, part in parts.items()}
    except (BadInputError, ParseError, DefusedXmlException, ValueError):
        return {}


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Names of sheets, and the members that hold them."""
    targets = {}
    for relation in _part(archive, "xl/_rels/workbook.xml.rels"):
        target = relation.get("Target", "")
        targets[relation.get("Id")] = target[1:] if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    for sheet in _named(_part(archive, "xl/workbook.xml"), "sheet"):
        number = next((value for name, value in sheet.items() if name.endswith("}id")), None)
        if number in targets:
            yield sheet.get("name", ""), targets[number]


def _shapes(archive: zipfile.ZipFile) -> dict[bytes, str]:
    """Shapes of numbers by the style of their cells. A file without styles has none."""
    if _STYLES not in archive.namelist():
        return {}
    styles = _part(archive, _STYLES)
    codes = dict(_BUILT_IN)
    for one in _named(styles, "numFmt"):
        codes[int(one.get("numFmtId", "0"))] = one.get("formatCode", "")[:_LONGEST_CODE]
    shapes = {number: shape_of(code) for number, code in codes.items()}
    lists = (one for one in styles if _local(one) == "cellXfs")
    formats = (one for each in lists for one in each if _local(one) == "xf")
    found = {b"%d" % style: shapes.get(int(one.get("numFmtId", "0")), "") for style, one in enumerate(formats)}
    return {style: shape for style, shape in found.items() if shape}


def _look(archive: zipfile.ZipFile, part: str, shapes: Mapping[bytes, str]) -> Look:
    look = Look()
    for text in whole_pieces_of(archive, part, end=b"</row>"):
        look.formulas += len(_FORMULA.findall(text))
        look.without_value += len(_WITHOUT_VALUE.findall(text))
        look.errors += text.count(_ERROR)
        if not shapes:
            continue
        for (attributes,) in map(re.Match.groups, _CELL.finditer(text)):
            style = _STYLE.search(attributes)
            shape = shapes.get(style[1]) if style else None
            where = _REFERENCE.search(attributes) if shape else None
            if shape and where and len(look.shapes) < _MOST_MARKED:
                look.shapes[int(where[2]) - 1, _column(where[1])] = shape
    return look


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    root: Element = fromstring(content_of(archive, name, most=_LARGEST_PART), forbid_dtd=True)
    return root


def _named(root: Element, name: str) -> Iterator[Element]:
    return (one for one in root.iter() if _local(one) == name)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
