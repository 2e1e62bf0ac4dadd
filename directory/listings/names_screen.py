"""What people who work here write freely names nobody (SAFETY P3): names are told by how they are written.

No list holds everybody's name, so a word with a capital letter inside a sentence is taken for one unless it is known:
a day, a month, a language, a state, or a word of the listing itself. It prefers to refuse a harmless note, and never
repeats what was written.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from directory.errors import RefusedError
from directory.places.regions import countries, regions
from directory.values.language import all_languages, names
from directory.values.plain_text import folded

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019.-][^\W\d_]+)*")
_LONGEST_SHORT_FORM, _SHORTEST_NAME = 6, 3
_MOST_USUAL = 20_000
# Of an English note at most this part are words that no list has; of one in another language, more.
_MOST_STRANGE = 0.4
_LONGEST_ABBREVIATION = 4
_OWNERS = ("'s", "\u2019s")
# After these a word has a capital letter whatever it is.
_BEGINS = re.compile(r"(?:^|[.!?:;\u2022\u2013\u2014(\"\u201c\u00bf\u00a1]|\s[-/])\s*$")
_TO = re.compile(
    r"\b(?:ask(?:ed)? for|spoke (?:with|to)|speak (?:with|to)|talk(?:ed)? (?:with|to)|met(?: with)?|named|is called|"
    r"name is|told|referred|hable con|habl[e\u00e9] con|pregunte por|se llama)\s+$",
    re.IGNORECASE,
)


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of ``names_words.json``, in lines, folded.

    Attributes:
        titles: after which a name follows.
        said_of_people: what people do, right after their name.
        with_a_capital: what is written with a capital letter and names nobody.
        also_words: names of lists that people write in small letters every day, and mean no name.
    """

    titles: list[str]
    said_of_people: list[str]
    with_a_capital: list[str]
    also_words: list[str]


@cache
def _words(kind: str) -> frozenset[str]:
    file = Path(__file__).with_name("names_words.json")
    found: list[str] = getattr(msgspec.json.decode(file.read_bytes(), type=_Words), kind)
    return frozenset(word for line in found for word in line.split())


class _Word(NamedTuple):
    """A word of a note: as written and folded, and all that stands before it."""

    said: str
    plain: str
    before: str

    @property
    def begins(self) -> bool:
        """Whether a sentence begins with it."""
        return bool(_BEGINS.search(self.before))

    @property
    def is_capital(self) -> bool:
        """Whether it is written as names are; a word of capital letters alone is rather an abbreviation."""
        return self.said[0].isupper() and not self.is_short_form

    @property
    def is_short_form(self) -> bool:
        """Whether it is an abbreviation, such as HRSA."""
        return self.said.isupper() and 1 < len(self.said) <= _LONGEST_SHORT_FORM

    @property
    def is_owner(self) -> bool:
        """Whether something is said to be theirs."""
        return self.said.endswith(_OWNERS)


def refuse_names(text: str, *, known: Collection[str] = ()) -> None:
    """Raise ``RefusedError``, with an explanation, for a note in which somebody seems to be named.

    Args:
        text: as somebody wrote it.
        known: folded words that name nobody here: those of the listing's own name and place.
    """
    seen = unicodedata.normalize("NFKC", text)
    words = [_Word(one[0], folded(_without_owner(one[0])), seen[: one.start()]) for one in _WORD.finditer(seen)]
    harmless = _harmless() | set(known)
    if any(_is_foreign(word) and word.plain not in known for word in words):
        raise RefusedError(
            "There are letters in the note in which a name could stand that nobody else here can read. Write it in "
            "English."
        )
    for number, word in enumerate(words):
        after = words[number + 1] if number + 1 < len(words) else None
        if word.plain in _words("titles") and after is not None and after.is_capital:
            raise _refusal()
        if _is_said_of(word, after):
            raise _refusal()
        if set(word.plain.split()) <= harmless:
            continue
        if _is_name(word, after):
            raise _refusal()
    if _are_strange_together(words, harmless):
        raise _refusal()


def _is_foreign(word: _Word) -> bool:
    """Whether it is written in other letters than Latin ones: of those none says that a name begins."""
    return any(not unicodedata.name(letter, "").startswith("LATIN ") for letter in word.said if letter.isalpha())


def _is_said_of(word: _Word, after: _Word | None) -> bool:
    """Whether a first name that is a word or a state as well does what people do: Grace called."""
    return (
        word.is_capital
        and after is not None
        and after.plain in _words("said_of_people")
        and word.plain in _first_names()
    )


def _is_name(word: _Word, after: _Word | None) -> bool:
    parts = word.plain.split()
    if any(part in _names() for part in parts):
        return True
    if word.is_capital and not word.begins:
        return True
    is_odd = any(part not in _ordinary() for part in parts) and len(word.plain) > 1 and not word.is_short_form
    if is_odd and (_TO.search(word.before) or (after is not None and after.plain in _words("said_of_people"))):
        return True
    if is_odd and word.is_capital and word.is_owner:
        return True
    # Two such words where a sentence begins are a first and a last name.
    return is_odd and word.is_capital and after is not None and after.is_capital and not after.begins


def _are_strange_together(words: list[_Word], harmless: Collection[str]) -> bool:
    """Whether two words side by side are in nobody's mouth, in a note of words that are: a first and a last name.

    They may be written in small letters, or in large ones alone. Two short forms in large letters name nobody.
    """
    strange = [any(part not in harmless and part not in _ordinary() for part in word.plain.split()) for word in words]
    is_english = sum(strange) <= _MOST_STRANGE * len(words)
    return is_english and any(
        one and two and max(len(word.plain), len(after.plain)) > _LONGEST_ABBREVIATION
        for one, two, word, after in zip(strange, strange[1:], words, words[1:], strict=False)
    )


def _without_owner(word: str) -> str:
    return next((word.removesuffix(end) for end in _OWNERS if word.endswith(end)), word)


def _refusal() -> RefusedError:
    return RefusedError(
        "There seems to be the name of a person in the note: a name, or a word with a capital letter in a sentence. "
        "Write the role of whoever it is, such as the night desk, and in small letters what is no name."
    )


@cache
def _listed(*lists: str, most: int | None = None) -> frozenset[str]:
    """Words of the lists by which passwords are judged, the ``most`` usual; their names are those of the census."""
    # Large, and needed only where somebody writes.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

    return frozenset(word for one in lists for word in islice(FREQUENCY_LISTS[one], most))


def _first_names() -> frozenset[str]:
    return _listed("female_names", "male_names")


@cache
def _names() -> frozenset[str]:
    """Names that nobody writes for anything else."""
    found = _first_names() | _listed("surnames")
    return frozenset(name for name in found if len(name) >= _SHORTEST_NAME) - _words("also_words") - _harmless()


@cache
def _ordinary() -> frozenset[str]:
    """Words that are in everybody's mouth; further down the lists stand names of people who are written about."""
    return _listed("english_wikipedia", "us_tv_and_film", most=_MOST_USUAL) | _words("also_words")


@cache
def _harmless() -> frozenset[str]:
    """Words that may have a capital letter: days, months, holidays, languages, states, kinds of service."""
    said = [*_words("with_a_capital")]
    said += [name for one in all_languages() for name in names(one) if len(name) > _SHORTEST_NAME]
    said += [one.name for one in regions()] + [one.name for one in countries()]
    return frozenset(word for one in said for word in folded(one).split())
