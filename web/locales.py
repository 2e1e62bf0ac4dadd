"""What a locale says by itself: dates, names of days, numbers, names of languages and countries, from Unicode's CLDR.

Babel brings the data. It has none for Haitian Creole, whose days and months stand here; its numbers and the names
of countries are those of French, which the same people read in school.
"""

import datetime as dt
from functools import cache, lru_cache
from typing import Literal

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_decimal

from directory.values import language as languages

HAITIAN = "ht"
_HAITIAN_MONTHS = (
    "janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm",
)  # fmt: skip
_HAITIAN_DAYS = ("lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch")
_HAITIAN_LANGUAGES = {
    "en": "angle", "es": "panyòl", HAITIAN: "kreyòl ayisyen", "fr": "franse", "pt": "pòtigè", "zh": "chinwa",
    "vi": "vyetnamyen", "ko": "koreyen", "tl": "tagalòg", "ru": "ris", "ar": "arab", "ase": "lang siy ameriken",
    "de": "alman", "it": "italyen", "ja": "japonè",
}  # fmt: skip
# There "haitiano" and "Haitian" are people.
_NAMED_OTHERWISE = {("pt", HAITIAN): "crioulo haitiano", ("tl", HAITIAN): "Haitian Creole"}
# CLDR's name where it is not the tag of the language alone.
_NAMED = {"zh": "zh_Hans", "tl": "fil", HAITIAN: "fr"}
# What is asked for is the same few days again and again: those that listings were confirmed on.
_DAYS_KEPT = 4096


@cache
def locale_of(language: str, country: str) -> Locale:
    """The locale of a language as it is written in a country; of the language alone where CLDR knows no such pair."""
    name = _NAMED.get(language, language)
    try:
        return Locale.parse(f"{name}_{country}")
    except UnknownLocaleError:
        return Locale.parse(name)


@cache
def own_name(language: str) -> str:
    """What a language calls itself, as it begins a line: "Español"."""
    name = languages.language(language).autonym
    return name[:1].upper() + name[1:]


def direction(language: str) -> Literal["ltr", "rtl"]:
    """The direction in which a language is written."""
    return "rtl" if locale_of(language, "001").text_direction == "rtl" else "ltr"


def tag_of(language: str) -> str:
    """The language as documents of the web name it (BCP 47)."""
    return "zh-Hans" if language == "zh" else language


@lru_cache(_DAYS_KEPT)
def day_in_words(language: str, country: str, day: dt.date, parts: str) -> str:
    """A date; ``parts`` are CLDR's letters for those that are said: ``MMMd``, ``yMMMd``, ``yMMM``."""
    if language != HAITIAN:
        return str(format_skeleton(parts, day, locale=locale_of(language, country)))
    month = _HAITIAN_MONTHS[day.month - 1]
    said = {"MMMd": f"{day.day} {month}", "yMMMd": f"{day.day} {month} {day.year}", "yMMM": f"{month} {day.year}"}
    return said[parts]


def weekday(language: str, country: str, index: int) -> str:
    """The name of a day of the week, 0 = Monday, as it stands inside a sentence."""
    if language == HAITIAN:
        return _HAITIAN_DAYS[index % 7]
    return str(locale_of(language, country).days["format"]["wide"][index % 7])


def decimal(language: str, country: str, figure: float) -> str:
    """A figure with one decimal: "1.4", "1,4"."""
    return str(format_decimal(figure, format="#,##0.0", locale=locale_of(language, country)))


def language_name(language: str, country: str, tag: str) -> str:
    """The name of a language in a language, empty where neither CLDR nor this file has one."""
    if language == HAITIAN:
        return _HAITIAN_LANGUAGES.get(tag, "")
    if (language, tag) in _NAMED_OTHERWISE:
        return _NAMED_OTHERWISE[language, tag]
    return str(locale_of(language, country).languages.get(tag.replace("-", "_"), ""))


def country_name(language: str, country: str, code: str) -> str:
    """The name of a country (ISO 3166) in a language, empty where CLDR has none."""
    return str(locale_of(language, country).territories.get(code, ""))
