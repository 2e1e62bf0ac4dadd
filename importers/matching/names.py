"""Names as people write them, brought so far together that what is left between two of them means something.

"The St. Mary's Ctr., Inc." and "Saint Marys Center" are one name; "North Clinic" and "South Clinic" are two, however
near their letters are. A name in brackets, after a dash or after "dba" is a further name.
"""

import re
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import OSA

from directory.values.plain_text import folded

Relation = Literal["same", "but-for-place", "near", "acronym", "part", "other"]

# Says what somebody is before the law, in English, Spanish and French, not who.
_LEGAL = frozenset(
    {"inc", "incorporated", "llc", "lc", "llp", "lllp", "ltd", "limited", "corp", "corporation", "company", "pllc"}
    | {"plc", "nfp", "npo", "nonprofit", "ltee", "enr", "asbl", "obnl"}
)
_LEGAL_ENDS = (("a", "c"), ("s", "a"), ("s", "c"), ("p", "c"), ("p", "a"), ("l", "l", "c"), ("co",), ("i", "a", "p"))
_LITTLE = frozenset(
    {"the", "of", "and", "for", "in", "at", "on", "to", "a", "an", "by", "de", "del", "la", "el", "los", "las", "y"}
    | {"e", "le", "les", "du", "des", "et", "l", "d", "en", "para", "pour", "au", "aux"}
)
_SPELLINGS = {
    "saint": "st", "sainte": "st", "ste": "st", "mount": "mt", "fort": "ft",
    "ctr": "center", "cntr": "center", "centre": "center", "cent": "center",
    "assn": "association", "assoc": "association", "asso": "association",
    "dept": "department", "dpt": "department", "univ": "university", "hosp": "hospital",
    "svc": "service", "svcs": "service", "serv": "service", "srvcs": "service", "comm": "community",
    "cmty": "community", "commty": "community", "org": "organization", "intl": "international",
    "natl": "national", "govt": "government", "cty": "county", "cnty": "county", "mgmt": "management",
    "rehab": "rehabilitation", "med": "medical", "fdn": "foundation", "soc": "society", "prog": "program",
    "gtr": "greater", "metro": "metropolitan", "hlth": "health", "coun": "council", "cncl": "council",
    "counselling": "counseling", "programme": "program", "labour": "labor", "1st": "first", "2nd": "second",
    "3rd": "third", "n": "north", "s": "south", "e": "east", "w": "west",
}  # fmt: skip
# Before another name of the same.
_ALSO = re.compile(
    r"\s*(?:\(|\)|;|\s[-\u2013\u2014]+\s|\b(?:d\.?/?b\.?/?a\.?|a\.?/?k\.?/?a\.?|f\.?/?k\.?/?a\.?|doing business as|"
    r"also known as|formerly(?: known as)?|antes|anciennement)\b)\s*",
    re.IGNORECASE,
)
_FORMER = re.compile(
    r"\b(?:d\.?/?b\.?/?a|a\.?/?k\.?/?a|f\.?/?k\.?/?a|doing business|also known|formerly)\b", re.IGNORECASE
)
_LEAST_TYPED, _LONG = 4, 8
_LEAST_BEGINNING = 4
_ACRONYM = range(3, 9)


@lru_cache(maxsize=50_000)
def name_words(name: str) -> tuple[str, ...]:
    """The words that tell a name from others, each in one spelling and in the singular, in their order."""
    words = folded(name.replace("&", " and ")).split()
    for end in _LEGAL_ENDS:
        if len(words) > len(end) + 1 and tuple(words[-len(end) :]) == end:
            words = words[: -len(end)]
    kept = [word for word in words if word not in _LITTLE and word not in _LEGAL]
    kept = [_one_spelling(word) for word in kept or words]
    return tuple(kept)


def _one_spelling(word: str) -> str:
    word = _SPELLINGS.get(word, word)
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return _SPELLINGS.get(word, word)


@lru_cache(maxsize=50_000)
def also_called(name: str) -> tuple[str, ...]:
    """The names in a name: itself, and where it tells of others ("dba", "formerly", an acronym in brackets) those."""
    parts = [part for part in _ALSO.split(name) if part.strip()]
    if len(parts) < 2:
        return (name,)
    is_telling = _FORMER.search(name) is not None
    acronyms = [part for part in parts if any(as_acronym(part) in initials(one) for one in parts if one != part)]
    others = [part for part in parts if part not in acronyms]
    if is_telling:
        return (*others, *acronyms)
    # What stands in brackets or after a dash is mostly a branch or a program, which is no other name.
    return (" ".join(others) if others else name, *acronyms)


@lru_cache(maxsize=50_000)
def initials(name: str) -> frozenset[str]:
    """What the first letters of a name's words make, with and without little words; empty for short names."""
    words = [word for word in folded(name.replace("&", " and ")).split() if word not in _LEGAL]
    big = [word for word in words if word not in _LITTLE]
    made = {"".join(word[0] for word in some) for some in (words, big)}
    return frozenset(letters for letters in made if len(letters) in _ACRONYM)


@lru_cache(maxsize=50_000)
def as_acronym(name: str) -> str:
    """A name that is nothing but letters that could be first letters ("LSGMI", "L.S.G.M.I."); else empty."""
    words = folded(name).split()
    letters = "".join(words)
    is_short = len(words) == 1 or all(len(word) == 1 for word in words)
    return letters if is_short and len(letters) in _ACRONYM and letters.isalpha() else ""


_ORDER: tuple[Relation, ...] = ("same", "but-for-place", "near", "acronym", "part", "other")


def compare_names(ones: tuple[str, ...], others: tuple[str, ...], places: frozenset[str] = frozenset()) -> Relation:
    """The nearest relation of any name of one to any of the other.

    Args:
        ones: names of one.
        others: names of the other.
        places: folded words that say where both are; a name may have them or not.
    """
    found = [
        compare_two(one, other, places)
        for whole in ones
        for one in also_called(whole)
        for other_whole in others
        for other in also_called(other_whole)
    ]
    return min(found, key=_ORDER.index, default="other")


def compare_two(one: str, other: str, places: frozenset[str] = frozenset()) -> Relation:
    """How two names stand to each other."""
    left, right = name_words(one), name_words(other)
    if left and ("".join(left) == "".join(right) or sorted(left) == sorted(right)):
        return "same"
    if _is_acronym(one, other) or _is_acronym(other, one):
        return "acronym"
    only_left, only_right, is_mended = _left_over(left, right)
    if not left or not right or (only_left and only_right):
        return "other"
    if all(word in places for word in (*only_left, *only_right)):
        return "near" if is_mended else "but-for-place"
    return "part"


def _is_acronym(short: str, long: str) -> bool:
    letters = as_acronym(short)
    return bool(letters) and letters in initials(long)


def _left_over(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[list[str], list[str], bool]:
    """The words of each that the other does not have, also not with a slip of the pen or cut short."""
    only_left = [word for word in left if word not in right]
    only_right = [word for word in right if word not in left]
    is_mended = False
    for word in list(only_left):
        meant = next((other for other in only_right if is_slip(word, other)), None)
        if meant is not None:
            only_left.remove(word)
            only_right.remove(meant)
            is_mended = True
    return only_left, only_right, is_mended


def is_slip(one: str, other: str) -> bool:
    """Whether two words are one, written wrong or cut short. Numbers, and little words, are what they are."""
    short, long = sorted((one, other), key=len)
    if len(short) < _LEAST_TYPED or not (short.isalpha() and long.isalpha()):
        return False
    if long.startswith(short) and len(short) >= _LEAST_BEGINNING and len(long) - len(short) > 2:
        return True
    most = 2 if len(short) >= _LONG else 1
    return one[0] == other[0] and OSA.distance(one, other, score_cutoff=most) <= most
