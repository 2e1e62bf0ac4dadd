"""The items of a cell that lists kinds of service. A label of the vocabulary stays whole, whatever signs it holds."""

import re

from directory.vocabulary.terms import KIND, find_term

_BETWEEN_LISTS = re.compile(r"[;\n|\u2022]+")
_BETWEEN = re.compile(r"[;\n|\u2022,]+(?![^()]*\))|\s+/\s+|\s+-\s+")
_AT_THE_ENDS = " .:-"


def items_of(cell: str) -> list[str]:
    """The items: the whole cell, or what stands between signs of a list, where that is a label or code of a kind."""
    if find_term(KIND, cell):
        return [cell.strip()]
    found: list[str] = []
    for part in _BETWEEN_LISTS.split(cell) if _has_terms(cell) else [cell]:
        found += [part] if find_term(KIND, part) else _BETWEEN.split(part)
    return [item.strip(_AT_THE_ENDS) for item in found]


def stated_kinds(cell: str) -> list[str]:
    """Those items of a list that are labels or codes."""
    return [item for item in items_of(cell) if find_term(KIND, item)]


def _has_terms(cell: str) -> bool:
    """Whether dividing it at the stronger signs first finds a label; else those within brackets divide nothing."""
    return any(find_term(KIND, part) for part in _BETWEEN_LISTS.split(cell))
