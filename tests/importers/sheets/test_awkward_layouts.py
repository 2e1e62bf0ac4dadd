"""Awkward files, written anew: every row is what its key says, and no secret street is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.sheets import figures, score
from tests.importers.sheets.layouts import ALL, Awkward


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_an_awkward_file_is_read_as_its_key_says(make: Callable[[], Awkward], tmp_path: Path) -> None:
    result = score(make(), tmp_path)
    told = figures(result)
    assert told["rows accounted for"] == 1
    assert told["confidential addresses told"] == 0
    assert told["confidential rightly"] == 1
    assert told["phones"] >= 0.98, result.wrong
    assert told["languages F1"] >= 0.95, result.wrong
    assert told["pairs of organizations"] == 1, result.wrong
    assert min(told[name] for name in ("names", "kinds", "hours", "city and postal code")) >= 0.9, result.wrong
