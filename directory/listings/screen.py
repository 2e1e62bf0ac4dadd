"""The free-text screen: finds sentences that could lead someone to a place that is not public (SAFETY L9).

It runs over every sentence that is kept about a confidential service or its organization. It prefers to remove a
harmless sentence over keeping a telling one. Whatever it removes is gone: rules are named, text never is.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from functools import lru_cache

import msgspec

from directory.listings.place_patterns import FIGURE_RULES
from directory.listings.place_rule import Readings
from directory.listings.place_words import WORD_RULES
from directory.listings.streets import pattern_of, spelled


class Screened(msgspec.Struct, frozen=True):
    """What is left of a text, and the names of the rules by which sentences were removed (sorted, each once)."""

    text: str
    rules: tuple[str, ...]


def screen(text: str, *, secrets: Collection[str] = ()) -> Screened:
    """Remove every sentence that could place something on a map.

    Args:
        text: plain text (``values.plain_text.plain``).
        secrets: words that give one particular place away and are looked for too, whatever is around them: streets as
            ``streets`` writes them, postal codes. Found also where the text writes the street another way.
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


_NAMED_PLACE = "names-secret-place"
_pattern_of = lru_cache(maxsize=256)(pattern_of)


@lru_cache(maxsize=256)
def _findings(text: str) -> tuple[tuple[int, int, str], ...]:
    """Where rules break: (start, end, rule). An address over two lines is found too.

    A text is screened wherever it passes by, and mostly soon again.
    """
    readings = Readings.of(text)
    rules = (*FIGURE_RULES, *WORD_RULES)
    return tuple((start, end, rule.name) for rule in rules for start, end in rule.found_in(readings))


def _mentions(text: str, secrets: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """Where secrets are named: whole sentences, since their spelling is not the text's."""
    wanted = _pattern_of(frozenset(filter(None, secrets)))
    if not wanted.search(spelled(text)):
        return
    starts = _sentence_starts(text)
    sentences = [spelled(text[a:b]) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    telling = [wanted.search(sentence) is not None for sentence in sentences]
    for number, start in enumerate(starts):
        if telling[number]:
            yield start, start + 1, _NAMED_PLACE
        elif (
            number + 1 < len(starts)
            and not telling[number + 1]
            # A secret may stand over the end of a line, or over a full stop that ended no sentence.
            and wanted.search(f"{sentences[number]} {sentences[number + 1]}")
        ):
            yield start, starts[number + 1] + 1, _NAMED_PLACE


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
