"""Days are read as their column writes them."""

import datetime as dt

import pytest

from importers.sheets.dates import Order, day_of, order_of

_TODAY = dt.date(2024, 6, 1)


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("2024-03-04", "", "2024-03-04"), ("2024-03-04 00:00:00", "", "2024-03-04"), ("20240304", "", "2024-03-04"),
        ("3/4/24", "month-first", "2024-03-04"), ("3/4/24", "day-first", "2024-04-03"), ("3/4/24", "", ""),
        ("3/14/24", "", "2024-03-14"), ("2/22/12 10:16", "month-first", "2012-02-22"), ("March 2024", "", "2024-03-01"),
        ("14-Mar-24", "", "2024-03-14"), ("5 mai 2024", "", "2024-05-05"), ("Dec 5, 2023", "", "2023-12-05"),
        ("31/31/24", "day-first", ""), ("1/1/2050", "month-first", ""), ("by phone", "", ""),
    ],
)  # fmt: skip
def test_a_day_is_read_as_it_is_written(cell: str, order: Order, day: str) -> None:
    assert day_of(cell, order=order, today=_TODAY) == day


def test_the_column_tells_which_part_is_the_month() -> None:
    assert order_of(["1/2/24", "25/1/24"], country="US") == "day-first"
    assert order_of(["1/2/24", "1/25/24"], country="CA") == "month-first"
    assert order_of(["1/2/24"], country="CA") == ""
    assert order_of(["13/2/24", "2/13/24"], country="US") == ""
