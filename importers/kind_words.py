"""What kind of service words speak of, where taxonomy names do not say it: evidence is added up, phrase by phrase.

A kind with enough evidence is set; the likeliest with less is proposed in a question. Nothing here decides whether a
place is withheld, and kinds that would say so are never set by words. The rules are data that people review; their form
is explained in ``importers/mappings/kinds-from-words.toml``.
"""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec

from directory.errors import BadInputError
from directory.listings.disclosure import default_disclosure
from directory.vocabulary.terms import expand_kind, kind
from importers.phrases import Phrases, longest, sentences

SHIPPED = Path(__file__).parent / "mappings" / "kinds-from-words.toml"

_POINTS = {"strong": 3, "fair": 2, "weak": 1}
_IN_NAME, _IN_TAXONOMY, _IN_OFFER, _IN_TEXT = 3, 2, 2, 1
_FIRST_SENTENCES = 2
_OFFERS, _ELSEWHERE, _SILENT = "offers", "elsewhere", "silent"
_UMBRELLAS = frozenset({"health", "legal", "housing", "basic-needs"})


class _Evidence(msgspec.Struct, frozen=True):
    strong: list[str] = []
    fair: list[str] = []
    weak: list[str] = []


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    threshold: int
    proposal: int
    offering: list[str]
    elsewhere: list[str]
    silent: list[str]
    proposed_only: dict[str, list[str]]
    kinds: dict[str, _Evidence]


class KindsRead(msgspec.Struct, frozen=True):
    """Kinds that words say, in the order of the vocabulary; ``proposed`` is the likeliest where they say none.

    ``perhaps`` are all those of which words speak that words never set.
    """

    kinds: tuple[str, ...] = ()
    proposed: str = ""
    perhaps: tuple[str, ...] = ()


class _Clue(msgspec.Struct, frozen=True):
    """That a phrase speaks of a kind, or, without points, how a sentence is to be taken."""

    phrase: str
    kind: str
    points: int = 0


class KindWords:
    """A file of rules, compiled."""

    def __init__(self, file: _File) -> None:
        self._threshold, self._proposal = file.threshold, file.proposal
        self._proposed_only = frozenset(file.proposed_only)
        self._phrases = Phrases(_clues(file))

    def read(self, name: str, *, taxonomy: Iterable[str] = (), texts: Iterable[str] = ()) -> KindsRead:
        """What a service's name, the names that a taxonomy gives it and its texts say together."""
        best: dict[tuple[str, str], int] = {}
        for titles, weight in (((name,), _IN_NAME), (taxonomy, _IN_TAXONOMY)):
            for title in titles:
                self._add(best, title, weight, is_text=False)
        for text in texts:
            self._add(best, text, _IN_TEXT, is_text=True)
        points: dict[str, int] = {}
        for (slug, _), found in best.items():
            points[slug] = points.get(slug, 0) + found
        return self._judged(points)

    def _add(self, best: dict[tuple[str, str], int], text: str, weight: int, *, is_text: bool) -> None:
        for number, sentence in enumerate(sentences(text)):
            clues = [found.meant for found in longest(self._phrases.find(sentence.words))]
            if not any(clue.points for clue in clues):
                continue
            if is_text and any(clue.kind == _ELSEWHERE for clue in clues):
                continue
            is_offer = is_text and number < _FIRST_SENTENCES and any(clue.kind == _OFFERS for clue in clues)
            for clue in clues:
                found = clue.points * (_IN_OFFER if is_offer else weight)
                if found > best.get((clue.kind, clue.phrase), 0):
                    best[clue.kind, clue.phrase] = found

    def _judged(self, points: dict[str, int]) -> KindsRead:
        said = {slug for slug, found in points.items() if found >= self._threshold} - self._proposed_only
        if len(said) > 1:
            said.discard("other")
        said -= {slug for slug in said & _UMBRELLAS if (expand_kind(slug) - {slug}) & said}
        hinted = {slug: found for slug, found in points.items() if found >= self._proposal}
        sheltering = sorted(set(hinted) & self._proposed_only)
        if sheltering:
            return KindsRead(_ordered(said), sheltering[0], tuple(sheltering))
        if said:
            return KindsRead(_ordered(said))
        hinted = {slug: found for slug, found in hinted.items() if slug != "other"} or hinted
        return KindsRead(proposed=max(sorted(hinted), key=hinted.__getitem__, default=""))


@cache
def shipped_kind_words() -> KindWords:
    """The shipped rules."""
    return load_kind_words(SHIPPED)


def load_kind_words(path: Path) -> KindWords:
    """Load rules from a file.

    Raises:
        BadInputError: it cannot be read as such rules, or sets by words what must not be.
        UnknownTermError: it names a kind that the vocabulary does not have.
    """
    try:
        file = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError):
        raise BadInputError("The file of words cannot be read; see the shipped one for its form.") from None
    for slug in (*file.kinds, *file.proposed_only):
        kind(slug)
    never = {slug for slug in file.kinds if default_disclosure([slug]) != "public"} | set(file.kinds) & _exams()
    if never:
        raise BadInputError("Words alone must not say that people are sheltered or examined; they may only propose it.")
    return KindWords(file)


def _exams() -> frozenset[str]:
    return expand_kind("sane")


def _clues(file: _File) -> Iterator[tuple[str, _Clue]]:
    for phrase in file.offering:
        yield phrase, _Clue(phrase, _OFFERS)
    for phrase in file.elsewhere:
        yield phrase, _Clue(phrase, _ELSEWHERE)
    for phrase in file.silent:
        yield phrase, _Clue(phrase, _SILENT)
    for slug, phrases in file.proposed_only.items():
        for phrase in phrases:
            yield phrase, _Clue(phrase, slug, _POINTS["fair"])
    for slug, evidence in file.kinds.items():
        for strength, points in _POINTS.items():
            for phrase in getattr(evidence, strength):
                yield phrase, _Clue(phrase, slug, points)


def _ordered(slugs: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(slugs, key=lambda slug: kind(slug).bit))
