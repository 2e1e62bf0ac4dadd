"""The body of an answer as it comes: unpacked, held to a size, and dropped when it was made to explode."""

import zlib
from collections.abc import AsyncIterable

MOST_BYTES = 512 * 1024
# What is smaller may be packed as well as it likes.
_NO_BOMB = 64 * 1024
_MOST_TO_PACKED = 100
# Either of the two heads that stand for "deflate" and "gzip".
_ANY_HEAD = 32 + zlib.MAX_WBITS


class BombError(Exception):
    """What came unpacks to far too much."""


class UnreadableBodyError(Exception):
    """What came is packed in a way that nobody asked for, or is broken."""


async def read_body(parts: AsyncIterable[bytes], *, encoding: str) -> tuple[bytes, bool]:
    """As much of a body as is looked at, and whether more would have come.

    Args:
        parts: as they come from the network.
        encoding: what the answer says of how it is packed.

    Raises:
        BombError: it unpacks to more than a hundred times its size.
        UnreadableBodyError: it cannot be unpacked.
    """
    if encoding.strip().lower() in ("", "identity"):
        return await _plain(parts)
    if encoding.strip().lower() in ("gzip", "x-gzip", "deflate"):
        return await _unpacked(parts)
    raise UnreadableBodyError


async def _plain(parts: AsyncIterable[bytes]) -> tuple[bytes, bool]:
    body = bytearray()
    async for part in parts:
        body += part
        if len(body) > MOST_BYTES:
            return bytes(body[:MOST_BYTES]), True
    return bytes(body), False


async def _unpacked(parts: AsyncIterable[bytes]) -> tuple[bytes, bool]:
    unpacking = zlib.decompressobj(_ANY_HEAD)
    body = bytearray()
    taken = 0
    async for part in parts:
        left = part
        while left and not unpacking.eof:
            room = MOST_BYTES + 1 - len(body)
            try:
                body += unpacking.decompress(left, room)
            except zlib.error:
                raise UnreadableBodyError from None
            taken += len(left) - len(unpacking.unconsumed_tail)
            left = unpacking.unconsumed_tail
            if len(body) > _NO_BOMB and len(body) > taken * _MOST_TO_PACKED:
                raise BombError
            if len(body) > MOST_BYTES:
                return bytes(body[:MOST_BYTES]), True
        if unpacking.eof:
            break
    return bytes(body), False
