"""Languages of services: a curated table with permanent numbers, found by exact names only.

Free text is never looked up in lists of all the world's languages: there "ASL" is Asilulu. "mix", "trc", "ctp" and the
like stand for the whole group that people call Mixteco, Triqui, Chatino: no tag of BCP 47 means the group, and which
variety and home town it is belongs into the note.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from directory.errors import UnknownTermError
from directory.values.plain_text import folded

WORDS = 4
WORD_BITS = 63  # a signed 64-bit column without its sign

# "Sí" in a cell is an answer, not Sinhala.
_NOT_A_NAME = frozenset({"si"})
_LONGEST_NAME = 80


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


@cache
def _table() -> tuple[Language, ...]:
    return msgspec.json.decode((Path(__file__).parent / "languages.json").read_bytes(), type=tuple[Language, ...])


@cache
def _by_tag() -> dict[str, Language]:
    return {found.tag: found for found in _table()}


@cache
def _by_name() -> dict[str, str]:
    return {name: found.tag for found in _table() for name in names(found) if name not in _NOT_A_NAME}


def names(found: Language) -> set[str]:
    """Every name by which a language is found, folded."""
    return {folded(name) for name in (found.tag, found.autonym, *found.labels.values(), *found.aliases)}
