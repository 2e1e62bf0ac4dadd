"""A package of tables: a folder or a zip file. Nothing is unpacked to a disk; a hostile archive is refused whole."""

import stat
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self, TextIO

from directory.errors import BadInputError, RefusedError

MOST_MEMBERS = 1_000
HIGHEST_RATIO = 100
# Small members may be packed better than that (a thousand blanks): only what is large can hurt.
_RATIO_COUNTS_FROM = 1_000_000
_ARCHIVES = frozenset(
    {".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst", ".lz4", ".jar", ".xlsx", ".ods"}
)
_TABLES = frozenset({".csv", ".txt"})


class Package(ABC):
    """The tables of a package by their base names, in lower case and without an ending: ``services``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    @abstractmethod
    def tables(self) -> dict[str, str]:
        """Base names, and the names of their files as people know them."""

    @abstractmethod
    def _bytes(self, table: str) -> IO[bytes]:
        """The bytes of a table."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""

    @contextmanager
    def text(self, table: str) -> Iterator[TextIO]:
        """The text of a table. Bytes that are no UTF-8 become U+FFFD; a byte order mark is understood.

        Raises:
            BadInputError: it cannot be read.
        """
        try:
            with self._bytes(table) as raw, BufferedReader(raw) as buffered:  # type: ignore[type-var]
                start = buffered.peek(2)[:2]
                encoding = "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
                with TextIOWrapper(buffered, encoding=encoding, errors="replace", newline="") as text:
                    yield text
        except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, UnicodeError):
            raise BadInputError(f"The table {table} cannot be read.") from None


def open_package(path: Path, *, max_mb: int) -> Package:
    """Open a folder or a zip file of tables.

    Args:
        path: of it.
        max_mb: most MiB of tables in all, unpacked.

    Raises:
        BadInputError: there is no such package, or it is not one.
        RefusedError: it is too large, or an archive that no honest source would send.
    """
    if path.is_dir():
        package: Package = _Folder(path, max_mb=max_mb)
    elif path.is_file():
        package = _Archive(path, max_mb=max_mb)
    else:
        raise BadInputError("There is no such file or folder.")
    if not package.tables:
        package.close()
        raise BadInputError("There is no table (.csv) in it.")
    return package


class _Folder(Package):
    def __init__(self, path: Path, *, max_mb: int) -> None:
        files = sorted(file for file in path.iterdir() if file.is_file() and file.suffix.lower() in _TABLES)
        _check_size(sum(file.stat().st_size for file in files), max_mb)
        self._files = dict(zip(_base_names([file.name for file in files]), files, strict=True))

    @property
    def tables(self) -> dict[str, str]:
        return {table: file.name for table, file in self._files.items()}

    def _bytes(self, table: str) -> IO[bytes]:
        return self._files[table].open("rb", buffering=0)

    def close(self) -> None:
        """Nothing is held open."""


class _Archive(Package):
    def __init__(self, path: Path, *, max_mb: int) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
            raise BadInputError("This is neither a folder nor a zip file that can be read.") from None
        try:
            members = [member for member in self._archive.infolist() if not member.is_dir()]
            _check_members(members)
            own = [member for member in members if "__MACOSX" not in member.filename]
            kept = [member for member in own if PurePosixPath(member.filename).suffix.lower() in _TABLES]
            _check_size(sum(member.file_size for member in kept), max_mb)
            names = [PurePosixPath(member.filename).name for member in kept]
            self._members = dict(zip(_base_names(names), kept, strict=True))
        except RefusedError:
            self._archive.close()
            raise

    @property
    def tables(self) -> dict[str, str]:
        return {table: PurePosixPath(member.filename).name for table, member in self._members.items()}

    def _bytes(self, table: str) -> IO[bytes]:
        # Never more bytes than the member declares, and those are bounded already.
        opened: Any = self._archive.open(self._members[table])
        return opened  # type: ignore[no-any-return]

    def close(self) -> None:
        self._archive.close()


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise RefusedError(f"The archive holds more than {MOST_MEMBERS} files.")
    for member in members:
        name = PurePosixPath(member.filename)
        is_outside = name.is_absolute() or ".." in name.parts or "\\" in member.filename or ":" in member.filename
        if is_outside or not name.name or stat.S_ISLNK(member.external_attr >> 16):
            raise RefusedError("The archive holds a path that leads out of it.")
        if name.suffix.lower() in _ARCHIVES:
            raise RefusedError("The archive holds another archive.")
        if member.flag_bits & 0x1:
            raise RefusedError("The archive is encrypted.")
        if member.file_size > _RATIO_COUNTS_FROM and member.file_size > HIGHEST_RATIO * max(member.compress_size, 1):
            raise RefusedError("The archive unpacks to far more than it is.")


def _check_size(size: int, max_mb: int) -> None:
    if size > max_mb * 1024 * 1024:
        raise RefusedError(f"The tables are larger than {max_mb} MB in all. Allow more with --max-mb.")


def _base_names(names: list[str]) -> list[str]:
    bases = [PurePosixPath(name).stem.lower().strip() for name in names]
    if len(set(bases)) != len(bases):
        raise RefusedError("Two tables have one name.")
    return bases
