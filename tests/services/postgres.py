"""PostgreSQL for tests: a throwaway server with PostGIS on a unix socket, or the one that HANDRAIL_TEST_PG names."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import psycopg
import sqlalchemy as sa

from tests.services.databases import DatabaseSource
from tests.services.required import unavailable

_START_SECONDS = 60
_STOP_SECONDS = 20
_MEMORY, _DISK = Path("/dev/shm"), Path("/tmp")  # noqa: S108 - what is made there has a random name
_ROOM_BYTES = 4 * 1024**3
# From this version on a copy is written row by row, for the log, unless files are asked for: those take half the work.
_COPIES_FILES = 15_00_00
# What a crash would lose does not matter here, and background work would only make timings differ.
_SERVER_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "timezone": "UTC",
}


class PostgresServer(DatabaseSource):
    """Databases on one server, each made from a template that has PostGIS.

    Args:
        administrator: address of an existing database, of a role that may create databases and extensions.
    """

    def __init__(self, administrator: str) -> None:
        self._administrator = sa.make_url(administrator).set(drivername="postgresql")
        # A server of the developer's own may serve several runs at once.
        self._prefix = f"handrail_test_{uuid.uuid4().hex[:8]}"
        self._numbers = itertools.count(1)
        self._made: set[str] = set()
        self._how_copied = ""
        with psycopg.connect(self._url(self._administrator.database)) as connection:
            if connection.info.server_version >= _COPIES_FILES:
                self._how_copied = "strategy file_copy"
        self._with_postgis = self._create("template1")
        with psycopg.connect(self._url(self._with_postgis), autocommit=True) as connection:
            connection.execute("create extension postgis")

    def empty(self) -> str:
        """See ``DatabaseSource``."""
        return self._url(self._create(self._with_postgis))

    def copy_of(self, url: str) -> str:
        """See ``DatabaseSource``."""
        return self._url(self._create(sa.make_url(url).database or ""))

    def discard(self, url: str) -> None:
        """See ``DatabaseSource``."""
        self._drop(sa.make_url(url).database or "")

    def close(self) -> None:
        """Remove every database that was made here."""
        for name in sorted(self._made):
            self._drop(name)

    def _create(self, template: str) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._execute(f'create database "{name}" template "{template}" {self._how_copied}')
        self._made.add(name)
        return name

    def _drop(self, name: str) -> None:
        self._execute(f'drop database "{name}" with (force)')
        self._made.discard(name)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._url(self._administrator.database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _url(self, name: str | None) -> str:
        return self._administrator.set(database=name).render_as_string(hide_password=False)


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Give the server for this run, and leave nothing of it behind."""
    if named := os.environ.get("HANDRAIL_TEST_PG"):
        server = PostgresServer(named)
        try:
            yield server
        finally:
            server.close()
    else:
        with own_postgres() as own:
            yield PostgresServer(own.administrator)


class OwnPostgres:
    """A server of one test's own, which may be stopped the hard way and started again."""

    def __init__(self, programs: Path, folder: Path, log: BinaryIO) -> None:
        self._programs, self._folder, self._log = programs, folder, log
        self._server = _start(programs, folder, log)
        self.administrator = f"postgresql://postgres@/postgres?host={folder}"
        self._wait()

    def stop_hard(self) -> None:
        """Stop at once: connections break off, nothing is written down in order."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(_STOP_SECONDS)

    def start(self) -> None:
        """Start again over the same files."""
        self._server = _run(self._programs, self._folder, self._log)
        self._wait()

    def _wait(self) -> None:
        _wait_until_it_answers(self.administrator, self._server, self._folder / "log")

    def close(self) -> None:
        """End the server for good."""
        _stop(self._server)


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Give a server that nobody else uses, and leave nothing of it behind."""
    folder_of_programs = programs()
    folder = Path(tempfile.mkdtemp(prefix="handrail-pg-", dir=_fastest_folder()))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        with (folder / "log").open("wb") as log:
            server = OwnPostgres(folder_of_programs, folder, log)
            try:
                yield server
            finally:
                server.close()
    finally:
        shutil.rmtree(folder)


def _fastest_folder() -> Path:
    """Memory, where it has room: a database per test is made there in a tenth of the time.

    Not below pytest's own folder: the server's user may not enter that, and a socket's path has a short limit.
    """
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES:
        return _MEMORY
    return _DISK


def programs() -> Path:
    """The folder of the newest server on this machine that has PostGIS."""
    versions = [int(control.parts[-3]) for control in Path("/usr/share/postgresql").glob("*/extension/postgis.control")]
    for version in sorted(versions, reverse=True):
        programs = Path(f"/usr/lib/postgresql/{version}/bin")
        if (programs / "initdb").exists():
            return programs
    return unavailable("postgres", "PostgreSQL with PostGIS is not installed; HANDRAIL_TEST_PG may name a server")


def _start(programs: Path, folder: Path, log: BinaryIO) -> subprocess.Popen[bytes]:
    user = _as_servers_user()
    files = folder / "data"
    cluster: list[str | Path] = ["--pgdata", files, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8"]
    subprocess.run(
        [*user, programs / "initdb", *cluster, "--locale", "C.UTF-8", "--no-sync"],
        cwd=folder,
        stdout=log,
        stderr=log,
        check=True,
    )
    return _run(programs, folder, log)


def _run(programs: Path, folder: Path, log: BinaryIO) -> subprocess.Popen[bytes]:
    user = _as_servers_user()
    files = folder / "data"
    options = [f"--{name}={value}" for name, value in _SERVER_OPTIONS.items()]
    return subprocess.Popen(
        [*user, programs / "postgres", "-D", files, f"--unix_socket_directories={folder}", *options],
        cwd=folder,
        stdout=log,
        stderr=log,
    )


def _as_servers_user() -> list[str]:
    """The start of a command line: PostgreSQL refuses to run as root, and should not outlive a killed test run."""
    with_us = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() != 0:
        return with_us
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        unavailable("postgres", "there is no user postgres to run the server as")
    return [*with_us, "--reuid", "postgres", "--regid", "postgres", "--init-groups"]


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < give_up:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    msg = f"PostgreSQL did not start:\n{log.read_text()[-2000:]}"
    raise RuntimeError(msg)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # a "fast" shutdown: connections are closed, nothing is left locked
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait(_STOP_SECONDS)
