"""Values in boxes: a part of a value as a form shows it, and what is typed as a value of the registry again."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from directory.errors import BadInputError, UnknownTermError
from directory.listings.fields import FIELDS, Phone
from directory.values import language as languages
from directory.values.phone import grouped, parse_phone
from directory.values.plain_text import folded, one_line
from web.desk.entries import Entry, Part

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YES_NO: Final = {"yes": True, "no": False, "": None}
_MOST = 999


def shown(entry: Entry, value: Mapping[str, Any] | None) -> dict[str, str]:
    """What the boxes of a value begin with, by part; ``value`` is plain JSON, None for something new."""
    if value is None or entry.is_closed:
        return {part.name: "" for part in entry.parts}
    whole = _whole(entry.field, value)
    return {part.name: _shown(part, whole) for part in entry.parts}


def _whole(field: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """A value with what is left out of it because it is the usual."""
    usual = {
        one.name: one.default
        for one in msgspec.structs.fields(FIELDS[field].value)
        if one.default is not msgspec.NODEFAULT
    }
    return {**usual, **value}


def _shown(part: Part, whole: Mapping[str, Any]) -> str:
    held = whole.get(part.name)
    if held is None:
        return ""
    if part.name == "number" and part.look == "phone":
        return " ".join(filter(None, (grouped(str(held)), f"ext. {whole['ext']}" if whole.get("ext") else "")))
    if part.look == "languages":
        return ", ".join(_language(tag) for tag in held)
    if isinstance(held, bool):
        return "yes" if held else "no"
    return str(held)


def value_of(entry: Entry, typed: Mapping[str, str], base: Any, *, country: str) -> Any:
    """The value that boxes say; parts without a box stay as they are in ``base``, a struct or None.

    Raises:
        BadInputError: something typed is no number, telephone, day or choice.
        UnknownTermError: a language is none.
    """
    parts = {part.name: part for part in entry.parts}
    said: dict[str, Any] = {}
    for name, text in typed.items():
        part = parts[name]
        if len(text) > part.longest:
            raise BadInputError(f"That has at most {part.longest} letters.")
        if part.look == "phone":
            said |= _phone(name, text, typed.get("kind", ""), country)
        elif name != "kind" or entry.field != "phone" or text:
            said[name] = _READERS.get(part.look, _line)(part, text)
    known = msgspec.to_builtins(base) if base is not None else {}
    whole = {name: one for name, one in {**known, **said}.items() if one is not None}
    try:
        return msgspec.convert(whole, FIELDS[entry.field].value)
    except msgspec.ValidationError:
        raise BadInputError("Choose one of the words.") from None


def _phone(name: str, text: str, kind: str, country: str) -> dict[str, Any]:
    if name == "phones":
        if not text:
            return {"phones": []}
        read = parse_phone(text, country=country)
        return {"phones": [msgspec.to_builtins(Phone(read.number, ext=read.ext or ""))]}
    read = parse_phone(text, country=country)
    said = {"number": read.number, "ext": read.ext or ""}
    # A short code that takes texts is one, unless somebody says otherwise.
    return said if kind else {**said, "kind": read.kind}


def _line(part: Part, text: str) -> str:
    return text if part.look == "text" else one_line(text, part.longest)


def _choice(part: Part, text: str) -> Any:
    return _YES_NO[text] if part.name == "message_safe" and text in _YES_NO else text


def _number(_part: Part, text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or int(text) > _MOST:
        raise BadInputError("Write a whole number.")
    return int(text)


def _date(_part: Part, text: str) -> str:
    if text and not is_day(text):
        raise BadInputError("Write the day as year-month-day, such as 2027-03-31.")
    return text


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, as ``2027-03-31``."""
    if not _DAY.fullmatch(text):
        return False
    try:
        return dt.date.fromisoformat(text).year >= 1900
    except ValueError:
        return False


def _tags(_part: Part, text: str) -> list[str]:
    return [languages.find_language(name.strip()) for name in re.split("[,;]", text) if name.strip()]


def _language(tag: str) -> str:
    try:
        return languages.label(tag, "en")
    except UnknownTermError:
        return tag


_READERS: Final[dict[str, Callable[[Part, str], Any]]] = {
    "number": _number, "date": _date, "languages": _tags, "choice": _choice,
}  # fmt: skip


def new_slot(entry: Entry, value: Any, taken: Callable[[str], bool], slot: str) -> str:
    """Where something new stands: what its words name, else the next free number.

    Args:
        entry: of its field.
        value: what is said.
        taken: whether something stands in a slot already.
        slot: what is said of itself, where boxes of a term have one.
    """
    match entry.field:
        case "phone":
            names = (value.kind, *(f"{value.kind}-{number}" for number in range(2, 100)))
        case "language":
            return f"{value.tag}:{value.how}"
        case "trauma_informed":
            return f"{value.level}:{folded(value.by).replace(' ', '-')[:60] or 'provider'}"
        case "contact":
            name = folded(value.title or value.department or "contact").replace(" ", "-")[:60] or "contact"
            names = (name, *(f"{name}-{number}" for number in range(2, 100)))
        case _ if entry.shape == "many":
            names = tuple(map(str, range(1, 100)))
        case _:
            return slot
    return str(next(name for name in names if not taken(name)))
