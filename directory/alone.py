"""Work that only one process at a time may do, for as long as it lives: whoever dies has let go of it at that moment.

PostgreSQL keeps a lock for a connection, and the kernel one on a file beside an embedded database. No lease has to be
guessed for work that takes a minute or an hour, and nobody waits for one to run out. Whoever loses its lock without
dying (a broken connection) has to notice in its transactions that somebody else began: see ``importers.store``.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import sqlite_file

# Of locks that are none of ``directory.db``, which have one number.
_KIND = 0x48414E45
# A machine that lost its power is noticed after a minute and a half.
_NOTICED = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "6"}


@contextmanager
def alone(engine: sa.Engine, name: str) -> Iterator[bool]:
    """Whether nobody else does what has this name; nobody begins it within, in this process or another."""
    keeping = _file_held if engine.dialect.name == "sqlite" else _connection_held
    with keeping(engine, name) as is_mine:
        yield is_mine


def nobody_until_commit(session: Session, name: str) -> bool:
    """Whether nobody does what has this name. Nobody begins to write for it before this writing session ends."""
    engine: Any = session.get_bind()
    if engine.dialect.name == "sqlite":
        # Whoever begins needs the write lock for that, which this session has.
        with _file_held(engine, name) as is_free:
            return is_free
    return bool(session.scalar(sa.text("SELECT pg_try_advisory_xact_lock(:kind, :name)"), _numbers(name)))


@contextmanager
def _file_held(engine: sa.Engine, name: str) -> Iterator[bool]:
    database = sqlite_file(engine.url.render_as_string(hide_password=False)) or Path()
    folder = database.with_suffix(".locks")
    folder.mkdir(mode=0o700, exist_ok=True)
    file = os.open(folder / _digest(name).hex()[:16], os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(file)


@contextmanager
def _connection_held(engine: sa.Engine, name: str) -> Iterator[bool]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            for setting, value in _NOTICED.items():
                connection.execute(sa.text("SELECT set_config(:s, :v, false)"), {"s": setting, "v": value})
            yield bool(connection.scalar(sa.text("SELECT pg_try_advisory_lock(:kind, :name)"), _numbers(name)))
        finally:
            # It goes with the connection, whatever became of that.
            with suppress(sa.exc.DBAPIError):
                connection.invalidate()


def _numbers(name: str) -> dict[str, int]:
    return {"kind": _KIND, "name": int.from_bytes(_digest(name)[:4], signed=True)}


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
