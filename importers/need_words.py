"""What words say of whom a service takes and which barriers it removes; a doubt becomes a question, never a fact.

The rules are data that people review; their form, and when a sentence counts as understood, is explained in
``importers/mappings/needs-from-words.toml``.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from directory.errors import BadInputError
from directory.listings.fields import Barrier, Eligibility
from directory.vocabulary.terms import barrier, population
from importers.phrases import Found, Phrases, Sentence, sentences

SHIPPED = Path(__file__).parent / "mappings" / "needs-from-words.toml"

Origin = Literal["eligibility", "application", "description"]
Said = Literal["only", "yes", "any", "no", "against", "ask"]

_DENIALS = frozenset({"no", "ask", "against"})
_HIDING = frozenset({"no", "silent"})
_DOUBTING = frozenset({"against", "ask"})
_MARK = "mark"
# A longer sentence of a description with "only" in it may speak of one of several things.
_LONGEST_ONLY = 10


class _Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The phrases of one population or barrier."""

    only: list[str] = []
    yes: list[str] = []
    anywhere_yes: list[str] = []
    first_yes: list[str] = []
    eligibility_yes: list[str] = []
    any: list[str] = []
    no: list[str] = []
    application_no: list[str] = []
    against: list[str] = []
    ask: list[str] = []
    despite_conditions: bool = False


class _Marks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that decide how a sentence is to be taken."""

    negations: list[str]
    harmless: list[str]
    doubts: list[str]
    silent: list[str]
    conditions: list[str]
    elsewhere: list[str]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sentence: _Marks
    who: dict[str, _Term]
    barriers: dict[str, _Term]


class _Clue(msgspec.Struct, frozen=True):
    """What a phrase says of a term, and in texts of which origin; a mark says how its sentence is to be taken."""

    scheme: Literal["who", "barriers", "mark"]
    slug: str
    said: Said | Literal["negations", "harmless", "silent", "doubts", "conditions", "elsewhere"]
    origins: tuple[Origin, ...] = ("eligibility", "application", "description")
    is_of_first: bool = False
    despite_conditions: bool = False

    def is_of_all(self, origin: Origin, number: int, words: int) -> bool:
        """Whether it speaks of the whole service, in a sentence of so many words that stands at this place."""
        if origin != "description":
            return True
        return not (self.is_of_first and number) and not (self.said == "only" and words > _LONGEST_ONLY)


class Unclear(msgspec.Struct, frozen=True):
    """A population or barrier of which something is said that is not clear, and the sentence that says it."""

    slug: str
    sentence: str


class NeedsRead(msgspec.Struct, frozen=True):
    """Facts by slug, in the order of the vocabulary, and what remains to be asked."""

    who: Mapping[str, Eligibility] = {}
    barriers: Mapping[str, Barrier] = {}
    unclear_who: tuple[Unclear, ...] = ()
    unclear_barriers: tuple[Unclear, ...] = ()


class NeedWords:
    """A file of rules, compiled."""

    def __init__(self, file: _File) -> None:
        self._phrases = Phrases(_clues(file))
        # Sources say the same of many services.
        self._said = lru_cache(maxsize=500)(self._said_in)

    def read(self, texts: Iterable[tuple[Origin, str]]) -> NeedsRead:
        """What the texts of one service say together."""
        said: dict[_Topic, dict[str, str]] = defaultdict(dict)
        for origin, text in texts:
            for topic, how, sentence in self._said(origin, text):
                said[topic].setdefault(how, sentence)
        return _judged(said)

    def _said_in(self, origin: Origin, text: str) -> tuple[tuple["_Topic", str, str], ...]:
        """What one text says of which terms, in which sentence."""
        return tuple(
            (
                (clue.scheme, clue.slug),
                clue.said if is_clear or clue.said == "against" else "unclear",
                sentence.text,
            )
            for number, sentence in enumerate(sentences(text))
            for clue, is_clear in self._clues_of(sentence, origin, number)
        )

    def _clues_of(self, sentence: Sentence, origin: Origin, number: int) -> Iterator[tuple[_Clue, bool]]:
        """What a sentence says, and whether it is understood whole."""
        found = list(self._phrases.find(sentence.words))
        if not any(one.meant.scheme != _MARK for one in found):
            return
        found = _standing(found, len(sentence.words))
        marks = {one.meant.said for one in found if one.meant.scheme == _MARK}
        if "elsewhere" in marks:
            return
        is_clear = marks.isdisjoint(("negations", "doubts"))
        for one in found:
            clue = one.meant
            if clue.scheme != _MARK and origin in clue.origins:
                is_of_all = clue.is_of_all(origin, number, len(sentence.words))
                is_conditional = clue.scheme == "barriers" and "conditions" in marks and not clue.despite_conditions
                yield clue, is_clear and is_of_all and not is_conditional


_Topic = tuple[str, str]


def _standing(found: list[Found[_Clue]], words: int) -> list[Found[_Clue]]:
    """The phrases that count beside the others.

    A "no", and what says nothing, hide every yes within them, a doubt those of its own term; something longer hides a
    "no" within it; and phrases hide the marks within them.
    """
    needs = _Reach([one for one in found if one.meant.scheme != _MARK], words)
    denials = _Reach([one for one in found if one.meant.said in _HIDING], words)
    explained = _Reach(
        [one for one in found if one.meant.scheme != _MARK or one.meant.said in ("harmless", "silent")], words
    )
    doubted: dict[str, _Reach] = {}
    for slug in {one.meant.slug for one in found if one.meant.said in _DOUBTING}:
        of_term = [one for one in found if one.meant.slug == slug and one.meant.said in _DOUBTING]
        doubted[slug] = _Reach(of_term, words)
    kept = []
    for one in found:
        is_hidden = (
            explained.holds(one)
            if one.meant.scheme == _MARK
            else needs.holds_within_longer(one)
            if one.meant.said in _DENIALS
            else denials.holds(one) or (one.meant.slug in doubted and doubted[one.meant.slug].holds(one))
        )
        if not is_hidden or one.meant.said == "elsewhere":
            kept.append(one)
    return kept


class _Reach:
    """How far phrases reach that begin at a word or before it."""

    def __init__(self, found: list[Found[_Clue]], words: int) -> None:
        self._reach = [0] * (words + 1)
        for one in found:
            self._reach[one.start] = max(self._reach[one.start], one.end)
        for word in range(1, words + 1):
            self._reach[word] = max(self._reach[word], self._reach[word - 1])

    def holds(self, one: Found[_Clue]) -> bool:
        """Whether one of the phrases holds this one."""
        return self._reach[one.start] >= one.end

    def holds_within_longer(self, one: Found[_Clue]) -> bool:
        """Whether one of the phrases holds this one and more."""
        return self._reach[one.start] > one.end or (one.start > 0 and self._reach[one.start - 1] >= one.end)


def _judged(said: Mapping[_Topic, Mapping[str, str]]) -> NeedsRead:
    who: dict[str, Eligibility] = {}
    barriers: dict[str, Barrier] = {}
    unclear: dict[str, list[Unclear]] = {"who": [], "barriers": []}
    for (scheme, slug), sayings in said.items():
        answer = _answer(sayings)
        if answer == "unclear":
            asked = next(text for how, text in reversed(list(sayings.items())) if how != "against")
            unclear[scheme].append(Unclear(slug, asked))
        elif answer == "":
            continue
        elif scheme == "barriers":
            barriers[slug] = Barrier("no" if answer == "no" else "yes")
        else:
            who[slug] = _eligibility(answer)
    alone = [slug for slug, fact in who.items() if fact.how == "exclusive"]
    if {"women", "men"} <= set(alone):
        # One part of it is for women, another for men.
        for slug in ("women", "men"):
            who[slug] = Eligibility("yes", "welcomes")
    return NeedsRead(
        {slug: who[slug] for slug in sorted(who, key=lambda slug: population(slug).bit)},
        {slug: barriers[slug] for slug in sorted(barriers, key=lambda slug: barrier(slug).bit)},
        tuple(unclear["who"]),
        tuple(unclear["barriers"]),
    )


def _answer(sayings: Mapping[str, str]) -> str:
    """What all sentences about one term come to: only, yes, any, no, unclear, or nothing."""
    welcome = next((how for how in ("only", "yes", "any") if how in sayings), "")
    if "ask" in sayings or (welcome and not {"no", "against", "unclear"}.isdisjoint(sayings)):
        return "unclear"
    if "no" in sayings:
        return "unclear" if "unclear" in sayings else "no"
    return welcome or ("unclear" if "unclear" in sayings else "")


def _eligibility(answer: str) -> Eligibility:
    if answer == "no":
        return Eligibility("no")
    return Eligibility("yes", {"only": "exclusive", "any": "does-not-exclude"}.get(answer, "welcomes"))  # type: ignore[arg-type]


@cache
def shipped_need_words() -> NeedWords:
    """The shipped rules."""
    return load_need_words(SHIPPED)


def load_need_words(path: Path) -> NeedWords:
    """Load rules from a file.

    Raises:
        BadInputError: it cannot be read as such rules.
        UnknownTermError: it names a population or a barrier that the vocabulary does not have.
    """
    try:
        file = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError):
        raise BadInputError("The file of words cannot be read; see the shipped one for its form.") from None
    for slug in file.who:
        population(slug)
    for slug in file.barriers:
        barrier(slug)
    return NeedWords(file)


def _clues(file: _File) -> Iterator[tuple[str, _Clue]]:
    for mark in ("negations", "harmless", "silent", "doubts", "conditions", "elsewhere"):
        for phrase in getattr(file.sentence, mark):
            yield phrase, _Clue("mark", "", mark)
    for scheme, terms in (("who", file.who), ("barriers", file.barriers)):
        for slug, term in terms.items():
            yield from _clues_of_term(scheme, slug, term)  # type: ignore[arg-type]


def _clues_of_term(scheme: Literal["who", "barriers"], slug: str, term: _Term) -> Iterator[tuple[str, _Clue]]:
    for said in ("only", "yes", "any", "no", "against", "ask"):
        for phrase in getattr(term, said):
            yield phrase, _Clue(scheme, slug, said, despite_conditions=term.despite_conditions)
    for phrase in term.anywhere_yes:
        yield phrase, _Clue(scheme, slug, "yes")
    for phrase in term.first_yes:
        yield phrase, _Clue(scheme, slug, "yes", is_of_first=True)
    for phrase in term.eligibility_yes:
        yield phrase, _Clue(scheme, slug, "yes", ("eligibility",))
    for phrase in term.application_no:
        yield phrase, _Clue(scheme, slug, "no", ("eligibility", "application"))
