"""How columns are named to people, in a terminal and in a mapping file."""

import re
from collections.abc import Callable

from directory.values.plain_text import folded
from importers.sheets.header_words import LONGEST_HEADER
from importers.sheets.rows_below import Header


def label_of(header: Header | None, index: int) -> tuple[str, str]:
    """The header of a column, and what stands above it over several."""
    if header is None or index >= len(header.labels):
        return "", ""
    return header.labels[index], header.groups[index]


def names_of(header: Header | None, width: int, may_show: Callable[[str], bool]) -> list[str]:
    """The name of every column: its header, or its letter where it has none that may be repeated."""
    names: list[str] = []
    for index in range(width):
        label, group = label_of(header, index)
        name = " ".join(f"{group} {label}".split())
        if not name or len(name) > LONGEST_HEADER or not may_show(name):
            name = f"column {_letter(index)}"
        twins = sum(folded(name) == folded(re.sub(r" \([0-9]+\)$", "", one)) for one in names)
        names.append(f"{name} ({twins + 1})" if twins else name)
    return names


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
