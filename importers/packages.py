"""A package of tables or JSON documents: a folder, a zip file, one table, or one document, packed with gzip or not.

Nothing is unpacked to a disk; a hostile archive is refused whole.
"""

import gzip
import lzma
import stat
import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO, TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self, TextIO

from directory.errors import BadInputError, DirectoryError, RefusedError
from importers.encodings import MIXED, encoding_of

MOST_MEMBERS = 1_000
HIGHEST_RATIO = 100
# Small members may be packed better than that (a thousand blanks): only what is large can hurt.
_RATIO_COUNTS_FROM = 1_000_000
_ARCHIVES = frozenset(
    {".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst", ".lz4", ".jar"}
    | {".xlsx", ".xlsm", ".xlsb", ".ods"}
)
_TABLES = frozenset({".csv", ".txt"})
_DOCUMENTS = frozenset({".json", ".jsonl", ".ndjson"})
# Describes the tables of a package, and holds none of their rows.
_DESCRIPTION = "datapackage.json"
_GZIP = b"\x1f\x8b"
# What goes wrong in files that are broken, or were made to break their reader.
BROKEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, UnicodeError)


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

    @property
    def documents(self) -> list[str]:
        """Names of the JSON documents."""
        return []

    @abstractmethod
    def _bytes(self, table: str) -> IO[bytes]:
        """The bytes of a table, or of a document."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""

    @contextmanager
    def text(self, table: str) -> Iterator[TextIO]:
        """The text of a table or document: UTF-8, UTF-16, and, byte by byte, Windows-1252 where it is no UTF-8.

        Raises:
            BadInputError: it cannot be read.
        """
        try:
            with self._bytes(table) as raw, BufferedReader(raw) as buffered:  # type: ignore[type-var]
                encoding = encoding_of(buffered.peek(4))
                with TextIOWrapper(buffered, encoding=encoding, errors=MIXED, newline="") as text:
                    yield text
        except DirectoryError:
            raise
        except BROKEN:
            raise BadInputError("A file of the package cannot be read to its end.") from None


def open_package(path: Path, *, max_mb: int) -> Package:
    """Open a folder or a zip file of tables or JSON documents, or one table or document.

    Args:
        path: of it.
        max_mb: most MiB in all, unpacked.

    Raises:
        BadInputError: there is no such package, or it is not one.
        RefusedError: it is too large, or an archive that no honest source would send.
    """
    if path.is_dir():
        package: Package = _Folder(path, max_mb=max_mb)
    elif path.is_file():
        package = _of_file(path, max_mb=max_mb)
    else:
        raise BadInputError("There is no such file or folder.")
    if not package.tables and not package.documents:
        package.close()
        raise BadInputError("There is no table (.csv) and no JSON in it.")
    return package


def _of_file(path: Path, *, max_mb: int) -> Package:
    packed = _start_of(path) == _GZIP
    name = path.stem if packed else path.name
    if not packed and PurePosixPath(name).suffix.lower() in _TABLES:
        return _Table(path, max_mb=max_mb)
    if packed or PurePosixPath(name).suffix.lower() in _DOCUMENTS:
        return _Document(path, name, is_packed=packed, max_mb=max_mb)
    return _Archive(path, max_mb=max_mb)


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(_GZIP))
    except OSError:
        raise BadInputError("The file cannot be opened.") from None


class _Folder(Package):
    def __init__(self, path: Path, *, max_mb: int) -> None:
        try:
            found = sorted(file for file in path.iterdir() if file.is_file())
        except OSError:
            raise BadInputError("The folder cannot be opened.") from None
        files = [file for file in found if file.suffix.lower() in _TABLES]
        documents = [file for file in found if _is_document(file.name)]
        _check_size(sum(file.stat().st_size for file in (*files, *documents)), max_mb)
        self._files = dict(zip(_base_names([file.name for file in files]), files, strict=True))
        self._documents = {file.name: file for file in documents}

    @property
    def tables(self) -> dict[str, str]:
        return {table: file.name for table, file in self._files.items()}

    @property
    def documents(self) -> list[str]:
        return list(self._documents)

    def _bytes(self, table: str) -> IO[bytes]:
        return (self._files.get(table) or self._documents[table]).open("rb", buffering=0)

    def close(self) -> None:
        """Nothing is held open."""


class _Archive(Package):
    def __init__(self, path: Path, *, max_mb: int) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (*BROKEN, ValueError, OverflowError, struct.error):
            raise BadInputError("This is neither JSON, nor a folder or zip file that can be read.") from None
        try:
            members = [member for member in self._archive.infolist() if not member.is_dir()]
            check_members(members)
            own = [member for member in members if "__MACOSX" not in member.filename]
            kept = [member for member in own if PurePosixPath(member.filename).suffix.lower() in _TABLES]
            documents = [member for member in own if _is_document(member.filename)]
            _check_size(sum(member.file_size for member in (*kept, *documents)), max_mb)
            names = [PurePosixPath(member.filename).name for member in kept]
            self._members = dict(zip(_base_names(names), kept, strict=True))
            self._documents = {member.filename: member for member in documents}
        except RefusedError:
            self._archive.close()
            raise

    @property
    def tables(self) -> dict[str, str]:
        return {table: PurePosixPath(member.filename).name for table, member in self._members.items()}

    @property
    def documents(self) -> list[str]:
        return list(self._documents)

    def _bytes(self, table: str) -> IO[bytes]:
        # Never more bytes than the member declares, and those are bounded already.
        opened: Any = self._archive.open(self._members.get(table) or self._documents[table])
        return opened  # type: ignore[no-any-return]

    def close(self) -> None:
        self._archive.close()


class _Table(Package):
    """One table."""

    def __init__(self, path: Path, *, max_mb: int) -> None:
        _check_size(path.stat().st_size, max_mb)
        self._path = path

    @property
    def tables(self) -> dict[str, str]:
        return dict(zip(_base_names([self._path.name]), [self._path.name], strict=True))

    def _bytes(self, table: str) -> IO[bytes]:  # noqa: ARG002 - there is only one
        return self._path.open("rb", buffering=0)

    def close(self) -> None:
        """Nothing is held open."""


class _Document(Package):
    """One JSON document."""

    def __init__(self, path: Path, name: str, *, is_packed: bool, max_mb: int) -> None:
        self._path = path
        self._name = name
        self._is_packed = is_packed
        self._most = max_mb * 1024 * 1024
        if not is_packed:
            _check_size(path.stat().st_size, max_mb)
        self._max_mb = max_mb

    @property
    def tables(self) -> dict[str, str]:
        return {}

    @property
    def documents(self) -> list[str]:
        return [self._name]

    def _bytes(self, table: str) -> IO[bytes]:  # noqa: ARG002 - there is only one
        if not self._is_packed:
            return self._path.open("rb", buffering=0)
        size = self._path.stat().st_size
        # Never more than is allowed, and never far more than it is packed to.
        most = min(self._most, max(HIGHEST_RATIO * size, _RATIO_COUNTS_FROM))
        with gzip.open(self._path) as packed:
            content = packed.read(most + 1)
        if len(content) > most < self._most:
            raise RefusedError("The document unpacks to far more than it is.")
        _check_size(len(content), self._max_mb)
        return BytesIO(content)

    def close(self) -> None:
        """Nothing is held open."""


def _is_document(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in _DOCUMENTS and path.name.lower() != _DESCRIPTION


def check_members(members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that no honest source would send, by what it says of its files.

    Raises:
        RefusedError: too many, one outside of it, a link, an archive, one that is encrypted or unpacks to far too much.
    """
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
