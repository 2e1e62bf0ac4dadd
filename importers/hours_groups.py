"""From the words of opening hours to groups that say one thing each: which weekdays, from when to when, closed when.

A statement is what stands between two line ends, semicolons or full stops, with the label before it. Nothing is decided
here about what belongs to what.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from directory.values.hours import WEEKDAYS
from importers.hours_labels import Label, label_of, words_of
from importers.hours_spans import Clock
from importers.hours_words import Token

Start = Clock | None

_DAY_KINDS = frozenset({"day", "anyday", "daily", "weekdays", "weekends"})
_DATE_KINDS = frozenset({"date", "month"})
_HOUR_KINDS = _DAY_KINDS | {"clock", "always"}
_LABEL_KINDS = frozenset({"word", "number", "and", "range", "season", "month", "break", "sign", "ordinal"})
_ALONE = {
    "closed": "closed",
    "except": "except",
    "break": "break",
    "holiday": "holiday",
    "appointment": "appointment",
    "season": "season",
    "year": "season",
    "monthly": "monthly",
    "ordinal": "monthly",
    "unfixed": "unfixed",
    "temporary": "temporary",
    "including": "including",
}
_SEVERAL_DAYS = {"daily": WEEKDAYS, "weekdays": WEEKDAYS[:5], "weekends": WEEKDAYS[5:]}
_LONGEST_HEADING = 6


class Weekly(msgspec.Struct, frozen=True):
    """Weekdays. Not sure where it can be read in two ways ("S"), monthly for "first Tuesday".

    ``listed`` are the members of a list, in order: ranges whole.
    """

    days: frozenset[str]
    is_sure: bool = True
    is_monthly: bool = False
    has_thru: bool = False
    listed: tuple[frozenset[str], ...] = ()


class Group(msgspec.Struct, frozen=True):
    """Some words that say one thing.

    ``value`` is a ``Weekly``, two clocks (the second None where there is one only, both None for around the clock),
    two dates as written (the second may be empty), the words themselves, or the groups in brackets.
    """

    kind: str
    value: Any
    start: int
    end: int


class Statement(msgspec.Struct, frozen=True):
    """The groups of one statement, and whose hours it gives. Statements of one section share their label."""

    groups: tuple[Group, ...]
    label: Label
    name: str
    section: int
    start: int
    end: int


def statements(found: list[Token], text: str) -> list[Statement]:
    """The statements of a text, in order.

    A label with a colon, or a line of a few words above hours, holds until the next label or a blank line.
    """
    made: list[Statement] = []
    name, section = "", 0
    lines = list(_lines(found, text))
    for number, (line, is_apart) in enumerate(lines):
        if is_apart:
            name, section = "", section + 1
        following = lines[number + 1] if number + 1 < len(lines) else None
        parts = [(line, [])] if following and _is_heading(line, *following) else list(_labelled(line))
        for label, rest in parts:
            if label:
                name, section = text[label[0].start : label[-1].end], section + 1
            whole = [*label, *rest]
            groups = tuple(_Grouping(rest, text).groups())
            made.append(Statement(groups, label_of(name), name, section, whole[0].start, whole[-1].end))
    return made


def _lines(found: list[Token], text: str) -> Iterator[tuple[list[Token], bool]]:
    """Tokens between line ends and stops, and whether a blank line sets them apart from what is before."""
    line: list[Token] = []
    depth, is_apart, goes_on = 0, False, False
    for token in found:
        if token.kind in ("gap", "line"):
            depth = 0
        depth = max(0, depth + (token.kind == "open") - (token.kind == "shut"))
        if token.kind not in ("gap", "line", "stop") or (token.kind == "stop" and depth):
            line.append(token)
            continue
        if line:
            yield line, is_apart
            line, is_apart, goes_on = [], False, False
        # After a semicolon the list goes on, whatever the layout.
        goes_on = goes_on or (token.kind == "stop" and text[token.start] == ";")
        is_apart = is_apart or (token.kind == "gap" and not goes_on)
    if line:
        yield line, is_apart


def _is_heading(line: list[Token], following: list[Token], is_apart: bool) -> bool:  # noqa: FBT001
    """Whether a line is a few words above hours."""
    if is_apart or not all(token.kind in _LABEL_KINDS for token in line):
        return False
    words = [token for token in line if token.kind in ("word", "season")]
    first_colon = next((n for n, token in enumerate(following) if token.kind == "colon"), len(following))
    is_labelled = all(token.kind in _LABEL_KINDS for token in following[:first_colon]) and first_colon < len(following)
    has_hours = any(token.kind in _HOUR_KINDS for token in following)
    return 0 < len(words) <= _LONGEST_HEADING and has_hours and not is_labelled


def _labelled(line: list[Token]) -> Iterator[tuple[list[Token], list[Token]]]:
    """The parts of a line, each with the words of its label (before a colon), if it has one."""
    begin, label = _in_brackets(line)
    for place, token in enumerate(line):
        if token.kind != "colon":
            continue
        start = place
        while start > begin and line[start - 1].kind in _LABEL_KINDS:
            start -= 1
        while start < place and line[start].kind in ("and", "range"):
            start += 1
        if not any(one.kind in ("word", "season", "month") for one in line[start:place]):
            continue
        if label or start > begin:
            yield label, line[begin:start]
        label, begin = line[start:place], place + 1
    if label or line[begin:]:
        yield label, line[begin:]


def _in_brackets(line: list[Token]) -> tuple[int, list[Token]]:
    """Where a line goes on behind the words in brackets that it begins with, and these words."""
    shut = next((place for place, token in enumerate(line) if token.kind == "shut"), 0)
    if line[0].kind != "open" or shut == len(line) - 1 or not all(one.kind in _LABEL_KINDS for one in line[1:shut]):
        return 0, []
    return (shut + 1, line[1:shut]) if any(one.kind == "word" for one in line[1:shut]) else (0, [])


class _Grouping:
    """The groups of some tokens."""

    def __init__(self, found: list[Token], text: str) -> None:
        self._found = found
        self._text = text
        self._at = 0

    def groups(self) -> Iterator[Group]:
        while (token := self._peek()) is not None:
            start = self._at
            kind, value = self._next(token)
            if kind:
                yield Group(kind, value, self._found[start].start, self._found[self._at - 1].end)

    def _next(self, token: Token) -> tuple[str, Any]:
        if token.kind in _DAY_KINDS or (token.kind == "ordinal" and self._is_of_weekday()):
            return "days", self._weekly()
        if token.kind in _DATE_KINDS:
            return "dates", self._dates()
        if token.kind == "open":
            return "brackets", self._brackets()
        if token.kind in ("clock", "always"):
            return "time", self._time()
        self._at += 1
        if token.kind in ("word", "number", "sign"):
            return self._words(token)
        return _ALONE.get(token.kind, ""), token.value

    def _peek(self, ahead: int = 0) -> Token | None:
        return self._found[self._at + ahead] if self._at + ahead < len(self._found) else None

    def _kind(self, ahead: int = 0) -> str:
        token = self._peek(ahead)
        return token.kind if token else ""

    def _is_of_weekday(self) -> bool:
        """Whether an ordinal, or several, belong to a weekday."""
        ahead = 0
        while self._kind(ahead) in ("ordinal", "and"):
            ahead += 1
        return self._kind(ahead) in ("day", "anyday")

    def _weekly(self) -> Weekly:
        listed: list[frozenset[str]] = []
        is_sure, is_monthly, has_thru = True, False, False
        while True:
            kind = self._kind()
            if kind in ("ordinal", "anyday"):
                is_monthly = is_monthly or kind == "ordinal"
                is_sure = is_sure and kind == "ordinal"
                self._at += 1
            elif kind in _SEVERAL_DAYS:
                listed.append(frozenset(_SEVERAL_DAYS[kind]))
                self._at += 1
            else:
                found, is_thru = self._range_of_days()
                is_sure, has_thru = is_sure and bool(found), has_thru or is_thru
                listed.append(frozenset(found))
            ahead = 0
            while self._kind(ahead) == "and":
                ahead += 1
            follower = self._kind(ahead)
            is_more = follower in _DAY_KINDS or follower == "ordinal"
            # "Monday Tuesday" is a list too, "daily Monday" is none.
            if not is_more or (ahead == 0 and follower not in ("day", "anyday") and kind != "ordinal"):
                return Weekly(frozenset().union(*listed), is_sure, is_monthly, has_thru, tuple(listed))
            self._at += ahead

    def _range_of_days(self) -> tuple[tuple[str, ...], bool]:
        """One weekday, or the weekdays from one to another; "Mon-Thru" goes to Thursday."""
        first = self._found[self._at].value
        self._at += 1
        is_dash = self._kind() in ("range", "thru")
        if is_dash and self._kind(1) == "anyday":
            self._at += 2
            return (), False
        if is_dash and self._kind(1) == "day":
            last = self._found[self._at + 1].value
            self._at += 2
            return _from_to(first[0], last[0]) if len(first) == len(last) == 1 else (), False
        if self._kind() == "range" and self._kind(1) == "thru" and len(first) == 1:
            self._at += 2
            return _from_to(first[0], "TH"), True
        return first, False

    def _time(self) -> tuple[Start, Start]:
        token = self._found[self._at]
        self._at += 1
        if token.kind == "always":
            return None, None
        is_range = self._kind() in ("range", "thru") or (self._kind() == "and" and self._is_between(token))
        if is_range and self._kind(1) == "clock":
            self._at += 2
            return token.value, self._found[self._at - 1].value
        return token.value, None

    def _is_between(self, token: Token) -> bool:
        """Whether "and" joins two times: "between 9 and 5"."""
        return self._text[: token.start].lower().rstrip().endswith(("between", "entre")) and (
            self._text[self._found[self._at].start : self._found[self._at].end].lower() in ("and", "y")
        )

    def _dates(self) -> tuple[str, str]:
        first = self._found[self._at].value
        self._at += 1
        if self._kind() in ("range", "thru") and self._kind(1) in _DATE_KINDS:
            self._at += 2
            return first, self._found[self._at - 1].value
        if self._kind() in ("range", "and") and self._kind(1) in ("clock", "number"):
            # "Dec 24-26", "Feb 9, 16": days of the same month, which nobody should take for hours.
            written = self._text[self._found[self._at + 1].start : self._found[self._at + 1].end]
            is_range = self._kind() == "range"
            if written.isdigit() and len(written) <= 2 and first.split()[0].isalpha():
                self._at += 2
                return (first, f"{first.split()[0]} {written}") if is_range else (first, "?")
        return first, ""

    def _brackets(self) -> tuple[Group, ...]:
        depth, end = 0, self._at
        while end < len(self._found):
            depth += {"open": 1, "shut": -1}.get(self._found[end].kind, 0)
            if depth == 0:
                break
            end += 1
        inner = [token for token in self._found[self._at + 1 : end] if token.kind not in ("open", "shut")]
        self._at = min(end + 1, len(self._found))
        return tuple(_Grouping(inner, self._text).groups())

    def _words(self, first: Token) -> tuple[str, str]:
        """Words in a row; empty if they say nothing."""
        last = first
        while (token := self._peek()) is not None and token.kind in ("word", "number", "sign", "and", "range"):
            if token.kind in ("and", "range") and self._kind(1) not in ("word", "number", "sign"):
                break
            last = token
            self._at += 1
        said = self._text[first.start : last.end]
        return ("words", said) if label_of(said) or words_of(said) or not said.strip(".-").isalpha() else ("", "")


def _from_to(first: str, last: str) -> tuple[str, ...]:
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return tuple(WEEKDAYS[n % 7] for n in range(start, end + 1 if end >= start else end + 8))
