"""Small files of ours: read whole and not beyond their measure, and never seen half written."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from directory.errors import BadInputError, DirectoryError

# No key is as large, and no list of keys that a deployment ever had.
MOST_BYTES = 64 * 1024


def read_if_there(file: Path, *, what: str, most: int = MOST_BYTES) -> bytes | None:
    """The content of a file; None when there is none.

    Raises:
        BadInputError: it cannot be read, is no ordinary file, or has more than ``most`` bytes. It is called ``what``.
    """
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise BadInputError(f"{what} is no ordinary file.")
        with file.open("rb") as opened:
            content = opened.read(most + 1)
    except FileNotFoundError:
        return None
    except OSError:
        raise BadInputError(f"{what} cannot be read.") from None
    if len(content) > most:
        raise BadInputError(f"{what} is too large to be one.")
    return content


def read_small(file: Path, *, what: str, most: int = MOST_BYTES) -> bytes:
    """The content of a file that has to be there; raises ``BadInputError`` as ``read_if_there``, or when it is not."""
    content = read_if_there(file, what=what, most=most)
    if content is None:
        raise BadInputError(f"{what} cannot be read.")
    return content


def write_whole(file: Path, content: bytes, *, what: str, mode: int = 0o600, makes_folder: bool = False) -> None:
    """Write a file so that nobody ever sees half of it, or one that others may read meanwhile.

    Raises:
        DirectoryError: it cannot be written there. It is called ``what``.
    """
    begun = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        if makes_folder:
            file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as opened:
            opened.write(content)
            os.fsync(opened.fileno())
        begun.replace(file)
    except OSError:
        with suppress(OSError):
            begun.unlink()
        raise DirectoryError(f"{what} cannot be written there.") from None
