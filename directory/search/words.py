"""Words that somebody types, and the words of listings that they may mean: whole, by their beginning, or misspelt.

Pure. Two words that are one mistake apart (a letter too many, too few, another, or two changed about) always have a
*typing key* in common: the word itself, or the word without one of its letters.
"""

from collections.abc import Iterable

from directory.vocabulary.synonyms import without_little_words

# In a shorter word one mistake makes another word of it.
SHORTEST_WITH_A_MISTAKE = 4
SHORTEST_BEGINNING = 3
_LONGEST = 40
MOST_WORDS = 8


def words_of_text(text: str) -> set[str]:
    """The distinct words of a text that was folded (``values.plain_text.folded``)."""
    return set(text.split())


def typing_keys(word: str) -> set[str]:
    """The keys of a word; none of a word that is too short, too long, or a number: a digit is no typing error."""
    if not SHORTEST_WITH_A_MISTAKE <= len(word) <= _LONGEST or any(sign.isdigit() for sign in word):
        return set()
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}


def is_one_mistake(typed: str, word: str) -> bool:
    """Whether two words differ by one letter more, less or other, or by two neighbours changed about."""
    if abs(len(typed) - len(word)) > 1 or typed == word:
        return False
    start = next((n for n, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), min(len(typed), len(word)))
    rest, other = typed[start:], word[start:]
    return (
        rest[1:] == other[1:]
        or rest[1:] == other
        or rest == other[1:]
        or (rest[:2] == other[1::-1] and len(other) > 1 and rest[2:] == other[2:])
    )


def beginning(word: str) -> tuple[str, str]:
    """The range of words that begin so: from the first (included) to the second (not), in the order of code points."""
    return word, word + "\U0010ffff"


def meant(typed: str, candidates: Iterable[str]) -> list[str]:
    """Of the words of listings, those that a typed word may mean.

    That is the word itself and those that begin so; where there is none, those that are one mistake apart.
    """
    found = sorted(set(candidates))
    begun = [word for word in found if word == typed or (len(typed) >= SHORTEST_BEGINNING and word.startswith(typed))]
    return begun or [word for word in found if is_one_mistake(typed, word)]


def typed_words(folded_text: str) -> list[str]:
    """The words to look for, each once, no more than ``MOST_WORDS``."""
    return list(dict.fromkeys(without_little_words(folded_text.split())))[:MOST_WORDS]
