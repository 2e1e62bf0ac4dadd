"""Pages in an address: what somebody asked, sealed so that only this running site can read it, once, for minutes.

A browser without script has to fetch an answer from an address of its own, because browsers write posted forms into
their files (SAFETY, fact 4). So a form is sealed into that address with a key that was never written down, and the
address stays in the history as letters that open nothing any more (D3).

The keys and the marks of what was opened lie in one piece of memory that a parent process shares with its workers. A
key is thrown away, not derived: whoever takes the server has the keys of the last minutes and no way to older ones.
Copies that a library makes of a key for the time of one call are beyond the reach of this.
"""

import base64
import fcntl
import mmap
import os
import secrets
import struct
import tempfile
import threading
import time
import weakref
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# What was sealed with a key can be opened until the key after the next one comes: for five to ten minutes.
PERIOD_SECONDS = 300
# Room for what is sealed, before it is packed and after it is padded: a form with everything ticked fits, and an
# address stays shorter than what any browser or proxy takes.
ROOM_BYTES = 1_536
_KEY, _NONCE, _TAG = 32, 12, 16
TOKEN_LETTERS = -(-(_NONCE + ROOM_BYTES + _TAG) * 4 // 3)
# Whether it opens once only, and how long it is.
_HEAD = struct.Struct(">?H")
# Period of the keys, the key of that period, the key before it; then the marks of what was opened, a table for each.
_PERIOD = struct.Struct(">q")
_KEYS_AT = _PERIOD.size
_TABLES_AT = _KEYS_AT + 2 * _KEY
# 650 a second for a whole period, and the table is still not full.
_SLOTS = 1 << 18
_FULLEST = _SLOTS * 3 // 4
_COUNT = struct.Struct(">q")
_TABLE_BYTES = _COUNT.size + _SLOTS * _NONCE


class TooLongToSealError(ValueError):
    """There is more of it than an address has room for."""


class Seal:
    """Seals bytes into tokens of one length, and opens each once. Processes forked from this one share it.

    Args:
        clock: seconds that only grow and are the same in every process.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._memory = mmap.mmap(-1, _TABLES_AT + 2 * _TABLE_BYTES)
        # Processes wait for each other at an empty file without a name, and threads at the lock. A process that dies
        # lets go of the file.
        with tempfile.TemporaryFile() as file:
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)
        self._thread = threading.Lock()
        self._begin(self._now(), (secrets.token_bytes(_KEY), secrets.token_bytes(_KEY)))

    def seal(self, content: bytes, *, opens_once: bool = True) -> str:
        """A token for some bytes; raises ``TooLongToSealError`` when they have no room.

        What says nothing of anybody need not be marked when it is opened: ``opens_once=False``.
        """
        packed = zlib.compress(content, 9)
        room = ROOM_BYTES - _HEAD.size
        if len(packed) > room:
            raise TooLongToSealError
        nonce = secrets.token_bytes(_NONCE)
        padded = _HEAD.pack(opens_once, len(packed)) + packed.ljust(room, b"\0")
        with self._held():
            key = self._keys()[0]
        sealed = AESGCM(key).encrypt(nonce, padded, None)
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def open(self, token: str) -> bytes | None:
        """What a token holds, the first time; None when it was opened before, is too old, or was never ours."""
        if len(token) != TOKEN_LETTERS:
            return None
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        nonce, sealed = raw[:_NONCE], raw[_NONCE:]
        with self._held():
            period = self._period()
            for age, key in enumerate(self._keys()):
                padded = _opened(key, nonce, sealed)
                if padded is None:
                    continue
                opens_once, length = _HEAD.unpack_from(padded)
                if not opens_once or self._mark(period - age, nonce):
                    return zlib.decompress(padded[_HEAD.size :][:length])
        return None

    def turn(self) -> None:
        """Throw away the keys whose time is over: to be called every few seconds, also when nobody asks."""
        with self._held():
            pass

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Alone with the memory, whose keys are those of the present."""
        with self._thread:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                now, then = self._now(), self._period()
                if now > then:
                    before = self._keys()[0] if now == then + 1 else secrets.token_bytes(_KEY)
                    self._begin(now, (secrets.token_bytes(_KEY), before))
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _begin(self, period: int, keys: tuple[bytes, bytes]) -> None:
        """Begin a period: its marks are none, and after a pause the marks of the one before are none either."""
        is_next = period == self._period() + 1
        # The period is written last: whoever dies before that has only lost tokens, and another begins it anew.
        for cleared in (period,) if is_next else (period, period - 1):
            start = _table_of(cleared)
            self._memory[start : start + _TABLE_BYTES] = bytes(_TABLE_BYTES)
        self._memory[_KEYS_AT:_TABLES_AT] = b"".join(keys)
        _PERIOD.pack_into(self._memory, 0, period)

    def _now(self) -> int:
        return int(self._clock() // PERIOD_SECONDS)

    def _period(self) -> int:
        period: int = _PERIOD.unpack_from(self._memory, 0)[0]
        return period

    def _keys(self) -> tuple[bytes, bytes]:
        """The key of the period and the one before it."""
        return self._memory[_KEYS_AT : _KEYS_AT + _KEY], self._memory[_KEYS_AT + _KEY : _TABLES_AT]

    def _mark(self, period: int, nonce: bytes) -> bool:
        """Mark as opened; False when it was marked before, or the marks of its period have no room."""
        table = _table_of(period)
        (count,) = _COUNT.unpack_from(self._memory, table)
        if count >= _FULLEST:
            return False
        first = table + _COUNT.size
        # Nonces are random, so a part of one is as good a place as any.
        slot = int.from_bytes(nonce[:4], "big") % _SLOTS
        while (held := self._memory[(at := first + slot * _NONCE) : at + _NONCE]) != bytes(_NONCE):
            if held == nonce:
                return False
            slot = (slot + 1) % _SLOTS
        self._memory[at : at + _NONCE] = nonce
        _COUNT.pack_into(self._memory, table, count + 1)
        return True


def _table_of(period: int) -> int:
    """Where the marks of a period begin: two periods that follow each other have two tables."""
    return _TABLES_AT + period % 2 * _TABLE_BYTES


def _opened(key: bytes, nonce: bytes, sealed: bytes) -> bytes | None:
    try:
        return AESGCM(key).decrypt(nonce, sealed, None)
    except InvalidTag:
        return None
