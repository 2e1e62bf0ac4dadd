"""JSON text taken apart into the records that it lists, each read by itself: one that is broken spoils no other.

A document is one record, a list of them, a page with ``contents``, or a line for each. Nothing is parsed before its
brackets are counted, so that no depth of nesting reaches the parser.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from directory.errors import RefusedError

DEEPEST = 32
MOST_OBJECTS = 1_000_000
# More rows than this that are no records, and the document is something else.
_MOST_STRANGERS = 1_000
_LONGEST_REMAINDER = 100_000

# A string to its end, one that never ends, brackets, and what separates values.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|"|[\[\]{},:]', re.DOTALL)
_BLANK = re.compile(r"[\s\ufeff]*")
_STRING = re.compile(r'"([^"\\]{1,400})"')
# The next bracket, or quotation mark that is never closed, whatever stands before it; to be matched, never searched.
_BRACKET = re.compile(r'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+(["\[\]{}])', re.DOTALL)
_OPENING = {"[": "]", "{": "}"}


class Element(msgspec.Struct, frozen=True):
    """A record of a document, or what stands where one should.

    Attributes:
        pointer: JSON Pointer of it; the line, from 1, where every line is a document.
        value: the record; None if there is a problem.
        problem: the name of what is wrong; empty if nothing is.
        texts: the strings of one that cannot be read, names and values in turn. Never kept; they only tell what must
            not be told.
    """

    pointer: int | str
    value: dict[str, Any] | None = None
    problem: str = ""
    texts: tuple[str, ...] = ()


class Doubled(dict[str, Any]):
    """An object in which a key stands twice. Nobody knows which value is meant; ``texts`` are all of them."""

    texts: tuple[str, ...] = ()


class _TooManyObjectsError(ValueError):
    pass


def elements_of(text: str, *, is_lines: bool) -> Iterator[Element]:
    """The records of a document.

    Args:
        text: of the document.
        is_lines: whether every line is a document, as far as its name says; seen from the text too.

    Raises:
        RefusedError: it lists something else than records.
    """
    text = text.lstrip("\ufeff")
    strangers = 0
    for element in _lines(text) if is_lines or looks_like_lines(text) else _listed(text):
        if element.problem == "not-an-object":
            strangers += 1
            if strangers > _MOST_STRANGERS:
                raise RefusedError("The document lists something else than records.")
        yield element


def looks_like_lines(text: str) -> bool:
    """Whether a text that begins so has a document on every line."""
    lines = (line for line in text.split("\n", 20) if line.strip())
    first, second = next(lines, "").strip(), next(lines, "").strip()
    return first[:1] == "{" and first[-1:] == "}" and second[:1] == "{"


def _lines(text: str) -> Iterator[Element]:
    start = 0
    number = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        number += 1
        element = element_of_line(text[start:end], number)
        start = end + 1
        if element is not None:
            yield element


def element_of_line(line: str, number: int) -> Element | None:
    """The record on one line; None for a blank one."""
    line = line.strip(" \t\r\n\ufeff\x00")
    if not line:
        return None
    found = _measure(line, 0)
    is_whole = found.end == len(line) or not line[found.end :].strip()
    return _read(line, number, found if is_whole else msgspec.structs.replace(found, problem="broken"))


def _listed(text: str) -> Iterator[Element]:
    start = _skip(text, 0)
    if text[start : start + 1] == "[":
        yield from _array(text, start, "")
        return
    contents = _contents(text, start)
    if contents is not None:
        yield from _array(text, contents, "/contents")
        return
    found = _measure(text, start)
    is_whole = found.problem or not text[found.end :].strip("\x00 \t\r\n")
    yield _read(text[start:], "", found if is_whole else msgspec.structs.replace(found, problem="broken"), start=start)


def _array(text: str, start: int, pointer: str) -> Iterator[Element]:
    """The elements of the list that begins at ``start``."""
    at = _skip(text, start + 1)
    number = 0
    while True:
        if text[at : at + 1] == "]":
            return
        where = f"{pointer}/{number}"
        found = _measure(text, at)
        if found.is_cut or found.end <= at:
            # Half a document: what came before has come in, and this says that it is not all.
            yield Element(where, problem="cut-off", texts=_texts(text[at:]))
            return
        yield _read(text[at : found.end], where, found, start=at)
        at = _skip(text, found.end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            yield Element(f"{pointer}/{number + 1}", problem="cut-off", texts=_texts(text[at:]))
            return
        number += 1


class _Measured(msgspec.Struct, frozen=True):
    """Where a value ends, and what is wrong with its brackets. ``is_cut``: it has no end."""

    end: int
    problem: str = ""
    is_cut: bool = False


def _measure(text: str, start: int) -> _Measured:
    """Count the brackets of the value that begins at ``start``."""
    if text[start : start + 1] not in _OPENING:
        return _scalar(text, start)
    open_: list[str] = []
    problem = ""
    at = start
    while (token := _BRACKET.match(text, at)) and (sign := token[1]) != '"':
        at = token.end()
        if sign in _OPENING:
            if len(open_) >= DEEPEST:
                problem = "nested-too-deeply"
            open_.append(_OPENING[sign])
        elif open_.pop() != sign:
            return _Measured(len(text), "broken", is_cut=True)
        elif not open_:
            return _Measured(at, problem)
    return _Measured(len(text), problem or "cut-off", is_cut=True)


def _scalar(text: str, start: int) -> _Measured:
    if text[start : start + 1] == '"':
        token = _TOKEN.match(text, start)
        end = token.end() if token and len(token[0]) > 1 else len(text)
        return _Measured(end, "not-an-object", is_cut=end == len(text))
    ends = [at for sign in ",]" if (at := text.find(sign, start)) >= 0]
    return _Measured(min(ends, default=len(text)), "not-an-object", is_cut=not ends)


def _contents(text: str, start: int) -> int | None:
    """Where the list of a page begins; None where the document is none."""
    if text[start : start + 1] != "{":
        return None
    depth = 0
    key = last = ""
    for token in _TOKEN.finditer(text, start):
        sign = token[0]
        if depth == 1 and sign == "[" and key == '"contents"':
            return token.start()
        if sign in _OPENING:
            depth += 1
        elif sign in "]}":
            depth -= 1
            if depth <= 0:
                return None
        elif depth == 1 and sign == ":":
            key = last
        elif depth == 1 and sign == ",":
            key = ""
        elif sign == '"':
            return None
        last = sign
    return None


def _read(text: str, pointer: int | str, found: _Measured, *, start: int = 0) -> Element:
    if found.problem:
        texts = _texts(text) if found.problem != "not-an-object" else ()
        return Element(pointer, problem=found.problem, texts=texts)
    counter = _Counter()
    try:
        value = json.loads(
            text[: found.end - start],
            object_pairs_hook=counter.object_of,
            parse_int=str,
            parse_float=str,
            parse_constant=_no_number,
        )
    except _TooManyObjectsError:
        return Element(pointer, problem="too-many-parts", texts=_texts(text))
    except (ValueError, RecursionError):
        return Element(pointer, problem="broken", texts=_texts(text))
    if not isinstance(value, dict):
        return Element(pointer, problem="not-an-object")
    return Element(pointer, value)


class _Counter:
    """Makes objects, up to a number of them."""

    def __init__(self) -> None:
        self._made = 0

    def object_of(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self._made += 1
        if self._made > MOST_OBJECTS:
            raise _TooManyObjectsError
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        doubled = Doubled(made)
        doubled.texts = tuple(value for _, value in pairs if isinstance(value, str))
        return doubled


def _no_number(_: str) -> None:
    """NaN and the infinities are no values of JSON, and none of a directory."""


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _texts(text: str) -> tuple[str, ...]:
    """The strings of a text that cannot be parsed, as far as they can be told apart."""
    return tuple(found[1] for found in _STRING.finditer(text[:_LONGEST_REMAINDER]))
