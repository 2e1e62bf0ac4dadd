"""Tables of text and pages as rows of plain cells. Only in the limited process of ``process.py``."""

from collections.abc import Iterable, Iterator, Sequence

from directory.errors import BadInputError
from importers.sheets.answers import Answer, Begun, Ended, Finished
from importers.sheets.archives import WEB_ADDRESSES
from importers.sheets.cells import text_of
from importers.sheets.delimited import UNBALANCED, Rows, lines_of
from importers.sheets.delimiters import declared_delimiter, dialect_of
from importers.sheets.grid import Left
from importers.sheets.html_tables import tables_of
from importers.sheets.pieces import in_pieces

_DECLARATION_REMOVED = "delimiter-line-removed"
_HEAD_SIGNS = 64 * 1024
# Signs that no text has, and few are enough to tell; a few zeros are common where a program was interrupted.
_NO_TEXT = dict.fromkeys([*range(1, 9), *range(14, 26), *range(27, 32), 127, 0xFFFD])


def read_text(file: str, content: bytes) -> Iterator[Answer]:
    """A table of text.

    Raises:
        BadInputError: it is no text.
        RefusedError: a row is far too long.
    """
    lines, mended = lines_of(content)
    _check_is_text(lines)
    rules = dict.fromkeys(mended)
    delimiter = declared_delimiter(lines[0])
    first_row = 1
    if delimiter:
        del lines[0]
        first_row = 2
        rules[_DECLARATION_REMOVED] = None
    rows = Rows(lines, dialect_of(lines, delimiter=delimiter))
    yield Begun(file, None, first_row)
    yield from in_pieces(_plain_rows(rows, rules))
    if rows.repaired:
        rules[UNBALANCED] = None
    yield Ended((), tuple(rules))


def read_page(content: bytes) -> Iterator[Answer]:
    """The tables of an HTML page, as sheets if there are several.

    Raises:
        BadInputError: there is none.
        RefusedError: they are far too many or too large.
    """
    lines, mended = lines_of(content)
    tables, addresses = tables_of("".join(lines))
    if not tables:
        raise BadInputError("This is a web page without any table in it.")
    for number, table in enumerate(tables, 1):
        rules = dict.fromkeys(mended)
        yield Begun("", f"table {number}" if len(tables) > 1 else None, 1)
        yield from in_pieces(_plain_rows(table.as_rows(), rules))
        yield Ended(tuple(table.merged), tuple(rules))
    yield Finished((Left(WEB_ADDRESSES, addresses),) if addresses else ())


def _plain_rows(rows: Iterable[Sequence[str]], rules: dict[str, None]) -> Iterator[list[str]]:
    for row in rows:
        cells = []
        for cell in row:
            text, mended = text_of(cell) if cell else ("", ())
            if mended:
                rules.update(dict.fromkeys(mended))
            cells.append(text)
        yield cells


def _check_is_text(lines: Sequence[str]) -> None:
    signs = odd = 0
    for line in lines:
        signs += len(line)
        odd += len(line) - len(line.translate(_NO_TEXT))
        if signs > _HEAD_SIGNS:
            break
    if odd * 50 > signs:
        raise BadInputError("This is neither a spreadsheet nor text.")
