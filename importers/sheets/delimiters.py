"""Which sign divides the cells of a table of text. It is not asked of anybody, and the name of the file says nothing.

Each sign that may be meant is tried on the first lines. The one wins by which most rows get the same number of cells;
commas in prose, which are followed by blanks, count less.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

from importers.sheets.delimited import Dialect, Rows

_MEANT = "\t|;,^~"
_NONE = "\0"
_LINES = 500
_SIGNS = 512 * 1024
_LEAST_SCORE = 0.1
_DECLARED = re.compile(r"\s*\"?sep=(\t|[^\w\s\"'])\"?\s*", re.IGNORECASE)


def declared_delimiter(line: str) -> str:
    """The sign that a first line such as ``sep=;`` names, which some programs write; empty if it is no such line."""
    found = _DECLARED.fullmatch(line)
    return found[1] if found else ""


def dialect_of(lines: Sequence[str], *, delimiter: str = "") -> Dialect:
    """How these lines are to be divided.

    Args:
        lines: of the table, with their ends.
        delimiter: the sign, if it is known.
    """
    sample: list[str] = []
    signs = 0
    for line in lines[:_LINES]:
        signs += len(line)
        if signs > _SIGNS and sample:
            break
        sample.append(line)
    text = "".join(sample)
    quote = _quote(text)
    meant = delimiter or _MEANT
    tried = [(*_score(sample, text, sign, quote), -place, sign) for place, sign in enumerate(meant) if sign in text]
    score, columns, _, sign = max(tried, default=(0.0, 1, 0, _NONE))
    if not delimiter and score < _LEAST_SCORE:
        return Dialect(_NONE, quote, 1)
    return Dialect(sign, quote, columns)


def _quote(text: str) -> str:
    """A single quotation mark is one only where cells stand between such and none between others."""
    single = len(re.findall(r"(?:^|[\t|;,])'[^'\n]*'(?=[\t|;,\r\n])", text, re.MULTILINE))
    double = len(re.findall(r"(?:^|[\t|;,]) ?\"", text, re.MULTILINE))
    return "'" if single > 3 and not double else '"'


def _score(sample: Sequence[str], text: str, sign: str, quote: str) -> tuple[float, int]:
    """How likely it is the sign, and how many cells most rows would have."""
    rows = Rows(sample, Dialect(sign, quote, 0))
    every = list(rows)
    widths = [len(row) for row in every if any(cell.strip() for cell in row)] or [len(row) for row in every]
    divided = Counter(width for width in widths if width > 1)
    if not divided:
        return 0.0, 1
    columns, alike = max(divided.items(), key=lambda item: (item[1], item[0]))
    steady = (alike + divided.total()) / (2 * len(widths))
    score = steady**3 * math.log2(columns + 1) * (1 - rows.repaired / (len(widths) + rows.repaired))
    is_prose = text.count(f"{sign} ") * 2 > text.count(sign) and f'{sign} "' not in text
    return score / 2 if is_prose else score, columns
