"""A mapping that does not fit the file says so, and one that says what there is not is refused, with its line."""

import pytest

from directory.errors import BadInputError, DirectoryError
from importers.mapping import load_mapping, table_rules
from importers.sheets.column_names import names_of
from importers.sheets.header_words import meanings
from importers.sheets.mapping_file import written
from importers.sheets.mapping_guide import GUIDE, MEANINGS
from importers.sheets.rows_below import Header
from tests.importers.sheets.grids import grid, read, services

_SHEET = grid(["Agency", "Tel", "Zorb"], ["Harbor", "305-555-0101", "7"], ["Reed", "305-555-0102", "8"])


def test_lines_about_columns_that_are_not_there_are_told() -> None:
    said = '[columns]\n"Tel" = "phone"\n"Telly" = "phone"\n"12 Quincewater Road" = "notes"\n'
    said += '[layout]\nfill-down = ["Land"]\n'
    assert read(_SHEET, mapping=said).remarks() == (
        '3 lines of the mapping name no column of this file: "Telly", one that may be an address, "Land".',
    )
    assert read(_SHEET, mapping='[columns]\n"Zorb" = "notes"\n"column B" = "phone"\n').remarks() == ()
    assert '"Telly" = "phone"  # no column of this file' in read(_SHEET, mapping=said).mapping_text()
    of_sheet = '[sheets.List.columns]\n"Telly" = "phone"\n'
    assert read(_SHEET, mapping=of_sheet).remarks() == ('1 line of the mapping names no column of this file: "Telly".',)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[columns]\n"A" = "name"\n"B" = "opening hours"\n', "line 3, [columns]: there is no such meaning"),
        ('[sheets."X"]\ncolumns = { "B" = "no" }\n', "line 2, [sheets.X.columns]: there is no such meaning"),
        ('[columns]\n"A" = "name"\n\n[constants]\nstates = "FL"\n', "line 5, [constants]: there is no such constant"),
        ('[columns]\n"A" = name\n', "line 2: texts stand in quotes"),
        ('[columns]\n"A" = "name"\n[constant]\nstate = "FL"\n', "line 3, [constant]: there is no such section"),
        ('[constants]\nstate = ["FL"]\n', "[constants]: a text in quotes"),
        ('[kinds]\nfood = ["soup"]\nbananas = ["x"]\n', "line 3, [kinds]: There is no such kind."),
        ('[who]\nnobody = ["x"]\n', "line 2, [who]: There is no such population."),
    ],
)
def test_an_error_names_section_and_line(text: str, told: str) -> None:
    with pytest.raises(DirectoryError) as error:
        table_rules(text)
    assert told in str(error.value)


def test_an_error_lists_what_there_is() -> None:
    with pytest.raises(BadInputError) as error:
        table_rules('[columns]\n"A" = "opening hours"\n')
    assert set(meanings()) <= set(str(error.value).replace(",", " ").replace(";", " ").split())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[sheets."Lst"]\nuse = false\n', "line 1, [sheets.Lst]: the file has no such sheet. It has: List."),
        ('[constants]\nstate = "Floridaa"\n', "line 2, [constants]: there is no such state"),
        ('[constants]\nkinds = "legal; bananas"\n', "line 2, [constants]: there is no such kind of service"),
        ('[constants]\nlanguages = "Klingonese"\n', "line 2, [constants]: there is no such language"),
        (
            '[sheets.List.constants]\ndate-order = "european"\n',
            "line 2, [sheets.List.constants]: there is no such order",
        ),
    ],
)
def test_sheets_and_constants_that_there_are_not_are_errors(text: str, told: str) -> None:
    with pytest.raises(BadInputError) as error:
        read(_SHEET, mapping=text)
    assert told in str(error.value)


def test_constants_that_there_are_hold() -> None:
    said = '[constants]\nstate = "Florida"\nkinds = "Food pantry, Legal help"\nlanguages = "Spanish, Haitian Creole"\n'
    row = services(_SHEET, mapping=said)["Harbor"]
    assert load_mapping().meaning(row.names).kinds == ("food", "legal")


def test_every_meaning_stands_at_the_head_of_a_saved_file_and_nothing_of_it_is_read() -> None:
    assert sorted(" ".join(MEANINGS.values()).split()) == sorted((*meanings(), "ignore"))
    saved = written([("Tel", "phone", "")])
    assert table_rules(saved).columns == {"Tel": "phone"}
    assert (table_rules(saved).constants, load_mapping(text=saved).languages) == ({}, load_mapping().languages)
    assert all(f"# {line}" in saved for line in GUIDE)
    again = written([("Tel", "phone", "")], given=saved)
    assert again == saved


def test_the_example_of_the_guide_can_be_given_as_it_stands() -> None:
    example = "\n".join(line for line in GUIDE[GUIDE.index("  [constants]") :])
    assert load_mapping(text=example) is not None
    assert table_rules(example).constants == {"state": "FL"}


# Headers that look like an address


@pytest.mark.parametrize(
    ("group", "label", "meaning"),
    [("Call", "24h / crisis", "phone:hotline"), ("", "24h line", "phone:hotline"), ("Where", "Street", "street"),
     ("", "Call / 24h / crisis", "phone:hotline"), ("", "Where / Street", "street")],
)  # fmt: skip
def test_a_header_of_known_words_is_shown(group: str, label: str, meaning: str) -> None:
    cell = "12 Cedar Street" if meaning == "street" else "305-555-0101"
    above = [["Agency", group, "", "Phone"]] if group else []
    second = ["City", "Miami"] if meaning == "street" else ["Office", "305-555-0102"]
    rows = [["Harbor", cell, second[1], "305-555-0103"], ["Reed", cell, second[1], "305-555-0104"]]
    ends = ("", "") if group else ("Agency", "Phone")
    sheet = grid(*above, [ends[0], label, second[0], ends[1]], *rows, merged=((0, 1, 0, 2),) if group else ())
    found = {one.column: one.meaning for one in read(sheet).columns(lambda _: True)}
    assert found[f"{group} {label}".strip()] == meaning


@pytest.mark.parametrize("label", ["Quincewater Street", "Quincewater Road", "Bus to Quincewater Lane"])
def test_a_header_that_may_be_an_address_is_never_shown_and_can_be_named(label: str) -> None:
    rows = [["Harbor", "7", "305-555-0101"], ["Reed", "8", "305-555-0102"]]
    sheet = grid(["Agency", label, "Phone"], *rows)
    reader = read(sheet)
    assert [one.column for one in reader.columns(lambda _: True)][1] == "column B"
    assert label not in reader.mapping_text()
    assert "its header may be an address and is not repeated" in reader.mapping_text()
    for name in (label, "column B"):
        given = read(sheet, mapping=f'[columns]\n"{name}" = "transportation"\n')
        assert given.columns(lambda _: True)[1].meaning == "transportation"
        assert given.remarks() == ()
        assert '"column B" = "transportation"' in given.mapping_text()
        assert label not in given.mapping_text()


@pytest.mark.parametrize(
    ("group", "label"),
    [("24", "Quincewater Street"), ("800", "Street"), ("Where", "24 Main Street"), ("24/7", "9 Quincewater Road"),
     ("Where", "Quincewater Street"), ("Where", "Street / Quincewater Street")],
)  # fmt: skip
def test_known_words_beside_an_address_do_not_show_it(group: str, label: str) -> None:
    assert names_of(Header((0, 1), (label,), (group,)), 1, lambda _: False) == ["column A"]


def test_known_words_above_one_another_are_shown() -> None:
    assert names_of(Header((0, 1), ("Street",), ("Where",)), 1, lambda _: False) == ["Where Street"]
