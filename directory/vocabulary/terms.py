"""The shipped vocabulary: what each code means, its place in the search words, its label and what to ask about it.

Codes and bits are permanent. A kind's bit counts over two words of 63 bits; a population (0-39) and a barrier (40-62)
share one word; a trauma-informed level's bit is the level; in other schemes it only gives the order.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from directory.errors import UnknownTermError
from directory.values import language as languages
from directory.values.plain_text import folded

KIND = "kind"
POPULATION = "population"
BARRIER = "barrier"
TRAUMA_INFORMED = "trauma-informed"

WORD_BITS = 63  # a signed 64-bit column without its sign
KIND_BITS = 2 * WORD_BITS
POPULATION_BITS = range(40)
BARRIER_BITS = range(40, WORD_BITS)

_FILES = {
    KIND: "kinds.json",
    POPULATION: "populations.json",
    BARRIER: "barriers.json",
    TRAUMA_INFORMED: "trauma_levels.json",
}
_FOLDER = Path(__file__).parent


class Term(msgspec.Struct, frozen=True):
    """One word of the vocabulary.

    ``labels`` and ``question`` (what to ask on the phone, naming nobody) are by UI language. ``crosswalk`` lists term
    numbers of other taxonomies. ``default_disclosure`` is how much of a place of this kind is shown unless its provider
    agreed in writing to more.
    """

    scheme: str
    code: str
    bit: int
    labels: dict[str, str]
    parent: str | None = None
    question: dict[str, str] = {}
    crosswalk: dict[str, list[int]] = {}
    default_disclosure: Literal["public", "area_only"] = "public"


def terms(scheme: str) -> tuple[Term, ...]:
    """All terms of a scheme, in the order of their bits.

    Raises:
        UnknownTermError: there is no such scheme.
    """
    try:
        return _vocabulary()[scheme]
    except KeyError:
        raise UnknownTermError("The vocabulary has no such list.") from None


def schemes() -> tuple[str, ...]:
    """The lists that the vocabulary has: kind, population, barrier, trauma-informed, house-rule, phone-kind ..."""
    return tuple(_vocabulary())


def term(scheme: str, code: str) -> Term:
    """One term.

    Raises:
        UnknownTermError: there is no such term; the text does not repeat the code, which may be what somebody typed.
    """
    try:
        return _index()[scheme, code]
    except KeyError:
        what = scheme.replace("-", " ") if scheme in _vocabulary() else "term"
        raise UnknownTermError(f"There is no such {what}.") from None


def label(scheme: str, code: str, language: str) -> str:
    """The plain words for a term in a UI language; English where that language has none.

    Raises:
        UnknownTermError: there is no such term.
    """
    labels = term(scheme, code).labels
    return labels.get(language) or labels["en"]


def find_term(scheme: str, words: str) -> str | None:
    """The code of the term that these words are as a whole: its code, or its label in any language; else None.

    Case, accents and signs count for nothing. Raises ``UnknownTermError`` where there is no such scheme.
    """
    terms(scheme)
    return _named()[scheme].get(folded(words))


def kinds() -> tuple[Term, ...]:
    """All kinds of service."""
    return terms(KIND)


def kind(code: str) -> Term:
    """A kind of service; raises ``UnknownTermError``."""
    return term(KIND, code)


def population(code: str) -> Term:
    """A group of people that a service may take; raises ``UnknownTermError``."""
    return term(POPULATION, code)


def barrier(code: str) -> Term:
    """A barrier that a service may remove; raises ``UnknownTermError``."""
    return term(BARRIER, code)


def trauma_level(code: str) -> int:
    """How much is known of trauma-informed work, 0 (none known) to 5 (survivor-reviewed).

    Raises:
        UnknownTermError: there is no such level.
    """
    return term(TRAUMA_INFORMED, code).bit


def expand_kind(code: str) -> frozenset[str]:
    """A kind and all kinds under it: what a search for it matches.

    Raises:
        UnknownTermError: there is no such kind.
    """
    return _descendants()[kind(code).code]


def kind_mask(codes: Iterable[str]) -> tuple[int, int]:
    """The two words of 63 bits that stand for these kinds; a parent does not set its children's bits.

    Raises:
        UnknownTermError: one of them is no kind.
    """
    mask = 0
    for code in codes:
        mask |= 1 << kind(code).bit
    return mask & ((1 << WORD_BITS) - 1), mask >> WORD_BITS


def needs_mask(codes: Iterable[str]) -> int:
    """The word of 63 bits that stands for these populations and barriers.

    Raises:
        UnknownTermError: one of them is neither.
    """
    mask = 0
    for code in codes:
        mask |= 1 << need(code).bit
    return mask


def need(code: str) -> Term:
    """A population or barrier by its code (no two share one).

    Raises:
        UnknownTermError: it is neither.
    """
    found = _index().get((POPULATION, code)) or _index().get((BARRIER, code))
    if found is None:
        raise UnknownTermError("There is no such need.")
    return found


def ask_about(asked: str, language: str) -> str:
    """What to ask on the phone about a need that is unknown or stated otherwise, in a UI language.

    ``asked`` is a population, a barrier, ``language:TAG``, ``open:now``, ``open:tonight``, ``group``, ``accepts-from``,
    ``away-from`` or ``trauma-informed``. The question names nobody and tells nothing of a client.

    Raises:
        UnknownTermError: it is none of these.
    """
    topic, _, tag = asked.partition(":")
    if topic == "language":
        spoken = languages.label(tag, language)
        return _in(_questions()["language"], language).replace("{language}", spoken)
    questions = _questions().get(asked)
    return _in(questions if questions is not None else need(asked).question, language)


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts["en"]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A term as the files hold it; the file or its heading is the scheme."""

    code: str
    bit: int
    labels: dict[str, str]
    parent: str | None = None
    question: dict[str, str] = {}
    crosswalk: dict[str, list[int]] = {}
    default_disclosure: Literal["public", "area_only"] = "public"


@cache
def _vocabulary() -> dict[str, tuple[Term, ...]]:
    lists = {scheme: msgspec.json.decode(_read(name), type=list[_Entry]) for scheme, name in _FILES.items()}
    lists |= msgspec.json.decode(_read("statuses.json"), type=dict[str, list[_Entry]])
    return {
        scheme: tuple(Term(scheme=scheme, **msgspec.structs.asdict(entry)) for entry in entries)
        for scheme, entries in lists.items()
    }


@cache
def _index() -> dict[tuple[str, str], Term]:
    return {(found.scheme, found.code): found for entries in _vocabulary().values() for found in entries}


@cache
def _named() -> dict[str, dict[str, str]]:
    """Codes by label or code, folded. What two terms of a scheme are called alike names neither."""
    found: dict[str, dict[str, set[str]]] = {scheme: {} for scheme in _vocabulary()}
    for scheme, code in _index():
        for words in (code, *_index()[scheme, code].labels.values()):
            found[scheme].setdefault(folded(words), set()).add(code)
    return {
        scheme: {words: min(codes) for words, codes in named.items() if len(codes) == 1}
        for scheme, named in found.items()
    }


@cache
def _descendants() -> dict[str, frozenset[str]]:
    found = {entry.code: {entry.code} for entry in kinds()}
    for entry in kinds():
        ancestor = entry.parent
        while ancestor is not None:
            found[ancestor].add(entry.code)
            ancestor = kind(ancestor).parent
    return {code: frozenset(codes) for code, codes in found.items()}


@cache
def _questions() -> dict[str, dict[str, str]]:
    return msgspec.json.decode(_read("questions.json"), type=dict[str, dict[str, str]])


def _read(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()
