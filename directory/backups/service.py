"""Make a backup, and make a directory of one again. Both leave nothing half done."""

import os
import secrets
from pathlib import Path

import msgspec
import sqlalchemy as sa

from directory.audit.service import Act
from directory.audit.service import record as write_audit
from directory.backups import embedded, server
from directory.backups.age import Closing, Opening, Plain, Recipient, check_closing, close, open_closed
from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database, sqlite_file
from directory.errors import BadInputError, DirectoryError, RefusedError
from directory.listings.withdrawal import BACKED_UP
from directory.people.service import command_line_person
from directory.soundness import problems_of

RESTORED = "backup.restored"
# A copy stands in memory as a whole, several times.
MOST_BYTES = 1024**3
_LARGEST = "at most 1 GiB"
_FILE_EXISTS = "The file exists already; choose another name."
_THERE_IS_ONE = "There is a directory already. A backup goes only where there is none: move the database away first."


def back_up(database: Database, file: Path, closing: Closing) -> None:
    """Write a copy of a directory to a new file: encrypted, unless ``closing`` is plain, and its owner's alone.

    It is consistent while others write. It holds listings, their history and the audit, and no keys, sessions, links,
    letters or opened contacts of people who work here. It is noted in the audit first, so that a later withdrawal
    can name it.

    Raises:
        SettingsError: the recipient is no public key.
        DirectoryError: the file exists or cannot be written, or the copy would be too large.
    """
    check_closing(closing)
    if file.exists():
        raise DirectoryError(_FILE_EXISTS)
    how = {Recipient: "key", Plain: "plain"}.get(type(closing), "passphrase")
    with database.transaction() as session:
        by = command_line_person(session, now=session.info["now"])
        write_audit(session, [Act(BACKED_UP, file.name, {"closed": how}, by.id)], now=session.info["now"])
    copy = embedded.copy(database) if database.is_sqlite else server.copy(database)
    if len(copy) > MOST_BYTES:
        raise DirectoryError(f"A backup is {_LARGEST}, and this one would be larger. Use the database's own tools.")
    write_new(file, close(copy, closing))


def write_new(file: Path, content: bytes) -> None:
    """Write a new file that its owner alone can read, as a whole or not at all; raises ``DirectoryError``."""
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        if file.exists():
            raise DirectoryError(_FILE_EXISTS)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(file)
    except OSError:
        raise DirectoryError("The file cannot be written there.") from None
    finally:
        new.unlink(missing_ok=True)


def read(file: Path) -> bytes:
    """What stands in the file of a backup; raises ``BadInputError`` if it cannot be read or is too large to be one."""
    try:
        with file.open("rb") as opened:
            content = opened.read(2 * MOST_BYTES) if os.fstat(opened.fileno()).st_size <= 2 * MOST_BYTES else None
    except OSError:
        raise BadInputError("The backup cannot be read.") from None
    if content is None:
        raise BadInputError(f"The file is too large: the copy in a backup is {_LARGEST}.")
    return content


def restore_from(content: bytes, opening: Opening, *, url: str, name: str) -> None:
    """Make the directory of a backup again where there is none, and bring it to this version of the program.

    Its schema, the chain of its audit and its file are checked. Then it is noted that it was restored. Nobody can sign
    in before they are given new keys. What was withdrawn after the backup was made is in it again.

    Args:
        content: of the file.
        opening: what opens it.
        url: the address of a database without a directory: of a file that does not exist, or of an empty database.
        name: of the file, for the audit.

    Raises:
        RefusedError: there is a directory already.
        BadInputError: the backup cannot be opened, is damaged, of a newer version or of the other kind of database. In
            each of these cases nothing is left.
    """
    file = sqlite_file(url)
    if file is not None:
        _restore_embedded(content, opening, file, name)
        return
    database = open_database(url)
    try:
        if not server.is_empty(database):
            raise RefusedError(_THERE_IS_ONE)
        server.load(database, _copy_in(content, opening, magic=server.MAGIC))
        try:
            _make_good(database, name)
        except BaseException:
            server.empty_again(database)
            raise
    finally:
        database.dispose()


def _restore_embedded(content: bytes, opening: Opening, file: Path, name: str) -> None:
    if any(part.exists() and part.stat().st_size for part in (file, *_beside(file))):
        raise RefusedError(_THERE_IS_ONE)
    copy = _copy_in(content, opening, magic=embedded.MAGIC)
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        embedded.write(copy, new)
        database = open_database(f"sqlite:///{new}")
        try:
            _make_good(database, name)
        finally:
            database.dispose()
        if file.exists() and file.stat().st_size:
            raise RefusedError(_THERE_IS_ONE)
        new.replace(file)
    except OSError:
        raise DirectoryError("The database cannot be written there.") from None
    finally:
        for part in (new, *_beside(new)):
            part.unlink(missing_ok=True)


def _copy_in(content: bytes, opening: Opening, *, magic: bytes) -> bytes:
    copy = open_closed(content, opening)
    if copy.startswith(magic):
        return copy
    if copy.startswith((embedded.MAGIC, server.MAGIC)):
        raise BadInputError(
            "The backup is of the other kind of database: SQLite and PostgreSQL do not read each other's."
        )
    raise BadInputError("The file is no backup of a directory.")


def _make_good(database: Database, name: str) -> None:
    """Bring what was restored to this version, check it, and note that it was."""
    try:
        bring_up_to_date(database)
        problems = problems_of(database)
    except (sa.exc.SQLAlchemyError, msgspec.MsgspecError):
        raise BadInputError("What the backup holds cannot be used.") from None
    wrong = [f"{subject}: {'; '.join(found)}" for subject, found in problems.items() if found]
    if wrong:
        raise BadInputError(f"What the backup holds is not sound. {'. '.join(wrong)}.")
    with database.transaction() as session:
        by = command_line_person(session, now=session.info["now"])
        write_audit(session, [Act(RESTORED, name, {}, by.id)], now=session.info["now"])


def _beside(file: Path) -> list[Path]:
    return [file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm", "-journal")]
