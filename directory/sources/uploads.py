"""Documents that somebody uploaded at the desk, from the upload until they came in or a day has passed.

They lie beside the database and never in it, so no backup holds them: sealed with the key of the desk, because what a
stranger's file says is not redacted yet, and readable by their owner alone. The file itself is open only while it is
read, in memory where the machine has room for files there.
"""

import datetime as dt
import fcntl
import os
import re
import secrets
import shutil
import tempfile
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
MOST_AT_ONCE = 20
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - of this machine's memory; the folder in it has a name of its own
_PREFIX = "handrail-upload-"
_ID = re.compile(r"[0-9a-f]{24}")
_SUFFIX = re.compile(r"(?:\.[a-z0-9]{1,8}){0,2}")
_WHAT = "What was uploaded"
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

    def add(self, content: bytes, *, source: str, reader: str, name: str, by: int, now: dt.datetime) -> Upload:
        """Keep a document; of its name only the ending.

        Raises:
            RefusedError: too many are on their way already.
        """
        self.forget_old(now=now)
        if len(self.all()) >= MOST_AT_ONCE:
            raise RefusedError("Too many lists are on their way in. Finish or drop one of them first.")
        endings = Path(name.replace("\\", "/")).suffixes
        suffix = "".join(endings[-2:] if endings[-1:] == [".gz"] else endings[-1:]).lower()
        suffix = suffix if _SUFFIX.fullmatch(suffix) else ""
        upload = Upload(secrets.token_hex(12), source, reader, suffix, by, now)
        place = self._place(upload.id)
        place.mkdir(parents=True, mode=0o700)
        self._write(upload.id, "document", content)
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
        self._write(upload_id, what, msgspec.json.encode(value))

    def read(self, upload_id: str, what: str, kind: type[T]) -> T:
        """What was kept about it; raises ``NotFoundError`` where nothing is."""
        return msgspec.json.decode(self._read(upload_id, what), type=kind)

    def drop(self, upload_id: str) -> None:
        """Delete it with everything about it."""
        shutil.rmtree(self._place(upload_id), ignore_errors=True)

    def drop_document(self, upload_id: str) -> None:
        """Delete the document itself, and what was read of it, once it came in."""
        for what in ("document", "read", "decisions"):
            (self._place(upload_id) / what).unlink(missing_ok=True)

    @contextmanager
    def working(self, upload_id: str) -> Iterator[bool]:
        """Whether this is the only one that works on it; it stays so within. Who dies works on it no longer."""
        file = os.open(self._place(upload_id) / "working", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
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
    def deciding(self, upload_id: str) -> Iterator[None]:
        """Let nobody else write decisions meanwhile."""
        file = os.open(self._place(upload_id) / "deciding", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def is_worked_on(self, upload_id: str) -> bool:
        """Whether somebody works on it at this moment."""
        with self.working(upload_id) as is_free:
            return not is_free

    @contextmanager
    def opened(self, upload: Upload) -> Iterator[Path]:
        """The document as a file, in a folder of its own that is gone afterwards."""
        if not (_IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK)):
            raise RefusedError("This machine has no room for files in memory. Import the list at the command line.")
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_IN_MEMORY))
        try:
            path = folder / f"list{upload.suffix}"
            write_whole(path, self._read(upload.id, "document"), what=_WHAT)
            yield path
        finally:
            shutil.rmtree(folder, ignore_errors=True)

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
            if is_old and not self.is_worked_on(place.name):
                self.drop(place.name)
                gone += 1
        for left in _IN_MEMORY.glob(f"{_PREFIX}*") if _IN_MEMORY.is_dir() else ():
            # Reading takes minutes at most.
            if left.stat().st_uid == os.getuid() and _is_older(left, dt.timedelta(hours=1), now):
                shutil.rmtree(left, ignore_errors=True)
        return gone

    def _place(self, upload_id: str) -> Path:
        if _ID.fullmatch(upload_id) is None:
            raise NotFoundError("There is no such upload.")
        return self._folder / upload_id

    def _write(self, upload_id: str, what: str, content: bytes) -> None:
        write_whole(
            self._place(upload_id) / what, seal(self._key, content, purpose=_purpose(upload_id, what)), what=_WHAT
        )

    def _read(self, upload_id: str, what: str) -> bytes:
        try:
            sealed = (self._place(upload_id) / what).read_bytes()
        except OSError:
            raise NotFoundError("There is no such upload.") from None
        content = open_sealed(self._key, sealed, purpose=_purpose(upload_id, what))
        if content is None:
            raise NotFoundError("There is no such upload.")
        return content


def uploads_of(database: Database, settings: Settings) -> Uploads:
    """Those of a deployment: beside the file of its database, or in the data folder."""
    file = sqlite_file(database.engine.url.render_as_string(hide_password=False))
    folder = file.parent if file else data_folder()
    key = bytes.fromhex(settings.desk_secret) if settings.desk_secret else desk_key(folder)
    return Uploads(file.with_suffix(".uploads") if file else folder / "uploads", key)


def _purpose(upload_id: str, what: str) -> str:
    return f"upload {upload_id} {what}"


def _is_older(place: Path, than: dt.timedelta, now: dt.datetime) -> bool:
    at: Any = dt.datetime.fromtimestamp(place.stat().st_mtime, dt.UTC)
    return bool(now - at > than)
