"""Looks for words of a secret place in everything that a run leaves behind: files, free pages, dumps, output."""

import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec
import sqlalchemy as sa

from directory.backups.age import new_identity, open_closed
from directory.db import sqlite_file
from directory.values.point import morton, unit_vector
from tests.services import unavailable


class Ran(msgspec.Struct, frozen=True):
    """What a command said, and how it ended."""

    code: int
    output: str
    errors: str


class Commands:
    """Runs ``handrail``, each time in a process of its own; see ``tests.services.command_server``."""

    def __init__(self) -> None:
        server = [sys.executable, "-m", "tests.services.command_server"]
        self._server = subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, arguments: list[str], environment: dict[str, str], folder: Path) -> Ran:
        """Run it with this environment and no other; ``folder`` is where what it says goes meanwhile."""
        files = {name: folder / f"said.{name}" for name in ("output", "errors")}
        told = {"arguments": arguments, "environment": environment, **{name: str(file) for name, file in files.items()}}
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(msgspec.json.encode(told).decode() + "\n")
        self._server.stdin.flush()
        code = int(self._server.stdout.readline())
        return Ran(code, files["output"].read_text(), files["errors"].read_text())

    def close(self) -> None:
        """End the server."""
        with self._server as server:
            assert server.stdin is not None
            server.stdin.close()


class Deployment:
    """The command line on one database, with a temporary folder and a home of its own that can be searched."""

    def __init__(self, url: str, folder: Path, commands: Commands) -> None:
        self._commands = commands
        self.url = url
        self.folder = folder
        self.temporary = folder / "tmp"
        self.home = folder / "home"
        self.temporary.mkdir(parents=True)
        self.home.mkdir()
        self.said: list[Ran] = []

    def run(self, *arguments: str | Path) -> Ran:
        """Run ``handrail`` with these arguments."""
        environment = {
            "PATH": os.environ["PATH"], "HANDRAIL_DATABASE_URL": self.url, "TMPDIR": str(self.temporary),
            "HOME": str(self.home), "XDG_DATA_HOME": str(self.home),
        }  # fmt: skip
        ran = self._commands.run(["--debug", *map(str, arguments)], environment, self.folder)
        self.said.append(ran)
        return ran

    def left_behind(self) -> dict[str, bytes]:
        """Everything that exists now, by what it is: the database with its log and free pages, a backup, a dump ..."""
        left = {f"output {number}": (ran.output + ran.errors).encode() for number, ran in enumerate(self.said)}
        for root in (self.temporary, self.home):
            left |= {str(file): file.read_bytes() for file in root.rglob("*") if file.is_file()}
        left |= {"backup": self._backup()}
        file = sqlite_file(self.url)
        if file is None:
            return left | {"dump": _dump(self.url)}
        return left | {str(part): part.read_bytes() for part in file.parent.glob(f"{file.name}*")}

    def _backup(self) -> bytes:
        """What a backup holds for whoever has its key."""
        backup = self.folder / "backup.age"
        backup.unlink(missing_ok=True)
        secret, public = new_identity()
        assert self.run("db", "backup", backup, "--recipient", public.key).code == 0
        return open_closed(backup.read_bytes(), secret)


def words_found(left: dict[str, bytes], words: Iterable[str]) -> list[tuple[str, str]]:
    """Which words stand where, in UTF-8 or UTF-16, in small or capital letters."""
    lowered = {name: content.lower() for name, content in left.items()}
    return sorted(
        (word, name)
        for word in words
        for name, content in lowered.items()
        if any(word.lower().encode(encoding) in content for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
    )


def codes_found(left: dict[str, bytes], codes: Iterable[str]) -> list[tuple[str, str]]:
    """Which numbers stand where by themselves: inside a digest they mean nothing."""
    return sorted(
        (code, name)
        for code in codes
        for name, content in left.items()
        if re.search(rb"(?<![0-9a-fA-F-])" + code.encode() + rb"(?![0-9a-fA-F])", content)
    )


def point_found(left: dict[str, bytes], lat: float, lon: float) -> list[str]:
    """Where the bytes of a point stand, as numbers that a database stores: degrees, unit vector, cell."""
    numbers = [lat, lon, round(lat, 4), round(lon, 4), *unit_vector(lat, lon)]
    patterns = [struct.pack(order, number) for number in numbers for order in (">d", "<d")]
    patterns += [morton(lat, lon).to_bytes(5, "big"), str(morton(lat, lon)).encode()]
    return sorted({name for name, content in left.items() for pattern in patterns if pattern in content})


def _dump(url: str) -> bytes:
    """Everything that a PostgreSQL database holds, as its own tool writes it out."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    program = str(newest[-1]) if newest else shutil.which("pg_dump")
    if program is None:
        unavailable("postgres", "pg_dump is not installed")
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([program, "--dbname", plain], capture_output=True, check=True).stdout
