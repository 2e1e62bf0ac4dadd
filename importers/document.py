"""A document that is read, looked through for what must not be told, and prepared in batches, once or twice."""

from collections.abc import Generator, Iterator, Mapping
from itertools import chain, islice

import msgspec

from directory.errors import BadInputError
from directory.places.gazetteer import Gazetteer
from importers.cleaning import Cleaning
from importers.confidential import Confidential, look_for_confidential
from importers.keeping import Kept
from importers.keys import NeutralKeys
from importers.mapping import HsdsMapping
from importers.opening import READERS, Asked, Way
from importers.places_of_rows import Places
from importers.preparing import Prepared, Preparing, Unstored
from importers.record import ColumnRead, Reader, SourceRecord, Tabular
from importers.redaction import Redaction
from importers.stopping import Stopping

BATCH_ROWS = 250
# Once to look at what it would change, and once to store it.
TIMES = 2


class Told(msgspec.Struct, frozen=True):
    """What a document says of itself before its first row.

    Attributes:
        rows: how many organizations and services there are to come.
        not_read: rows left out on purpose, by what they are.
        columns: of a spreadsheet, what each column was taken for, with examples of rows that are public.
        mapping: the same as a mapping file.
        remarks: what a given mapping says of columns that are not there.
    """

    rows: int
    not_read: Mapping[str, int]
    columns: tuple[ColumnRead, ...]
    mapping: str
    remarks: tuple[str, ...]


Item = Told | list[Prepared] | Unstored


class Document:
    """A document, as ``read_document`` gives it bit by bit.

    Attributes:
        told: see ``Told``.
        unstored: what did not come in; there once all batches were taken.
    """

    unstored: Unstored

    def __init__(self, items: Iterator[Item], stopping: Stopping) -> None:
        self._items = items
        self.stopping = stopping
        told = next(items)
        if not isinstance(told, Told):
            raise TypeError("a document says first what it is")
        self.told = told

    def batches(self) -> Iterator[list[Prepared]]:
        """Its rows from the first; to be taken whole, at most twice. Raises as ``Stopping.before_each``."""
        for item in self.stopping.before_each(self._items):
            if isinstance(item, Unstored):
                self.unstored = item
                return
            if isinstance(item, list):
                yield item


def read_document(reader: str, asked: Asked, words: HsdsMapping, stopping: Stopping) -> Generator[Item, None, None]:
    """Read a document: what it says of itself, then twice its rows in batches, each time with what does not come in.

    Raises:
        BadInputError: the document cannot be read.
        RefusedError: it is refused whole.
        KeyboardInterrupt: somebody wants to stop.
    """
    with _way(reader).open(asked) as opened, Gazetteer() as gazetteer:
        places = Places(gazetteer, asked.home)
        kept = Kept(NeutralKeys(opened))
        everything = stopping.before_each(chain(kept.services(), kept.leftovers()))
        confidential = look_for_confidential(everything, words, places)
        columns, mapping = _columns(opened, kept, confidential)
        remarks = opened.remarks() if isinstance(opened, Tabular) else ()
        yield Told(len(kept), dict(kept.not_read()), columns, mapping, remarks)
        redaction, cleaning = Redaction(confidential, places), Cleaning(words, places)
        for _ in range(TIMES):
            preparing = Preparing(kept, redaction, cleaning)
            rows = preparing.rows()
            while batch := list(islice(rows, BATCH_ROWS)):
                yield batch
            yield preparing.unstored()


def _columns(opened: Reader, document: Reader, confidential: Confidential) -> tuple[tuple[ColumnRead, ...], str]:
    """What a spreadsheet's columns were taken for, with examples of rows that are public, and as a mapping file."""
    if not isinstance(opened, Tabular):
        return (), ""
    public = {
        (position.sheet, position.row)
        for row in document.services()
        if isinstance(row, SourceRecord)
        and row.key not in confidential.reasons
        and row.organization_key not in confidential.organizations
        for position in (row.position, *(part.position for part in row.parts))
    }
    return opened.columns(lambda position: (position.sheet, position.row) in public), opened.mapping_text()


def _way(reader: str) -> Way:
    if reader not in READERS:
        raise BadInputError(f"There is no such reader. Known are: {', '.join(READERS)}.")
    return READERS[reader]
