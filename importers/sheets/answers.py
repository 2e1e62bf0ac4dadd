"""What the process that reads a file says to the one that asked it, piece by piece, so that neither holds all twice.

Each piece goes over a pipe as MessagePack behind its length. What is said when a file cannot be read never holds any
of it.
"""

from collections.abc import Iterator
from typing import IO

import msgspec

from directory.errors import BadInputError
from importers.sheets.grid import Left

# So much may stand in a file: cells in all its sheets (empty ones between others counted), signs, rows, and columns.
MOST_CELLS = 4_000_000
MOST_SIGNS = 40_000_000
MOST_ROWS = 1_048_576
MOST_COLUMNS = 1_000
MOST_SHEETS = 250
# No piece may be longer: rows are handed on in small numbers, and no cell is longer than 32 KiB.
LONGEST_PIECE = 64 * 1024 * 1024
_LENGTH_BYTES = 4


class Begun(msgspec.Struct, frozen=True, tag=True):
    """A table begins. ``file`` is empty where it is the file itself; the rest is as in ``Grid``."""

    file: str
    sheet: str | None
    first_row: int


class Rows(msgspec.Struct, frozen=True, tag=True):
    """The next rows of it, without empty cells at their ends."""

    rows: list[tuple[str, ...]]


class Ended(msgspec.Struct, frozen=True, tag=True):
    """The table ends."""

    merged: tuple[tuple[int, int, int, int], ...]
    rules: tuple[str, ...]


class Finished(msgspec.Struct, frozen=True, tag=True):
    """The file ends."""

    left: tuple[Left, ...]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The file cannot be read, or is refused. Nothing follows."""

    is_refused: bool
    text: str


Answer = Begun | Rows | Ended | Finished | Failed


def write(answer: Answer, pipe: IO[bytes]) -> None:
    """Say one piece."""
    packed = msgspec.msgpack.encode(answer)
    pipe.write(len(packed).to_bytes(_LENGTH_BYTES, "big"))
    pipe.write(packed)


def read(pipe: IO[bytes]) -> Iterator[Answer]:
    """All whole pieces, until the pipe ends.

    Raises:
        BadInputError: what comes is no such piece.
    """
    decoder = msgspec.msgpack.Decoder(Answer)
    while length := pipe.read(_LENGTH_BYTES):
        size = int.from_bytes(length, "big")
        if size > LONGEST_PIECE:
            raise BadInputError("The file cannot be read.")
        piece = pipe.read(size)
        if len(piece) < size:
            return
        try:
            yield decoder.decode(piece)
        except msgspec.DecodeError:
            raise BadInputError("The file cannot be read.") from None
