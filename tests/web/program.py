"""The program as a process of its own, in a folder for everything that it could write, and what is left of it."""

import os
import resource
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import sqlalchemy as sa

from directory.db import sqlite_file
from tests.importers.traces import _dump
from tests.services import ROOT
from tests.web.conftest import AREA

_PATIENCE_SECONDS = 60


class Site:
    """``handrail serve`` as a process of its own; whatever it writes lies in ``folder``."""

    def __init__(self, url: str, folder: Path) -> None:
        for name in ("home", "tmp", "here", "said", "read"):
            (folder / name).mkdir(exist_ok=True)
        self._said, self._wrong = folder / "said/output", folder / "said/errors"
        with self._said.open("wb") as output, self._wrong.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "web.cli", "serve", "--port", "0", "--forwarded-allow-ips", "127.0.0.1"],
                cwd=folder / "here",
                env={
                    "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder / "home"),
                    "XDG_DATA_HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"),
                    "PYTHONUNBUFFERED": "1", "HANDRAIL_DATABASE_URL": url, "HANDRAIL_DEFAULT_AREA": AREA,
                    # What the clock plans and looks at is not of a visit.
                    "HANDRAIL_CHECKS": "off",
                },
                stdout=output,
                stderr=errors,
                preexec_fn=_would_dump,  # noqa: PLW1509 - it takes no lock
            )  # fmt: skip
        self.port = self._port()

    def _port(self) -> int:
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while " is at " not in (said := self._said.read_text()):
            assert self.process.poll() is None, self._wrong.read_text()
            assert time.monotonic() < give_up
            time.sleep(0.05)
        return int(said.split(" (stop")[0].rpartition(":")[2])

    def asking(self, network: str, headers: dict[str, str]) -> httpx.Client:
        """Asks from a network, always with these headers."""
        headers = {**headers, "x-forwarded-for": network}
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=30, follow_redirects=True
        )  # fmt: skip

    def raw(self, sent: bytes) -> socket.socket:
        """A connection on which something was sent that no client would send."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.sendall(sent)
        return connection

    def end_by(self, what: signal.Signals) -> int:
        """Let it end by a signal; its exit code."""
        self.process.send_signal(what)
        return self.process.wait(_PATIENCE_SECONDS)

    def end(self) -> None:
        """See to it that it is gone."""
        self.process.kill()
        self.process.wait()


def _would_dump() -> None:
    """A process that dies may write all of its memory to the disk, as on machines whose owner wants to know why."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def gather(url: str, folder: Path, process: int) -> None:
    """Lay beside what the program wrote what only others can show: a dump, and files without a name."""
    if sqlite_file(url) is None:
        (folder / "read/dump").write_bytes(_dump(url))
    # Who may not read the memory of the process may not read these either, and then nobody can.
    with suppress(PermissionError):
        for held in Path(f"/proc/{process}/fd").iterdir():
            # A file may be closed while it is looked at.
            with suppress(FileNotFoundError):
                named = held.readlink()
                if stat.S_ISREG(held.stat().st_mode) and not named.is_relative_to(ROOT) and not named.exists():
                    (folder / f"read/open-{held.name}").write_bytes(held.read_bytes())


def servers_log(url: str) -> Path | None:
    """The log of a PostgreSQL that the tests started themselves."""
    host = sa.make_url(url).query.get("host")
    log = Path(str(host), "log")
    return log if host and log.is_file() else None


def all_of(connection: socket.socket) -> bytes:
    """Everything until the other side closes, or nothing more comes."""
    with connection:
        connection.settimeout(8)
        parts: list[bytes] = []
        with suppress(TimeoutError, ConnectionResetError):
            parts.extend(iter(lambda: connection.recv(65_536), b""))
        return b"".join(parts)
