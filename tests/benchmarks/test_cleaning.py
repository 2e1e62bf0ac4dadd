"""The table of what cleaning understands counts rows, repairs and questions; its sheets tell no confidential place."""

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks.cleaning import cleaned_rows, count_fields, main, sheet, table
from tests.importers.feeds import join, service, write_package


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """A counselor with a tidied web address, a shelter, and a service of which nobody knows what it is."""
    return write_package(
        tmp_path / "feed",
        join(
            service("1", "Harbor Counseling", url="www.example.org", description="For adults 18 and over."),
            service("2", "Harbor Shelter", kind="Domestic Violence Shelters", street="7 Hidden Lantern Lane"),
            service("3", "Zymurgy", kind="Zymurgy Circles", organization="3", url="ask us"),
        ),
    )


def test_every_field_counts_its_rows_repairs_and_questions(feed: Path) -> None:
    total, counts = count_fields(cleaned_rows(feed))
    by_field = {count.field: count for count in counts}
    assert total == 3
    assert by_field["url"].outcomes == {"repaired": 1, "questioned": 1}
    assert by_field["url"].rules == {"url-scheme-added": 1}
    assert by_field["kind"].questions == {"kind-not-known": 1}
    assert by_field["age"].outcomes == {"repaired": 1}
    for count in counts:
        assert sum(count.outcomes.values()) == count.rows
    assert "url-not-readable" in table(total, counts)


def test_a_sheet_shows_source_and_facts_but_no_confidential_place(feed: Path) -> None:
    sheets = [sheet(row) for row in cleaned_rows(feed)]
    assert "9 Public Lantern Avenue" in sheets[2]
    shelter = next(text for text in sheets if "CONFIDENTIAL" in text and "Harbor Shelter" in text)
    assert "Hidden Lantern" not in "".join(sheets)
    assert "emergency-shelter" in shelter


def test_the_command_prints_a_table_json_or_a_sample(
    feed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def printed(*more: str) -> str:
        monkeypatch.setattr(sys, "argv", ["cleaning", "--feed", str(feed), *more])
        main()
        return capsys.readouterr().out

    assert printed().startswith("3 services.")
    assert json.loads(printed("--json"))["services"] == 3
    assert printed("--sample", "2").count("== service:") == 2
    assert printed("--sample", "2", "--seed", "7") == printed("--sample", "2", "--seed", "7")
