"""A folder in which backups are kept for 30 days: their names hold their time, and nothing else is touched."""

import datetime as dt
import re
from pathlib import Path

KEPT = dt.timedelta(days=30)
_NAME = re.compile(r"handrail-(\d{8}T\d{6})Z\.age")


def name_at(now: dt.datetime) -> str:
    """The name of a backup that is made now."""
    return f"handrail-{now.astimezone(dt.UTC):%Y%m%dT%H%M%S}Z.age"


def remove_old(folder: Path, *, now: dt.datetime) -> list[str]:
    """Remove the backups of a folder that are older than 30 days by their names; return which."""
    old = [file for file in sorted(folder.iterdir()) if (made := _made_at(file)) is not None and now - made > KEPT]
    for file in old:
        file.unlink()
    return [file.name for file in old]


def _made_at(file: Path) -> dt.datetime | None:
    named = _NAME.fullmatch(file.name)
    if named is None or file.is_symlink() or not file.is_file():
        return None
    try:
        return dt.datetime.strptime(named[1], "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
