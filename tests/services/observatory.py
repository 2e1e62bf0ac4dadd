"""Mozilla's Observatory, from npm: what a stranger's scanner says about the headers of a site.

It asks nobody but the site that it is given. A host may stand with a port and a path, but an answer of 4xx is not
looked at (it refuses to).
"""

import os
import shutil
import subprocess

import msgspec

from tests.services.required import ROOT, unavailable

_PATIENCE_SECONDS = 60
_PROGRAM = ROOT / ".dev" / "observatory" / "node_modules" / "@mdn" / "mdn-http-observatory" / "src" / "scan.js"


class Verdict(msgspec.Struct, frozen=True):
    """What it found about one thing: whether that passes, why, and what it does to the score."""

    passed: bool = msgspec.field(name="pass")
    result: str
    points: int = msgspec.field(name="scoreModifier")


class Mark(msgspec.Struct, frozen=True):
    """The site as a whole: 100 points and more are an A+."""

    score: int
    grade: str


class Scan(msgspec.Struct, frozen=True):
    """What it says about a page, by the name of the thing looked at."""

    mark: Mark = msgspec.field(name="scan")
    tests: dict[str, Verdict]


def scan(address: str) -> Scan:
    """Scan a page of a site that is served over plain http on this machine.

    Args:
        address: such as ``http://127.0.0.1:8000/``.
    """
    node = shutil.which("node")
    if node is None or not _PROGRAM.is_file():
        unavailable("observatory", "the scanner of headers is not in .dev/ (./dev setup gets it)")
    told = subprocess.run(
        [node, _PROGRAM, address.removeprefix("http://")],
        # Without the developer's own variables: a proxy would be asked for this machine.
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
        timeout=_PATIENCE_SECONDS,
    )
    if told.returncode != 0:
        msg = f"the scanner gave up: {told.stdout.decode()}{told.stderr.decode()}"
        raise RuntimeError(msg)
    return msgspec.json.decode(told.stdout, type=Scan)
