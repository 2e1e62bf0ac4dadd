"""Reads the tables of LevelDB, in which Chromium keeps what pages store, as far as their text needs: packed by Snappy.

Formats: the documents "table_format" of LevelDB and "format_description" of Snappy.
"""

from collections.abc import Iterator

_FOOTER = 48
# One byte that says how a block is packed, and four that check it.
_TRAILER = 5
_IS_SNAPPY = 1


def unpacked_blocks(table: bytes) -> Iterator[bytes]:
    """The blocks of a whole table, unpacked: keys and values stand in them as they were written.

    A key that begins like the one before it stands there without that beginning.
    """
    footer = table[-_FOOTER:]
    _, at = _number(footer, 0)
    _, at = _number(footer, at)
    offset, at = _number(footer, at)
    size, _ = _number(footer, at)
    index = _block(table, offset, size)
    for value in _values(index):
        offset, at = _number(value, 0)
        size, _ = _number(value, at)
        yield _block(table, offset, size)


def unpacked_snappy(packed: bytes) -> bytes:
    """What Snappy packed.

    Raises:
        ValueError: these are no such bytes.
    """
    length, at = _number(packed, 0)
    out = bytearray()
    while at < len(packed):
        tag = packed[at]
        at += 1
        kind, size = tag & 3, tag >> 2
        if kind == 0:
            if size >= 60:
                extra = size - 59
                size = int.from_bytes(packed[at : at + extra], "little")
                at += extra
            out += packed[at : at + size + 1]
            at += size + 1
            continue
        if kind == 1:
            length_here, back = 4 + (size & 7), (size >> 3) << 8 | packed[at]
            at += 1
        else:
            width = 2 if kind == 2 else 4
            length_here, back = size + 1, int.from_bytes(packed[at : at + width], "little")
            at += width
        if not 0 < back <= len(out):
            msg = "a copy begins before the text"
            raise ValueError(msg)
        # A copy may reach into what it writes itself.
        for _ in range(length_here):
            out.append(out[-back])
    if len(out) != length:
        msg = "the text is not as long as it says"
        raise ValueError(msg)
    return bytes(out)


def _block(table: bytes, offset: int, size: int) -> bytes:
    block = table[offset : offset + size]
    return unpacked_snappy(block) if table[offset + size] == _IS_SNAPPY else block


def _values(block: bytes) -> Iterator[bytes]:
    """The values of a block, whose keys are left alone."""
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 - 4 * restarts
    at = 0
    while at < end:
        _, at = _number(block, at)
        key, at = _number(block, at)
        value, at = _number(block, at)
        at += key
        yield block[at : at + value]
        at += value


def _number(content: bytes, at: int) -> tuple[int, int]:
    """A number of LevelDB and Snappy, seven bits a byte, and where the next one begins."""
    number = shift = 0
    while True:
        byte = content[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at
