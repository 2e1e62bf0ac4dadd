"""Where in the text of a mapping file something stands, so that an error can name its section and its line."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

_SECTION = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?")
_MOST_LINES = 10_000


def place_of(text: str, section: str, key: str) -> str:
    """Where a key of a section stands: "line 5, [columns]"; the section alone where its line is not found."""
    here = ""
    for number, line in enumerate(text.splitlines()[:_MOST_LINES], 1):
        if found := _SECTION.fullmatch(line):
            here = _plain(found[1])
        elif f"{_plain(section)}.".startswith(f"{here}.") and key in _keys(line):
            return f"line {number}, [{section}]"
    return f"[{section}]"


def line_of_section(text: str, section: str) -> str:
    """Where a section begins: "line 7, [sheets.List]"."""
    for number, line in enumerate(text.splitlines()[:_MOST_LINES], 1):
        found = _SECTION.fullmatch(line)
        if found and (_plain(found[1]) == _plain(section) or _plain(found[1]).startswith(f"{_plain(section)}.")):
            return f"line {number}, [{section}]"
    return f"[{section}]"


def _plain(section: str) -> str:
    return section.replace('"', "").replace("'", "").replace(" ", "")


def _keys(line: str) -> frozenset[str]:
    """The keys that one line sets, those of a table written in it among them."""
    if "=" not in line:
        return frozenset()
    try:
        return frozenset(_within(tomllib.loads(line)))
    except tomllib.TOMLDecodeError:
        return frozenset()


def _within(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield key
        if isinstance(value, dict):
            yield from _within(value)
