"""Runs ``handrail`` over and over, each time in a process of its own that need not load the program again.

Reads a line of JSON for each run (``arguments``, ``environment``, ``output``, ``errors``: two files to write to) and
answers with the exit code. It must stay free of threads and open databases: every run is a copy of it.
"""

import json
import os
import sys
import tempfile

from web.cli import main


def serve() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(told)
            main(told["arguments"], prog_name="handrail")
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(told: dict[str, object]) -> None:
    """Be as a process that was started with this environment and these files."""
    os.environ.clear()
    os.environ.update(told["environment"])  # type: ignore[call-overload]
    tempfile.tempdir = None
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "output"), (2, "errors")):
        os.dup2(os.open(str(told[name]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)


if __name__ == "__main__":
    serve()
