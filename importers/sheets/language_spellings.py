"""Names of languages as lists write them beside English: in French, and cut short. They are put in English first."""

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale

from directory.values.language import all_languages, find_named_language, label
from directory.values.plain_text import folded

_BETWEEN = re.compile(r"(\s*(?:[,;/&|\n+]|\bet\b|\bou\b)\s*)")


# Only such as mean nothing else among languages.
_CUT_SHORT = {
    "eng": "English", "span": "Spanish", "sp": "Spanish", "spn": "Spanish", "fr": "French",
    "port": "Portuguese",
    "viet": "Vietnamese",
    "mand": "Mandarin", "cant": "Cantonese", "russ": "Russian", "chin": "Chinese", "arab": "Arabic",
    "engl": "English", "spa": "Spanish", "esp": "Spanish", "kor": "Korean", "jap": "Japanese",
    "ital": "Italian", "sam": "Samoan", "ger": "German", "ang": "English", "hait": "Haitian Creole",
}  # fmt: skip


def in_english(cell: str) -> str:
    """A cell of languages with those named in English that it names in French or cuts short; all else stays."""
    return "".join(_name(part) for part in _BETWEEN.split(cell))


def _name(part: str) -> str:
    words = folded(part)
    if not words or find_named_language(part) is not None:
        return part
    if words in _CUT_SHORT:
        return _CUT_SHORT[words]
    several = [_CUT_SHORT.get(word) or (word if find_named_language(word) else "") for word in words.split()]
    if len(several) > 1 and all(several):
        # "Eng. Span." are two.
        return ", ".join(several)
    tag = _french().get(words)
    return label(tag, "en") if tag is not None else part


@cache
def _french() -> Mapping[str, str]:
    names = Locale.parse("fr").languages
    return {folded(names[one.tag]): one.tag for one in all_languages() if one.tag in names}
