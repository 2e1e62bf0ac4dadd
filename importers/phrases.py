"""Phrases of a rule file, found in sentences of folded words.

All phrases of a file stand in one index by their first word, so that a text is read once, whatever number of phrases
there is, and in time that grows with its length alone.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

from directory.errors import BadInputError
from directory.values.plain_text import folded

# No more of a text is read for what its words say; no more of it is kept either.
LONGEST_READ = 8_000

_LONGEST_PHRASE = 240
_MOST_WORDS = 12
_GAP = ".."
_GAP_WORDS = 4
_END_OF_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*(?:[*•·-]+\s)?|(?:^|(?<=\s))[*•·-]+\s|\*\*")
# Full stops that end no sentence.
_INITIALS = re.compile(
    r"\b(U)\.\s?(S)\.(?:\s?A\.)?|\b(E)\.\s?(E)\. ?U\. ?U\.|\b(e)\.(g)\.|\b(i)\.(e)\.|\b(I)\.\s?(D)\b\.?"
    r"|\b(St|Ste|Ft|Mt|Dr|Mr|Mrs|Ms)\.(?=\s)"
)

Meant = TypeVar("Meant")


class Sentence(msgspec.Struct, frozen=True):
    """A sentence, a line or a point of a list: as it was written, and its folded words."""

    text: str
    words: tuple[str, ...]


class Found(msgspec.Struct, Generic[Meant], frozen=True):
    """A phrase in a sentence: what it means, and from which word up to which."""

    meant: Meant
    start: int
    end: int


class _Word(msgspec.Struct, frozen=True):
    """One word of a phrase, in any of its spellings; up to ``gap`` other words may stand before it."""

    whole: frozenset[str]
    stems: tuple[str, ...]
    gap: int

    def fits(self, word: str) -> bool:
        return word in self.whole or word.startswith(self.stems)


class _Phrase(msgspec.Struct, Generic[Meant], frozen=True):
    """``needs``: spellings of its last word, of which one must stand in the sentence; none where that is a stem."""

    words: tuple[_Word, ...]
    needs: frozenset[str]
    is_whole: bool
    meant: Meant


class Phrases(Generic[Meant]):
    """Many phrases and what each of them means.

    A phrase is written in words: ``child*`` is any word that begins so, ``a|b`` is either, ``..`` stands for up to four
    other words, and ``=`` at the beginning means that the sentence holds nothing else.

    Raises:
        BadInputError: a phrase cannot be read.
    """

    def __init__(self, phrases: Iterable[tuple[str, Meant]]) -> None:
        self._whole: Mapping[str, list[_Phrase[Meant]]] = defaultdict(list)
        self._stems: Mapping[str, list[_Phrase[Meant]]] = defaultdict(list)
        for written, meant in phrases:
            phrase = _read(written, meant)
            for word in phrase.words[0].whole:
                self._whole[word].append(phrase)
            for stem in phrase.words[0].stems:
                self._stems[stem].append(phrase)
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._beginning = lru_cache(maxsize=50_000)(self._find_beginning)

    def find(self, words: tuple[str, ...]) -> Iterator[Found[Meant]]:
        """Every phrase that stands in a sentence, in the order of their first words."""
        present = frozenset(words)
        for start, word in enumerate(words):
            for phrase in self._beginning(word):
                if (phrase.needs and phrase.needs.isdisjoint(present)) or (phrase.is_whole and start):
                    continue
                end = _end(words, start + 1, phrase.words, 1)
                if end and not (phrase.is_whole and end < len(words)):
                    yield Found(phrase.meant, start, end)

    def _find_beginning(self, word: str) -> tuple[_Phrase[Meant], ...]:
        found = list(self._whole.get(word, ()))
        for length in self._lengths:
            if length <= len(word):
                found += self._stems.get(word[:length], ())
        return tuple(found)


def longest(found: Iterable[Found[Meant]]) -> list[Found[Meant]]:
    """Without the phrases that stand within a longer one, in time that hardly grows faster than their number."""
    kept: list[Found[Meant]] = []
    furthest = 0
    # Behind one that begins earlier or is longer, whatever does not reach further stands within it.
    for one in sorted(found, key=lambda phrase: (phrase.start, -phrase.end)):
        if one.end > furthest or (kept and (one.start, one.end) == (kept[-1].start, kept[-1].end)):
            kept.append(one)
        furthest = max(furthest, one.end)
    return kept


@lru_cache(maxsize=256)
def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text; lines and the points of a list are sentences too."""
    text = _INITIALS.sub(lambda found: "".join(filter(None, found.groups())), text[:LONGEST_READ])
    parts = (part.strip() for part in _END_OF_SENTENCE.split(text))
    return tuple(Sentence(part, tuple(folded(part).split())) for part in parts if part)


def _end(words: tuple[str, ...], at: int, phrase: tuple[_Word, ...], number: int) -> int:
    """Behind which word a phrase ends whose first ``number`` words end at ``at``; 0 where it does not go on so."""
    if number == len(phrase):
        return at
    word = phrase[number]
    for position in range(at, min(at + word.gap + 1, len(words))):
        if word.fits(words[position]) and (end := _end(words, position + 1, phrase, number + 1)):
            return end
    return 0


def _read(written: str, meant: Meant) -> _Phrase[Meant]:
    parts = written.removeprefix("=").split()
    if not parts or len(written) > _LONGEST_PHRASE or len(parts) > _MOST_WORDS:
        raise BadInputError("A phrase of a word file is empty or too long.")
    if parts[0] == _GAP or parts[-1] == _GAP or any(a == b == _GAP for a, b in itertools.pairwise(parts)):
        raise BadInputError("A gap in a phrase of a word file must stand between two words.")
    words: list[_Word] = []
    gap = 0
    for part in parts:
        if part == _GAP:
            gap = _GAP_WORDS
            continue
        words += _words(part, gap)
        gap = 0
    last = words[-1]
    return _Phrase(tuple(words), frozenset() if last.stems else last.whole, written.startswith("="), meant)


def _words(part: str, gap: int) -> Iterator[_Word]:
    """The words that one part of a phrase is; "walk-in" is two."""
    ways = [(folded(way).split(), way.endswith("*")) for way in part.split("|")]
    if not all(spelled for spelled, _ in ways) or (len(ways) > 1 and any(len(spelled) > 1 for spelled, _ in ways)):
        raise BadInputError("A word of a phrase is empty, or is one of several and really two.")
    if len(ways) == 1:
        spelled, is_stem = ways[0]
        for number, word in enumerate(spelled):
            ends_open = is_stem and number == len(spelled) - 1
            yield _Word(
                frozenset() if ends_open else frozenset({word}), (word,) if ends_open else (), 0 if number else gap
            )
        return
    yield _Word(
        frozenset(spelled[0] for spelled, is_stem in ways if not is_stem),
        tuple(spelled[0] for spelled, is_stem in ways if is_stem),
        gap,
    )
