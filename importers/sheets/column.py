"""A column of a table, and what it was taken for."""

import msgspec

from directory.values.plain_text import folded

NAME_LIKE = ("organization", "program", "name", "site")


class Column(msgspec.Struct, frozen=True):
    """A column of a table, and what it means.

    Attributes:
        index: where it stands, from 0.
        header: how it is named to people: its header, or its letter where that is none that may be repeated.
        meaning: what it means; "" where that is a question.
        confidence: from 0 to 1; 1 where a person said so.
        label: what its header says of each of its values, such as the name of a language or which line a number is.
        which: its number among its like.
        filled: how many of its cells say something.
        maybe: what it may mean where that is not sure.
        words: its header with all that stands above it, as it is written; never shown.
        said: its meaning as a mapping file has it, where that names a term too: "cross:population:trans-women".
        is_given: whether a mapping file says it.
    """

    index: int
    header: str
    meaning: str
    confidence: float
    label: str = ""
    which: str = ""
    filled: int = 0
    maybe: str = ""
    words: str = ""
    said: str = ""
    is_given: bool = False

    @property
    def written(self) -> str:
        """Its meaning as a mapping file has it; "" where that is a question."""
        return self.said or self.meaning

    @property
    def is_hidden(self) -> bool:
        """Whether it has a header that may not be repeated, and goes by its letter."""
        return bool(self.words) and folded(self.header) == folded(by_letter(self.index))


def by_letter(index: int) -> str:
    """A column as spreadsheets name it: "column C"."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return f"column {letters}"
