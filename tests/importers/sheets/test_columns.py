"""Columns are understood by headers and cells together; what is not sure is asked."""

from collections.abc import Sequence

from importers.sheets.column import Column
from importers.sheets.columns import propose
from importers.sheets.rows_below import Header


def _propose(labels: Sequence[str], *rows: Sequence[str], groups: Sequence[str] = (), **said: str) -> dict[str, Column]:
    header = Header((0,), tuple(labels), tuple(groups) or ("",) * len(labels)) if labels else None
    columns = propose(
        header,
        rows,
        said={name.replace("_", " "): meaning for name, meaning in said.items()},
        is_kind=lambda text: text in ("Legal", "Food"),
        is_population=lambda text: text == "Men",
        may_show=lambda text: "Quincewater" not in text,
    )
    return {column.header: column for column in columns}


def test_a_header_that_its_cells_contradict_is_a_question() -> None:
    rows = [["Harbor", "ask for Ann"], ["Reed", "by letter"], ["Fern", "walk in"]]
    found = _propose(["Agency", "Phone"], *rows)["Phone"]
    assert found.meaning == ""
    assert found.confidence < 0.5


def test_cells_say_what_a_column_is_where_no_header_does() -> None:
    rows = [["Harbor", "305-555-0101", "a@x.example.org"], ["Reed", "305-555-0102", "b@x.example.org"]]
    found = _propose([], *rows)
    assert [column.meaning for column in found.values()] == ["organization", "phone", "email"]


def test_beside_an_agency_a_name_is_a_program_and_alone_it_is_the_agency() -> None:
    assert _propose(["Agency", "Name"], ["Harbor", "Clinic"])["Name"].meaning == "program"
    assert _propose(["Name", "Phone"], ["Harbor", "305-555-0101"])["Name"].meaning == "organization"


def test_crosses_under_languages_kinds_people_and_counties_are_told_apart() -> None:
    labels = ["Agency", "Spanish", "Legal", "Men", "Cook", "Lake County"]
    groups = ["", "", "", "", "Counties served", ""]
    found = _propose(labels, ["Harbor", "x", "x", "x", "x", "x"], ["Reed", "", "x", "", "", "x"], groups=groups)
    assert [column.meaning for column in found.values()][1:] == [
        "cross:language", "cross:kind", "cross:population", "cross:county", "cross:county",
    ]  # fmt: skip
    assert found["Counties served Cook"].label == "Cook County"


def test_what_stands_above_says_which_line_a_number_is() -> None:
    rows = [["Harbor", "305-555-0101", "305-555-0102"]]
    found = _propose(["Agency", "Office", "Hotline"], *rows, groups=["", "Phone", "Phone"])
    assert [column.meaning for column in found.values()] == ["organization", "phone:office", "phone:hotline"]


def test_a_second_column_of_one_meaning_is_a_question() -> None:
    found = _propose(["Agency", "City", "Town"], ["Harbor", "Miami", "Tampa"], ["Reed", "Ocala", "Lynn"])
    assert (found["City"].meaning, found["Town"].meaning, found["Town"].maybe) == ("city", "", "city")


def test_a_column_of_streets_under_exclude_is_one_of_secrets() -> None:
    rows = [["Harbor", "12 Oak Street"], ["Reed", "14 Oak Street"]]
    assert _propose(["Agency", "Not for publication"], *rows)["Not for publication"].meaning == "confidential"


def test_what_a_person_said_wins() -> None:
    found = _propose(["Agency", "Old note"], ["Harbor", "305-555-0101"], Old_note="phone:hotline")
    assert (found["Old note"].meaning, found["Old note"].confidence) == ("phone:hotline", 1.0)


def test_a_header_that_may_not_be_shown_goes_by_its_letter() -> None:
    found = _propose(["Agency", "Bus to Quincewater"], ["Harbor", "7"], ["Reed", "8"])
    assert list(found) == ["Agency", "column B"]


def test_columns_of_one_header_are_numbered() -> None:
    assert list(_propose(["Agency", "Phone", "Phone"], ["Harbor", "305-555-0101", "305-555-0102"])) == [
        "Agency", "Phone", "Phone (2)",
    ]  # fmt: skip


def test_other_languages_beside_crosses_are_languages() -> None:
    rows = [["Harbor", "x", "Korean"], ["Reed", "", "Farsi, Dari"]]
    found = _propose(["Agency", "Spanish", "Other"], *rows, groups=["", "Languages", "Languages"])
    assert [column.meaning for column in found.values()] == ["organization", "cross:language", "languages"]
