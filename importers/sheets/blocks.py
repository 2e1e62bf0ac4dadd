"""Cells that hold a whole card: a name with its address below, or all the ways to reach somebody, line by line."""

import re

import msgspec

from directory.values.plain_text import folded
from importers.sheets.cell_shapes import shapes_of
from importers.sheets.column import Column
from importers.sheets.entries import Entry, Said
from importers.shelter_words import is_withheld

_LABEL = re.compile(
    r"^\s*(?P<label>tel|telephone|phone|ph|fax|hotline|crisis(?: line| hotline)?|office|e-?mail|web ?site|web|url"
    r"|address|hours|tty|text|t\u00e9l\u00e9phone|courriel|adresse|direcci\u00f3n|correo|tel\u00e9fono|toll[- ]free"
    r"|languages?)\s*[:.]\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:\n|;|\s\|\s)\s*")
_LINES = re.compile(r"\s*\n\s*")
_ADDRESSES = re.compile(r"\b(?:address|contact|location|adresse|direccion)\b")
# "Harbor Aid, 12 Church Avenue, Roanoke, VA 24011": with a code at its end an address is one.
_IN_ONE_LINE = re.compile(
    r"(?P<name>[^\n]{3,120}?)\s*(?:[,;|]|\s[-\u2013\u2014])\s*(?P<address>[0-9]{1,6}[A-Za-z]?,? [^\n]{3,120}?"
    r"(?:\b[0-9]{5}(?:-[0-9]{4})?|\b[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]))(?:[\s,;|]+(?P<rest>[^\n]{3,200}))?\s*"
)
_UNFINISHED = re.compile(r"(?:\b(?:of|for|and|the|de|la|du|des|in)|[&,/-])$", re.IGNORECASE)
_MOST_LINES = 4
_LABELLED = {
    "fax": "phone:fax", "hotline": "phone:hotline", "crisis": "phone:hotline", "office": "phone:office",
    "tty": "phone:tty", "text": "phone:text", "toll": "phone:toll-free", "hours": "hours", "language": "languages",
    "languages": "languages",
}  # fmt: skip
_BY_SHAPE = (("email", "email"), ("url", "url"), ("phone", "phone"))


def opened(entry: Entry) -> Entry:
    """The entry with its cards taken apart: each line under the meaning that it has by itself."""
    said: list[Said] = []
    for one in entry.said:
        if one.column.meaning == "contact":
            said += _card(one.column, one.text)
        elif one.column.meaning in ("organization", "program") and (line := _IN_ONE_LINE.fullmatch(one.text)):
            said.append(Said(one.column, line["name"]))
            said.append(Said(msgspec.structs.replace(one.column, meaning="address"), line["address"]))
            said += _card(one.column, (line["rest"] or "").replace(", ", "\n"))
        elif one.column.meaning in ("organization", "program") and "\n" in one.text:
            name, rest = _name(one)
            said.append(Said(one.column, name))
            said += _card(one.column, rest)
        else:
            said.append(one)
    return msgspec.structs.replace(entry, said=tuple(said))


def _name(one: Said) -> tuple[str, str]:
    """The name in a card, and what stands below it. A name may go on over lines where no address is announced."""
    lines = _LINES.split(one.text)
    number = 1
    holds_address = _ADDRESSES.search(folded(one.column.words)) is not None
    while number < min(len(lines), _MOST_LINES):
        goes_on = not holds_address or _UNFINISHED.search(lines[number - 1])
        if not goes_on or shapes_of(lines[number]) - {"text", "long"} or is_withheld(lines[number]):
            break
        number += 1
    return " ".join(lines[:number]), "\n".join(lines[number:])


def _card(column: Column, text: str) -> list[Said]:
    """The lines of a card. What is neither a line to call nor an address on the web is part of the street's address."""
    found: list[Said] = []
    address: list[str] = []
    for line in filter(None, _BETWEEN.split(text)):
        label = _LABEL.match(line)
        rest = line[label.end() :] if label else line
        meaning = _LABELLED.get(label["label"].lower().split()[0].split("-")[0], "") if label else ""
        shapes = shapes_of(rest)
        if not meaning:
            meaning = next((meaning for shape, meaning in _BY_SHAPE if shape in shapes), "")
        if meaning:
            found.append(Said(msgspec.structs.replace(column, meaning=meaning, label=""), rest))
        elif "text" not in shapes or address or (label and label["label"].lower().startswith(("addr", "adr", "dir"))):
            address.append(rest)
        else:
            found.append(Said(msgspec.structs.replace(column, meaning="notes"), line))
    if address:
        found.append(Said(msgspec.structs.replace(column, meaning="address"), "\n".join(address)))
    return found
