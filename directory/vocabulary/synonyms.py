"""What people call kinds of services, in English and Spanish, when they look for one by words of their own.

The words stand in ``synonyms.json``, beside every label of a kind; none of them is ever shown.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from directory.values.plain_text import folded
from directory.vocabulary.terms import expand_kind, kind, kinds

_MOST_WORDS = 5


# Words that say nothing of what is looked for, in both languages of the pages.
_LITTLE = frozenset({"a", "an", "and", "at", "de", "del", "el", "en", "for", "in", "la", "las", "los", "of", "on", "or",
                     "para", "por", "the", "to", "un", "una", "y"})  # fmt: skip


class Meant(NamedTuple):
    """So many words from the beginning mean these kinds (slugs, with the children of each)."""

    words: int
    kinds: frozenset[str]


def without_little_words(words: Sequence[str]) -> list[str]:
    """The words that say something; all of them where none does."""
    return [word for word in words if word not in _LITTLE] or list(words)


def kinds_meant(words: Sequence[str]) -> Meant | None:
    """The kinds that the longest phrase at the beginning of folded words stands for; None when it is none.

    The words are those that ``without_little_words`` leaves.
    """
    phrases = _phrases()
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        slugs = phrases.get(" ".join(words[:count]))
        if slugs:
            return Meant(count, slugs)
    return None


def known_words() -> frozenset[str]:
    """Every single word that stands for a kind."""
    return frozenset(phrase for phrase in _phrases() if " " not in phrase)


@cache
def _phrases() -> dict[str, frozenset[str]]:
    entries = msgspec.json.decode((Path(__file__).parent / "synonyms.json").read_bytes(), type=dict[str, list[str]])
    found: dict[str, set[str]] = {}
    for slug, words in entries.items():
        for phrase in words:
            found.setdefault(_phrase(phrase), set()).update(expand_kind(kind(slug).code))
    for term in kinds():
        for label in term.labels.values():
            # What stands in brackets explains the label and is no part of its name.
            found.setdefault(_phrase(label.partition("(")[0]), set()).update(expand_kind(term.code))
    return {phrase: frozenset(slugs) for phrase, slugs in found.items() if phrase}


def _phrase(text: str) -> str:
    return " ".join(without_little_words(folded(text).split()))
