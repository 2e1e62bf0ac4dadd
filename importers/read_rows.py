"""What is left of a document after redaction and cleaning: all that an import needs of it, and nothing else of it.

It is kept where somebody reviews a document before it comes in; the document itself is kept nowhere (SAFETY L1, L19).
"""

import zlib
from collections.abc import Iterator
from typing import Any

import msgspec

from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, SiteDraft
from directory.listings.fields import FIELDS
from importers.document import TIMES, Item, Told
from importers.preparing import Prepared, Unstored
from importers.report import ReadBy, ReportRow

# A little packing takes four fifths away; more takes time.
_LEVEL = 1
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Prepared])


class ReadRows(msgspec.Struct, frozen=True):
    """The prepared rows of a document.

    Attributes:
        told: what the document said of itself.
        said: text of the mapping file with which it was read; empty where there was none.
        read_by: by which mapping that was.
        pieces: its rows in batches, packed.
        unstored: what of it does not come in.
    """

    told: Told
    said: str
    read_by: ReadBy
    pieces: list[bytes]
    unstored: Unstored

    def items(self) -> Iterator[Item]:
        """All of it, as ``read_document`` gives it."""
        yield self.told
        for _ in range(TIMES):
            yield from self.batches()
            yield self.unstored

    def batches(self) -> Iterator[list[Prepared]]:
        """Its rows from the first."""
        for piece in self.pieces:
            yield [_valued(row) for row in _decoder.decode(zlib.decompress(piece))]

    def reported(self) -> Iterator[ReportRow]:
        """What the report says of each row of the source."""
        for batch in self.batches():
            for row in batch:
                yield from row.reported


class Noting:
    """Notes the rows of a document while it is read for the first time."""

    def __init__(self) -> None:
        self._told: Told | None = None
        self._pieces: list[bytes] = []
        self._unstored: Unstored | None = None
        self._read_with: tuple[str, ReadBy] = ("", "none")

    def items(self, items: Iterator[Item], *, said: str, read_by: ReadBy) -> Iterator[Item]:
        """The same items, read by the mapping ``said``."""
        self._read_with = said, read_by
        for item in items:
            if isinstance(item, Told):
                self._told = item
            elif isinstance(item, Unstored):
                self._unstored = item
            elif self._unstored is None:
                self._pieces.append(zlib.compress(_encoder.encode(item), _LEVEL))
            yield item

    def rows(self) -> ReadRows:
        """What was noted, once the document was read through."""
        if self._told is None or self._unstored is None:
            raise TypeError("the document was not read through")
        return ReadRows(self._told, *self._read_with, self._pieces, self._unstored)


def _valued(row: Prepared) -> Prepared:
    """A row with the values of its facts as their fields know them."""
    if row.stored is None or row.stored.draft is None:
        return row
    draft = row.stored.draft
    change: dict[str, Any] = {"facts": _facts(draft.facts)}
    if isinstance(draft, ServiceDraft):
        sites = [SiteDraft(one.source_key, _facts(one.location), _facts(one.listing)) for one in draft.sites]
        change["sites"] = sites
    valued: OrganizationDraft | ServiceDraft = msgspec.structs.replace(draft, **change)
    return msgspec.structs.replace(row, stored=msgspec.structs.replace(row.stored, draft=valued))


def _facts(facts: list[FactDraft]) -> list[FactDraft]:
    return [
        msgspec.structs.replace(fact, value=msgspec.convert(fact.value, FIELDS[fact.field].value)) for fact in facts
    ]
