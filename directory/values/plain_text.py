"""Imported text as plain text: what a stranger wrote may be read, but never acts, hides or reorders anything.

All patterns are linear in the length of the text, whatever it holds.
"""

import html
import re
import unicodedata

_LONGEST_READ = 100_000

# Tags that end a line where a browser shows them; the others leave no trace.
_LINE_TAGS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table"}
    | {"tr", "ul"}
)
_SILENT = re.compile(r"<(?P<name>script|style)\b", re.IGNORECASE)
# Quoted values may hold ">"; a quote that never closes falls back to the next ">". Possessive, so never quadratic.
_TAG = re.compile(
    r"<(?:/?(?P<name>[A-Za-z][^\s/<>\"']*+)|[!?])"
    r"(?:(?:[^<>\"']++|\"[^\"]{0,2000}+\"|'[^']{0,2000}+')*+>|[^<>]{0,4000}+>)"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_WRITTEN_BREAK = re.compile(r"\\r\\n|\\n|\\r")
_BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")

_APOSTROPHES = re.compile("['`\u00b4\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u2032\ua78c\uff07]")
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]")
# Letters that no normal form takes apart.
_PLAIN_LETTERS = str.maketrans("øłđð\u0131ħŋɨə", "olddihnie", "") | str.maketrans({"þ": "th", "æ": "ae", "œ": "oe"})
# What becomes of every sign of ASCII: nearly all texts have no others, and most of an import is comparing them.
_PLAIN_SIGNS = {
    ord(sign): "" if sign in "'`" else sign.lower() if sign.isalnum() else " " for sign in map(chr, range(128))
}


def plain(text: str, limit: int) -> str:
    """The text as it would be read: no tags, entities decoded once, no control, direction or invisible characters.

    Lines are kept (also where the source wrote backslash-n), other blanks collapse, at most one line stays empty.
    Longer than ``limit`` characters, it is cut after a word and ends in "…".
    """
    text = _WRITTEN_BREAK.sub("\n", _without_tags(text[:_LONGEST_READ]))
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    text = _UNSEEN.sub("", _BREAK.sub("\n", text))
    lines = (line.strip() for line in _BLANKS.sub(" ", text).split("\n"))
    text = _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()
    return _cut(unicodedata.normalize("NFC", text), limit)


def one_line(text: str, limit: int) -> str:
    """The same for names and other values that have no lines: every break becomes a blank."""
    return _cut(" ".join(plain(text, _LONGEST_READ).split()), limit)


def folded(text: str) -> str:
    """The text for matching: no case, no diacritics, no apostrophes, every other sign a blank, single blanks.

    "K'iche'", "Kiché" and "KICHE" become the same. For comparing only, never for showing.
    """
    if text.isascii():
        return " ".join(text.translate(_PLAIN_SIGNS).split())
    # Both ways round: some signs have a case only once they are taken apart, others only then come apart.
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = _APOSTROPHES.sub("", _MARKS.sub("", text)).translate(_PLAIN_LETTERS)
    # Vowel signs of Asian scripts are marks, and belong to their word.
    letters = [sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in text]
    return unicodedata.normalize("NFC", " ".join("".join(letters).split()))


def _without_tags(text: str) -> str:
    # A tag taken out of another ("<scr<b>ipt>") leaves a new one; nobody honest nests them deeper than this.
    for _ in range(4):
        if "<" not in text:
            return text
        before, text = text, _TAG.sub(_what_remains, _without_silent(_without_comments(text)))
        if text == before:
            return text
    return text.replace("<", " ")


def _without_comments(text: str) -> str:
    parts: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        parts.append(text[position:start])
        position = end + 3
    return "".join([*parts, text[position:]])


def _without_silent(text: str) -> str:
    """Drop scripts and styles with what they hold; one that never ends keeps its words and loses its tag."""
    parts: list[str] = []
    position = 0
    lower = text.lower()
    for found in _SILENT.finditer(text):
        if found.start() < position:
            continue
        end = lower.find(f"</{found['name'].lower()}", found.end())
        if end < 0:
            break
        close = lower.find(">", end)
        parts.append(text[position : found.start()])
        position = close + 1 if close >= 0 else len(text)
    return "".join([*parts, text[position:]])


def _what_remains(found: re.Match[str]) -> str:
    name = (found["name"] or "").lower()
    if "@" in name or name in ("http:", "https:"):
        # An address between angle brackets, as in mail, is not a tag.
        return f" {found[0][1:-1]} "
    return "\n" if name in _LINE_TAGS else ""


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    at_word = max(kept.rfind(" "), kept.rfind("\n"))
    return (kept[:at_word] if at_word > limit // 2 else kept).rstrip() + "…"
