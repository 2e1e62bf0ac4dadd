"""The command ``clocks``: care before evidence, pages beside figures, nothing that is over, and JSON for programs."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from web.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs it as somebody who has no directory yet."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", "sqlite:////nowhere/handrail.sqlite3")
    return lambda *words: CliRunner().invoke(main, ["clocks", *words])


def test_a_hospital_comes_first_then_care_then_evidence_with_their_pages(run: Run) -> None:
    found = run("--near", "02118", "--age", "9", "--hours-ago", "80")
    assert found.exit_code == 0, found.output
    told = [
        "02118 (Boston, MA)",
        "Already in an emergency department?",
        "HIV medicine: as early as possible, up to 72 hours after. Past the usual 72 hours: ask the exam line",
        "(page of 2025-05-08, read 2026-11-28) https://stacks.cdc.gov/",
        "if there can be a pregnancy: as early as possible, up to 120 hours after. About 40 hours left.",
        "Evidence, up to 11 years: as early as possible, up to 72 hours after. Past the usual 72 hours",
        "(page without a day, read 2026-11-28) https://www.mass.gov/",
        "At any time, even weeks later: care, an advocate and a record of injuries.",
        "check before use",
        " of 56 US states and territories and ",
    ]
    places = [found.output.find(one) for one in told]
    assert -1 not in places, found.output
    assert places == sorted(places)
    assert "12 years" not in found.output


def test_without_hours_or_age_all_of_it_is_told_and_nothing_is_counted(run: Run) -> None:
    found = run("--state", "Massachusetts").output
    assert "Evidence, up to 11 years: as early as possible, up to 72 hours after.\n" in found
    assert "Evidence, from 12 years on: as early as possible, up to 120 hours after.\n" in found
    assert " left." not in found
    assert "Less than an hour left." in run("--state", "MA", "--hours-ago", "72").output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--state", "NU"), "How long evidence is taken there is not known here: ask the exam line."),
        (("--state", "CA"), "How long evidence of other ages is taken there is not known here: ask the exam line."),
        (("--state", "MA"), ""),
    ],
)
def test_hours_that_no_page_tells_are_asked_and_care_is_told_all_the_same(
    run: Run, words: tuple[str, ...], expected: str
) -> None:
    found = run(*words)
    assert found.exit_code == 0
    assert expected in found.output
    assert ("not known here" in found.output) is bool(expected)
    assert "HIV medicine" in found.output


@pytest.mark.parametrize("hours", range(0, 400, 7))
def test_at_no_hour_is_anything_over(run: Run, hours: int) -> None:
    said = run("--state", "MA", "--hours-ago", str(hours)).output.casefold()
    assert [word for word in ("too late", "no longer", "expired", "missed", "must ", "has to") if word in said] == []


def test_a_program_reads_the_same(run: Run) -> None:
    found = json.loads(run("--state", "MA", "--age", "30", "--hours-ago", "80", "--json").output)
    assert found["place"] == {"name": "Massachusetts", "kind": "region", "region": "MA", "country": "US"}
    assert (found["age"], found["hours_ago"], found["ask_the_exam_line"]) == (30, 80, False)
    assert [(one["what"], one["stands"], one["within_hours"], one["left_hours"]) for one in found["care"]] == [
        ("hiv-prevention", "ask", 72, None), ("pregnancy-prevention", "early", 120, 40),
    ]  # fmt: skip
    assert [(one["from_age"], one["to_age"], one["left_hours"]) for one in found["evidence"]] == [(12, None, 40)]
    assert found["evidence"][0]["sources"][0]["url"].startswith("https://www.mass.gov/")
    assert found["always"] == ["care", "advocate", "documentation"]
    assert (found["covered"]["us_of"], found["covered"]["ca_of"]) == (56, 13)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--state", "Elsewhere"), 4),
        (("--near", "Tijuana, Mexico"), 4),
        (("--near", "Springfield"), 5),
        ((), 2),
        (("--state", "MA", "--near", "02118"), 2),
        (("--state", "MA", "--hours-ago", "-1"), 2),
        (("--state", "MA", "--hours-ago", "nan"), 2),
        (("--state", "MA", "--age", "121"), 2),
    ],
)
def test_what_cannot_be_asked_ends_with_its_own_code(run: Run, words: tuple[str, ...], code: int) -> None:
    found = run(*words)
    assert found.exit_code == code, found.output
    assert "Elsewhere" not in found.output
    assert "Tijuana" not in found.output
