"""What a serving process does so that it leaves nothing behind when it dies, and the check that it has (SAFETY P6).

The memory of a running site holds the searches of this moment, the keys of sealed pages and the networks of the last
hour. No copy of it may come about by itself.
"""

import ctypes
import logging
import os
import resource
import signal
import stat
import sys
from pathlib import Path

import msgspec
from litestar import Litestar

from directory.db import Database, sqlite_file
from directory.pinned import problem_of as pinned_problem
from directory.settings import data_folder
from web.logs import configure_logging

# Of <linux/prctl.h>.
_END_WITH_PARENT, _GET_DUMPABLE, _SET_DUMPABLE = 1, 3, 4
# Of <malloc.h>: what is given back is overwritten with a byte.
_PERTURB, _BYTE = -6, 165
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Check(msgspec.Struct, frozen=True):
    """Something that was looked at; ``problem`` says what is wrong, in words that are safe to show (empty = sound)."""

    subject: str
    problem: str = ""


def keep_memory_private() -> None:
    """Let this process, and those forked from it, leave no core dump, and no file that others may read.

    A limit alone is not enough: Linux asks no limit before it hands a dump to a program (systemd-coredump, apport). A
    process that is not dumpable is not handed over, nor can another of the same user read its memory.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(_OTHERS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DUMPABLE, *map(ctypes.c_ulong, (0, 0, 0, 0)))
    # Memory that held a search must not keep it until somebody else needs it. Other C libraries have no such switch.
    if overwrite := getattr(ctypes.CDLL(None), "mallopt", None):
        overwrite(_PERTURB, _BYTE)


def end_with_parent() -> None:
    """Let this process end when the one that started it dies: it would keep the port and the keys."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, *map(ctypes.c_ulong, (signal.SIGTERM, 0, 0, 0)))


def self_check(site: Litestar, database: Database) -> tuple[Check, ...]:
    """Look at this process, its site and its database; ``warnings_of`` gives the words of what is wrong."""
    return (
        Check("core dumps", _dumps()),
        Check("debugging", _debugging(site)),
        Check("log", _log()),
        Check("statements", _statements(database)),
        Check("pinned lines", pinned_problem(data_folder())),
        Check("database file", _file(sqlite_file(database.engine.url.render_as_string(hide_password=False)))),
    )


def warnings_of(checks: tuple[Check, ...]) -> list[str]:
    """One line for each check that found something."""
    return [f"Warning, {check.subject}: {check.problem}" for check in checks if check.problem]


def _dumps() -> str:
    if resource.getrlimit(resource.RLIMIT_CORE) != (0, 0):
        return "A crash may write what is being searched for to the disk."
    if sys.platform == "linux" and ctypes.CDLL(None).prctl(_GET_DUMPABLE, *map(ctypes.c_ulong, (0, 0, 0, 0))) != 0:
        return "A crash may hand what is being searched for to another program."
    return ""


def _debugging(site: Litestar) -> str:
    if site.debug or site.pdb_on_exception:
        return "The site runs in debug mode and may show what it should not."
    return "Python runs in development mode; unset PYTHONDEVMODE." if sys.flags.dev_mode else ""


def _log() -> str:
    root = logging.getLogger()
    is_ours = bool(root.handlers) and all(type(one).__module__ == configure_logging.__module__ for one in root.handlers)
    is_quiet = is_ours and root.level >= logging.WARNING
    return "" if is_quiet else "Libraries may write words of their own, and with them values, into the log."


def _statements(database: Database) -> str:
    is_silent = database.engine.hide_parameters and not database.engine.echo
    return "" if is_silent else "Values of statements may reach the log."


def _file(file: Path | None) -> str:
    """What is wrong with the rights of an embedded database and what lies beside it."""
    if file is None:
        return ""
    beside = (file.with_name(file.name + suffix) for suffix in ("", "-wal", "-shm"))
    is_open = any(stat.S_IMODE(part.stat().st_mode) & _OTHERS for part in beside if part.exists())
    return "Others on this machine can read it: chmod 600." if is_open else ""
