"""The arrows of ARCHITECTURE.md: who may import whom."""

import subprocess
import sys
from pathlib import Path

from tests.services import ROOT


def test_every_import_follows_the_arrows() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([linter, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert " 0 broken" in checked.stdout
