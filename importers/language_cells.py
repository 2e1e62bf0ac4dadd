"""Languages as people write them in cells: who speaks them, who interprets, and what is only on paper.

Said by staff, interpreted on request and readable on a website are three different facts, and a cell is read name by
name: "English, Spanish (limited), French on request" says three things. What is not understood stays a question; a
language is never guessed.
"""

import re
from collections.abc import Iterable, Mapping

import msgspec

from directory.errors import UnknownTermError
from directory.listings.fields import Language
from directory.values.language import closest_language, find_language, find_named_language
from directory.values.plain_text import folded
from importers.language_names import Names, Piece, is_of_many_varieties, pieces_of, variety
from importers.language_words import (
    How,
    are_all_plain,
    is_about_people,
    is_about_times,
    is_denied,
    is_equipment,
    is_for_others,
    is_for_the_deaf,
    is_interpreted,
    is_on_paper,
    is_sent_away,
    manner,
    many,
    names_whose_interpreter,
    proficiency,
)

_EXCEPT = re.compile(r"\b(?:except|excluding|but not|other than|besides|excepto|menos)\b.*", re.IGNORECASE | re.DOTALL)
_SENTENCE_OF_SPEAKERS = re.compile(
    r"^.{0,120}?\b(?:speaks?|spoken|hablamos|habla"
    r"|(?:offered|available|provided|conducted|held|programs?|services|classes) (?:is |are )?in)\b:?",
    re.IGNORECASE | re.DOTALL,
)
_LABEL = re.compile(r"^[^:()]{3,40}:(?:\s+|$)")
_GENERIC_LABEL = re.compile(
    r"(?:other )?(?:languages?|idiomas?)(?: (?:spoken|offered|available|hablados))?", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?<=[A-Za-z)])[.;](?:\s+|$)|\n+")
_PARTED = re.compile(r"[;\n]")
# "ñ" and "é" after a journey through two wrong encodings.
_BROKEN_LETTERS = {
    "+\u00a6": "\u00f1", "+\u00ac": "\u00e9", "\u00c3\u00b1": "\u00f1", "\u00c3\u00a9": "\u00e9",
    "\u00c3\u00a1": "\u00e1", "\u00c3\u00b3": "\u00f3", "\u00c3\u00aa": "\u00ea", "\u00c3\u00a7": "\u00e7",
}  # fmt: skip
_NONE_STATED = frozenset({"none", "n a", "na", "not stated", "ninguno"})
_LONGEST_CELL = 500
_LONGEST_NOTE = 200
_LONGEST_MISSPELLED_NAME = 3  # words


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


class _Saying(msgspec.Struct):
    """A piece of a part with what it says of its languages, as far as it is read."""

    piece: Piece
    how: How | None = None
    proficiency: str = ""
    note: str = ""
    is_denied: bool = False


class _Reading:
    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._aliases = {folded(name): tag for name, tag in aliases.items()}
        self._facts: dict[tuple[str, How], Language] = {}
        self._rules: dict[str, None] = {}
        self._unknown: dict[str, None] = {}
        self._is_heard = False
        self._names = Names(self._name, self._tag)

    def cell(self, cell: str) -> None:
        if len(cell) > _LONGEST_CELL:
            self._ask(cell)
            return
        if folded(cell) in _NONE_STATED:
            self._rule("no-language-stated")
            return
        mended = cell
        for broken, letter in _BROKEN_LETTERS.items():
            mended = mended.replace(broken, letter)
        if mended != cell:
            self._rule("broken-letters-mended")
        # "Kurdish, Kurmanji" is one name written the other way round; "Kurdish; Kurmanji" are two.
        if not _PARTED.search(mended) and (tag := self._tag(mended)):
            self._say(tag, "staff", note=variety(tag, mended))
            return
        if "\n" in cell:
            self._rule("language-lines-split")
        self._is_heard = False
        for part in filter(None, map(str.strip, _SENTENCE_END.split(mended))):
            self._part(part)
        if not self._is_heard:
            self._ask(cell)

    def result(self) -> LanguagesRead:
        spoken = {tag for tag, how in self._facts if how == "staff"}
        # Whoever speaks it needs no interpreter for it.
        facts = [
            (f"{tag}:{how}", value) for (tag, how), value in self._facts.items() if how == "staff" or tag not in spoken
        ]
        return LanguagesRead(tuple(facts), tuple(self._rules), tuple(self._unknown))

    # Parts: one sentence or line

    def _part(self, part: str) -> None:
        if _LABEL.fullmatch(part):
            # The heading of the lines that follow.
            return
        said = _EXCEPT.sub("", part).strip()
        if not said:
            # An exception from what, nobody says.
            self._ask(part)
            return
        note = part if said != part else ""
        label = _LABEL.match(said)
        if label and not self._tag(said):
            heading = label[0].strip(" :")
            if is_about_people(heading):
                self._ask(part)
                return
            said = said[label.end() :]
            if tag := self._tag(heading):
                self._say(tag, "staff")
            elif manner(heading) is not None:
                said = f"{heading} {said}"
            elif _GENERIC_LABEL.fullmatch(heading) is None:
                note = note or heading
        self._sentence(said, part, note)
        exception = part[len(_EXCEPT.sub("", part)) :].strip(" .:")
        kept = [*self._unknown, *(fact.note + fact.channel for fact in self._facts.values())]
        if exception and not any(exception in text for text in kept):
            self._ask(part)

    def _sentence(self, said: str, part: str, note: str) -> None:
        prefix = self._prefix(said)
        if is_sent_away(prefix) or is_about_people(prefix):
            self._ask(part)
            return
        said = said[len(prefix) :].strip()
        pieces = pieces_of(said, self._names)
        if (many(said) or is_interpreted(said)) and not any(piece.tags for piece in pieces):
            # Prose about interpreters is not a list, whatever signs stand in it.
            pieces = [Piece(said, lead=said)]
        elif len(pieces) == 1:
            # A question quotes what was written, with the words around it.
            pieces = [msgspec.structs.replace(pieces[0], text=said)]
        asked_before, said_before = len(self._unknown), len(self._facts)
        for saying in self._sayings(pieces, prefix, part, note):
            self._store(saying)
        asked = list(self._unknown)[asked_before:]
        if len(asked) > 1 and len(asked) == len(pieces) and len(self._facts) == said_before:
            for text in asked:
                del self._unknown[text]
            self._ask(part)

    def _prefix(self, said: str) -> str:
        """What leads up to names: "Materials available in", "The staff speaks"; empty where nothing does."""
        found = _SENTENCE_OF_SPEAKERS.match(said)
        if found and not self._names.are_in(found[0]) and self._names.are_in(said[found.end() :]):
            return found[0]
        return ""

    def _sayings(self, pieces: list[Piece], prefix: str, part: str, note: str) -> list[_Saying]:
        forward = manner(prefix)
        sayings: list[_Saying] = []
        for piece in pieces:
            if not piece.tags:
                self._nameless(piece, part, sayings)
                continue
            saying = _Saying(piece, is_denied=is_denied(prefix), note=note)
            if not self._named(saying, sayings):
                continue
            if saying.how is None and are_all_plain(f"{piece.lead} {piece.tail}"):
                saying.how = forward
            elif saying.how is not None and manner(piece.lead) == saying.how:
                # "Interpreters for Spanish and French".
                forward = saying.how
            sayings.append(saying)
        return sayings

    # Pieces with names

    def _named(self, saying: _Saying, before: list[_Saying]) -> bool:
        """Read the words around the names of a piece; False where they are not understood."""
        piece = saying.piece
        around = f"{piece.lead} {piece.tail}".strip()
        if is_sent_away(around) or (piece.lead and piece.tail and not are_all_plain(around)):
            self._ask(piece.text)
            return False
        saying.is_denied |= is_denied(piece.lead) or is_denied(piece.tail)
        others = many(piece.tail)
        own = f"{piece.lead} {piece.tail[: others.start()]}" if others else around
        if others:
            self._anyone(piece.text, piece.tail)
        saying.how, saying.proficiency = manner(own), proficiency(own)
        if piece.through:
            # What is said through a third language takes longer, and whoever asks must know.
            saying.how, saying.note = "interpreter", piece.text
            self._rule("language-by-relay")
        elif not are_all_plain(own) and not saying.is_denied:
            if is_about_people(own) or not self._is_worth_noting(piece, own):
                self._ask(piece.text)
                return False
            saying.note = _joined(saying.note, piece.text)
        if saying.how is not None and piece.tail and piece.is_joined and manner(piece.tail) == saying.how:
            self._reach_back(before, saying.how)
        self._aside(saying, before)
        return True

    def _is_worth_noting(self, piece: Piece, own: str) -> bool:
        is_variety = not piece.lead and is_of_many_varieties(piece.tags[0])
        return (
            is_variety
            or is_about_times(own)
            or manner(own) is not None
            or proficiency(own) != ""
            or _has_plain_word(own)
        )

    def _reach_back(self, before: list[_Saying], how: How) -> None:
        """“Spanish, French and Creole interpreters" speaks of all three."""
        for earlier in reversed(before):
            if not earlier.piece.is_bare or earlier.how is not None:
                return
            if earlier.piece.tags != ("en",) or how == "website":
                earlier.how = how
            if not (earlier.piece.is_joined or earlier.piece.is_listed):
                return

    def _aside(self, saying: _Saying, before: list[_Saying]) -> None:
        aside = saying.piece.aside
        if not aside:
            return
        if is_sent_away(aside) or is_about_people(aside):
            self._ask(aside)
        elif self._names.are_in(aside) and not is_interpreted(aside):
            self._aside_with_names(saying, aside)
        elif is_for_others(aside) and manner(aside) == "interpreter":
            self._anyone(aside, aside)
        else:
            self._condition(saying, aside, before)

    def _aside_with_names(self, saying: _Saying, aside: str) -> None:
        pieces = pieces_of(aside, self._names)
        is_about_it = all(set(piece.tags) <= set(saying.piece.tags) for piece in pieces)
        if is_denied(aside):
            self._rule("language-denied")
        elif all(piece.tags for piece in pieces) and not is_about_it:
            # "Spanish (Portuguese - publications only)" says two things.
            self._sentence(aside, aside, "")
        else:
            saying.note = _joined(saying.note, aside)

    def _condition(self, saying: _Saying, aside: str, before: list[_Saying]) -> None:
        """“(limited)", "(upon request)", "(based on availability)"."""
        how, skill = manner(aside), proficiency(aside)
        saying.is_denied |= is_denied(aside) and "available" in aside.lower()
        saying.how = saying.how or how
        saying.proficiency = saying.proficiency or skill
        if how is not None or not skill or not are_all_plain(aside):
            is_variety = any(variety(tag, saying.piece.text) for tag in saying.piece.tags)
            saying.note = _joined(saying.note, saying.piece.text if is_variety else aside)
        if saying.piece.is_joined and before and before[-1].piece.is_bare and before[-1].piece.tags != ("en",):
            # "Spanish & Creole (limited)" may mean both; the lesser claim is the safe one.
            before[-1].how = before[-1].how or how
            before[-1].proficiency = before[-1].proficiency or skill

    # Pieces without

    def _nameless(self, piece: Piece, part: str, before: list[_Saying]) -> None:
        text = piece.text
        if is_equipment(folded(text)):
            self._rule("equipment-named-among-languages")
        elif is_sent_away(text) or is_about_people(text):
            self._ask(text)
        elif piece.aside and self._names.are_in(piece.aside) and are_all_plain(piece.lead):
            # "Bilingual (English/Spanish)".
            self._sentence(piece.aside, text, "")
        elif piece.through and before:
            # "K'iche', relay via Spanish".
            before[-1].how, before[-1].note = "interpreter", text
            self._rule("language-by-relay")
        elif many(text) or is_interpreted(text):
            self._interpreters(text, part)
        elif are_all_plain(text):
            self._plain_words(piece, before)
        elif len(text.split()) <= _LONGEST_MISSPELLED_NAME and (tag := closest_language(text)):
            self._rule("language-spelling")
            before.append(_Saying(Piece(text, (tag,), is_joined=piece.is_joined, is_listed=piece.is_listed)))
        else:
            self._ask(text)

    def _interpreters(self, text: str, part: str) -> None:
        if names_whose_interpreter(text):
            # "Toisan interpreters" are no interpreters for everybody.
            self._ask(text)
        elif not is_denied(text):
            self._anyone(part if _EXCEPT.search(part) else text, text)
        elif many(text) or not are_all_plain(text):
            self._ask(text)
        else:
            self._rule("interpreter-denied")

    def _plain_words(self, piece: Piece, before: list[_Saying]) -> None:
        """What is said of the names before: "Arabic, Dutch, available by appointment"."""
        if not before:
            # "Upon request and availability": the first half said it already.
            if not piece.is_joined or is_denied(piece.text):
                self._ask(piece.text)
            return
        if is_denied(piece.text):
            before[-1].is_denied = True
        elif (how := manner(piece.text)) is not None:
            self._reach_back(before, how)
        else:
            before[-1].proficiency = before[-1].proficiency or proficiency(piece.text)

    def _anyone(self, note: str, text: str) -> None:
        """Many languages, none of which is named: interpreters, unless only paper is meant."""
        if is_on_paper(text) or "resources" in text.lower():
            self._ask(note)
        elif is_for_the_deaf(text) and not many(text):
            self._say("ase", "interpreter", note=note)
            self._rule("interpreter-on-request")
        else:
            self._say("any", "interpreter", note=note)
            self._rule("interpreter-on-request")

    # Names and facts

    def _store(self, saying: _Saying) -> None:
        if saying.is_denied:
            self._rule("language-denied")
            return
        if saying.proficiency == "limited":
            self._rule("language-limited")
        if saying.how == "interpreter":
            self._rule("language-by-interpreter")
        if saying.how == "website":
            self._rule("language-on-paper-only")
        for tag in saying.piece.tags:
            note = saying.note or variety(tag, saying.piece.text)
            if tag == "en" and saying.how == "interpreter":
                # Nobody offers interpreters of English to people who ask in English.
                self._say("en", "staff")
                self._anyone(saying.note or saying.piece.text, "")
            else:
                self._say(tag, saying.how or "staff", saying.proficiency, note)

    def _rule(self, name: str) -> None:
        self._rules[name] = None
        self._is_heard = True

    def _ask(self, text: str) -> None:
        if any(map(str.isalnum, text)):
            self._unknown[text] = None
            self._is_heard = True

    def _tag(self, text: str) -> str | None:
        """The language that a whole text names."""
        name = folded(text)
        if name in self._aliases:
            self._rule("source-language-name")
            return self._aliases[name]
        try:
            return find_language(text)
        except UnknownTermError:
            return None

    def _name(self, text: str) -> str | None:
        """The language that words inside a sentence name."""
        name = folded(text)
        if name in self._aliases:
            self._rule("source-language-name")
            return self._aliases[name]
        return find_named_language(text)

    def _say(self, tag: str, how: How, skill: str = "", note: str = "") -> None:
        self._is_heard = True
        kept = note.strip(" .:")
        kept = (kept[1:-1] if kept.startswith("(") and kept.endswith(")") else kept)[:_LONGEST_NOTE]
        known = self._facts.get((tag, how))
        if known is not None:
            # The greater skill counts, and no words are lost.
            skill = skill if known.proficiency else ""
            said = known.channel if how == "website" else known.note
            kept = _joined(said, kept)[:_LONGEST_NOTE]
        channel, note = (kept, "") if how == "website" else ("", kept)
        self._facts[tag, how] = Language(tag, how, skill, channel, note)


def _joined(note: str, more: str) -> str:
    """Two notes as one, where the first does not say it already."""
    return note if more in note else f"{note}; {more}".lstrip("; ")


def _has_plain_word(text: str) -> bool:
    return any(are_all_plain(word) for word in text.split() if len(word) > 3)
