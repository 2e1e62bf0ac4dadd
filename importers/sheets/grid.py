"""The one shape that every spreadsheet and every table of text becomes before anybody asks what its cells mean."""

import msgspec


class Grid(msgspec.Struct, frozen=True):
    """One sheet as text: rows of cells, ragged rows filled up with empty cells.

    Attributes:
        file: name of the file (base name only).
        sheet: name of the sheet; None for a text table.
        rows: cells, plain text already (``tables.plain_cell``), numbers as a person would write them ("3055550142", not
            "3055550142.0"), dates ISO, booleans "TRUE" and "FALSE", errors ("#REF!") empty.
        first_row: number of the first row as the program shows it, from 1; rows are consecutive (blank ones stay).
        merged: (top, left, bottom, right) of merged cells, indices into ``rows``, inclusive. Only the top left cell has
            the text.
        rules: what was mended anywhere in it.
    """

    file: str
    sheet: str | None
    rows: tuple[tuple[str, ...], ...]
    first_row: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()
    rules: tuple[str, ...] = ()


class Left(msgspec.Struct, frozen=True):
    """What was not read on purpose, such as hidden sheets, comments, macros and links to other files.

    Attributes:
        what: its name, in the plural.
        number: how many there are.
    """

    what: str
    number: int
