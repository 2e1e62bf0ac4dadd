"""Tables of text: whatever sign divides the cells, whatever the lines end with, and in any of the usual encodings.

A quotation mark that never closes would swallow all that follows it. It spoils its own line and no other.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence

import msgspec

from importers.encodings import MIXED, encoding_of

UNBALANCED = "unbalanced-quotes"
WINDOWS = "bytes-read-as-windows-1252"
MAC_ROMAN = "bytes-read-as-mac-roman"
# No cell goes on for more lines than this. Descriptions of two hundred lines exist.
_MOST_LINES = 1_000
# In a row of the right length, so many delimiters within one cell are those of rows that it swallowed.
_FEWEST_DIVIDED = 12
_HEAD_BYTES = 64 * 1024
# Vowels as a Macintosh of the nineties wrote them, which are no letters that Western languages use in Windows-1252; and
# the bytes that are letters there.
_MAC_LETTERS = re.compile(rb"[\x87\x8a\x8e\x8f\x9a\x9c\x9f]")
_SOME_UTF8 = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_WINDOWS_LETTERS = re.compile(rb"[\xe0-\xff]")


class Dialect(msgspec.Struct, frozen=True):
    """How the cells of a table of text are divided.

    Attributes:
        delimiter: the sign between two cells; NUL where there is one column only.
        quote: the sign around a cell.
        columns: how many cells most rows have.
    """

    delimiter: str
    quote: str
    columns: int


def lines_of(content: bytes) -> tuple[list[str], tuple[str, ...]]:
    """The lines of a text with their ends (LF, CR LF or CR), and what was mended."""
    encoding, rules = _encoding(content)
    errors = "replace" if rules else MIXED
    with io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors=errors, newline="") as text:
        return list(text), rules


def _encoding(content: bytes) -> tuple[str, tuple[str, ...]]:
    encoding = encoding_of(content[:4])
    if encoding != "utf-8-sig":
        return encoding, ()
    head = content[:_HEAD_BYTES]
    even, odd = head[::2].count(0), head[1::2].count(0)
    # Every other byte of Western text is zero in UTF-16; the first four may be others.
    if max(even, odd) > len(head) // 5 and min(even, odd) * 10 < max(even, odd):
        return ("utf-16-le" if odd > even else "utf-16-be"), ()
    try:
        content.decode()
    except UnicodeDecodeError:
        return _legacy(content)
    return encoding, ()


def _legacy(content: bytes) -> tuple[str, tuple[str, ...]]:
    """What bytes are that are not all UTF-8."""
    if _SOME_UTF8.search(content):
        return "utf-8-sig", ()
    is_of_mac = b"\n" not in content and b"\r" in content and not _WINDOWS_LETTERS.search(content)
    if is_of_mac and _MAC_LETTERS.search(content):
        return "mac_roman", (MAC_ROMAN,)
    return "cp1252", (WINDOWS,)


class Rows:
    """The rows of a table, in their order; ``repaired`` tells how many lines had quotation marks that do not pair."""

    def __init__(self, lines: Sequence[str], dialect: Dialect) -> None:
        self.repaired = 0
        self._lines = lines
        self._dialect = dialect

    def __iter__(self) -> Iterator[list[str]]:
        delimiter, quote = self._dialect.delimiter, self._dialect.quote
        feed = _Feed(self._lines)
        reader = csv.reader(feed, delimiter=delimiter, quotechar=quote, skipinitialspace=True, strict=True)
        while not feed.is_at_end:
            begun = feed.begin()
            try:
                row = next(reader)
            except csv.Error:
                row = []
                is_whole = False
            else:
                is_whole = not self._has_swallowed(row, begun + 1, feed.at - 1)
            if not is_whole:
                self.repaired += 1
                feed.at = begun + 1
                row = _one_line(self._lines[begun].rstrip("\r\n"), self._dialect)
            yield row

    def _has_swallowed(self, row: list[str], start: int, end: int) -> bool:
        """Whether lines inside a row are mostly rows of their own, and so many that no cell looks like that."""
        columns, delimiter = self._dialect.columns, self._dialect.delimiter
        if start >= end or columns < 2 or (len(row) == columns and (end - start) * (columns - 1) < _FEWEST_DIVIDED):
            return False
        dividing = (line.count(delimiter) - line.count(f"{delimiter} ") for line in self._lines[start:end])
        return 2 * sum(number + 1 == columns for number in dividing) > end - start


class _Feed:
    """Hands out the lines of one row, and can go back."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.at = 0
        self._lines = lines
        self._end = 0

    @property
    def is_at_end(self) -> bool:
        return self.at >= len(self._lines)

    def begin(self) -> int:
        """A row begins here."""
        self._end = min(self.at + _MOST_LINES, len(self._lines))
        return self.at

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if self.at >= self._end:
            raise StopIteration
        self.at += 1
        return self._lines[self.at - 1]


def _one_line(line: str, dialect: Dialect) -> list[str]:
    """The cells of a line by itself: with the quotation marks that may be meant, or without any if only that fits."""
    delimiter, quote = dialect.delimiter, dialect.quote
    cells = _by_closings(line, delimiter, quote)
    if len(cells) == dialect.columns or len(line.split(delimiter)) != dialect.columns:
        return cells
    is_quoted = re.compile(f"{re.escape(quote)}([^{re.escape(quote)}]*){re.escape(quote)}").fullmatch
    return [found[1] if (found := is_quoted(cell)) else cell for cell in line.split(delimiter)]


def _by_closings(line: str, delimiter: str, quote: str) -> list[str]:
    """A cell in quotation marks ends where such a mark stands before a delimiter or the end."""
    closings = _Closings(line, delimiter, quote)
    cells, at = [], 0
    while True:
        start = at
        while line.startswith(" ", start):
            start += 1
        if line.startswith(quote, start) and (end := closings.after(start + 1)) >= 0:
            cells.append(line[start + 1 : end].replace(quote * 2, quote))
            at = line.find(delimiter, end)
        else:
            start, at = at, line.find(delimiter, start)
            cells.append(line[start : at if at >= 0 else None])
        if at < 0:
            return cells
        at += 1


class _Closings:
    """Where quotation marks stand that may close a cell. Asked from left to right, all is looked at once only."""

    def __init__(self, line: str, delimiter: str, quote: str) -> None:
        runs = re.finditer(f"{re.escape(quote)}+(?=[ ]{{0,9}}(?:{re.escape(delimiter)}|$))", line)
        self._runs = [found.span() for found in runs]
        self._next = self._next_odd = 0

    def after(self, start: int) -> int:
        """The mark that closes a cell which begins here; negative if none does. Doubled ones are signs of the cell."""
        runs = self._runs
        while self._next < len(runs) and runs[self._next][1] <= start:
            self._next += 1
        self._next_odd = max(self._next_odd, self._next)
        while self._next_odd < len(runs) and not (runs[self._next_odd][1] - max(runs[self._next_odd][0], start)) % 2:
            self._next_odd += 1
        chosen = self._next_odd if self._next_odd < len(runs) else self._next
        return runs[chosen][1] - 1 if chosen < len(runs) else -1
