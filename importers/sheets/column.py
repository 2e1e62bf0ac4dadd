"""A column of a table, and what it was taken for."""

import msgspec

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
