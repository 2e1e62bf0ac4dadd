"""Sentences that tell people to text: "Text HOME to 741741", "Envía AYUDA al 233733", "233733 (HELP or INFO)"."""

import re
from typing import Literal

import msgspec
import phonenumbers

_NORTH_AMERICA = frozenset({"US", "CA"})
_QUOTE = "[\"'\u2018\u2019\u201c\u201d\u00ab\u00bb]?"
_KEYWORD = rf"{_QUOTE}(?P<keyword>[^\W_]{{1,20}}){_QUOTE}"
_SEND = (
    r"\b(?:text|texting|txt|sms|send|env[ií]e?|env[ií]a|enviar|manda|mande|mandar|textea|textee|texto|escrib[ae])\b"
    r"(?: (?:un |una |a |the )?(?:texto|mensaje|message|text)(?: de texto)?)?(?: con)?"
    r"(?: (?:the|la|el) )?(?: ?(?:word|keyword|code|palabra|c[oó]digo))?[ :]{1,3}"
)
_SEND_TO = re.compile(
    rf"{_SEND}{_KEYWORD}(?P<others>(?: ?(?:\bor\b|/|,|\bo\b) ?{_QUOTE}[^\W_]{{1,20}}{_QUOTE}){{0,3}})"
    r" (?:to|at|al?|para)(?: el)?(?: (?:number|n[uú]mero))?[ :]{1,2}(?=[+(0-9])",
    re.IGNORECASE,
)
# "BeFree (233733)" and "BeFree = 233733": the letters are the code itself, and what to send is not said.
_SPELLED_CODE = re.compile(
    r"\b(?P<name>[A-Za-z0-9]{5,6})(?: ?[=:] ?| ?\( ?)(?P<code>[0-9]{5,6}|[0-9]{3}-[0-9]{3})\b ?\)?"
)
_SEND_AFTER = re.compile(
    r"[ ,]{0,2}\(?\b(?:text|txt|sms|keyword|send|env[ií]a|palabra)\b[ :]{1,2}(?:the |la )?(?:word |keyword |palabra )?"
    rf"{_KEYWORD}(?P<others>(?: (?:or|o) {_QUOTE}[^\W_]{{1,20}}{_QUOTE}){{0,3}})\)?(?! to\b)",
    re.IGNORECASE,
)
_KEYWORDS_BEHIND = re.compile(
    rf" ?\( ?{_QUOTE}(?P<keyword>[A-Z][A-Z0-9]{{1,15}}){_QUOTE}"
    rf"(?P<others>(?: or {_QUOTE}[A-Z][A-Z0-9]{{1,15}}{_QUOTE}){{0,3}}) ?\)"
)
_ABOUT_TEXTS = re.compile(
    r"\b(?:text|texts|texting|txt|sms|texto|textee?|textea|keyword|mensaje|message|env[ií]e?|env[ií]a|manda|mande)\b",
    re.IGNORECASE,
)
_TOLD_TO_TEXT = re.compile(r"\b(?:text|txt|sms|texto|textee?|textea)\b[ :]{1,2}(?:(?:to|al?) )?$", re.IGNORECASE)
_NO_KEYWORDS = frozenset(
    {"us", "me", "a", "an", "to", "at", "the", "your", "you", "or", "and", "call", "only", "line", "number", "message"}
    | {"messages", "chat", "tty", "tdd", "voice", "hotline", "with", "el", "la", "un", "una", "tu", "su", "text"}
    | {"texto", "mensaje", "al", "para", "code", "codigo", "zip", "it", "is", "for", "24"}
)
_WRITTEN_AS_KEYWORD = re.compile(r"[A-Z0-9]{2,}|[A-Z][a-z]+[A-Z]\w*|[\"'\u201c\u2018].*")


class Texting(msgspec.Struct, frozen=True):
    """What to text, from ``start`` to ``end`` of the cell. ``also`` are further words that do the same: "or HELP"."""

    start: int
    end: int
    keyword: str = ""
    also: str = ""
    said: Literal["sentence", "spelled"] = "sentence"


def texting_before(cell: str) -> dict[int, Texting]:
    """By the place where its number begins: what sentences like "Text HOME to 741741" tell, without the number.

    Codes that are spelled beside it ("BeFree = 233733") are in it too, with their end behind them.
    """
    found = {}
    for sentence in _SEND_TO.finditer(cell):
        keyword, also = _words(sentence)
        found[sentence.end()] = Texting(sentence.start(), sentence.end(), keyword, also)
    for spelled in _SPELLED_CODE.finditer(cell):
        digits = phonenumbers.convert_alpha_characters_in_number(spelled["name"])
        if digits != spelled["name"] and digits == spelled["code"].replace("-", ""):
            found[spelled.start("code")] = Texting(spelled.start(), spelled.end(), said="spelled")
    return found


def texting_behind(cell: str, end: int, *, is_code: bool) -> Texting | None:
    """What stands behind a number that ends there: "(text HOME)" and, behind a code for texts, "(HELP or INFO)"."""
    found = _SEND_AFTER.match(cell, end)
    if found is None and is_code:
        found = _KEYWORDS_BEHIND.match(cell, end)
    if found is None:
        return None
    written = cell[found.start("keyword") - 1 : found.end("keyword")].strip(" (")
    if found["keyword"].lower() in _NO_KEYWORDS or _WRITTEN_AS_KEYWORD.fullmatch(written) is None:
        return None
    keyword, also = _words(found)
    return Texting(found.start(), found.end(), keyword, also)


def speaks_of_texts(cell: str) -> bool:
    """Whether a word of a cell is about texts, or spells a code."""
    return _ABOUT_TEXTS.search(cell) is not None or any(one.said == "spelled" for one in texting_before(cell).values())


def is_told_to_text(before: str) -> bool:
    """Whether a text ends in words that tell to text what follows: "or text ", "SMS: "."""
    return _TOLD_TO_TEXT.search(before) is not None


def is_plainly_a_text_code(digits: str, country: str) -> bool:
    """Whether digits that people are told to text look like a code.

    In North America a code has five or six digits, the first from 2 to 9; elsewhere three to six.
    """
    pattern = r"[2-9][0-9]{4,5}" if country in _NORTH_AMERICA else r"[1-9][0-9]{2,5}"
    return re.fullmatch(pattern, digits) is not None


def _words(found: re.Match[str]) -> tuple[str, str]:
    if found["keyword"].lower() in _NO_KEYWORDS:
        return "", ""
    return found["keyword"], " ".join(found["others"].split())
