"""What a browser leaves behind: every file of its folder, read as somebody who looks for words would read it.

Nothing is trusted to be empty because of its name: each file is searched as it lies there, in every spelling in which
browsers write, and once more unpacked where Firefox packed it. Text that a server packed is not unpacked: ours packs
nothing. Chromium writes its LevelDB stores into plain logs while a profile is young; a packed one is refused.
"""

import base64
import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import lz4.block
import msgspec

_MOZ_LZ4 = b"mozLz40\0"
_LEVELDB_TABLE = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}")
# Where a browser keeps what a site stores; whatever it was, the address of the site stands in it or in its name.
_STORES = {"cookies", "local storage", "session storage", "indexeddb", "service worker", "webstorage", "shared_storage",
    "file system", "databases", "sharedstorage", "cookies.sqlite", "webappsstore.sqlite", "storage", "cache storage",
    "serviceworker.txt"}  # fmt: skip


class Trace(msgspec.Struct, frozen=True, order=True):
    """A word that was found: the file, as a path in the folder that was read, and how the word was written there."""

    file: str
    word: str
    spelling: str


class Visit(msgspec.Struct, frozen=True, order=True):
    """A row of a browser's history."""

    url: str
    title: str


def traces(folder: Path, words: Iterable[str]) -> list[Trace]:
    """Every file under ``folder`` that holds one of ``words``, in any spelling, small letters or capitals.

    Read it when the browser has ended: files that change meanwhile would be read in halves.

    Raises:
        ValueError: a file is packed in a way that is not read here, so that nothing could be said of it.
    """
    sought = [(word, spelling, written) for word in words for spelling, written in _spellings(word)]
    found = set()
    for file in _files(folder):
        name = file.relative_to(folder).as_posix()
        for layer, content in _layers(file.read_bytes()):
            small = content.lower()
            for word, spelling, written in sought:
                if written in small:
                    found.add(Trace(name, word, f"{spelling}{layer}"))
        if lies_in_name := {word for word, _, written in sought if written in name.lower().encode()}:
            found |= {Trace(name, word, "the file's name") for word in lies_in_name}
    return sorted(found)


def stores_of(folder: Path, origin: str) -> list[str]:
    """The files in which a browser keeps what sites store, and that know of the site at ``origin``.

    Cookies, web storage, databases, caches and workers of scripts: for a site that stores nothing there is none.
    """
    host, _, port = origin.partition("://")[2].partition(":")
    # A cookie knows no port, and Firefox writes an address with plus signs into the names of folders.
    signs = (f"{host}:{port}".encode(), f"{host}+{port}".encode())
    found = []
    for file in _files(folder):
        relative = file.relative_to(folder)
        if not any(part.lower() in _STORES for part in relative.parts):
            continue
        content = str(relative).encode() + b"\0" + file.read_bytes()
        cookie = re.search(re.escape(host).encode(), content) if "cookies" in relative.name.lower() else None
        if cookie or any(sign in content for sign in signs):
            found.append(relative.as_posix())
    return found


def history(folder: Path) -> list[Visit]:
    """The rows of the history of whichever browser wrote under ``folder``: each address once, with its title."""
    rows: set[Visit] = set()
    for file in _files(folder):
        if file.name == "History":
            rows |= _rows(file, "SELECT url, title FROM urls")
        elif file.name == "places.sqlite":
            rows |= _rows(file, "SELECT url, coalesce(title, '') FROM moz_places WHERE visit_count > 0 OR hidden = 1")
    return sorted(rows)


def _rows(file: Path, query: str) -> set[Visit]:
    # A browser that was killed leaves a journal, which SQLite plays back: into a copy, so that the folder stays.
    with tempfile.TemporaryDirectory() as place:
        for part in file.parent.glob(f"{file.name}*"):
            if part.is_file() and part.name.removeprefix(file.name) in {"", "-wal", "-journal"}:
                shutil.copy(part, place)
        connection = sqlite3.connect(Path(place, file.name))
        try:
            return {Visit(url, title) for url, title in connection.execute(query)}
        finally:
            connection.close()


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield file


def _spellings(word: str) -> Iterator[tuple[str, bytes]]:
    """How a word may be written: what is the same as another spelling is left out."""
    given: set[bytes] = set()
    for spelling, written in (
        ("UTF-8", word.encode()),
        ("UTF-16LE", word.encode("utf-16-le")),
        ("Latin-1", word.encode("latin-1", "ignore")),
        ("percent-encoded", quote(word, safe="").encode()),
        ("form-encoded", quote_plus(word).encode()),
        ("JSON", json.dumps(word)[1:-1].encode()),
        ("percent-encoded UTF-16LE", quote(word, safe="").encode("utf-16-le")),
        ("form-encoded UTF-16LE", quote_plus(word).encode("utf-16-le")),
    ):
        # Capitals are made small in bytes, as in what is read; letters beyond ASCII stay as they are typed.
        small = written.lower()
        if small not in given:
            given.add(small)
            yield spelling, small


def _layers(content: bytes) -> Iterator[tuple[str, bytes]]:
    """What lies in a file: as it is, and unpacked."""
    yield "", content
    if content.startswith(_MOZ_LZ4):
        unpacked = lz4.block.decompress(content[len(_MOZ_LZ4) :])
        yield " in mozLz4", unpacked
        for run in _BASE64.findall(unpacked):
            yield " in base64 in mozLz4", _of_base64(run)
    elif content.endswith(_LEVELDB_TABLE):
        msg = "a table of LevelDB, which is packed: what is in it is not known"
        raise ValueError(msg)


def _of_base64(run: bytes) -> bytes:
    return base64.b64decode(run[: len(run) // 4 * 4], altchars=b"-_" if b"-" in run or b"_" in run else None)
