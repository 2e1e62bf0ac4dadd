"""Rows of a table as entries: what a row says under each meaning, with what stands above it and goes on below it.

Signs for "the same again" are resolved, words that only fill a cell are dropped, regions that are written once hold for
the rows under them, and a row that goes on with the one above joins it.
"""

from collections.abc import Iterator, Sequence

import msgspec

from directory.values.plain_text import folded
from importers.sheets.cell_shapes import is_ditto, is_filler
from importers.sheets.column import Column
from importers.sheets.layout import Table
from importers.sheets.rows_below import Item

# A blank cell of these may mean the one above.
_FILLABLE = frozenset(
    {"organization", "county", "state", "city", "country", "kinds", "service-area", "organization-id"}
)
# With one of these a row speaks of something of its own; with others alone it goes on with the row above.
_OWN = frozenset(
    {"program", "site", "address", "street", "city", "postal", "kinds", "id", "organization", "cross:kind", "county"}
)
_MOST_CONTINUED = 3
_WRITTEN_ONCE = 0.9
_LEAST_BLANK = 0.25
_LEAST_NAMELESS = 0.2

DITTO = "ditto-resolved"
FILLED = "filled-from-above"
JOINED = "row-goes-on"


class Said(msgspec.Struct, frozen=True):
    """A cell and its column."""

    column: Column
    text: str


class Entry(msgspec.Struct, frozen=True):
    """What a row says.

    Attributes:
        row: index in the grid.
        said: its cells, in the order of the columns.
        sections: titles of the sections that it stands in, outermost first.
        also: indices of rows that go on with it.
        rules: what was resolved.
    """

    row: int
    said: tuple[Said, ...]
    sections: tuple[Item, ...] = ()
    also: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()

    def all(self, meaning: str) -> list[str]:
        """The texts under a meaning."""
        return [one.text for one in self.said if one.column.meaning == meaning]

    def first(self, meaning: str) -> str:
        """The first of them; empty if there is none."""
        return next(iter(self.all(meaning)), "")


def entries_of(table: Table, columns: Sequence[Column], *, fill_down: Sequence[str] | None = None) -> Iterator[Entry]:
    """The entries of a table. ``fill_down`` are headers of columns that go on downwards, where somebody said so."""
    reading = _Reading(table, columns, fill_down)
    return reading.entries()


class _Reading:
    def __init__(self, table: Table, columns: Sequence[Column], fill_down: Sequence[str] | None) -> None:
        self._items = table.items
        self._columns = columns
        self._rows = [item for item in table.items if item.skipped is None]
        self._needs_program = False
        self._filling = self._fillable(fill_down)
        self._above: dict[int, str] = {}

    def entries(self) -> Iterator[Entry]:
        sections: list[Item] = []
        waiting: Entry | None = None
        for number, item in enumerate(self._items):
            if item.skipped == "section":
                if self._heads_organization(number, item):
                    self._above[item.column] = item.text
                else:
                    sections = [one for one in sections if one.row < item.row]
                    sections.append(item)
                    # What was written once held in the section before.
                    self._above = {}
                continue
            if item.skipped is not None:
                continue
            said, rules = self._said(item)
            own = {one.column.meaning for one in said if one.column.index not in item.filled}
            if waiting is not None and said and self._goes_on(item, own):
                waiting = _joined(waiting, item, said)
                continue
            if waiting is not None:
                yield waiting
            filled, more = self._filled(item, said)
            waiting = Entry(item.row, filled, tuple(sections), rules=tuple(dict.fromkeys((*rules, *more))))
        if waiting is not None:
            yield waiting

    def _said(self, item: Item) -> tuple[list[Said], list[str]]:
        said, rules = [], []
        for column in self._columns:
            text = item.cells[column.index] if column.index < len(item.cells) else ""
            if text and column.meaning.startswith("phone:") and folded(text).startswith("same"):
                # The same as the other number of this row.
                text = ""
            elif text and is_ditto(text):
                text = self._above.get(column.index, "")
                rules.append(DITTO)
            elif text and is_filler(text):
                text = ""
            if text:
                self._above[column.index] = text
                said.append(Said(column, text))
        return said, rules

    def _goes_on(self, item: Item, own: set[str]) -> bool:
        """Whether a row only adds to the one above: it names nothing, and says little."""
        if own & _OWN or not own:
            return False
        has_name_column = any(column.meaning in ("organization", "program") for column in self._columns)
        held = sum(1 for column, cell in enumerate(item.cells) if cell and column not in item.filled)
        return has_name_column and held <= _MOST_CONTINUED

    def _filled(self, item: Item, said: list[Said]) -> tuple[tuple[Said, ...], list[str]]:
        """What the row says with what is written above it and holds for it too."""
        has = {one.column.index for one in said}
        has_program = any(one.column.meaning == "program" for one in said)
        added = [
            Said(column, self._above[column.index])
            for column in self._columns
            if column.index in self._filling and column.index not in has and column.index in self._above
            if column.meaning != "organization" or has_program or not self._needs_program
        ]
        if not said:
            return (), []
        whole = sorted((*said, *added), key=lambda one: one.column.index)
        return tuple(whole), [FILLED] if added or item.filled else []

    def _fillable(self, asked: Sequence[str] | None) -> frozenset[int]:
        if asked is not None:
            names = set(map(folded, asked))
            return frozenset(column.index for column in self._columns if folded(column.header) in names)
        return frozenset(column.index for column in self._columns if self._goes_down(column))

    def _goes_down(self, column: Column) -> bool:
        """Whether a column is written once and holds for the rows below."""
        if column.meaning not in _FILLABLE:
            return False
        cells = [item.cells[column.index] if column.index < len(item.cells) else "" for item in self._rows]
        held = [cell for cell in cells if cell]
        if column.meaning == "organization":
            # Here and there a name may just be missing, and nobody knows whose the row is.
            self._needs_program = len(held) > (1 - _LEAST_NAMELESS) * len(cells)
            return True
        if not held or not cells[0] or len(held) > (1 - _LEAST_BLANK) * len(cells) or len(cells) < 4:
            return False
        names = [one.index for one in self._columns if one.meaning in ("organization", "program")]
        is_on_the_left = all(column.index < index for index in names)
        # Each value stands once: where it is repeated, a blank cell is a blank cell.
        return len(set(map(folded, held))) >= _WRITTEN_ONCE * len(held) and (
            is_on_the_left or column.meaning in ("county", "state")
        )

    def _heads_organization(self, number: int, item: Item) -> bool:
        """Whether a lone cell names the organization of the rows below, which leave that cell blank."""
        if not any(column.index == item.column and column.meaning == "organization" for column in self._columns):
            return False
        following = next((one for one in self._items[number + 1 :] if one.skipped is None), None)
        return following is not None and not (item.column < len(following.cells) and following.cells[item.column])


def _joined(entry: Entry, item: Item, said: Sequence[Said]) -> Entry:
    """The entry with what the next row adds to it."""
    texts = list(entry.said)
    for more in said:
        place = next((number for number, one in enumerate(texts) if one.column.index == more.column.index), None)
        if place is None:
            texts.append(more)
        elif more.column.index not in item.filled and texts[place].text != more.text:
            texts[place] = Said(more.column, f"{texts[place].text}\n{more.text}")
    return msgspec.structs.replace(
        entry, said=tuple(texts), also=(*entry.also, item.row), rules=tuple(dict.fromkeys((*entry.rules, JOINED)))
    )
