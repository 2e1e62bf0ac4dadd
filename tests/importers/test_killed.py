"""An import that is killed at any moment is begun again and ends as if nothing had happened."""

from pathlib import Path

from tests.benchmarks.feeding import write_feed
from tests.benchmarks.imports import run_import, state_of

_SERVICES = 400
# Shares of the time that an import takes: within the first batch, and later.
_MOMENTS = (0.6, 0.75, 0.9)


def test_an_import_that_is_killed_ends_as_one_that_was_not(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed.ndjson", _SERVICES)
    whole = run_import(feed, tmp_path / "whole.db")
    assert whole.code == 0
    for moment in _MOMENTS:
        run_import(feed, tmp_path / "killed.db", kill_after=moment * whole.seconds)
    assert run_import(feed, tmp_path / "killed.db").code == 0
    assert state_of(tmp_path / "killed.db") == state_of(tmp_path / "whole.db")
