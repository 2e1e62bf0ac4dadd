"""Whether a page says the name of an organization or a service, as people write names."""

import re

from directory.values.plain_text import folded

# What is left out in speech, at the end and at the beginning.
_ENDS = frozenset({"inc", "incorporated", "llc", "corp", "corporation", "co", "ltd", "nonprofit", "org"})
_BEGINS = frozenset({"the", "la", "el", "los", "las"})
# They are in too many names to tell one.
_COMMON = frozenset(
    {"and", "for", "the", "center", "centre", "services", "service", "program", "programs", "community", "county"}
    | {"national", "house", "home", "project", "against", "family", "women", "womens", "legal", "health", "city"}
)
_IN_BRACKETS = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]")


def says(name: str, text: str, heads: str) -> bool:
    """Whether a name stands in a folded text.

    Args:
        name: as it is listed.
        text: all of the page.
        heads: title, headings, and what its pictures are called: there the telling words of it are enough.
    """
    words = _spoken(folded(_IN_BRACKETS.sub(" ", name[:500])).split())
    if not words:
        return False
    if f" {' '.join(words)} " in f" {text} ":
        return True
    telling = {word for word in words if len(word) > 3 and word not in _COMMON}
    return len(telling) > 1 and telling <= set(heads.split())


def _spoken(words: list[str]) -> list[str]:
    while len(words) > 1 and words[-1] in _ENDS:
        words = words[:-1]
    while len(words) > 1 and words[0] in _BEGINS:
        words = words[1:]
    return words
