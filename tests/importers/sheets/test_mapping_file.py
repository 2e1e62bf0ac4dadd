"""The mapping file holds columns and words in one, and says whatever it was told."""

import pytest

from directory.errors import BadInputError
from importers.mapping import load_mapping, table_rules
from importers.sheets.mapping_file import rules_for, written
from tests.importers.sheets.grids import grid, read, services

_BOTH = """
[columns]
"Wer" = "organization"

[kinds]
food = ["suppe"]

[sheets."Rest"]
header-rows = [3]
columns = { "Wo" = "city" }
"""


def test_one_file_holds_columns_and_words() -> None:
    rules = rules_for(table_rules(_BOTH), "Rest")
    assert rules.columns == {"Wer": "organization", "Wo": "city"}
    assert rules.header_rows == [3]
    assert load_mapping(text=_BOTH) is not None


@pytest.mark.parametrize(
    "text", ['[columns]\n"A" = "no-such-thing"', '[constants]\nplanet = "Mars"', "[layout]\nturn = true", "[columns"]
)
def test_what_no_mapping_can_say_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        table_rules(text)


def test_a_saved_file_keeps_the_other_sections_of_the_one_given() -> None:
    saved = written([("Wer", "organization", "99 %"), ('A "b"', "notes", "")], given=_BOTH)
    assert table_rules(saved).columns == {"Wer": "organization", 'A "b"': "notes"}
    assert table_rules(saved).sheets == table_rules(_BOTH).sheets
    assert 'food = ["suppe"]' in saved


def test_a_saved_file_given_back_reads_the_same() -> None:
    sheet = grid(
        ["Agency", "Tel", "Helipad", "Spanish"], ["Harbor", "305-555-0101", "no", "x"], ["Reed", "988", "no", ""]
    )
    saved = read(sheet).mapping_text()
    assert '"Helipad" = "notes"' in saved
    again = services(sheet, mapping=saved)["Harbor"]
    assert again == services(sheet)["Harbor"]
