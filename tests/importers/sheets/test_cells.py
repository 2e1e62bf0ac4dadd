"""Values of cells become what a person would write."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from importers.sheets.cells import CUT_OFF, NO_NUMBER, shape_of, text_of
from importers.tables import LONGEST_CELL


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (3055550142.0, "3055550142"),
        (33101, "33101"),
        (-80.1918, "-80.1918"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (1e20, "100000000000000000000"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2024, 3, 5), "2024-03-05"),
        (datetime(2024, 3, 5), "2024-03-05"),  # noqa: DTZ001 - cells know no zone
        (datetime(2024, 3, 5, 17, 29, 59, 999_990), "2024-03-05 17:30"),  # noqa: DTZ001
        (datetime(2024, 3, 5, 17, 30, 5), "2024-03-05 17:30:05"),  # noqa: DTZ001
        (datetime(9999, 12, 31, 23, 59, 59, 999_999), "9999-12-31 23:59:59"),  # noqa: DTZ001
        (time(9, 0), "09:00"),
        (time(16, 59, 59, 999_990), "17:00"),
        (timedelta(hours=26, minutes=30), "26:30"),
        (timedelta(minutes=-90), "-1:30"),
        ("<b>Harbor</b> Aid ", "Harbor Aid"),
    ],
)
def test_a_value_is_written_as_a_person_would(value: Any, written: str) -> None:
    assert text_of(value)[0] == written


@pytest.mark.parametrize(
    ("code", "value", "written"),
    [
        ("00000", 2139, "02139"),
        ("00000\\-0000", 21390001.0, "02139-0001"),
        ('000"-"00"-"0000', 1234567, "001-23-4567"),
        ("\\(000\\)\\ 000\\-0000", 3055550142, "(305) 555-0142"),
        ("000-0000", 3055550142, "305555-0142"),
        ("0%", 0.5, "50%"),
        ("0.0%", 0.125, "12.5%"),
        ("0.00", 5, "5"),
        ("00.00", 5, "5"),
        ("#,##0", 1200, "1200"),
        ("General", 1200, "1200"),
        ("[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", 3055550142, "3055550142"),
        ("00000", -5, "-5"),
        ("00000", 5.5, "5.5"),
    ],
)
def test_a_format_tells_what_the_figures_do_not(code: str, value: float, written: str) -> None:
    assert text_of(value, shape_of(code)) == (written, ())


def test_a_number_that_is_none_is_emptied_by_a_rule() -> None:
    for value in (float("nan"), float("inf"), 1e300):
        assert text_of(value, "00000") == ("", (NO_NUMBER,))


def test_a_cell_that_is_far_too_long_is_cut_off_by_a_rule() -> None:
    text, rules = text_of("word " * LONGEST_CELL)
    assert len(text) <= LONGEST_CELL
    assert CUT_OFF in rules
