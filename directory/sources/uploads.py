"""Documents that somebody uploaded at the desk, from the upload until they came in or a day has passed.

A document itself is nowhere but in memory, and only while it is read: what it says is not redacted yet (SAFETY L1,
L19). What is kept for the review is what an import would store anyway. It lies beside the database and never in it, so
no backup holds it, sealed with the key of the desk and readable by its owner alone; it goes when a place becomes
confidential, because it may say where that was.
"""

import datetime as dt
import fcntl
import os
import re
import secrets
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from directory.db import Database, sqlite_file
from directory.errors import NotFoundError, RefusedError
from directory.files import write_whole
from directory.people.sealing import desk_key, open_sealed, seal
from directory.settings import Settings, data_folder

# reading: what it would change is being found out; read: people review that; applying: it is coming in; held: too much
# would change; failed: see ``error``; done: it came in.
Stage = Literal["reading", "read", "applying", "held", "failed", "done"]
KEPT_FOR = dt.timedelta(days=1)
# What was read of a document, and what was said of it.
_READ = ("rows", "read", "as-of", "decisions")
MOST_AT_ONCE = 20
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - of this machine's memory; the folder in it has a name of its own
_PREFIX = "handrail-upload-"
_ID = re.compile(r"[0-9a-f]{24}")
_SUFFIX = re.compile(r"(?:\.[a-z0-9]{1,8}){0,2}")
_WHAT = "What was uploaded"
# Who only looks whether somebody works on it holds the lock for a moment.
_LOOKS, _SECONDS_BETWEEN_LOOKS = 10, 0.02
T = TypeVar("T")


class Upload(msgspec.Struct, frozen=True):
    """A document on its way in.

    Attributes:
        id: opaque.
        source: key of the source.
        reader: how it is read.
        suffix: how its name ends, which tells readers what it is.
        by: id of the person who uploaded it.
        at: when.
        stage: how far it is.
        mapping: the text of a mapping file; empty for the one kept with the source, or none.
        error: why it failed, in a sentence that holds nothing of it.
        run: of the import that brought it in, or that is held.
        notes: what else to say about how it came in.
    """

    id: str
    source: str
    reader: str
    suffix: str
    by: int
    at: dt.datetime
    stage: Stage = "reading"
    mapping: str = ""
    error: str = ""
    run: int | None = None
    notes: tuple[str, ...] = ()


class Uploads:
    """The folder in which they lie.

    Args:
        folder: of this database alone.
        key: of the desk.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = key

    def add(self, *, source: str, reader: str, name: str, by: int, now: dt.datetime) -> Upload:
        """Note that a document is on its way; of its name only the ending is kept.

        Raises:
            RefusedError: too many are on their way already.
        """
        self.forget_old(now=now)
        if len(self.all()) >= MOST_AT_ONCE:
            raise RefusedError("Too many lists are on their way in. Finish or drop one of them first.")
        upload = Upload(secrets.token_hex(12), source, reader, suffix_of(name), by, now)
        self._place(upload.id).mkdir(parents=True, mode=0o700)
        self.save(upload)
        return upload

    def all(self) -> list[Upload]:
        """All of them, the latest first."""
        if not self._folder.is_dir():
            return []
        found = []
        for place in self._folder.iterdir():
            with suppress(NotFoundError):
                found.append(self.get(place.name))
        return sorted(found, key=lambda one: one.at, reverse=True)

    def get(self, upload_id: str) -> Upload:
        """One of them; raises ``NotFoundError``."""
        return self.read(upload_id, "state", Upload)

    def own(self, upload_id: str, *, by: int) -> Upload:
        """One that somebody brought in themselves: its author decides and applies, so nobody's word is another's.

        Raises:
            NotFoundError: there is no such upload.
            RefusedError: somebody else brought it in.
        """
        upload = self.get(upload_id)
        if upload.by != by:
            raise RefusedError("Whoever brought this list in decides about it.")
        return upload

    def save(self, upload: Upload) -> None:
        """Write how far it is."""
        self.write(upload.id, "state", upload)

    def write(self, upload_id: str, what: str, value: object) -> None:
        """Keep something about it, such as what was read; raises ``DirectoryError`` where there is no room."""
        packed = zlib.compress(msgspec.msgpack.encode(value), 1)
        write_whole(
            self._place(upload_id) / what, seal(self._key, packed, purpose=_purpose(upload_id, what)), what=_WHAT
        )

    def read(self, upload_id: str, what: str, kind: type[T]) -> T:
        """What was kept about it; raises ``NotFoundError`` where nothing is."""
        try:
            sealed = (self._place(upload_id) / what).read_bytes()
        except OSError:
            raise NotFoundError("There is no such upload.") from None
        packed = open_sealed(self._key, sealed, purpose=_purpose(upload_id, what))
        try:
            return msgspec.msgpack.decode(zlib.decompress(packed or b""), type=kind)
        except (zlib.error, msgspec.DecodeError):
            # Of another key, or of another version of this program.
            raise NotFoundError("There is no such upload.") from None

    def has_rows(self, upload_id: str) -> bool:
        """Whether what was read of it is there, so that it can come in."""
        return all((self._place(upload_id) / what).exists() for what in ("rows", "read"))

    def drop(self, upload_id: str) -> bool:
        """Delete it with everything about it; whether it went, which it does not while somebody works on it."""
        with self.working(upload_id) as is_free:
            if is_free:
                shutil.rmtree(self._place(upload_id), ignore_errors=True)
            return is_free

    def forget_rows(self, upload_id: str) -> None:
        """Delete what was read of it, once it came in or may not be kept."""
        for what in _READ:
            (self._place(upload_id) / what).unlink(missing_ok=True)

    def forget_all_rows(self) -> None:
        """Delete what was read of all on which nobody works."""
        for place in self._folder.iterdir() if self._folder.is_dir() else ():
            if _ID.fullmatch(place.name) is not None:
                with suppress(OSError, NotFoundError), self.working(place.name) as is_free:
                    if is_free:
                        self.forget_rows(place.name)

    @contextmanager
    def working(self, upload_id: str, *, looks: int = _LOOKS) -> Iterator[bool]:
        """Whether this is the only one that works on it; it stays so within. Who dies works on it no longer."""
        file = self._lock(upload_id, "working")
        try:
            yield _takes_lock(file, looks=looks)
        finally:
            os.close(file)

    @contextmanager
    def deciding(self, upload_id: str) -> Iterator[None]:
        """Let nobody else write decisions meanwhile."""
        file = self._lock(upload_id, "deciding")
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def is_worked_on(self, upload_id: str) -> bool:
        """Whether somebody works on it at this moment."""
        with self.working(upload_id, looks=1) as is_free:
            return not is_free

    def look(self, upload_id: str) -> tuple[Upload, bool]:
        """How far it is, and whether somebody works on it at that moment; raises ``NotFoundError``."""
        upload = self.get(upload_id)
        while True:
            is_worked_on, before = self.is_worked_on(upload_id), upload
            upload = self.get(upload_id)
            if upload == before:
                return upload, is_worked_on

    def forget_old(self, *, now: dt.datetime) -> int:
        """Delete what is a day old, and what somebody who was killed left open; return how many went."""
        gone = 0
        for place in self._folder.iterdir() if self._folder.is_dir() else ():
            if _ID.fullmatch(place.name) is None:
                continue
            try:
                is_old = now - self.get(place.name).at > KEPT_FOR
            except NotFoundError:
                is_old = _is_older(place, dt.timedelta(hours=1), now)
            gone += is_old and self.drop(place.name)
        forget_open(now=now)
        return gone

    def _lock(self, upload_id: str, name: str) -> int:
        """A file that is there to be locked, open."""
        try:
            return os.open(self._place(upload_id) / name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            raise NotFoundError("There is no such upload.") from None

    def _place(self, upload_id: str) -> Path:
        if _ID.fullmatch(upload_id) is None:
            raise NotFoundError("There is no such upload.")
        return self._folder / upload_id


@contextmanager
def opened(content: bytes, suffix: str) -> Iterator[Path]:
    """A document as a file in memory, in a folder of its own that is gone afterwards.

    Raises:
        RefusedError: this machine has no room for files in memory.
    """
    if not (_IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK)):
        raise RefusedError("This machine has no room for files in memory. Import the list at the command line.")
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_IN_MEMORY))
    # The kernel lets go of it when this process ends, however it ends.
    held = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        path = folder / f"list{suffix}"
        write_whole(path, content, what=_WHAT)
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def forget_open(*, now: dt.datetime) -> None:
    """Delete documents that somebody who was killed left open in memory."""
    for left in _IN_MEMORY.glob(f"{_PREFIX}*") if _IN_MEMORY.is_dir() else ():
        with suppress(OSError):
            # One that was made a moment ago may not be held yet.
            if left.stat().st_uid != os.getuid() or not _is_older(left, dt.timedelta(minutes=1), now):
                continue
            held = os.open(left, os.O_RDONLY | os.O_CLOEXEC)
            try:
                if _takes_lock(held):
                    shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(held)


def suffix_of(name: str) -> str:
    """How the name of a file ends, which tells readers what it is; nothing else of it is wanted."""
    endings = Path(name.replace("\\", "/")).suffixes
    suffix = "".join(endings[-2:] if endings[-1:] == [".gz"] else endings[-1:]).lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def uploads_of(database: Database, settings: Settings) -> Uploads:
    """Those of a deployment: beside the file of its database, or in the data folder."""
    folder = _folder_of(database)
    key = bytes.fromhex(settings.desk_secret) if settings.desk_secret else desk_key(folder.parent)
    return Uploads(folder, key)


def forget_read(database: Database) -> None:
    """Delete what was read of documents and did not come in: a place has become confidential that may stand there."""
    Uploads(_folder_of(database), b"").forget_all_rows()


def _folder_of(database: Database) -> Path:
    file = sqlite_file(database.engine.url.render_as_string(hide_password=False))
    return file.with_suffix(".uploads") if file else data_folder() / "uploads"


def _takes_lock(file: int, *, looks: int = 1) -> bool:
    """Take the lock of a file that is open, if nobody holds it."""
    for look in range(looks):
        if look:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def _purpose(upload_id: str, what: str) -> str:
    return f"upload {upload_id} {what}"


def _is_older(place: Path, than: dt.timedelta, now: dt.datetime) -> bool:
    at: Any = dt.datetime.fromtimestamp(place.stat().st_mtime, dt.UTC)
    return bool(now - at > than)
