"""How columns are named to people, in a terminal and in a mapping file."""

import re
from collections.abc import Callable

from directory.values.plain_text import folded
from importers.sheets.column import by_letter
from importers.sheets.header_words import LONGEST_HEADER, read_header
from importers.sheets.rows_below import Header

_WHOLLY_KNOWN = 0.8
_ALL_DAY = re.compile(r"\b24 ?(?:/ ?7|h(?:(?:ou)?rs?)?)\b", re.IGNORECASE)


def label_of(header: Header | None, index: int) -> tuple[str, str]:
    """The header of a column, and what stands above it over several."""
    if header is None or index >= len(header.labels):
        return "", ""
    return header.labels[index], header.groups[index]


def names_of(header: Header | None, width: int, may_show: Callable[[str], bool]) -> list[str]:
    """The name of every column: its header, or its letter where it has none that may be repeated."""
    names: list[str] = []
    for index in range(width):
        name = header_of(header, index)
        if not name or len(name) > LONGEST_HEADER or not (may_show(name) or _is_known(*label_of(header, index))):
            name = by_letter(index)
        twins = sum(folded(name) == folded(re.sub(r" \([0-9]+\)$", "", one)) for one in names)
        names.append(f"{name} ({twins + 1})" if twins else name)
    return names


def header_of(header: Header | None, index: int) -> str:
    """The whole header of a column, with what stands above it; it may not be one that may be repeated."""
    label, group = label_of(header, index)
    return " ".join(f"{group} {label}".split())


def _is_known(label: str, group: str) -> bool:
    """Whether what stands above a header, and each part of the header, are known words of headers by themselves.

    "Where" over "Street" looks like the name of a street, and is none. With a figure in it, it may be an address.
    """
    parts = [*filter(None, (part.strip() for part in label.split("/"))), *filter(None, (group.strip(),))]
    if any(map(str.isdigit, _ALL_DAY.sub(" ", " ".join(parts)))):
        return False
    found = [read_header(part) for part in parts]
    return len(parts) > 1 and all(one is not None and one.share >= _WHOLLY_KNOWN for one in found)
