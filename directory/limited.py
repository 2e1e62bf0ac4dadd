"""Processes that read what strangers made, and may do nothing else.

A parser can be made to take all memory, all time, or worse. So it runs in a process that may write no file, leave no
dump and take little; whatever a file or a page was made to do ends with it. What such a process says is believed in its
shape only.
"""

import ctypes
import os
import resource
import stat
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
# All that such a process knows of this one: where the code is.
ENVIRONMENT = {"PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
# Of <linux/prctl.h>.
_END_WITH_PARENT, _SET_DUMPABLE = 1, 4
_SIGKILL = 9
_MOST_OPEN_FILES = 64


def command_of(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours in a process of its own; start it with ``ENVIRONMENT`` and ``cwd="/"``."""
    return [sys.executable, "-s", "-P", "-B", "-m", module, *arguments]


def limit_this_process(*, memory: int, seconds: int) -> None:
    """Take from this process what reading does not need. There is no way back.

    Args:
        memory: bytes of address space, so that what is in use is always less.
        seconds: of computing.
    """
    os.umask(stat.S_IRWXG | stat.S_IRWXO)
    if sys.platform == "linux":
        for option, value in ((_END_WITH_PARENT, _SIGKILL), (_SET_DUMPABLE, 0)):
            ctypes.CDLL(None).prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0)))
    limit_time(seconds)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, _MOST_OPEN_FILES),
    ):
        _limit(what, most, most)


def limit_time(seconds: int) -> None:
    """Let this process compute for so many seconds in all."""
    # At the lower limit it is told why it ends, so that this can be told apart from having no memory.
    _limit(resource.RLIMIT_CPU, seconds, seconds + 1)


def _limit(what: int, soft: int, hard: int) -> None:
    _, highest = resource.getrlimit(what)
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    try:
        resource.setrlimit(what, (soft, hard))
    except (OSError, ValueError):
        # Other systems do not know all of them.
        if sys.platform == "linux":
            raise
