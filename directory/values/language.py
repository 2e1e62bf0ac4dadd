"""Languages of services: a curated table with permanent numbers, found by exact names or, where asked for, misspelled.

Free text is never looked up in lists of all the world's languages: there "ASL" is Asilulu. "mix", "trc", "ctp" and the
like stand for the whole group that people call Mixteco, Triqui, Chatino: no tag of BCP 47 means the group, and which
variety and home town it is belongs into the note. "qpt" is ProTactile, which has no tag but a private one.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from rapidfuzz.distance import OSA, JaroWinkler

from directory.errors import UnknownTermError
from directory.values.plain_text import folded

WORDS = 4
WORD_BITS = 63  # a signed 64-bit column without its sign

# "Sí" in a cell is an answer, not Sinhala.
_NOT_A_NAME = frozenset({"si"})
_LONGEST_NAME = 80

# A misspelling is at least so like a name, and no other language's name comes so near to it.
_LIKE_ENOUGH = 0.92
_APART = 0.03
_SHORTEST_MISSPELLED = 6
_LONGEST_MISSPELLED = 40


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language: its permanent ``number``, BCP 47 ``tag``, labels by UI language, its own name and other names."""

    number: int
    tag: str
    labels: dict[str, str]
    autonym: str
    aliases: tuple[str, ...] = ()


def all_languages() -> tuple[Language, ...]:
    """Every language of the table, in the order of their numbers."""
    return _table()


def language(tag: str) -> Language:
    """The language of a BCP 47 tag, written exactly as in the table.

    Raises:
        UnknownTermError: the table has no such tag; the text does not repeat it.
    """
    try:
        return _by_tag()[tag]
    except KeyError:
        raise UnknownTermError("There is no such language in the table.") from None


def label(tag: str, ui_language: str) -> str:
    """The language's name in a UI language; in English where that has none.

    Raises:
        UnknownTermError: the table has no such tag.
    """
    labels = language(tag).labels
    return labels.get(ui_language) or labels["en"]


def number_of(tag: str) -> int:
    """The permanent number of a language, 0 to 251.

    Raises:
        UnknownTermError: the table has no such tag.
    """
    return language(tag).number


def bit_of(tag: str) -> tuple[int, int] | None:
    """The word (0 to 3) and the bit (0 to 62) of a language; None for a tag without one, such as "any"."""
    found = _by_tag().get(tag)
    return None if found is None else divmod(found.number, WORD_BITS)


def find_language(text: str, *, extra: Mapping[str, str] | None = None) -> str:
    """The tag of the language that a text names in English, in Spanish, in itself, by an alias or by its tag.

    The whole text must be the name, but for case, accents and punctuation. ``extra`` maps names to tags that hold for
    one source only ("Creole" is Haitian in Miami and Cape Verdean in Boston); they come first.

    Raises:
        UnknownTermError: it is no such name; the text is not repeated. Also where ``extra`` leads to an unknown tag.
    """
    name = folded(text) if len(text) <= _LONGEST_NAME else ""
    if extra:
        for alias, tag in extra.items():
            if folded(alias) == name:
                return language(tag).tag
    found = _by_name().get(name)
    if found is None:
        raise UnknownTermError("There is no such language in the table.")
    return found


def find_named_language(text: str) -> str | None:
    """Like ``find_language`` for a word inside a sentence; None where it names no language.

    Tags and three-letter codes are no names there: the "to" of a sentence is not Tongan, and "hat" is not Haitian.
    """
    return _by_spoken_name().get(folded(text)) if len(text) <= _LONGEST_NAME else None


def closest_language(text: str) -> str | None:
    """The tag of the one language whose name a text misspells ("Itallian", "Manderine"); None where that is not sure.

    Only names of the table are compared: a text of six letters or more is a misspelling where it begins as the name
    does, is alike to 0.92 (Jaro-Winkler), differs in at most two places (one in a short name), and no other language's
    name is nearly as like it. Names of countries and of languages outside the table are no misspellings.
    """
    name = folded(text) if len(text) <= _LONGEST_MISSPELLED else ""
    if len(name) < _SHORTEST_MISSPELLED or name in _not_languages():
        return None
    likeness: dict[str, float] = {}
    for known, tag in _by_name().items():
        if len(known) >= _SHORTEST_MISSPELLED - 1 and abs(len(known) - len(name)) <= 2:
            likeness[tag] = max(likeness.get(tag, 0), JaroWinkler.normalized_similarity(name, known))
    if not likeness:
        return None
    best = max(likeness.values())
    near = [tag for tag, score in likeness.items() if score > best - _APART]
    if best < _LIKE_ENOUGH or len(near) > 1:
        return None
    return near[0] if any(_is_misspelling(name, known) for known in names(language(near[0]))) else None


def _is_misspelling(name: str, known: str) -> bool:
    return name[0] == known[0] and OSA.distance(name, known) <= (1 if len(known) < 8 else 2)


@cache
def _not_languages() -> frozenset[str]:
    """Countries, regions, peoples and other languages whose names are nearly a language's: not one is a misspelling."""
    return msgspec.json.decode((Path(__file__).parent / "not_languages.json").read_bytes(), type=frozenset[str])


@cache
def _table() -> tuple[Language, ...]:
    return msgspec.json.decode((Path(__file__).parent / "languages.json").read_bytes(), type=tuple[Language, ...])


@cache
def _by_tag() -> dict[str, Language]:
    return {found.tag: found for found in _table()}


@cache
def _by_name() -> dict[str, str]:
    return {name: found.tag for found in _table() for name in names(found) if name not in _NOT_A_NAME}


@cache
def _by_spoken_name() -> dict[str, str]:
    return {
        folded(name): found.tag
        for found in _table()
        for name in (found.autonym, *found.labels.values(), *found.aliases)
        # Codes are written small, and names of two letters are ordinary words first.
        if len(folded(name)) > 2 and not (len(name) == 3 and name.islower() and name not in found.labels.values())
    }


def names(found: Language) -> set[str]:
    """Every name by which a language is found, folded."""
    return {folded(name) for name in (found.tag, found.autonym, *found.labels.values(), *found.aliases)}
