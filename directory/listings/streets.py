"""How people write streets, brought to one spelling, so that two addresses of one place can be told to be one.

"48155 NW Seventh Ave." and "48155 7 AV" are one street; so are "12 US Highway 1" and "12 U.S. Hwy 1", and
"4815 Quince Water Road" and "4815 Quincewater Rd".
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from directory.listings.place_patterns import STREET_KINDS
from directory.values.plain_text import folded

# So much of a postal code counts: ZIP+4 is its ZIP.
_POSTAL = 5


def street_words(address: str) -> str:
    """House number and street of an address in one spelling: "1907 N.W. 38th St., Suite 2" is "1907 38".

    Directions and kinds of street are left out, since people do. Empty when there is no house number.
    """
    found = _numbered(_RANGE.sub(r"\1", _HALF.sub("", address)))
    if found is None:
        return ""
    number, name, has_kind = found
    # A number and a name are enough, and people shorten names; a little word needs its neighbour.
    is_little = len(name[0]) < _LEAST_NAME and not name[0].isdigit()
    return " ".join([number, *(name[:2] if is_little and has_kind else name[:1])])


@lru_cache(maxsize=1_000)
def street_spellings(address: str) -> frozenset[str]:
    """All that the house number and street of an address may be called; addresses that share one are one place.

    Names count from their beginning, since people shorten them, and run together, since people do that too: "4815
    Quince Water Road" is "4815 quince" and "4815 quincewater". Empty when there is no house number.
    """
    whole = _HALF.sub("", address)
    readings = {
        numbers.sub(reading, part)
        for part in (whole, *_PARTS.split(whole))
        for numbers, reading in ((_RANGE, r"\1"), (_RANGE, r"\2"), (_QUEENS, r"\1\2"))
    }
    return frozenset(
        f"{number.rstrip(_LETTERS)} {beginning}"
        for number, name, _ in filter(None, map(_numbered, readings))
        for beginning in _beginnings(name)
    )


def placed_streets(address_1: str, city: str, postal: str) -> frozenset[str]:
    """All spellings of the house number and street of an address, each in its postal code and in its town.

    Two addresses that share one are one place; empty where it has no house number, or neither code nor town.
    """
    return frozenset(
        f"{where} {spelling}"
        for where in (postal[:_POSTAL].lower(), folded(city))
        if where
        for spelling in street_spellings(address_1)
    )


def street_name(address: str) -> str:
    """The street of an address without its number, or the name of a building, run together.

    "4815 Quince Water Road" is "quincewater", and "Quincewater House, Unit 3" is "quincewaterhouse".
    """
    found = _numbered(_RANGE.sub(r"\1", _HALF.sub("", address)))
    return "".join(_unnumbered(address) if found is None else found[1])


def building_words(address: str) -> str:
    """The name of a building or street in words, of an address without a house number; empty where it has one."""
    return "" if _numbered(address) else " ".join(_unnumbered(address))


def spelled(text: str) -> str:
    """Folded words of a text in which streets have one spelling.

    Numbers and ordinals are in digits and directions are left out; so is what stands between a house number and its
    street: "12 U.S. Highway 1" is "12 1", and "5 Saint Mark's Place" is "5 marks place".
    """
    words = " ".join(word for word in _in_digits(folded(text).split()) if word not in _DIRECTIONS)
    return _BEFORE_A_NAME.sub(r"\1 ", _BEFORE_A_NUMBER.sub(r"\1 ", words))


def pattern_of(secrets: Iterable[str]) -> re.Pattern[str]:
    """What finds these words in a text as ``spelled`` writes it, be a name one word there or several."""
    return re.compile("|".join(rf"(?<!\S){_with_gaps(secret)}(?!\S)" for secret in sorted(secrets)) or r"(?!)")


_RANGE = re.compile(r"\b([0-9]{1,6})[-/]([0-9]{1,6})\b")
_QUEENS = re.compile(r"\b([0-9]{1,3})-([0-9]{2})\b")
_HALF = re.compile(r"(?<=[0-9])(?: 1/2|½)")
_HOUSE = re.compile(r"[0-9]{1,6}[a-z]?")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# A name of fewer letters says too little without the word after it.
_LEAST_NAME = 4
# With fewer digits, a number behind other words is a street's house number only where the kind of street is said.
_LEAST_LONE = 3
_LONGEST_NAME = 5
_PARTS = re.compile(r"[,;()\n]| - ")
_BOX = re.compile(r"\b(?:p ?o|post office) box (\w+)")
_UNITS = frozenset(
    {"suite", "ste", "apt", "apartment", "unit", "room", "rm", "floor", "fl", "building", "bldg", "box", "trailer"}
)
_DIRECTIONS = frozenset(
    {"n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west"}
    | {"northeast", "northwest", "southeast", "southwest"}
)

_SPOKEN = (
    "one first", "two second", "three third", "four fourth", "five fifth", "six sixth", "seven seventh",
    "eight eighth", "nine ninth", "ten tenth", "eleven eleventh", "twelve twelfth", "thirteen thirteenth",
    "fourteen fourteenth", "fifteen fifteenth", "sixteen sixteenth", "seventeen seventeenth", "eighteen eighteenth",
    "nineteen nineteenth",
)  # fmt: skip
_ROUND = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: number for number, words in enumerate(_SPOKEN, 1) for word in words.split()}
_TENS = {spelling: 10 * number for number, word in enumerate(_ROUND, 2) for spelling in (word, f"{word[:-1]}ieth")}
_ORDINAL = re.compile(r"([0-9]{1,3})(?:st|nd|rd|th)")

# What stands between a house number and what a street is called.
_HOUSE_NUMBER = r"(?<!\S)([0-9]{1,6}[a-z]?) "
_KINDS = "|".join(sorted(STREET_KINDS))
_FRONT = f"{_KINDS}|calle|avenida|avda|camino|paseo|carrera|via|rue|chemin|saint|doctor|mount|mt|fort|ft"
_HIGHWAY = "us|usa|state|county|federal|interstate|sr|cr|rt|rte|route|fm|old|number|no"
_BEFORE_A_NUMBER = re.compile(rf"{_HOUSE_NUMBER}(?:(?:{_HIGHWAY}|{_FRONT}|[a-z]) ){{1,4}}(?=[0-9])")
_BEFORE_A_NAME = re.compile(rf"{_HOUSE_NUMBER}(?:(?:[a-z]|1 2) )?(?:(?:{_FRONT}) ){{0,2}}(?!(?:{_KINDS})\b)(?=[a-z])")


@lru_cache(maxsize=1_000)
def _numbered(address: str) -> tuple[str, tuple[str, ...], bool] | None:
    """The house number of an address, the words of its street, and whether the kind of street is said."""
    words = spelled(address).split()
    for place, word in enumerate(words):
        rest = words[place + 1 : place + 1 + _LONGEST_NAME]
        is_unit = place > 0 and words[place - 1] in _UNITS
        if not _HOUSE.fullmatch(word) or is_unit or not rest or rest[0] in _UNITS:
            continue
        # A street may be called after a kind of street: "5 Court Street".
        name = [rest[0], *itertools.takewhile(lambda one: one not in STREET_KINDS | _UNITS, rest[1:])]
        has_kind = len(name) < len(rest) and rest[len(name)] in STREET_KINDS
        if name[0][0].isdigit():
            name = name[:1]
        if not name[0][0].isdigit() or has_kind or place == 0 or len(word) >= _LEAST_LONE:
            return word, tuple(name), has_kind
    return None


def _unnumbered(address: str) -> list[str]:
    """The words of the first part of an address that names something."""
    if box := _BOX.search(folded(address)):
        return ["box", box[1]]
    for part in _PARTS.split(address):
        words = list(itertools.takewhile(lambda word: word not in _UNITS, spelled(part).split()))
        while words and (words[-1] in STREET_KINDS or words[-1].isdigit()):
            words.pop()
        if len("".join(words)) >= _LEAST_NAME:
            return words
    return []


def _beginnings(name: Iterable[str]) -> Iterator[str]:
    joined = ""
    for word in name:
        joined += word
        if len(joined) >= _LEAST_NAME or joined.isdigit():
            yield joined
    if len(joined) < _LEAST_NAME:
        yield joined


def _in_digits(words: Iterable[str]) -> Iterator[str]:
    """Words with numbers in digits: "twenty first" is one, 21, and "one hundred fifth" is 105."""
    number = 0
    for word in words:
        small, ten = _SMALL.get(word, 0), _TENS.get(word, 0)
        fits = (small and (number % 100 == 0 or (small < 10 <= number % 100 and number % 10 == 0))) or (
            ten and number % 100 == 0
        )
        if number and fits:
            number += small or ten
            continue
        if word == "hundred" and 0 < number < 10:
            number *= 100
            continue
        if number:
            yield str(number)
        number = small or ten
        if not number:
            ordinal = _ORDINAL.fullmatch(word)
            yield ordinal[1] if ordinal else word
    if number:
        yield str(number)


def _with_gaps(secret: str) -> str:
    """A pattern for words between whose letters there may be a blank; a house may have a letter beside its number."""
    words = [" ?".join(word) if word.isalpha() else re.escape(word) for word in secret.split()]
    number = "[a-z]?" if len(words) > 1 and words[0].isdigit() else ""
    return f"{words[0]}{number} {' ?'.join(words[1:])}" if len(words) > 1 else words[0]
