"""Phone numbers as records have them: every number of every cell as a line of its own, with what is said about it."""

import re
from collections.abc import Iterable, Mapping

import msgspec

from directory.errors import UnknownTermError
from directory.listings.fields import Phone
from directory.values.language import find_language
from directory.values.phone import PhoneKind
from directory.values.plain_text import one_line
from importers.phone_text import Line, read_phone_text
from importers.phone_words import kinds_named
from importers.record import Cells

_LONGEST_DESCRIPTION = 200
_LONGEST_LABEL = 60
_LONGEST_EXTENSION = 16
_EXTENSION_BEHIND = re.compile(r"\b(?:ext(?:n|ension)?[ .:#]{0,3}|x[ .]?)([0-9]{1,6})\)?\s*$", re.IGNORECASE)
_EXTENSION_WORD = re.compile(r"^(?:ext(?:n|ension)?|x|#)[ .:#]{0,3}(?=[0-9])", re.IGNORECASE)


class PhonesRead(msgspec.Struct, frozen=True):
    """Lines by slot (``voice``, ``voice-2``, ``tty`` ...), the first of each kind being the one to call.

    ``unparsed`` are the cells, or parts of them, that hold no number that could be dialled or that nobody understood;
    ``reasons`` names the rule for each of them, in the same order.
    """

    lines: tuple[tuple[str, Phone], ...]
    rules: tuple[str, ...]
    unparsed: tuple[str, ...]
    reasons: tuple[str, ...] = ()


def read_phones(rows: Iterable[Cells], *, country: str, aliases: Mapping[str, str]) -> PhonesRead:
    """Read the phone rows of one record, as people of ``country`` write numbers."""
    lines: dict[str, Phone] = {}
    rules: dict[str, None] = {}
    unparsed: list[str] = []
    reasons: list[str] = []
    counts: dict[str, int] = {}
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        cell = row.get("number", "")
        if not cell:
            continue
        read = read_phone_text(cell, country=country, aliases=aliases, takes_texts=_takes_texts(row))
        unparsed += [part.text for part in read.unread]
        reasons += [part.rule for part in read.unread]
        rules |= dict.fromkeys(read.rules)
        for line in read.lines:
            for phone in _phones(line, row, aliases, rules):
                if (phone.number, phone.ext, phone.kind) in seen:
                    continue
                seen.add((phone.number, phone.ext, phone.kind))
                counts[phone.kind] = counts.get(phone.kind, 0) + 1
                slot = phone.kind if counts[phone.kind] == 1 else f"{phone.kind}-{counts[phone.kind]}"
                lines[slot] = phone
    return PhonesRead(tuple(lines.items()), tuple(rules), tuple(unparsed), tuple(reasons))


def _phones(line: Line, row: Cells, aliases: Mapping[str, str], rules: dict[str, None]) -> list[Phone]:
    """A line as the other cells of its row complete it: one for each kind that they name."""
    words = [row.get("department", ""), row.get("description", "")]
    ext = line.ext or _extension(row, rules)
    description = one_line(", ".join(filter(None, (*words, line.description))), _LONGEST_DESCRIPTION)
    languages = list(dict.fromkeys((*line.languages, *_languages(row.get("language", ""), aliases))))
    return [
        Phone(
            number=line.number,
            kind=kind,
            ext=ext,
            keyword=line.keyword,
            description=description,
            languages=languages,
        )
        for kind in _kinds(line, row, rules)
    ]


def _takes_texts(row: Cells) -> bool:
    return any("text" in kinds_named(row.get(column, "")) for column in ("type", "description", "department"))


def _kinds(line: Line, row: Cells, rules: dict[str, None]) -> tuple[PhoneKind, ...]:
    """The kinds of a line: what its own column says, else the words beside the number, else its description."""
    if line.keyword:
        return ("text",)
    if stated := kinds_named(row.get("type", "")):
        return stated
    if line.kind is not None:
        return (line.kind,)
    description = row.get("description", "")
    told = kinds_named(description) if len(description) <= _LONGEST_LABEL else ()
    if told not in ((), ("voice",)):
        rules["phone-kind-from-description"] = None
    return told or ("voice",)


def _extension(row: Cells, rules: dict[str, None]) -> str:
    if written := one_line(row.get("extension", ""), _LONGEST_EXTENSION):
        bare = _EXTENSION_WORD.sub("", written)
        if bare != written:
            rules["extension-tidied"] = None
        return bare
    if found := _EXTENSION_BEHIND.search(row.get("description", "")[-40:]):
        rules["extension-from-description"] = None
        return found[1]
    return ""


def _languages(text: str, aliases: Mapping[str, str]) -> list[str]:
    tags: dict[str, None] = {}
    for name in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        try:
            tags[find_language(name, extra=aliases)] = None
        except UnknownTermError:
            continue
    return list(tags)
