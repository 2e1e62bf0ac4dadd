"""The text of one phone cell: every number in it, what the words around them say, and what nobody understood."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping

import msgspec

from directory.values.phone import PhoneKind
from importers.phone_search import Found, NumberSearch
from importers.phone_words import words_beside

NOT_READABLE = "phone-not-readable"
NO_AREA_CODE = "phone-without-area-code"
WORDS = "phone-words-not-understood"
DIGITS_LEFT = "phone-digits-left-over"
TOO_LONG = "phone-cell-too-long"

_LONGEST_CELL = 1_000
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc"), "-")
_INVISIBLE = dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF))
_NONE_STATED = re.compile(
    r"\W*(?:none|n ?[/.]? ?a\.?|not (?:available|applicable|listed|provided)|no (?:phone|fax|tty|number)(?: number)?"
    r"|ninguno|no tiene|unlisted|unknown|-+)\W*",
    re.IGNORECASE,
)
_PADDED_SHORT_CODE = re.compile(
    r"000[-. ]?(?:000[-. ]?0|0[0-9]{2}[-. ]?[0-9])[0-9]{3}|\( {0,5}\) ?(?P<bare>[0-9]{3}) ?-", re.ASCII
)
_LOCAL = re.compile(r"(?<![0-9])[2-9][0-9]{2}[ .\-]?[0-9]{4}(?![0-9])")
_MANY_DIGITS = re.compile(r"[0-9](?:[ ().\-/*]{0,3}[0-9]){6}")
_BREAK = re.compile(r"[;|\n]|,(?! ?(?:x|ext|opt|#))|[.](?=\s|$)|[()]", re.IGNORECASE)
_BREAK_BETWEEN = re.compile(r"[;|\n,]|[.](?= )")
_CONNECTORS = " \t/&,-:.="
_CONNECTING_WORD = re.compile(r"^(?:or|and|o|y)\b|\b(?:or|and|o|y)$", re.IGNORECASE)
_CONNECTED_TO_NEXT = re.compile(r"(?:/|&|or\b|and\b|o\b|y\b|-)", re.IGNORECASE)
_CONNECTED_TO_LAST = re.compile(r"(?:/|&|\bor|\band|\bo|\by|-)$", re.IGNORECASE)
_ONLY_CONNECTED = frozenset({"/", "or", "and", "&", "o", "y"})


class Line(msgspec.Struct, frozen=True):
    """A number as one cell has it. ``kind`` is None where the cell names none and the number itself does not tell."""

    number: str
    ext: str = ""
    kind: PhoneKind | None = None
    keyword: str = ""
    description: str = ""
    languages: tuple[str, ...] = ()


class Unread(msgspec.Struct, frozen=True):
    """A part of a cell for somebody to look at, and the rule that says why."""

    text: str
    rule: str


class PhoneText(msgspec.Struct, frozen=True):
    """What a cell says: lines, repairs in the order in which they were made, and what stays a question."""

    lines: tuple[Line, ...]
    rules: tuple[str, ...]
    unread: tuple[Unread, ...]


def read_phone_text(text: str, *, country: str, aliases: Mapping[str, str], takes_texts: bool = False) -> PhoneText:
    """Read one cell as people of ``country`` (ISO 3166, two letters) write it.

    ``takes_texts``: another cell of the row says so, which makes five or six digits a code for texts.

    Nothing is lost: whatever is neither part of a number, nor one of the words that may stand beside it, nor
    punctuation, is in ``unread``.
    """
    if len(text) > _LONGEST_CELL:
        return PhoneText((), (TOO_LONG,), (Unread(text, TOO_LONG),))
    cell = _tidy(text)
    if _NONE_STATED.fullmatch(cell):
        return PhoneText((), ("no-phone-stated",), ())
    rules = []
    if padded := _PADDED_SHORT_CODE.fullmatch(cell):
        # Forms that insist on ten digits make 000-000-0211 of 211.
        cell = padded["bare"] or re.sub(r"[^0-9]", "", cell).lstrip("0")
        rules.append("short-code-unpadded")
        takes_texts = True
    return _Reading(cell, country, aliases, takes_texts=takes_texts).result(rules)


class _Beside(msgspec.Struct):
    """What the words around a number say so far. ``is_labelled``: a kind was named before the number."""

    kinds: dict[PhoneKind, None] = {}
    kept: dict[str, None] = {}
    languages: dict[str, None] = {}
    is_labelled: bool = False


class _Reading:
    def __init__(self, cell: str, country: str, aliases: Mapping[str, str], *, takes_texts: bool) -> None:
        self._cell = cell
        self._aliases = aliases
        self._search = NumberSearch(cell, country, takes_texts=takes_texts)
        self._unread: list[Unread] = []

    def result(self, rules: list[str]) -> PhoneText:
        found = list(self._search.numbers())
        made = dict.fromkeys([*rules, *self._search.rules])
        for one in found:
            if one.doubt:
                self._unread.append(Unread(self._cell[one.start : one.end], one.doubt))
        beside = self._words(found)
        lines = list(
            dict.fromkeys(line for one, words in zip(found, beside, strict=True) for line in _lines(one, words))
        )
        if any(words.kept for words in beside):
            made["phone-words-kept"] = None
        if len({line.number for line in lines}) > 1:
            made["several-phones-split"] = None
        made |= dict.fromkeys(part.rule for part in self._unread)
        return PhoneText(tuple(lines), tuple(made), tuple(self._unread))

    def _words(self, found: list[Found]) -> list[_Beside]:
        """Share the words out among the numbers they stand beside."""
        beside = [_Beside() for _ in found]
        if not found:
            self._not_understood(self._cell)
            return beside
        before = self._cell[: found[0].start]
        labels_come_first = bool(before.strip(f"{_CONNECTORS};|\n"))
        self._belongs(before, beside[0], is_label=True)
        for number, (one, following) in enumerate(itertools.pairwise(found)):
            gap = self._cell[one.end : following.start]
            mine, theirs = _between(gap, labels_come_first=labels_come_first)
            self._belongs(mine, beside[number])
            self._belongs(theirs, beside[number + 1], is_label=True)
            if gap.strip().lower() in _ONLY_CONNECTED and beside[number].is_labelled:
                # "Fax: 305-555-0101 or 305-555-0102" names both.
                beside[number + 1].kinds |= beside[number].kinds
                beside[number + 1].is_labelled = True
        self._belongs(self._cell[found[-1].end :], beside[-1])
        return beside

    def _belongs(self, text: str, words: _Beside, *, is_label: bool = False) -> None:
        if _MANY_DIGITS.search(text):
            # Beside a number that cannot be read nobody can tell which of the two the words are about.
            self._not_understood(_without_connectors(text))
            return
        for part in _BREAK.split(text):
            phrase = _without_connectors(part)
            judged = words_beside(phrase, aliases=self._aliases)
            is_clear = judged.said != "not-understood"
            if not is_clear:
                self._not_understood(phrase)
            # Whoever calls a fax hears it shriek, so that a word is enough; other kinds are not taken from anything.
            kinds = [kind for kind in judged.kinds if is_clear or kind in ("tty", "fax")]
            words.kinds |= dict.fromkeys(kinds)
            words.is_labelled |= is_label and bool(kinds)
            words.languages |= dict.fromkeys(judged.languages)
            if judged.said == "kept":
                words.kept[judged.text] = None

    def _not_understood(self, text: str) -> None:
        if not any(map(str.isalnum, text)):
            return
        local = _LOCAL.search(text)
        if local and sum(map(str.isdigit, text)) == sum(map(str.isdigit, local[0])):
            rule = NO_AREA_CODE
        elif _MANY_DIGITS.search(text) or text == self._cell:
            rule = NOT_READABLE
        elif text.strip(_CONNECTORS).isdecimal():
            rule = DIGITS_LEFT
        else:
            rule = WORDS
        self._unread.append(Unread(text.strip(), rule))


def _lines(found: Found, words: _Beside) -> Iterator[Line]:
    texting = found.texting
    keyword, also = (texting.keyword, texting.also) if texting else ("", "")
    description = ", ".join(filter(None, (also, *words.kept)))
    for phone in found.numbers:
        usual = None if phone.kind == "voice" else phone.kind
        kinds: tuple[PhoneKind | None, ...] = (usual,) if usual == "tty" else tuple(words.kinds) or (usual,)
        for kind in ("text",) if texting else kinds:
            yield Line(phone.number, phone.ext or "", kind, keyword, description, tuple(words.languages))


def _tidy(text: str) -> str:
    visible = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_INVISIBLE)
    return "\n".join(filter(None, (" ".join(line.split()) for line in visible.splitlines())))


def _between(text: str, *, labels_come_first: bool) -> tuple[str, str]:
    """Part the words between two numbers: those about the first, those about the second."""
    text = text.strip(" ").rstrip(" .")
    breaks = [found.end() for found in _BREAK_BETWEEN.finditer(text)]
    cut = 0 if labels_come_first or text.endswith(":") else len(text)
    if breaks:
        is_last_empty = not text[breaks[-1] :].strip(_CONNECTORS)
        cut = len(text) if is_last_empty else breaks[-1]
    elif text.startswith("("):
        close = text.find(")") + 1
        cut = 0 if labels_come_first and not text[close:].strip(_CONNECTORS) else close
    elif _CONNECTED_TO_NEXT.match(text):
        cut = 0
    elif _CONNECTED_TO_LAST.search(text):
        cut = len(text)
    return text[:cut], text[cut:]


def _without_connectors(text: str) -> str:
    stripped = text.strip(_CONNECTORS)
    for _ in range(2):
        stripped = _CONNECTING_WORD.sub("", stripped).strip(_CONNECTORS)
    return stripped
