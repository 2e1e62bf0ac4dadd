"""A second pair of eyes on the code: bandit finds nothing of high severity."""

import subprocess
import sys

from tests.services import ROOT


def test_bandit_finds_nothing_of_high_severity() -> None:
    packages = ["directory", "importers", "verifiers", "web", "migrations"]
    looked = subprocess.run(
        [sys.executable, "-m", "bandit", "-r", *packages, "-lll", "-q"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert looked.returncode == 0, looked.stdout
