"""Telephone numbers in the text of a page. All patterns are bounded, so a page of any shape costs its length."""

import re
from collections.abc import Iterator
from hashlib import blake2b

from directory.values.phone import NotAPhoneNumberError, parse_phone
from directory.values.plain_text import folded

MOST_NUMBERS = 40
# More candidates than an honest page has; the rest is not looked at.
_MOST_CANDIDATES = 400
_WORDS_BEFORE = 3
_CHARACTERS_BEFORE = 80
_GAP = r"[ \t\n\u00a0.\-\u2010-\u2015/)]{0,3}"
_CANDIDATE = re.compile(
    r"(?<![\w+])(?:"
    # of North America, also spelled: 1-888-373-7888, (305) 555-0142, 800-799-SAFE
    rf"(?:\+?1{_GAP})?\(?[2-9][0-9]{{2}}{_GAP}(?:[0-9]{{3}}{_GAP}[0-9]{{4}}|[0-9]{{0,3}}-?[A-Z]{{3,7}})"
    # with the code of a country
    r"|\+[1-9](?:[ \u00a0.\-/()]{0,2}[0-9]){6,14}"
    # as a country writes its own
    r"|\(?0[0-9](?:[ \u00a0.\-/()]{0,2}[0-9]){6,11}"
    r")(?!\w)"
)


def numbers_in(text: str, country: str) -> Iterator[tuple[str, str]]:
    """The numbers of a text as E.164, each with the place where it stands: the words before it, folded."""
    for count, found in enumerate(_CANDIDATE.finditer(text)):
        if count == _MOST_CANDIDATES:
            return
        number = as_number(found[0], country)
        if number:
            yield number, place_before(text, found.start())


def as_number(written: str, country: str) -> str:
    """A number as E.164 or short code; empty if it is none."""
    tidy = " ".join(re.sub(r"[/\n\t)(]", " ", written[:64]).split())
    try:
        return parse_phone(tidy, country=country).number
    except NotAPhoneNumberError:
        return ""


def has_short_code(text: str, code: str) -> bool:
    """Whether a short code stands in a text by itself, not in a larger number, an amount or a date."""
    return re.search(rf"(?<![\d.,$/:\-]){re.escape(code)}(?![\d/:\-]|[.,]\d)", text) is not None


def place_before(text: str, start: int) -> str:
    """The last words before a position. Digits are left out: an old number beside a new one is no place."""
    before = folded(text[max(0, start - _CHARACTERS_BEFORE) : start])
    words = [word for word in before.split() if not any(map(str.isdigit, word))]
    return " ".join(words[-_WORDS_BEFORE:])


def mark(text: str) -> str:
    """Eight hex digits that stand for a number or a place."""
    return blake2b(text.encode(), digest_size=4).hexdigest()
