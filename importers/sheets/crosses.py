"""Columns of crosses: what a cross under a header says of its row, by the words of the header or of a mapping file.

A mapping file may name the term itself, "cross:population:trans-women", where a header says it in words of its own.
"""

from collections.abc import Mapping

from directory.errors import UnknownTermError
from directory.values.language import label, language
from directory.vocabulary.terms import BARRIER, KIND, POPULATION, find_term, term

LANGUAGE, COUNTY = "cross:language", "cross:county"
# Which list of the vocabulary each kind of cross is about; a language's terms are tags.
SCHEMES: Mapping[str, str] = {"cross:kind": KIND, "cross:population": POPULATION, "cross:barrier": BARRIER}
CROSSES = (LANGUAGE, *SCHEMES, COUNTY)


def parted(meaning: str) -> tuple[str, str]:
    """A meaning of a mapping file and the term that it names: "cross:kind:food" is "cross:kind" and "food"."""
    cross, _, code = meaning.rpartition(":")
    return (cross, code) if cross in (LANGUAGE, *SCHEMES) else (meaning, "")


def is_cross(meaning: str) -> bool:
    """Whether a mapping file may say this of a column of crosses: its kind, or with a term that there is."""
    cross, code = parted(meaning)
    if not code:
        return cross in CROSSES
    try:
        if cross == LANGUAGE:
            language(code)
        else:
            term(SCHEMES[cross], code)
    except UnknownTermError:
        return False
    return True


def words_for(meaning: str) -> str:
    """The words by which readers know the term that a meaning names; empty where it names none."""
    cross, code = parted(meaning)
    if not code:
        return ""
    return label(code, "en") if cross == LANGUAGE else term(SCHEMES[cross], code).labels["en"]


def is_term(cross: str, words: str) -> bool:
    """Whether words are as a whole a label or a code of what a kind of cross is about."""
    return cross in SCHEMES and find_term(SCHEMES[cross], words) is not None
