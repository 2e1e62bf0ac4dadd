"""Parts a sentence about languages into pieces, each with the names it holds and the words around them."""

import re
from collections.abc import Callable

import msgspec

from directory.values.plain_text import folded
from importers.language_words import relayed_through

_ASIDE = re.compile(r"\s*\(([^()]{0,200})\)?\s*")
_JOINED = r"(?P<joined>&(?!T\b)|\band\b|\by\b|(?<=\s)\+(?=\s))"
_BETWEEN = re.compile(rf"\s*(?:{_JOINED}|(?P<dash>(?<=\s)-(?=\s))|[,;]|/(?![0-9]))\s*", re.IGNORECASE)
_AROUND = re.compile(
    r"^(?:[\s*\u2022.,;:-]|\b(?:and|also|in|with|y|is|may be|the|or|o|both)(?=\s|$))+|[\s.,;:*-]+$", re.IGNORECASE
)
# Languages of many varieties, whose speakers need an interpreter of their own town's (the note keeps it).
_OF_MANY_VARIETIES = frozenset(
    {"mam", "quc", "kjb", "kek", "cak", "ixl", "cac", "knj", "jac", "acr", "poc", "agu", "poh", "tzj", "caa", "yua"}
    | {"tzh", "tzo", "ctu", "toj", "mix", "zap", "trc", "nah", "oto", "tsz", "tcf", "amu", "ctp", "mau", "tar", "hus"}
    | {"top", "mco", "cpa", "hch", "yaq", "qu", "qug"}
)
_FIRST_ASIDE = 0xE000  # private characters stand for asides while a sentence is parted
_STANDS_FOR_ASIDE = re.compile("[\ue000-\uf8ff]")
_MOST_WORDS_OF_A_NAME = 5


class Piece(msgspec.Struct, frozen=True):
    """One piece.

    ``text`` is all of it; ``lead`` and ``tail`` are the words before and behind its names (where it has none, all are
    its ``lead``), ``aside`` is what stands in parentheses behind it. ``through`` is the language of a relay.
    ``is_joined``: an "and" stands before it; ``is_listed``: a comma or slash does.
    """

    text: str
    tags: tuple[str, ...] = ()
    lead: str = ""
    tail: str = ""
    aside: str = ""
    through: str = ""
    is_joined: bool = False
    is_listed: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether nothing but names stands in it."""
        return not (self.lead or self.tail or self.aside)


class Names:
    """Finds names: ``in_sentence`` of some words, ``whole`` of a text that is one name altogether."""

    def __init__(self, in_sentence: Callable[[str], str | None], whole: Callable[[str], str | None]) -> None:
        self._in_sentence = in_sentence
        self.whole = whole

    def are_in(self, text: str) -> bool:
        """Whether a text names any language."""
        return bool(self.find(_STANDS_FOR_ASIDE.sub(" ", _without_asides(text)[0]))[0])

    def find(self, text: str) -> tuple[tuple[str, ...], str, str]:
        """The languages that a text names, and the words before the first and behind the last of them."""
        words = text.replace("/", " / ").split()
        tags: dict[str, None] = {}
        first, behind = len(words), 0
        at = 0
        while at < len(words):
            for count in range(min(_MOST_WORDS_OF_A_NAME, len(words) - at), 0, -1):
                name = " ".join(words[at : at + count]).strip(".,;:-*")
                if name and (tag := self._in_sentence(name) or self._of_speakers(name)):
                    tags[tag] = None
                    first, behind = min(first, at), at + count
                    at += count
                    break
            else:
                at += 1
        if not tags:
            return (), text, ""
        return tuple(tags), " ".join(words[:first]), " ".join(words[behind:])

    def _of_speakers(self, word: str) -> str | None:
        """As in "Spanish-speaking", but not "non-English"."""
        language, dash, speaking = word.partition("-")
        return self._in_sentence(language) if dash and speaking.lower() in ("speaking", "speakers", "speaker") else None


def pieces_of(sentence: str, names: Names) -> list[Piece]:
    """The pieces between commas, semicolons, slashes, dashes and "and", none of which parts what is in parentheses."""
    text, asides = _without_asides(sentence)
    pieces: list[Piece] = []
    position = 0
    is_joined = is_listed = is_dash = False
    ends = [*_BETWEEN.finditer(text), None]
    for end in ends:
        written = text[position : end.start() if end else len(text)]
        piece = _piece(written, asides, names)
        if piece.text:
            if is_dash and not piece.tags and pieces and pieces[-1].tags:
                # "Creole - not always available".
                last = pieces.pop()
                piece = msgspec.structs.replace(
                    last, text=f"{last.text} - {piece.text}", tail=f"{last.tail} {piece.text}".strip()
                )
                pieces.append(piece)
            else:
                pieces.append(msgspec.structs.replace(piece, is_joined=is_joined, is_listed=is_listed))
            is_joined = is_listed = is_dash = False
        if end is not None:
            position = end.end()
            is_dash = end["dash"] is not None and bool(piece.text)
            is_joined = is_joined or end["joined"] is not None
            is_listed = is_listed or (end["joined"] is None and end["dash"] is None)
    return pieces


def _piece(written: str, asides: list[str], names: Names) -> Piece:
    inner = [asides[ord(sign) - _FIRST_ASIDE] for sign in _STANDS_FOR_ASIDE.findall(written)]
    core = " ".join(_AROUND.sub("", _STANDS_FOR_ASIDE.sub(" ", written)).split())
    aside = "; ".join(filter(None, inner))
    text = " ".join(_AROUND.sub("", _STANDS_FOR_ASIDE.sub(lambda sign: _in_place(sign, asides), written)).split())
    if not core:
        core, aside = aside, ""
    if tag := names.whole(text):
        return Piece(text, (tag,))
    relay = relayed_through(text)
    through = (names.whole(relay["through"]) if relay else None) or ""
    if relay and through:
        core = core.replace(relay[0], " ").strip()
        aside = aside.replace(relay[0], " ").strip()
    whole = names.whole(core)
    tags, lead, tail = ((whole,), "", "") if whole else names.find(core)
    if tags and not relay:
        # "Khmer (Cambodian)" says it twice.
        aside = "; ".join(part for part in inner if part and names.whole(part) != tags[-1])
    return Piece(text, tags, lead, tail, aside, through)


def _in_place(sign: re.Match[str], asides: list[str]) -> str:
    return f"({asides[ord(sign[0]) - _FIRST_ASIDE]})"


def _without_asides(sentence: str) -> tuple[str, list[str]]:
    asides: list[str] = []

    def keep(found: re.Match[str]) -> str:
        asides.append(found[1].strip())
        return f" {chr(_FIRST_ASIDE + len(asides) - 1)} "

    return _ASIDE.sub(keep, _STANDS_FOR_ASIDE.sub(" ", sentence)), asides


def is_of_many_varieties(tag: str) -> bool:
    """Whether speakers of one town may not understand those of another, so that it matters which variety it is."""
    return tag in _OF_MANY_VARIETIES


def variety(tag: str, written: str) -> str:
    """What to note of a name that says which variety it is: "Mixteco Alto", "Triqui de Copala"; empty for others."""
    return written.strip() if is_of_many_varieties(tag) and len(folded(written).split()) > 1 else ""
