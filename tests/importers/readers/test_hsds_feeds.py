"""Feeds of others that claim to be HSDS 3 and are not quite: every row of them has an outcome, and it stays the same.

The figures are frozen: whoever changes one says why.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from directory.errors import RefusedError
from importers.report import Summary
from importers.run import import_package


def _read(path: Path, folder: Path) -> tuple[Summary, list[dict[str, Any]]]:
    report = folder / "report.json"
    summary = import_package(None, "hsds", path, source="feed", report=report)
    return summary, msgspec.json.decode(report.read_bytes())["rows"]


@pytest.mark.timeout(120)
def test_a_feed_of_3825_records_in_many_shapes_comes_in(shared: Path, tmp_path: Path) -> None:
    """Ids are used up to 543 times, so records are told apart by name and owner; 1,700 have places and no service."""
    path = shared / "data" / "haarrrvest" / "hsds_2025-08-08.jsonl.gz"
    summary, rows = _read(path, tmp_path)
    kept = [row for row in rows if row["status"] in ("accepted", "repaired") and row["name"]]
    services = [row for row in kept if row["listing"]]
    assert (len(kept) - len(services), len(services)) == (3_440, 1_972)
    assert len({listing for row in services for listing in row["listings"]}) >= len(services)
    refused = Counter(row["rules"][0] for row in rows if row["status"] in ("quarantined", "rejected"))
    assert refused == {
        # What hangs on places at which no service is offered, and those places.
        "owner-missing": 7_419,
        "location-without-service": 2_532,
        # Services, mostly, of which nothing but a schedule is said.
        "no-name": 58,
        "no-id": 18,
        "not-known-what": 9,
        # Attributes of addresses.
        "names-nothing": 9,
    }
    # Each of these asks a question, for nothing was merged in silence.
    assert summary.questions["id-used-twice"] == summary.rules["id-used-twice"] == 1_902
    assert summary.questions["repeats-differ"] == 849
    assert summary.not_read["metadata"] == 11_878


@pytest.mark.parametrize(
    ("folder", "kept", "refused"),
    [
        # Ten organizations of the list, one that has an id of the standard's example with another name, and a service.
        # What is no record are details of the site and of a dashboard.
        ("V3.0-UK-Default", 12, {"not-known-what": 2, "names-nothing": 1}),
        ("V3.0-UK-Warn", 2, {"not-known-what": 1}),
        # Four services have no name; their organizations come in.
        ("V3.0-UK-Fail", 6, {"no-name": 4, "not-known-what": 1}),
        # 128 times the same service, with and without a description.
        ("V3.0-UK-Test", 2, {"not-known-what": 1}),
    ],
)
def test_pages_of_a_foreign_profile_come_in(
    folder: str, kept: int, refused: dict[str, int], shared: Path, tmp_path: Path
) -> None:
    _, rows = _read(shared / "data" / "oruk-mocks" / folder, tmp_path)
    assert sum(row["status"] in ("accepted", "repaired") for row in rows) == kept
    problems = Counter(row["rules"][0] for row in rows if row["status"] in ("quarantined", "rejected"))
    assert problems == refused


def test_a_page_that_only_describes_a_site_is_refused(shared: Path) -> None:
    path = shared / "data" / "oruk-mocks" / "V3.0-UK-Default" / "api_details.json"
    with pytest.raises(RefusedError, match="neither services nor organizations"):
        import_package(None, "hsds", path, source="feed")
