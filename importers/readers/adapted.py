"""Tables of another layout as those of HSDS, so that one reader joins them and tells what hangs on nothing.

A row of HSDS may stand for a whole row of the source, or be derived from cells of one: the languages of a service that
stand in one cell. Only the former are told of when they cannot be used; the latter share the fate of their row.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping

import msgspec

from directory.errors import RefusedError
from importers.packages import Package
from importers.readers.hsds import HsdsReader
from importers.readers.hsds_tables import SERVICES, Table
from importers.record import Refused
from importers.tables import Row, read_rows

_DERIVED = ""

Rows = Callable[[], Iterator[Row]]


class AdaptedFeed(ABC):
    """A package in another layout. ``made`` says how the rows of each table of HSDS are made from it."""

    has_many_owners = True

    def __init__(self, package: Package) -> None:
        self.package = package
        self._made = self.made()

    @abstractmethod
    def made(self) -> Mapping[Table, Rows]:
        """How the rows of each table are made."""

    @abstractmethod
    def left_out(self) -> dict[str, int]:
        """See ``Feed``."""

    def has(self, table: Table) -> bool:
        """See ``Feed``."""
        return table in self._made

    def rows(self, table: Table, *, required: frozenset[str] = frozenset()) -> Iterator[Row]:  # noqa: ARG002
        """See ``Feed``. Which columns are required, each table of the layout says itself."""
        if table in self._made:
            yield from self._made[table]()

    def file_of(self, table: Table, row: Row) -> str:  # noqa: ARG002 - each row says it itself
        """See ``Feed``."""
        return row.file

    def broken(self) -> Iterator[Row]:
        """See ``Feed``."""
        return iter(())

    def table(
        self, name: str, known: frozenset[str], *, required: str = "", quiet: frozenset[str] = frozenset()
    ) -> Iterator[Row]:
        """The rows of one table of the layout, each with its file; none if there is no such table.

        Raises:
            RefusedError: a column of ``required`` (with blanks between) is missing.
        """
        if name not in self.package.tables:
            return
        needed = frozenset(required.split())
        with self.package.text(name) as text:
            for row in read_rows(text, known=known | needed, required=needed, quiet=quiet):
                yield msgspec.structs.replace(row, file=self.package.tables[name])


class AdaptedReader(HsdsReader):
    """Reads an adapted feed. Raises ``RefusedError`` when there are no services in it."""

    def __init__(self, feed: AdaptedFeed, name: str) -> None:
        self.name = name
        if not any(row.problem != "blank" for row in feed.rows(SERVICES)):
            raise RefusedError("There are no services in it.")
        super().__init__(feed)

    def leftovers(self) -> Iterator[Refused]:
        """See ``Reader``."""
        return (row for row in super().leftovers() if row.position.file != _DERIVED)


def renamed(row: Row, names: Mapping[str, str]) -> Row:
    """The row with some of its cells under other names, and no others."""
    cells = {name: row.cells[column] for column, name in names.items() if column in row.cells}
    return msgspec.structs.replace(row, cells=cells)


def derived(row: Row, **cells: str) -> Row:
    """A row made of cells of another; as unsure as that one."""
    return Row(row.line, {name: cell for name, cell in cells.items() if cell}, problem=row.problem, file=_DERIVED)
