"""What a source states in the vocabulary's own words is that, in whatever column of kinds it stands."""

import csv
from pathlib import Path

import msgspec
import pytest

from directory.places.gazetteer import Gazetteer
from directory.vocabulary.terms import BARRIER, KIND, POPULATION, find_term, kinds, terms
from importers.confidential import look_for_confidential
from importers.kind_items import items_of
from importers.mapping import TaxonomyName, load_mapping
from importers.places_of_rows import Places
from importers.report import Report, ReportRow
from importers.run import import_package
from tests.importers.sheets.grids import grid, services

_PLACES = Places(Gazetteer())
_HEADER = ["Agency", "Type of service", "Phone", "City", "State", "Description"]


def _rows(folder: Path, *rows: list[str]) -> tuple[ReportRow, ...]:
    """What the report of a dry run says of rows with these cells."""
    path, report = folder / "list.csv", folder / "report.json"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([_HEADER, *rows])
    import_package(None, "file", path, source="list", report=report)
    return tuple(row for row in msgspec.json.decode(report.read_bytes(), type=Report).rows if row.name)


def _row(number: int, kind: str, *, name: str = "Org", description: str = "") -> list[str]:
    return [f"{name} N{number}", kind, f"305-555-01{number % 100:02}", "Miami", "FL", description]


def test_every_label_and_code_of_a_kind_in_a_column_of_kinds_is_that_kind(tmp_path: Path) -> None:
    written = [(one.code, text) for one in kinds() for text in (*one.labels.values(), one.code) if text != "other"]
    rows = _rows(tmp_path, *(_row(number, text) for number, (_, text) in enumerate(written)))
    assert len(rows) == len(written) > 200
    assert [(text, row.kinds) for (_, text), row in zip(written, rows, strict=True)] == [
        (text, (code,)) for code, text in written
    ]


def test_labels_in_a_list_are_each_that_kind() -> None:
    cell = "Legal help; Going back to a home country, if wanted; Forensic nurse exam (SANE)"
    assert items_of(cell) == cell.split("; ")
    assert items_of("Food, Clothes / Legal help") == ["Food", "Clothes", "Legal help"]
    meaning = load_mapping().meaning(map(TaxonomyName, items_of(cell)))
    assert meaning.kinds == tuple(one.code for one in kinds() if one.code in ("legal", "repatriation", "sane"))


@pytest.mark.parametrize("scheme", [KIND, POPULATION, BARRIER])
def test_no_two_terms_of_a_list_are_called_alike(scheme: str) -> None:
    for one in terms(scheme):
        assert {find_term(scheme, text) for text in (one.code, *one.labels.values())} == {one.code}
    assert find_term(scheme, "Zymurgy") is None


def test_a_deployments_own_words_win_over_a_label() -> None:
    mapping = load_mapping(text='[kinds]\nfood = ["=housing"]\n')
    assert mapping.meaning([TaxonomyName("Housing")]).kinds == ("food",)


def test_a_label_makes_no_place_less_confidential() -> None:
    """What words say of a shelter counts beside a kind that says nothing of it."""
    rows = [
        ["Agency", "Type of service", "Street", "City", "State", "Description"],
        ["Reed", "Public walk-in shelter", "12 Quincewater Road", "Miami", "FL", ""],
        ["Fern", "Housing", "14 Quincewater Road", "Miami", "FL", "We shelter women in a safe house."],
        ["Moss", "Support for the family", "16 Quincewater Road", "Miami", "FL", ""],
    ]
    found = services(grid(*rows))
    secret = look_for_confidential(found.values(), load_mapping(), _PLACES)
    assert {name for name, record in found.items() if record.key in secret.reasons} == {"Reed", "Fern"}
    listed = services(grid(["Domestic violence programs"], *rows))
    secret = look_for_confidential(listed.values(), load_mapping(), _PLACES)
    assert {name for name, record in listed.items() if record.key in secret.reasons} == {"Reed", "Fern", "Moss"}


def test_a_stated_exam_is_no_question_and_a_name_that_speaks_of_one_is(tmp_path: Path) -> None:
    stated, named, described, other = _rows(
        tmp_path,
        _row(1, "Forensic nurse exam (SANE)"),
        _row(2, "Primary care", name="County Hospital SANE"),
        _row(3, "Primary care", description="We provide forensic exams. Ask for the SANE nurse."),
        _row(4, "Primary care"),
    )
    assert (stated.kinds, stated.questions) == (("sane",), ())
    for row in (named, described):
        assert row.kinds == ("primary-care",)
        assert [one.text for one in row.questions if one.rule == "perhaps-an-exam"] == [
            "Is this done here: Forensic nurse exam (SANE)?"
        ]
    assert other.questions == ()
