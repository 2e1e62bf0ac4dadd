"""A document that is read once and kept packed, in memory, for as long as it is looked at again and again.

Its records are looked at twice, once for what is confidential and once to be stored, and reading costs more than
unpacking. Nothing is written anywhere: what is kept is not redacted yet.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

import msgspec

from importers.record import Reader, Refused, SourceRecord

_ROWS = 200
# A little packing takes four fifths away; more takes time.
_LEVEL = 1

Item = TypeVar("Item")


class Packed(Generic[Item]):
    """A list that only grows, some rows of it in a piece. It is read from its beginning, or by number."""

    def __init__(self, kind: object) -> None:
        """``kind`` is the type of its items, as msgspec knows it."""
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder: msgspec.msgpack.Decoder[list[Item]] = msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]
        self._pieces: list[bytes] = []
        self._open: list[Item] = []
        self._last: tuple[int, list[Item]] = (-1, [])

    def __len__(self) -> int:
        return len(self._pieces) * _ROWS + len(self._open)

    def __iter__(self) -> Iterator[Item]:
        for piece in self._pieces:
            yield from self._unpacked(piece)
        yield from self._open

    def __getitem__(self, number: int) -> Item:
        piece, place = divmod(number, _ROWS)
        if piece == len(self._pieces):
            return self._open[place]
        if self._last[0] != piece:
            self._last = piece, self._unpacked(self._pieces[piece])
        return self._last[1][place]

    def add(self, item: Item) -> None:
        """Add an item at the end."""
        self._open.append(item)
        if len(self._open) == _ROWS:
            self._pieces.append(zlib.compress(self._encoder.encode(self._open), _LEVEL))
            self._open = []

    def _unpacked(self, piece: bytes) -> list[Item]:
        return self._decoder.decode(zlib.decompress(piece))


class Kept:
    """A document, read and kept. See ``Reader``."""

    def __init__(self, document: Reader) -> None:
        self.name = document.name
        self._organizations: Packed[SourceRecord | Refused] = Packed(SourceRecord | Refused)
        self._services: Packed[SourceRecord | Refused] = Packed(SourceRecord | Refused)
        self._leftovers: Packed[Refused] = Packed(Refused)
        for part in parts_of(document):
            _add_all(self._organizations, part.organizations())
            _add_all(self._services, part.services())
            _add_all(self._leftovers, part.leftovers())
        self._not_read = dict(document.not_read())

    def __len__(self) -> int:
        """How many organizations and services there are."""
        return len(self._organizations) + len(self._services)

    def organizations(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        return iter(self._organizations)

    def services(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        return iter(self._services)

    def leftovers(self) -> Iterator[Refused]:
        """See ``Reader``."""
        return iter(self._leftovers)

    def not_read(self) -> Mapping[str, int]:
        """See ``Reader``."""
        return self._not_read


def parts_of(document: Reader) -> Iterator[Reader]:
    """The parts in which a document can be read, if it has any: no row of one names anything in another."""
    parts = getattr(document, "parts", None)
    return parts() if parts is not None else iter((document,))


def _add_all(kept: Packed[Item], rows: Iterable[Item]) -> None:
    for row in rows:
        kept.add(row)
