"""The files that belong to the project: those that git knows, or would if they were added."""

import subprocess
from functools import cache
from pathlib import Path

from tests.services import ROOT


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project that exists, by its path below the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(sorted(Path(name) for name in set(listed.stdout.split("\0")) - {""} if (ROOT / name).exists()))
