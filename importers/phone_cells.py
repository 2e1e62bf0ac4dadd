"""Phone numbers as people write them in cells: extensions behind them, several in one, words around them."""

import re
from collections.abc import Iterable, Mapping

import msgspec

from directory.errors import UnknownTermError
from directory.listings.fields import Phone
from directory.values.language import find_language
from directory.values.phone import PhoneKind, PhoneNumber, find_phones
from directory.values.plain_text import folded, one_line
from importers.record import Cells

_KINDS: dict[str, PhoneKind] = {
    "fax": "fax", "fascimile": "fax", "facsimile": "fax", "tty": "tty", "tdd": "tty", "tty tdd": "tty", "relay": "tty",
    "text": "text", "sms": "text", "textphone": "tty", "whatsapp": "whatsapp", "chat": "chat", "voice": "voice",
}  # fmt: skip
_LONGEST_DESCRIPTION = 200
_PADDED_SHORT_CODE = re.compile(r"000[-. ]?(?:000[-. ]?0|0[0-9]{2}[-. ]?[0-9])[0-9]{3}", re.ASCII)


class PhonesRead(msgspec.Struct, frozen=True):
    """Lines by slot (``voice``, ``voice-2``, ``tty`` ...), the first of each kind being the one to call.

    ``unparsed`` are the cells, or parts of them, that hold no number that could be dialled.
    """

    lines: tuple[tuple[str, Phone], ...]
    rules: tuple[str, ...]
    unparsed: tuple[str, ...]


def read_phones(rows: Iterable[Cells], *, country: str, aliases: Mapping[str, str]) -> PhonesRead:
    """Read the phone rows of one record, as people of ``country`` write numbers."""
    lines: dict[str, Phone] = {}
    rules: dict[str, None] = {}
    unparsed: list[str] = []
    counts: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        cell = row.get("number", "")
        if not cell:
            continue
        if padded := _PADDED_SHORT_CODE.fullmatch(cell):
            # Forms that insist on ten digits make 000-000-0211 of 211.
            cell = re.sub(r"\D", "", padded[0]).lstrip("0")
            rules["short-code-unpadded"] = None
        found, rest = find_phones(cell, country=country)
        if rest:
            unparsed.append(rest)
            rules["phone-not-readable"] = None
        if len(found) > 1:
            rules["several-phones-split"] = None
        for number in found:
            if number.ext is not None and "extension" not in row:
                rules["extension-split"] = None
            line = _line(number, row, aliases)
            if (line.number, line.ext) in seen:
                continue
            seen.add((line.number, line.ext))
            counts[line.kind] = counts.get(line.kind, 0) + 1
            slot = line.kind if counts[line.kind] == 1 else f"{line.kind}-{counts[line.kind]}"
            lines[slot] = line
    return PhonesRead(tuple(lines.items()), tuple(rules), tuple(unparsed))


def _line(number: PhoneNumber, row: Cells, aliases: Mapping[str, str]) -> Phone:
    said = folded(row.get("type", ""))
    named = [_KINDS[word] for word in (said, *said.split()) if word in _KINDS]
    words = [row.get("department", ""), row.get("description", "")]
    return Phone(
        number=number.number,
        kind=named[0] if named else number.kind,
        ext=number.ext or one_line(row.get("extension", ""), 16),
        description=one_line(", ".join(filter(None, words)), _LONGEST_DESCRIPTION),
        languages=_languages(row.get("language", ""), aliases),
    )


def _languages(text: str, aliases: Mapping[str, str]) -> list[str]:
    tags: dict[str, None] = {}
    for name in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        try:
            tags[find_language(name, extra=aliases)] = None
        except UnknownTermError:
            continue
    return list(tags)
