"""Rows become services with everything that their cells, their sections and the rows around them say."""

import pytest

from tests.importers.sheets.grids import grid, refused, services

_HEADER = ("Agency", "Program", "Phone", "City", "State", "County")


def test_a_region_that_is_written_once_holds_for_the_rows_below() -> None:
    found = services(
        grid(
            ["County", "Agency", "Phone", "State"],
            ["Cook", "Harbor", "305-555-0101", "IL"], ["", "Reed", "305-555-0102", "IL"],
            ["Lake", "Fern", "305-555-0103", "IL"], ["", "Moss", "305-555-0104", "IL"],
        )
    )  # fmt: skip
    assert [found[name].service_areas for name in ("Reed", "Moss")] == [("Cook County, IL",), ("Lake County, IL",)]
    assert "filled-from-above" in found["Reed"].rules


def test_a_repeated_region_with_a_blank_leaves_the_blank() -> None:
    rows = [
        ["Cook", "A", "305-555-0101"],
        ["Cook", "B", "305-555-0102"],
        ["", "C", "305-555-0103"],
        ["Lake", "D", "988"],
    ]
    assert services(grid(["County", "Agency", "Phone"], *rows))["C"].service_areas == ()


def test_ditto_marks_say_what_stands_above() -> None:
    rows = [["Harbor", "Clinic", "305-555-0101", "Miami", "FL", ""], ['"', "Pantry", "same", '"', '"', ""]]
    found = services(grid(_HEADER, *rows))
    assert found["Pantry"].phones == ({"number": "305-555-0101"},)
    assert found["Pantry"].organization_key == found["Clinic"].organization_key


def test_a_row_that_only_adds_a_line_belongs_to_the_one_above() -> None:
    rows = [["Harbor", "Clinic", "305-555-0101", "Miami", "FL", ""], ["", "", "305-555-0102", "", "", ""]]
    found = services(grid(_HEADER, *rows))["Clinic"]
    assert found.phones == ({"number": "305-555-0101\n305-555-0102"},)
    assert [part.position.row for part in found.parts] == [2, 3]


def test_a_name_that_is_missing_here_and_there_is_nobody_elses() -> None:
    rows = [[f"A{number}", f"305-555-010{number}", "Miami"] for number in range(8)]
    rows.insert(4, ["", "305-555-0109", "Tampa"])
    assert refused(grid(["Agency", "Phone", "City"], *rows))[6] == "no-name"


def test_sections_say_county_and_kind() -> None:
    rows = [["COOK COUNTY"], ["Harbor", "305-555-0101", "IL"], ["SHELTERS"], ["Reed", "305-555-0102", "IL"]]
    found = services(grid(["Agency", "Phone", "State"], *rows))
    assert found["Harbor"].service_areas == ("Cook County, IL",)
    assert [name.name for name in found["Reed"].names] == ["SHELTERS"]


def test_a_section_never_makes_a_shelter_less() -> None:
    rows = [["LEGAL SERVICES"], ["Safe Haven", "305-555-0101", "FL"], ["Reed Law", "305-555-0102", "FL"]]
    found = services(grid(["Agency", "Phone", "State"], *rows))
    assert found["Safe Haven"].names == ()
    assert [name.name for name in found["Reed Law"].names] == ["LEGAL SERVICES"]


def test_a_header_that_says_shelter_says_it_of_every_row() -> None:
    found = services(grid(["Shelter", "Hotline", "Location"], ["Bea", "305-555-0101", "4 Oak St, Ocala FL 34470"]))
    assert [name.name for name in found["Bea"].names] == ["Shelter"]


def test_lines_are_named_by_headers_and_by_the_columns_beside_them() -> None:
    header = ["Agency", "Phone1Number", "Phone1Name", "Hotline", "Fax", "TTY", "Ext"]
    row = ["Harbor", "305-555-0101", "Main", "305-555-0102", "305-555-0103", "305-555-0104", "7"]
    assert services(grid(header, row))["Harbor"].phones == (
        {"number": "305-555-0101", "description": "Main"},
        {"number": "305-555-0102", "description": "Hotline"},
        {"number": "305-555-0103", "type": "fax"},
        {"number": "305-555-0104", "type": "tty", "extension": "7"},
    )


def test_hours_are_read_by_the_day_and_by_what_they_are_of() -> None:
    header = ["Agency", "Phone", "Monday", "Tuesday", "Intake Hours", "Hotline Hours"]
    row = ["Harbor", "305-555-0101", "9am-5pm", "closed", "Tue 1pm-3pm", "24/7"]
    assert [one["original_text"] for one in services(grid(header, row))["Harbor"].schedules] == [
        "Monday: 9am-5pm; Tuesday: closed", "Intake: Tue 1pm-3pm", "Crisis line: 24/7",
    ]  # fmt: skip


def test_languages_come_from_crosses_from_french_and_from_remarks() -> None:
    rows = [
        ["Harbor", "x", "by phone", "anglais, Span", "", "305-555-0101"],
        ["Reed", "", "", "", "Asylum. Languages: Creole, Twi.", "305-555-0102"],
    ]
    found = services(grid(["Agency", "Spanish", "Farsi", "Langues", "Notes", "Phone"], *rows))
    assert found["Harbor"].languages == ("English, Spanish", "Spanish", "Farsi (by phone)")
    assert found["Reed"].languages == ("Creole, Twi",)


def test_a_card_in_one_cell_is_taken_apart() -> None:
    row = ["Compass\n12 Oak Street\nMiami, FL 33130", "Phone: 305-555-0101\nFax: 305-555-0102\na@compass.example.org"]
    found = services(grid(["Agency and Address", "Contact Information"], row))["Compass"]
    assert found.sites[0].cells["city"] == "Miami"
    assert [(line["number"], line.get("type")) for line in found.phones] == [
        ("305-555-0101", None), ("305-555-0102", "fax"),
    ]  # fmt: skip
    assert found.cells["email"] == "a@compass.example.org"


def test_a_name_may_go_on_over_lines() -> None:
    rows = [["Legal Aid Society of\nGreater Miami", "305-555-0101"], ["Harbor\n305-555-0103", "305-555-0102"]]
    found = services(grid(["Agency", "Phone"], *rows))
    assert list(found) == ["Legal Aid Society of Greater Miami", "Harbor"]
    assert len(found["Harbor"].phones) == 2


def test_a_town_behind_a_name_is_its_town() -> None:
    found = services(grid(["Agency", "Phone", "State"], ["Maple House - Springfield", "305-555-0101", "MA"]))
    assert found["Maple House - Springfield"].sites[0].cells["city"] == "Springfield"


def test_unknown_columns_are_notes_and_people_are_left_out() -> None:
    found = services(grid(["Agency", "Phone", "Helipad", "Director"], ["Harbor", "305-555-0101", "no", "Ann Lee"]))
    assert found["Harbor"].notes == {"Helipad": "no"}


def test_days_of_verification_status_and_interpreters_have_their_places() -> None:
    header = ["Agency", "Phone", "Last Verified", "Status", "Interpreter?"]
    found = services(grid(header, ["Harbor", "305-555-0101", "3/14/24", "Closed", "Yes"]))["Harbor"]
    assert found.verified_on == "2024-03-14"
    assert (found.cells["status"], found.cells["interpretation_services"]) == ("defunct", "Interpreters available")


def test_what_is_not_to_be_published_does_not_come_in() -> None:
    rows = [["Harbor", "305-555-0101", "Yes"], ["Reed", "305-555-0102", "No"]]
    assert refused(grid(["Agency", "Phone", "ExcludeFromWebsite"], *rows))[2] == "not-for-publication"


def test_a_mapping_file_says_what_columns_mean_and_what_holds_everywhere() -> None:
    mapping = """
        [columns]
        "Wer" = "organization"
        "Wo" = "city"
        "Altes" = "ignore"
        [constants]
        state = "MA"
        [sheets."Rest"]
        use = false
    """
    rows = [["Wer", "Wo", "Tel", "Altes"], ["Harbor", "Lynn", "781-555-0101", "x"]]
    found = services(grid(*rows), grid(["Agency", "Phone"], ["Out", "988"], sheet="Rest"), mapping=mapping)
    assert list(found) == ["Harbor"]
    assert found["Harbor"].sites[0].cells == {"city": "Lynn", "state_province": "MA"}
    assert found["Harbor"].notes == {}


def test_a_line_that_a_remark_names_is_one_of_the_row() -> None:
    header = ["Agency", "Phone", "City", "Notes"]
    rows = [
        ["Harbor", "305-555-0101", "Miami", "Closed Mondays. Hotline: 305-555-0102 x 4; TTY 305.555.0103"],
        ["Reed", "305-555-0104", "Miami", "For food ask the pantry at 305-555-0109"],
    ]
    found = services(grid(header, *rows))
    assert [line["number"] for line in found["Harbor"].phones] == [
        "305-555-0101",
        "Hotline: 305-555-0102 x 4",
        "TTY: 305.555.0103",
    ]
    assert len(found["Reed"].phones) == 1


def test_languages_that_a_remark_says_are_spoken_are_its_languages() -> None:
    header = ["Agency", "Phone", "City", "Notes"]
    said = {
        "Bilingual (English & Spanish)": ("English", "Spanish"),
        "Staff speak Spanish and French.": ("Spanish", "French"),
        "Spanish-speaking advocates": ("Spanish",),
        "Serves Spanish-speaking clients": (),
        "Bilingual staff": (),
    }
    for note, languages in said.items():
        record = services(grid(header, ["Harbor", "305-555-0101", "Miami", note]))["Harbor"]
        assert record.languages == languages, note


def test_a_name_with_its_address_in_one_line_is_a_name_and_an_address() -> None:
    rows = [["Reed Aid, 12 Church Ave, Roanoke, VA 24011", "540-555-0101"]]
    found = services(grid(["Organization / Address", "Phone"], *rows))
    assert found["Reed Aid"].sites[0].cells["city"] == "Roanoke"


def test_languages_cut_short_come_apart_without_commas() -> None:
    row = ["Harbor", "305-555-0101", "Eng. Span."]
    assert services(grid(["Agency", "Phone", "Languages"], row))["Harbor"].languages == ("English, Spanish",)


def test_the_same_in_a_column_of_fax_numbers_is_not_the_fax_above() -> None:
    rows = [["Harbor", "305-555-0101", "305-555-0102"], ["Reed", "305-555-0103", "same"]]
    assert services(grid(["Agency", "Phone", "Fax"], *rows))["Reed"].phones == ({"number": "305-555-0103"},)


def test_what_to_text_is_heard_in_a_remark() -> None:
    row = ["Harbor", "305-555-0101", "Text HELP to 305-555-0102. Spanish line 305-555-0103"]
    found = services(grid(["Agency", "Phone", "Notes"], row))["Harbor"]
    assert [line["number"] for line in found.phones[1:]] == ["Spanish line: 305-555-0103", "Text HELP to 305-555-0102"]


@pytest.mark.parametrize("header", ["Open", "Opens", "Closes"])
def test_a_column_that_names_days_and_spans_is_one_of_hours(header: str) -> None:
    cells = ["M-F 9:00-17:00", "24/7", "Mon-Sat 8am-6pm"]
    rows = [[f"Harbor {number}", "305-555-0101", cell] for number, cell in enumerate(cells)]
    found = services(grid(["Agency", "Phone", header], *rows))
    assert [[one["original_text"] for one in found[row[0]].schedules] for row in rows] == [[cell] for cell in cells]


@pytest.mark.parametrize(
    ("opens", "closes", "told"),
    [
        ("9:00", "17:00", "9:00 - 17:00"),
        ("9 am", "", "opens 9 am"),
        ("", "noon", "closes noon"),
        ("24/7", "", "24/7"),
        ("when the bell rings", "5 pm", "when the bell rings; closes 5 pm"),
        ("Closed", "Closed", "Closed"),
    ],
)
def test_no_cell_about_opening_is_lost(opens: str, closes: str, told: str) -> None:
    said = '[columns]\n"Open" = "opens"\n"Close" = "closes"\n'
    rows = [["Harbor", "305-555-0101", opens, closes], ["Reed", "305-555-0102", "8:00", "16:00"]]
    found = services(grid(["Agency", "Phone", "Open", "Close"], *rows), mapping=said)
    assert [one["original_text"] for one in found["Harbor"].schedules] == [told]
    assert [one["original_text"] for one in found["Reed"].schedules] == ["8:00 - 16:00"]


def test_days_without_times_are_kept_as_a_note() -> None:
    rows = [["Harbor", "305-555-0101", "Mon, Wed"], ["Reed", "305-555-0102", "9-5"]]
    found = services(grid(["Agency", "Phone", "Hours"], *rows))
    assert (found["Harbor"].schedules, found["Harbor"].notes) == ((), {"Hours": "Mon, Wed"})
