"""The free-text screen: finds sentences that could lead someone to a place that is not public (SAFETY L9).

It runs over every sentence that is kept about a confidential service or its organization. It prefers to remove a
harmless sentence over keeping a telling one. Whatever it removes is gone: rules are named, text never is.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator

import msgspec

from directory.listings.place_patterns import PLACE_RULES, STREET_KINDS
from directory.values.plain_text import folded


class Screened(msgspec.Struct, frozen=True):
    """What is left of a text, and the names of the rules by which sentences were removed (sorted, each once)."""

    text: str
    rules: tuple[str, ...]


def screen(text: str, *, secrets: Collection[str] = ()) -> Screened:
    """Remove every sentence that could place something on a map.

    Args:
        text: plain text (``values.plain_text.plain``).
        secrets: words that give one particular place away and are looked for too, whatever is around them: streets as
            ``street_words`` writes them, postal codes. Found also where the text writes the street another way.
    """
    return _without(text, [*_findings(text), *_mentions(text, secrets)])


def without_mentions(text: str, secrets: Collection[str]) -> Screened:
    """Remove only the sentences that name one of these secrets, from a text that is public otherwise (SAFETY L18)."""
    return _without(text, list(_mentions(text, secrets)))


def _without(text: str, found: list[tuple[int, int, str]]) -> Screened:
    """The text without the sentences in which something was found."""
    if not found:
        return Screened(text, ())
    starts = _sentence_starts(text)
    telling: set[int] = set()
    for start, end, _ in found:
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)) - 1
        telling.update(range(first, last + 1))
    ends = [*starts[1:], len(text)]
    kept = "".join(text[starts[n] : ends[n]] for n in range(len(starts)) if n not in telling)
    kept = re.sub(r"\n{3,}", "\n\n", kept).strip()
    return Screened(kept, tuple(sorted({rule for _, _, rule in found})))


def holds_location(text: str) -> tuple[str, ...]:
    """The names of the rules that the text breaks; empty when nothing in it places anything."""
    return tuple(sorted({rule for _, _, rule in _findings(text)}))


def street_words(address: str) -> str:
    """House number and street of an address in one spelling: "1907 N.W. 38th St., Suite 2" is "1907 38".

    Directions and kinds of street are left out, since people do. Empty when there is no house number.
    """
    words = _street_spelling(_RANGE.sub(r"\1", address)).split()
    for place, word in enumerate(words):
        name = list(itertools.takewhile(lambda one: one not in STREET_KINDS, words[place + 1 : place + 5]))
        if not _HOUSE.fullmatch(word) or not name or name[0] in _UNITS or (place and words[place - 1] in _UNITS):
            continue
        has_kind = len(name) < len(words[place + 1 : place + 5])
        if not name[0][0].isdigit() or has_kind:
            # A number and a name are enough, and people shorten names; a little word needs its neighbour.
            is_little = len(name[0]) < _LEAST_NAME and not name[0].isdigit()
            return " ".join([word, *(name[:2] if is_little and has_kind else name[:1])])
    return ""


_NAMED_PLACE = "names-secret-place"
_RANGE = re.compile(r"\b([0-9]{1,6})[-/][0-9]{1,6}\b")
_HOUSE = re.compile(r"[0-9]{1,6}[a-z]?")
_LEAST_NAME = 4
_UNITS = frozenset(["suite", "ste", "apt", "apartment", "unit", "room", "rm", "floor", "building", "bldg"])
_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
}
_DIRECTIONS = frozenset(
    {"n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west"}
    | {"northeast", "northwest", "southeast", "southwest"}
)
_ORDINAL = re.compile(r"([0-9]{1,3})(?:st|nd|rd|th)")

# Each sign becomes one sign, so that what is found stands at the same place in the text itself.
_ONE_SPELLING = (
    dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
    | dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032"), "'")
    | dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\t\n\r"), " ")
    | {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)}
)  # fmt: skip


def _findings(text: str) -> Iterator[tuple[int, int, str]]:
    """Where rules break: (start, end, rule). An address over two lines is found too."""
    spelled = text.translate(_ONE_SPELLING)
    lower = spelled.lower()
    for rule in PLACE_RULES:
        if any(hint in lower for hint in rule.hints):
            for found in rule.pattern.finditer(spelled):
                yield found.start(), found.end(), rule.name


def _mentions(text: str, secrets: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """Where secrets are named: whole sentences, since their spelling is not the text's."""
    wanted = [f" {secret} " for secret in secrets if secret]
    if not wanted or not any(secret in f" {_street_spelling(text)} " for secret in wanted):
        return
    starts = _sentence_starts(text)
    sentences = [f" {_street_spelling(text[a:b])} " for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    telling = [any(secret in sentence for secret in wanted) for sentence in sentences]
    for number, start in enumerate(starts):
        if telling[number]:
            yield start, start + 1, _NAMED_PLACE
        elif number + 1 < len(starts) and not telling[number + 1]:
            # A secret may stand over the end of a line, or over a full stop that ended no sentence.
            both = f" {sentences[number].strip()} {sentences[number + 1].strip()} "
            if any(secret in both for secret in wanted):
                yield start, starts[number + 1] + 1, _NAMED_PLACE


def _street_spelling(text: str) -> str:
    """Folded words: numbers and ordinals in digits, no directions."""
    return " ".join(filter(None, map(_one_word, folded(text).split())))


def _one_word(word: str) -> str:
    if word in _DIRECTIONS:
        return ""
    ordinal = _ORDINAL.fullmatch(word)
    return ordinal[1] if ordinal else _NUMBER_WORDS.get(word, word)


_BOUNDARY = re.compile(r"(?<=[.!?])[\"')\]]{0,2}\s+|\n+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|[A-Z]\.[A-Z]|st|ste|ave|av|blvd|rd|dr|ln|ct|pl|cir|hwy|pkwy|apt|bldg|rm|no|num|ft|mt|mr|"
    r"mrs|ms|sr|jr|rev|ne|nw|se|sw|fla|approx|inc|vs|ext|tel)\.$",
    re.IGNORECASE,
)


def _sentence_starts(text: str) -> list[int]:
    """Where sentences and lines begin; the first is 0."""
    starts = [0]
    for found in _BOUNDARY.finditer(text):
        before = text[max(0, found.start() - 12) : found.start()]
        if found.end() < len(text) and ("\n" in found[0] or not _ABBREVIATION.search(before)):
            starts.append(found.end())
    return starts
