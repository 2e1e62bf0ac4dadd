"""How the free-text screen reads: one spelling of a text, in three readings, and the rules that look into them.

Every reading is as long as the text, sign for sign, so that what is found stands at the same place in the text itself.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from typing import Literal, Self

import msgspec

ReadingName = Literal["folded", "written", "lines"]


class Readings(msgspec.Struct, frozen=True):
    """A text to look into: kinds of dash, apostrophe and blank have one spelling, wide letters are narrow.

    Attributes:
        lines: with its line ends and capitals.
        written: the same on one line.
        folded: on one line, without capitals and accents.
    """

    lines: str
    written: str
    folded: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a text."""
        lines = text.translate(_ONE_SPELLING)
        written = lines.replace("\n", " ")
        return cls(lines, written, written.translate(_FOLDED))

    def named(self, name: ReadingName) -> str:
        """The reading of that name."""
        return self.folded if name == "folded" else self.written if name == "written" else self.lines


class Look(msgspec.Struct, frozen=True, dict=True):
    """What is looked for, and in which reading."""

    expression: str
    reading: ReadingName

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression for use; made when the first text is screened, since most commands screen none."""
        return re.compile(self.expression, re.MULTILINE if self.reading == "lines" else 0)


class PlaceRule(msgspec.Struct, frozen=True):
    """One way to give a place away.

    Attributes:
        name: what the report says.
        first: what is looked for.
        then: one of these must follow at once, unless there are none.
    """

    name: str
    first: Look
    then: tuple[Look, ...] = ()

    def found_in(self, readings: Readings) -> Iterator[tuple[int, int]]:
        """Where the rule is broken: (start, end)."""
        for found in self.first.pattern.finditer(readings.named(self.first.reading)):
            if not self.then:
                yield found.span()
            for look in self.then:
                if follows := look.pattern.match(readings.named(look.reading), found.end()):
                    yield found.start(), follows.end()
                    break


def look(*patterns: str, reading: ReadingName = "folded") -> Look:
    """Any of these. Blanks in patterns are written out: line ends and tabs have become blanks (but in ``lines``)."""
    return Look("|".join(patterns), reading)


def words(*listed: str) -> Look:
    """Any of these at the beginning of a word, in the folded reading. Each begins with a letter; ``|`` parts them.

    The longer is tried first, so that "to" does not hide "to the old".
    """
    # A pattern that can only begin with certain letters passes over every other sign at once.
    return look(*(rf"{letter}(?<!\w.)(?:{rests})" for letter, rests in _by_first_letter("|".join(listed))))


def one_of(listed: str) -> str:
    """A pattern for any of these, for use in another. Sorted by letter, since most texts are refused at the first."""
    return "(?:" + "|".join(f"{letter}(?:{rests})" for letter, rests in _by_first_letter(listed)) + ")"


def each(listed: str, rest: str) -> str:
    """Each of these words or patterns with the same after it, for ``words``."""
    return "|".join(f"{one}{rest}" for one in _apart(listed))


def figures(*patterns: str, not_after: str = r"[\w.]") -> Look:
    """A digit that begins a number, and after it any of these, in the folded reading."""
    return look(rf"[0-9](?<!{not_after}.)(?:{'|'.join(patterns)})")


def _by_first_letter(listed: str) -> list[tuple[str, str]]:
    """What may follow each first letter, the longer first."""
    by_letter: dict[str, list[str]] = {}
    for pattern in sorted(_apart(listed), key=len, reverse=True):
        by_letter.setdefault(pattern[0], []).append(pattern[1:])
    return [(letter, "|".join(rests)) for letter, rests in sorted(by_letter.items())]


def _apart(listed: str) -> list[str]:
    """Patterns that ``|`` parts outside of brackets."""
    patterns, depth = [""], 0
    for sign in listed:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            patterns.append("")
        else:
            patterns[-1] += sign
    return patterns


_ONE_SPELLING = (
    dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
    | dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032\u00b4`"), "'")
    # Signs of no width part words here, lest an address that is glued together with them pass as one word.
    | dict.fromkeys(map(ord, "\u00a0\u00ad\u2002\u2003\u2007\u2009\u200b\u200c\u200d\u202f\u2060\ufeff\t\r"), " ")
    | {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)}
)  # fmt: skip
_FOLDED = {
    letter: unicodedata.normalize("NFD", chr(letter))[0].lower()
    for letter in range(0x250)
    if chr(letter).isalpha() and unicodedata.normalize("NFD", chr(letter))[0].isascii()
}
