"""The labelled pairs: nothing that only looks alike is merged, and hardly anything that is one goes unnoticed."""

import pytest

from tests.benchmarks.matching import HALVES, Half, is_good, measure


@pytest.mark.parametrize("half", HALVES)
def test_matching_meets_its_bars(half: Half) -> None:
    scores = measure(half)
    assert set(scores) == {"organization", "service", "site"}
    assert [kind for kind, one in scores.items() if not is_good(one)] == []
