"""Languages as people write them in cells: who speaks them, who interprets, and what is only on paper.

Said by staff, interpreted on request and readable on a website are three different facts. What is not understood stays
a question; a language is never guessed.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from directory.errors import UnknownTermError
from directory.listings.fields import Language
from directory.values.language import find_language
from directory.values.plain_text import folded

How = Literal["staff", "interpreter", "website"]

_INTERPRETED = re.compile(
    r"\b(?:tele-?)?(?:interpret|inteprete|translat|tranlat)\w*|\blanguage (?:lines?|services)\b"
    r"|\bbi-?lingual volunteers\b",
    re.IGNORECASE,
)
# "Other languages upon request", "any language", "150 languages": nobody's own language is named.
_MANY = re.compile(
    r"\b(?:others?|additional|any|all|more|many|multiple|[0-9]{2,3}\+?)\b.{0,40}\b(?:languages?|available|upon "
    r"request)\b|\b(?:others|languages?) (?:available|upon|may be available|as needed)\b|^others?$",
    re.IGNORECASE,
)
_ON_PAPER = re.compile(
    r"\b(?:website|web site|web page|publications?|materials?|brochures?|printed|applications?)\b", re.IGNORECASE
)
_LIMITED = re.compile(r"\b(?:limited|some|basic|little|a little)\b", re.IGNORECASE)
_MIDDLING = re.compile(r"\b(?:intermediate|conversational|fluent)\b", re.IGNORECASE)
_ON_REQUEST = re.compile(
    r"\b(?:upon|on|by) request\b|\bwith access to\b|\bby appointment\b|\bprovided when requested\b", re.IGNORECASE
)
_EXCEPT = re.compile(r"\b(?:except|excluding|but not|other than|besides)\b.*", re.IGNORECASE | re.DOTALL)
_BROUGHT_ALONG = re.compile(
    r"\b(?:bring|brings|brought|personal|own) (?:a |an |their |your )?(?:personal |own )?interpreter", re.IGNORECASE
)
_FOR_THE_DEAF = re.compile(r"\b(?:hearing[- ]impaired|deaf)\b", re.IGNORECASE)
_SENTENCE_OF_SPEAKERS = re.compile(
    r"^.{0,120}?\b(?:speaks?|spoken|(?:offered|available|provided|conducted|held|programs?) (?:is |are )?in)\b:?",
    re.IGNORECASE | re.DOTALL,
)
_LABEL = re.compile(r"^[^:]{3,40}:\s*")
_IN_PARENTHESES = re.compile(r"\s*\(([^()]{0,120})\)?\s*")
_SENTENCE_END = re.compile(r"(?<=[A-Za-z)])[.;](?:\s+|$)|\n+")
_BETWEEN = re.compile(r"\s*(?:,|;|/|&|\band\b|\by\b|\+(?!\S))\s*", re.IGNORECASE)
_AROUND = re.compile(r"^(?:[\s*•.,;:-]|\b(?:and|also|in|with|y|is|may be|the)\b)+|[\s.,;:-]+$", re.IGNORECASE)
_LONGEST_CELL = 500
_LONGEST_NOTE = 200


class LanguagesRead(msgspec.Struct, frozen=True):
    """What cells say. ``unknown`` are the parts that nobody understood."""

    facts: tuple[tuple[str, Language], ...]
    rules: tuple[str, ...]
    unknown: tuple[str, ...]


def read_languages(cells: Iterable[str], *, aliases: Mapping[str, str]) -> LanguagesRead:
    """Read the language cells of one record.

    Args:
        cells: one language or sentence each, as the source has them.
        aliases: names that hold for this source only, and their tags.
    """
    reading = _Reading(aliases)
    for cell in cells:
        reading.cell(cell)
    return reading.result()


class _Reading:
    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._aliases = {folded(name): tag for name, tag in aliases.items()}
        self._facts: dict[tuple[str, How], Language] = {}
        self._rules: dict[str, None] = {}
        self._unknown: list[str] = []

    def cell(self, cell: str) -> None:
        if len(cell) > _LONGEST_CELL:
            self._unknown.append(cell)
            return
        if tag := self._tag(cell):
            self._say(tag, "staff")
            return
        parts = [part.strip() for part in _SENTENCE_END.split(cell) if part.strip()]
        if "\n" in cell:
            self._rules["language-lines-split"] = None
        for part in parts:
            self._part(part)

    def result(self) -> LanguagesRead:
        spoken = {tag for tag, how in self._facts if how == "staff"}
        # Whoever speaks it needs no interpreter for it.
        facts = [
            (f"{tag}:{how}", value) for (tag, how), value in self._facts.items() if how == "staff" or tag not in spoken
        ]
        return LanguagesRead(tuple(facts), tuple(self._rules), tuple(dict.fromkeys(self._unknown)))

    def _part(self, part: str) -> None:
        """One sentence or line."""
        if _LABEL.fullmatch(f"{part} "):
            # The heading of the lines that follow.
            return
        said = _EXCEPT.sub("", part)
        exception = part if said != part else ""
        inner = " ".join(_IN_PARENTHESES.findall(said))
        outer = _IN_PARENTHESES.sub(" ", said).strip()
        label = _LABEL.match(outer)
        if label and not self._tag(outer):
            inner, outer = f"{inner} {label[0]}", outer[label.end() :]
        if inner and self._names(inner)[0]:
            # "Spanish (Portuguese - publications only)" says two things.
            self._say_of(inner, "", inner, exception)
            inner = ""
        if outer:
            self._say_of(outer, inner, part, exception)

    def _say_of(self, text: str, aside: str, part: str, exception: str) -> None:
        """What a sentence without parentheses says; ``aside`` is what stood in them."""
        tags, rest = self._names(text)
        many = _MANY.search(rest if tags else text)
        if not tags and many:
            self._anyone(part, text)
            return
        # Of "French, other languages upon request" the request is not about French.
        how, proficiency = self._manner(f"{rest[: many.start()] if many else text} {aside}")
        if not tags and how == "interpreter" and not _BROUGHT_ALONG.search(text):
            self._say("ase" if _FOR_THE_DEAF.search(part) else "any", "interpreter", note=exception or part)
            self._rules["interpreter-on-request"] = None
            return
        for tag in tags:
            self._say(tag, how, proficiency, exception or aside)
        if many:
            self._anyone(part, rest)
        elif not tags:
            self._unknown.append(part)

    def _manner(self, text: str) -> tuple[How, str]:
        proficiency = ""
        if _LIMITED.search(text):
            self._rules["language-limited"] = None
            proficiency = "limited"
        elif found := _MIDDLING.search(text):
            proficiency = found[0].lower()
        if _INTERPRETED.search(text) or _ON_REQUEST.search(text):
            self._rules["language-by-interpreter"] = None
            return "interpreter", proficiency
        if _ON_PAPER.search(text):
            self._rules["language-on-paper-only"] = None
            return "website", proficiency
        return "staff", proficiency

    def _anyone(self, part: str, text: str) -> None:
        """Many languages, none of which is named: interpreters, unless only paper is meant."""
        if _ON_PAPER.search(text) or "resources" in text.lower():
            self._unknown.append(part)
            return
        self._say("any", "interpreter", note=part)
        self._rules["interpreter-on-request"] = None

    def _names(self, text: str) -> tuple[list[str], str]:
        """The tags of the languages that a sentence names, and what else it says."""
        found: dict[str, None] = {}
        rest: list[str] = []
        sentence = _SENTENCE_OF_SPEAKERS.sub("", text)
        for piece in _BETWEEN.split(sentence if sentence.strip() else text):
            tag, more = self._leading_name(_AROUND.sub("", piece))
            if tag:
                found[tag] = None
            if more:
                rest.append(more)
        return list(found), " ".join(rest)

    def _leading_name(self, piece: str) -> tuple[str | None, str]:
        """The language that a piece begins or ends with, and the rest of it: "Creole with translators"."""
        if tag := self._tag(piece):
            return tag, ""
        words = piece.split()
        for count in (3, 2, 1):
            if count < len(words):
                if tag := self._tag(" ".join(words[:count]).strip("-,.")):
                    return tag, " ".join(words[count:])
                if tag := self._tag(" ".join(words[-count:]).strip("-,.")):
                    return tag, " ".join(words[:-count])
        return None, piece

    def _tag(self, text: str) -> str | None:
        name = folded(text)
        if name in self._aliases:
            self._rules["source-language-name"] = None
            return self._aliases[name]
        try:
            return find_language(text)
        except UnknownTermError:
            return None

    def _say(self, tag: str, how: How, proficiency: str = "", note: str = "") -> None:
        kept = note.strip(" .:")[:_LONGEST_NOTE] if note.strip() and how != "website" else ""
        channel = note.strip(" .:")[:_LONGEST_NOTE] if how == "website" else ""
        known = self._facts.get((tag, how))
        if known is None or (known.proficiency and not proficiency):
            self._facts[tag, how] = Language(tag, how, proficiency, channel, kept)
