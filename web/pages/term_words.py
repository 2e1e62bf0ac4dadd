"""Codes of the vocabulary as words. A code that this version does not know is shown as it is."""

from directory.errors import UnknownTermError
from directory.values import language as languages
from directory.vocabulary import terms
from web.locales import language_name
from web.wording import Wording, lower_first, upper_first

# In these the names of languages keep their capital inside a sentence.
_CAPITAL = frozenset({"en", "tl", "vi"})


def term_words(scheme: str, code: str, t: Wording, *, inside: bool = False) -> str:
    """A term, as it begins a line or stands ``inside`` a sentence."""
    words = t.term(scheme, code)
    try:
        words = words or terms.label(scheme, code, t.language)
    except UnknownTermError:
        words = code.replace("-", " ")
    return lower_first(words) if inside else upper_first(words)


def language_words(tag: str, t: Wording, *, inside: bool = False) -> str:
    """A language; in English its name keeps its capital inside a sentence."""
    if tag == "any":
        return t("languages.any_name")
    try:
        known = languages.language(tag)
    except UnknownTermError:
        return tag if inside else upper_first(tag)
    own = known.labels.get(t.language) or language_name(t.language, t.country, tag)
    if not inside:
        return upper_first(own or known.labels["en"])
    # What is lent from English keeps its capital, as every name of a language does in English and Tagalog.
    return lower_first(own) if own and t.language not in _CAPITAL else own or known.labels["en"]
