"""Cells are known by what they look like."""

import pytest

from importers.sheets.cell_shapes import Shape, answer, is_ditto, is_filler, shapes_of


@pytest.mark.parametrize(
    ("cell", "shape"),
    [
        ("(305) 555-0101", "phone"), ("3055550101", "phone"), ("help@x.example.org", "email"),
        ("www.x.example.org", "url"),
        ("33130-1234", "postal"), ("H2X 1Y4", "postal"), ("3/14/24", "date"), ("14-Mar-24", "date"),
        ("M-F 9-5", "hours"), ("24/7", "hours"), ("Spanish, French", "language"), ("X", "mark"), ("\u2713", "mark"),
        ("Sliding scale", "money"), ("12 Oak Street, Suite 3", "address"), ("1200, rue des Érables", "address"),
        ("FL", "state"), ("-80.19", "number"), ("Harbor House", "text"),
    ],
)  # fmt: skip
def test_a_cell_has_the_shape_of_what_it_holds(cell: str, shape: Shape) -> None:
    assert shape in shapes_of(cell)


def test_a_name_looks_like_nothing_else() -> None:
    assert shapes_of("Harbor House") == {"text"}


@pytest.mark.parametrize("cell", ["N/A", "-", "--", "See website", "TBD", "-999", "not available"])
def test_some_cells_only_fill_their_place(cell: str) -> None:
    assert is_filler(cell)


@pytest.mark.parametrize("cell", ["No", "None", "0", "X", "\u2713", "Navajo"])
def test_an_answer_is_no_filler(cell: str) -> None:
    assert not is_filler(cell)


def test_ditto_marks_are_no_values() -> None:
    assert all(map(is_ditto, ('"', "Same as above", "ditto", "idem")))
    assert not is_ditto("Same Day Clinic")


def test_crosses_say_yes_and_blanks_nothing() -> None:
    assert [answer(cell) for cell in ("X", "yes", "1", "Oui", "no", "0", "by phone")] == [
        True, True, True, True, False, False, None,
    ]  # fmt: skip
